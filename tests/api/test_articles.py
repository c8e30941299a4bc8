"""Articles through the API."""

from __future__ import annotations

from forum.discussion.models import Article
from forum.discussion.publishing.actions import Paratext, revise_article
from tests.factories import make_annotation, make_article, make_comment

LIST = "/api/v1/articles/"
NEW = {"title": "On ferries", "source": "They *run* until dusk.", "format": "markdown"}
SHAPE = {"slug", "title", "byline", "published_at", "revision"}


def test_anybody_reads_articles(as_, article):
    listed = as_().get(LIST).json()
    assert set(listed) == {"next", "previous", "results"}
    detail = as_().get(f"{LIST}{article.slug}/")
    assert detail.status_code == 200
    assert listed["results"] == [detail.json()]
    answer = detail.json()
    assert set(answer) >= SHAPE
    assert set(answer["revision"]) == {"id", "number", "html", "text"}
    current = article.post.current
    assert answer["revision"] == {
        "id": current.pk,
        "number": 1,
        "html": current.html,
        "text": current.text,
    }
    assert answer["url"] == f"http://testserver/articles/{article.slug}/"


def test_newest_first(as_, article, dan):
    later = make_article(author=dan, title="Later")
    slugs = [row["slug"] for row in as_().get(LIST).json()["results"]]
    assert slugs == [later.slug, article.slug]


def test_counts_are_of_what_the_reader_can_read(as_, article, alice, bob):
    make_comment(article)
    gone = make_comment(article, author=alice)
    make_annotation(article, author=alice)
    make_annotation(article, author=alice, audience="private")
    as_(alice).delete(f"/api/v1/comments/{gone.pk}/")
    path = f"{LIST}{article.slug}/"

    def counts(person):
        answer = as_(person).get(path).json()
        return answer["responses"], answer["annotations"]

    assert counts(alice) == (1, 2)
    assert counts(bob) == counts(None) == (1, 1)


def test_drafts_are_for_those_who_publish(as_, article, alice, erin, dan):
    draft = make_article(author=dan, title="Not yet", draft=True)
    path = f"{LIST}{draft.slug}/"
    assert as_().get(path).status_code == 404
    assert as_(alice).get(path).status_code == 404
    assert as_(erin).get(path).json()["published_at"] is None
    assert as_(erin).get(path).json()["state"] == "draft"
    for client in (as_(), as_(alice), as_(erin)):
        slugs = [row["slug"] for row in client.get(LIST).json()["results"]]
        assert slugs == [article.slug]
    assert as_().get(f"{LIST}?state=draft").status_code == 401
    assert as_(alice).get(f"{LIST}?state=draft").status_code == 403
    drafts = as_(erin).get(f"{LIST}?state=draft").json()["results"]
    assert [row["slug"] for row in drafts] == [draft.slug]
    refused = as_(erin).get(f"{LIST}?state=lost")
    assert refused.status_code == 400
    assert "state" in refused.json()["errors"]


def test_publishing(as_, codebook, dan):
    answer = as_(dan).post(LIST, NEW | {"standfirst": "In brief.", "byline": "Ada"})
    assert answer.status_code == 201
    body = answer.json()
    assert answer["Location"] == "http://testserver/api/v1/articles/on-ferries/"
    assert as_().get(answer["Location"]).json() == body
    assert body["slug"] == "on-ferries"
    assert body["standfirst"] == "In brief."
    assert body["published_at"]
    assert body["revision"]["number"] == 1
    assert body["revision"]["html"] == "<p>They <em>run</em> until dusk.</p>"
    assert body["revision"]["text"] == "They run until dusk."


def test_publishing_html_and_choosing_the_address(as_, dan):
    source = '<p onclick="x()">One</p><script>alert(1)</script><p>Two</p>'
    body = NEW | {"source": source, "format": "html", "slug": "two-lines", "draft": True}
    answer = as_(dan).post(LIST, body).json()
    assert answer["slug"] == "two-lines"
    assert answer["state"] == "draft"
    assert answer["revision"]["html"] == "<p>One</p><p>Two</p>"
    assert as_().get(f"{LIST}two-lines/").status_code == 404


def test_who_may_publish(as_, alice, sam, carol, erin, frances):
    assert as_().post(LIST, NEW).status_code == 401
    assert as_().post(LIST, NEW)["WWW-Authenticate"] == "Token"
    for person in (alice, sam, carol):
        assert as_(person).post(LIST, NEW).status_code == 403
        assert as_(person).post(LIST, {}).status_code == 403
    assert Article.objects.count() == 0
    for person in (erin, frances):
        assert as_(person).post(LIST, NEW).status_code == 201


