"""What feed readers, crawlers, previews and other sites are told: what everybody may read."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.urls import reverse

from forum.discussion.actions import revise_post, withdraw_post
from forum.discussion.models import Article, Post
from forum.discussion.publishing.actions import revise_article
from forum.lib.atom import absolute
from tests.factories import make_annotation, make_article, make_comment, put

ATOM = "{http://www.w3.org/2005/Atom}"
XML = "{http://www.w3.org/XML/1998/namespace}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture
def read(client):
    """Ask for an address that anybody may ask for."""

    def ask(name: str, *args: object, **query: str) -> str:
        answer = client.get(reverse(name, args=args), query)
        assert answer.status_code == 200
        return str(answer.content.decode())

    return ask


def entries(feed: str) -> list[ElementTree.Element]:
    return ElementTree.fromstring(feed).findall(f"{ATOM}entry")  # noqa: S314  # our own


def texts(feed: str, name: str) -> list[str | None]:
    return [entry.findtext(ATOM + name) for entry in entries(feed)]


# Feeds


def test_a_feed_is_what_the_standard_asks_for(read, article, alice):
    """RFC 4287, 4.1: what is to be there once, and whose each entry is."""
    make_comment(article, author=alice)
    make_annotation(article, author=alice)
    make_comment(article, author=alice, source="As @alice says.")
    for name, args in (
        ("feed", []),
        *((n, [article.slug]) for n in ("article-feed", "notes-feed")),
    ):
        feed = ElementTree.fromstring(read(name, *args))  # noqa: S314  # our own
        assert feed.find(f"{ATOM}entry")
        for element in (feed, *feed.iter(f"{ATOM}entry")):
            for once in ("id", "title", "updated"):
                assert len(element.findall(ATOM + once)) == 1, (name, once)
        for entry in feed.iter(f"{ATOM}entry"):
            assert entry.findtext(f"{ATOM}author/{ATOM}name")
            (link,) = entry.iter(f"{ATOM}link")
            (content,) = entry.iter(f"{ATOM}content")
            # What it links to by a path alone, as a mention does, is on this site.
            assert content.attrib == {"type": "html", f"{XML}base": link.get("href")}


def test_articles_come_newest_first_and_in_full(read, article, dan):
    newer = make_article(author=dan, title="Newer & better <b>")
    make_article(author=dan, title="Nobody reads this yet", draft=True)
    feed = read("feed")
    assert texts(feed, "title") == [newer.title, article.title]
    assert texts(feed, "id") == [absolute(a.get_absolute_url()) for a in (newer, article)]
    assert "everyone knows" in (texts(feed, "content")[1] or "")


def test_responses_come_newest_first_without_replies_to_notes(read, article, alice, bob):
    first = make_comment(article, author=alice, source="The *first* words.")
    note = make_annotation(article, author=bob)
    make_comment(article, author=alice, parent=note, source="A reply to a note.")
    second = make_comment(article, author=bob, parent=first, source="The second.")
    feed = read("article-feed", article.slug)
    assert texts(feed, "title") == ["Response 2 by Bob Cratchit", "Response 1 by Alice Liddell"]
    assert texts(feed, "content")[1] == "<p>The <em>first</em> words.</p>"
    assert texts(feed, "id")[0] == absolute(second.get_absolute_url())


def test_notes_come_with_their_passages_and_tags(read, article, bob):
    make_annotation(article, author=bob, note="Who <is> everyone?")
    make_annotation(article, author=bob, quote="ferry", audience="private")
    (content,) = texts(read("notes-feed", article.slug), "content")
    assert content
    assert "<blockquote>everyone knows</blockquote>" in content
    assert "Bias claim" in content
    assert "Who &lt;is&gt; everyone?" in content


@pytest.mark.parametrize("state", ["held", "hidden", "removed", "withdrawn"])
@pytest.mark.parametrize("name", ["article-feed", "notes-feed"])
def test_what_is_not_public_is_in_no_feed(read, article, alice, state, name):
    for post in (make_comment(article, author=alice), make_annotation(article, author=alice)):
        put(Post.objects.filter(pk=post.pk), state)
    assert not entries(read(name, article.slug))


@pytest.mark.parametrize("name", ["article-feed", "notes-feed"])
def test_an_article_that_is_not_public_has_no_feeds(client, dan, codebook, name):
    draft = make_article(author=dan, draft=True)
    client.force_login(dan)
    assert client.get(reverse(name, args=[draft.slug])).status_code == 404


def test_an_edit_is_an_update_of_the_same_entry(read, article, alice):
    post = make_comment(article, author=alice)
    (before,) = entries(read("article-feed", article.slug))
    revise_post(editor=alice, post=post, source="Other words.")
    (after,) = entries(read("article-feed", article.slug))
    assert before.findtext(f"{ATOM}id") == after.findtext(f"{ATOM}id")
    assert before.findtext(f"{ATOM}published") == after.findtext(f"{ATOM}published")
    assert before.findtext(f"{ATOM}updated") != after.findtext(f"{ATOM}updated")


def test_whoever_has_the_feed_is_told_so(client, article, alice):
    for address in (reverse("feed"), reverse("article-feed", args=[article.slug])):
        etag = client.get(address)["ETag"]
        again = client.get(address, headers={"If-None-Match": etag})
        assert (again.status_code, again.content) == (304, b"")
    make_comment(article, author=alice)
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 200


def test_what_xml_cannot_hold_is_left_out(article, read, alice):
    post = make_comment(article, author=alice)
    Post.objects.filter(pk=post.pk).update(author_name="A\x0bl\x1bi\uffffce")
    assert texts(read("article-feed", article.slug), "title") == ["Response 1 by Alice"]


@pytest.mark.parametrize("name", ["feed", "article-feed", "notes-feed"])
@pytest.mark.parametrize("count", [2, 12])
def test_a_feed_costs_the_same_queries_however_long(
    client, article, alice, django_assert_max_num_queries, name, count
):
    for _ in range(count):
        make_comment(article, author=alice)
        make_annotation(article, author=alice)
    address = reverse(name, args=[] if name == "feed" else [article.slug])
    with django_assert_max_num_queries(5):
        client.get(address)


# Previews and search engines


def meta(html: str) -> dict[str, str]:
    return dict(re.findall(r'<meta property="([^"]+)" content="([^"]*)"', html))


def linked(html: str) -> dict:
    data = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert data
    return dict(json.loads(data[1]))


def test_a_link_to_an_article_has_a_preview(read, article):
    html = read("article", article.slug, sort="newest")
    address = absolute(article.get_absolute_url())
    assert f'<link rel="canonical" href="{address}">' in html
    told = meta(html)
    assert (told["og:title"], told["og:url"]) == (article.title, address)
    assert len(told["og:description"]) > 20


def test_search_engines_are_told_of_article_and_responses(read, article, alice):
    post = make_comment(article, author=alice, source="“The *ferry*” </script><b> & so on.")
    make_annotation(post, author=alice, quote="ferry")
    withdraw_post(author=alice, post=make_comment(article, author=alice, source="Taken back."))
    html = read("article", article.slug)
    data = linked(html)
    assert data["@type"] == "Article"
    assert data["headline"] == article.title
    assert data["commentCount"] == 1
    (comment,) = data["comment"]
    assert comment["text"] == "“The ferry” </script><b> & so on."
    assert comment["author"]["name"] == "Alice Liddell"
    assert comment["url"].endswith(f"#comment-{post.pk}")
    assert "Taken back." not in html


def test_of_a_long_discussion_the_first_are_told(read, article):
    for _ in range(25):
        make_comment(article)
    data = linked(read("article", article.slug))
    assert (data["commentCount"], len(data["comment"])) == (25, 10)


def test_a_draft_tells_machines_nothing(client, dan, codebook):
    draft = make_article(author=dan, draft=True)
    client.force_login(dan)
    html = client.get(draft.get_absolute_url()).content.decode()
    for told in ("og:title", "canonical", "ld+json", "oembed"):
        assert told not in html


# Crawlers


def test_the_sitemap_leads_to_what_is_public(read, article, dan):
    draft = make_article(author=dan, draft=True)
    index = ElementTree.fromstring(read("sitemap"))  # noqa: S314  # our own
    assert len(index.findall(f"{MAP}sitemap")) == 2
    section = read("django.contrib.sitemaps.views.sitemap", "articles")
    assert article.get_absolute_url() in section
    assert draft.get_absolute_url() not in section
    revise_article(editor=dan, article=article, source="Other words.")
    (url,) = ElementTree.fromstring(section).findall(f"{MAP}url")  # noqa: S314  # our own
    assert url.findtext(f"{MAP}lastmod")
    assert "/rules/" in read("django.contrib.sitemaps.views.sitemap", "pages")


def test_crawlers_are_told_where_they_have_no_business(read):
    robots = read("robots")
    assert "Disallow: /moderation/" in robots
    assert "Disallow: /articles/" not in robots
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in robots


# Embedding


@pytest.fixture
def embed(client):
    def ask(path: str, **query: str) -> dict:
        answer = client.get(reverse("oembed"), {"url": absolute(path)} | query)
        assert answer.status_code == 200
        assert answer["Access-Control-Allow-Origin"] == "*"
        return dict(answer.json())

    return ask


def test_an_article_can_be_embedded(embed, read, article):
    html = read("article", article.slug)
    assert "application/json+oembed" in html
    told = embed(article.get_absolute_url())
    assert (told["version"], told["type"], told["title"]) == ("1.0", "rich", article.title)
    assert absolute(article.get_absolute_url()) in told["html"]


def test_a_note_can_be_embedded_with_its_passage(embed, article, bob):
    note = make_annotation(article, author=bob, note="Who <b>is</b> everyone?")
    told = embed(note.get_absolute_url(), maxwidth="300")
    assert told["author_name"] == "Bob Cratchit"
    assert "<q>everyone knows</q>" in told["html"]
    assert "Who &lt;b&gt;is&lt;/b&gt; everyone?" in told["html"]
    assert told["width"] == 300


def test_so_can_a_response(embed, article, alice):
    post = make_comment(article, author=alice, source="The ferry.")
    assert "<p>The ferry.</p>" in embed(post.get_absolute_url())["html"]


@pytest.mark.parametrize("audience", ["private", "public"])
def test_what_not_everybody_reads_cannot_be_embedded(client, article, bob, audience):
    note = make_annotation(article, author=bob, audience=audience)
    if audience == "public":
        put(Post.objects.filter(pk=note.pk), "removed")
    client.force_login(bob)
    answer = client.get(reverse("oembed"), {"url": absolute(note.get_absolute_url())})
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "address",
    ["", "x", "http://evil.example/articles/a/", "//", "http://[", "javascript:alert(1)"],
)
def test_what_is_not_on_this_site_cannot_be_embedded(client, db, address):
    assert client.get(reverse("oembed"), {"url": address}).status_code == 404


@pytest.mark.parametrize(
    "path", ["/", "/rules/", "/posts/99999/", "/articles/none/", "/%00", "/a b"]
)
def test_what_has_no_words_of_its_own_cannot_be_embedded(client, db, path):
    assert client.get(reverse("oembed"), {"url": absolute(path)}).status_code == 404


def test_there_is_json_only(client, article):
    query = {"url": absolute(article.get_absolute_url()), "format": "xml"}
    assert client.get(reverse("oembed"), query).status_code == 501
    assert Article.objects.exists()
