"""``visible_to`` beyond single posts: what hangs on what, courses, private notes, stubs.

The single-post part, role by role and state by state, is ``post.read`` in test_permissions.
"""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from forum.courses.models import Course
from forum.discussion.listing import drafts_for, published_articles_for
from forum.discussion.models import Article, Post, Revision
from forum.discussion.publishing.actions import revise_article
from forum.moderation.reading import cases_for
from tests.factories import make_annotation, make_article, make_comment

NOBODY = AnonymousUser()


def sees(person, post):
    visible = Post.objects.visible_to(person).filter(pk=post.pk).exists()
    assert visible == Revision.objects.visible_to(person).filter(post=post).exists()
    return visible


def put(post, **fields):
    Post.objects.filter(pk=post.pk).update(**fields)


@pytest.fixture
def comment(article, alice):
    return make_comment(article, author=alice)


@pytest.fixture
def note_on_comment(comment, bob):
    return make_annotation(comment, quote="ferry", author=bob)


@pytest.mark.parametrize("state", ["held", "hidden", "removed", "withdrawn", "erased"])
def test_a_note_goes_and_comes_with_what_it_marks(comment, note_on_comment, state):
    assert sees(NOBODY, note_on_comment)
    put(comment, state=state)
    assert not sees(NOBODY, note_on_comment)
    put(comment, state="published")
    assert sees(NOBODY, note_on_comment)


@pytest.mark.parametrize("state", ["removed", "withdrawn"])
def test_an_answer_outlives_what_it_answers(article, comment, bob, state):
    answer = make_comment(article, author=bob, parent=comment)
    put(comment, state=state)
    assert sees(NOBODY, answer)


def test_nothing_beneath_a_removed_article_is_read(article, comment, note_on_comment, carol):
    put(article.post, state="removed")
    for post in (article.post, comment, note_on_comment):
        assert not sees(NOBODY, post)
        assert sees(carol, post)


def test_a_draft_is_there_for_those_who_publish(dan, erin, alice, carol, codebook):
    draft = make_article(author=dan, draft=True).post
    assert sees(dan, draft)
    assert sees(erin, draft)
    for person in (NOBODY, alice, carol):
        assert not sees(person, draft)


@pytest.fixture
def drafted(dan, codebook):
    """An article of Dan's that had two drafts before it was published, and one edit since."""
    article = make_article(author=dan, source="The first draft.", draft=True)
    for words in ("The second draft.", "As it was published."):
        revise_article(editor=dan, article=article, source=words, publish="published" in words)
    revise_article(editor=dan, article=article, source="As it is now.")
    return article


def test_drafts_stay_among_those_who_read_drafts(drafted, dan, erin, alice, carol):
    """Once the article is published, too: of its history all read what all have read."""
    for person, seen in [
        (dan, [1, 2, 3, 4]),
        (erin, [1, 2, 3, 4]),
        (NOBODY, [3, 4]),
        (alice, [3, 4]),
        (carol, [3, 4]),
    ]:
        found = Revision.objects.visible_to(person).filter(post=drafted.pk)
        assert list(found.order_by("number").values_list("number", flat=True)) == seen, person


def test_no_page_shows_or_leads_to_a_draft(drafted, client, erin):
    post, published = drafted.post, Revision.objects.get(post=drafted.pk, number=3)
    first = Revision.objects.get(post=drafted.pk, number=1)
    history = f"/posts/{post.pk}/history/"
    hidden = [
        f"{history}?revision=1",
        f"{history}?from=1&to=4",
        f"/posts/{post.pk}/revisions/2/",
        f"/api/v1/revisions/{first.pk}/",
    ]
    for address in hidden:
        assert client.get(address).status_code == 404, address
    for address in (history, f"/posts/{post.pk}/revisions/3/"):
        page = client.get(address).text
        assert "was published" in page
        assert "draft" not in page
        for number in (1, 2):
            assert f"/revisions/{number}/" not in page, address
            assert f"from={number}&" not in page, address
    assert client.get(f"/api/v1/revisions/{published.pk}/").status_code == 200
    client.force_login(erin)
    assert f"/posts/{post.pk}/revisions/1/" in client.get(history).text
    for address in hidden:
        assert client.get(address).status_code == 200, address


def test_what_is_for_a_course_is_read_by_the_course(article, comment, sam, dan, alice, bob, carol):
    other = Course.objects.create(slug="other", title="Other")
    put(comment, audience="course", course=Course.objects.get(slug="reading"))
    for person, expected in [(sam, True), (dan, True), (alice, True), (carol, True), (bob, False)]:
        assert sees(person, comment) is expected, person
    assert not sees(NOBODY, comment)
    put(comment, course=other)
    assert not sees(sam, comment)


def test_what_hangs_on_a_course_article_is_the_courses_too(article, comment, sam, bob):
    put(article.post, audience="course", course=Course.objects.get(slug="reading"))
    assert sees(sam, comment)
    assert not sees(bob, comment)
    assert not sees(NOBODY, comment)


def test_a_private_note_is_its_authors_alone(article, alice, bob, carol, dan, frances):
    note = make_annotation(article, author=alice, audience="private")
    assert sees(alice, note)
    for person in (NOBODY, bob, carol, dan, frances):
        assert not sees(person, note)


def test_stubs_are_what_one_may_know_of_but_not_read(article, alice, bob, carol):
    states = ["published", "held", "hidden", "removed", "withdrawn", "erased"]
    comments = {state: make_comment(article, author=alice) for state in states}
    for state, comment in comments.items():
        put(comment, state=state)
    stubbed = {"hidden", "removed", "withdrawn", "erased"}

    def stubs(person):
        ids = set(Post.objects.stubs_for(person).values_list("pk", flat=True))
        return {state for state, comment in comments.items() if comment.pk in ids}

    assert stubs(NOBODY) == stubs(bob) == stubbed
    assert stubs(carol) == stubs(alice) == {"erased"}


def test_no_stub_tells_of_a_course_or_a_draft(article, comment, bob):
    put(comment, state="removed")
    put(article.post, audience="course", course=Course.objects.get(slug="reading"))
    assert not Post.objects.stubs_for(bob).exists()
    put(article.post, audience="public", course=None, state="removed")
    assert not Post.objects.stubs_for(bob).exists()


def test_a_post_is_seen_once_however_many_reasons_there_are(article, alice, sam, dan):
    note = make_annotation(article, author=dan)
    assert Post.objects.visible_to(dan).filter(pk=note.pk).count() == 1


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL scans small tables")
@pytest.mark.parametrize("name", ["alice", "carol", "dan"])
def test_no_list_goes_through_every_post_on_the_site(request, db, name):
    person = request.getfixturevalue(name)
    for found in (
        Article.objects.visible_to(person).filter(slug="a"),
        published_articles_for(person),
        drafts_for(person),
        cases_for(person),
        cases_for(person).filter(state="open").order_by("pk"),
    ):
        plan = found.explain()
        scanned = [line for line in plan.splitlines() if "SCAN" in line]
        allowed = ("discussion_article", "moderation_case")
        assert all(any(table in line for table in allowed) for line in scanned), plan