def test_a_token_makes_one_article(as_, dan, erin):
    first = as_(dan).post(LIST, NEW | {"token": "t-1"})
    again = as_(dan).post(LIST, NEW | {"token": "t-1"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert as_(erin).post(LIST, NEW | {"token": "t-1"}).status_code == 201
    assert Article.objects.count() == 2


def test_a_token_is_for_one_thing(as_, article, dan):
    as_(dan).post(f"{LIST}{article.slug}/comments/", {"source": "Hm.", "token": "t-1"})
    assert as_(dan).post(LIST, NEW | {"token": "t-1"}).status_code == 409


def test_revising(as_, article, dan, alice):
    path = f"{LIST}{article.slug}/"
    first = article.post.current
    answer = as_(dan).patch(path, {"source": "Other words."})
    assert answer.status_code == 200
    assert answer.json()["revision"]["number"] == 2
    assert answer.json()["revision"]["text"] == "Other words."
    assert answer.json()["title"] == article.title
    assert as_().get(path).json() == answer.json()
    assert as_(alice).patch(path, {"source": "Mine."}).status_code == 403
    assert as_().patch(path, {"source": "Mine."}).status_code == 401
    assert as_(dan).patch(f"{LIST}nothing/", {"source": "x"}).status_code == 404
    stale = as_(dan).patch(path, {"source": "Third.", "revision": first.pk})
    assert stale.status_code == 409
    assert stale.json()["revision"] == answer.json()["revision"]["id"]
    current = stale.json()["revision"]
    fresh = as_(dan).patch(path, {"source": "Third.", "revision": current})
    assert fresh.json()["revision"]["number"] == 3


def test_what_is_not_sent_is_not_written(as_, article, dan, erin, monkeypatch):
    def after_erin(**given):
        fresh = Article.objects.select_related("post").get(pk=article.pk)
        theirs = Paratext(title="Erin's title", language="ar")
        revise_article(editor=erin, article=fresh, source="Erin's words.", paratext=theirs)
        return revise_article(**given)

    monkeypatch.setattr("forum.discussion.api.revise_article", after_erin)
    answer = as_(dan).patch(f"{LIST}{article.slug}/", {"byline": "Dan's byline"}).json()
    assert (answer["title"], answer["language"]) == ("Erin's title", "ar")
    assert answer["byline"] == "Dan's byline"
    assert answer["revision"]["text"] == "Erin's words."


def test_revising_the_words_around_the_text(as_, dan, article):
    path = f"{LIST}{article.slug}/"
    answer = as_(dan).patch(path, {"title": "Another title", "standfirst": "Shorter."})
    assert answer.status_code == 200
    body = answer.json()
    assert (body["title"], body["standfirst"]) == ("Another title", "Shorter.")
    assert body["byline"] == article.byline
    assert body["revision"]["number"] == 1
    refused = as_(dan).patch(path, {"title": ""})
    assert refused.status_code == 400
    assert "title" in refused.json()["errors"]


def test_publishing_a_draft(as_, dan):
    as_(dan).post(LIST, NEW | {"draft": True})
    path = f"{LIST}on-ferries/"
    assert as_(dan).patch(path, {"draft": True}).json()["state"] == "draft"
    published = as_(dan).patch(path, {"draft": False})
    assert published.json()["state"] == "published"
    assert as_().get(path).json() == published.json()
    assert as_(dan).patch(path, {"draft": False}).status_code == 200
    back = as_(dan).patch(path, {"draft": True})
    assert back.status_code == 400
    assert "draft" in back.json()["errors"]


def test_the_list_makes_a_constant_number_of_queries(as_, queries, dan, alice):
    for n in range(5):
        make_article(author=dan, title=f"Article {n}")
    few = queries(as_(alice), f"{LIST}?page_size=200")
    for n in range(45):
        make_article(author=dan, title=f"More {n}")
    assert len(as_(alice).get(f"{LIST}?page_size=200").json()["results"]) == 50
    assert queries(as_(alice), f"{LIST}?page_size=200") == few


def test_the_language_of_an_article(as_, dan, article):
    path = f"{LIST}{article.slug}/"
    assert as_().get(path).json()["language"] == ""
    assert as_(dan).patch(path, {"language": "AR"}).json()["language"] == "ar"
    assert (
        'id="text" lang="ar" dir="rtl"' in as_().get(f"/articles/{article.slug}/").content.decode()
    )
    refused = as_(dan).patch(path, {"language": "Arabic"})
    assert refused.status_code == 400
    assert "language" in refused.json()["errors"]
