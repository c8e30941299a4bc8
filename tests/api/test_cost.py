"""What lists and posting may cost: queries that stay few, indexes that are used, short locks."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotations.serializers import COLUMNS, annotations_for
from forum.accounts.models import ApiToken
from forum.discussion.actions import post_comment
from forum.discussion.lookup import get_article_for, get_post_under
from forum.discussion.models import Article, Kind, Post
from forum.discussion.serializers import COMMENT_COLUMNS
from forum.lib.errors import Forbidden, NotFound
from forum.permissions import can, require
from tests.annotations.crowds import make_notes, make_people
from tests.factories import make_annotation, make_comment, put


@pytest.fixture
def here(article):
    return f"/api/v1/articles/{article.slug}"


def writes_after_begin(captured):
    """The statements of the (only) transaction, without its begin and end."""
    said = [query["sql"] for query in captured]
    begin = next(i for i, sql in enumerate(said) if sql.startswith(("BEGIN", "SAVEPOINT")))
    end = next(i for i, sql in enumerate(said) if sql.startswith(("COMMIT", "RELEASE")))
    return said[:begin], said[begin + 1 : end]


def test_a_thousand_annotations_on_one_page(as_, here, article):
    quotes = ["everyone knows"] * 1_000
    make_notes(article, quotes, make_people(3))
    client = as_()
    with CaptureQueriesContext(connection) as captured:
        body = client.get(f"{here}/annotations/?page_size=1000").json()
    assert len(body["results"]) == 1_000
    assert body["next"] is None
    # The article, the rows, their tags and places; and three times what it is kept as.
    assert len(captured) == 7
    assert body["results"][0]["tags"] == ["bias-claim"]
    assert {row["placement"]["state"] for row in body["results"]} == {"exact"}
    with CaptureQueriesContext(connection) as captured:
        assert client.get(f"{here}/annotations/?page_size=1000").json() == body
    assert len(captured) == 1
    rest = as_().get(f"{here}/annotations/?page_size=999").json()
    assert len(as_().get(rest["next"]).json()["results"]) == 1


@pytest.mark.parametrize("replies", [1, 9])
def test_a_list_of_replies_takes_three_queries(as_, article, replies):
    note = make_annotation(article)
    for _ in range(replies):
        make_comment(article, parent=note)
    client = as_()
    with CaptureQueriesContext(connection) as captured:
        found = client.get(f"/api/v1/annotations/{note.pk}/replies/").json()["results"]
    assert len(found) == replies
    # The note, the replies, their words; nothing is linked in them, so no quotes.
    assert len(captured) == 3


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL scans small tables")
def test_the_lists_look_up_by_index(article, alice):
    comments = Post.objects.listed_for(alice, replies=False)
    comments = comments.filter(root=article.pk, kind=Kind.COMMENT)
    for rows in (
        comments.values(*COMMENT_COLUMNS),
        annotations_for(alice).filter(root=article.pk).values(*COLUMNS),
    ):
        plan = rows.order_by("pk")[:1_001].explain()
        assert "SCAN" not in plan
        assert "post_thread" in plan
        assert "TEMP B-TREE" not in plan


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL scans small tables")
def test_replies_are_looked_up_by_their_note(article, alice):
    note = make_annotation(article)
    replies = Post.objects.listed_for(alice).filter(note=note).values(*COMMENT_COLUMNS)
    plan = replies.order_by("pk")[:51].explain()
    assert "SCAN" not in plan
    assert "post_replies" in plan
    assert "TEMP B-TREE" not in plan


def test_posting_holds_the_lock_for_the_writes_alone(client, here, article, alice, bob):
    parent = make_comment(article, author=bob)
    _, key = ApiToken.issue(alice, name="test")
    sent = {"source": "> everyone knows what that means\n\nDo they?", "parent": parent.pk}

    def post():
        return client.post(
            f"{here}/comments/",
            json.dumps(sent),
            content_type="application/json",
            headers={"authorization": f"Token {key}"},
        )

    assert post().status_code == 201
    with CaptureQueriesContext(connection) as captured:
        answer = post()
    assert answer.status_code == 201
    assert len(answer.json()["quotes"]) == 1
    before, inside = writes_after_begin(captured)
    # Whose key it is, the article, the comment above and who wrote it; of whoever posts their
    # courses, what they have posted lately of either kind, their latest words and, since they say
    # the same again, which; the version of
    # the word lists; whether they are muted, the texts that may be quoted; nothing is written.
    assert len(before) == 12
    assert all(sql.startswith("SELECT") for sql in before)
    # Whether they still may post is asked once their post is there.
    assert [sql.split()[0] for sql in inside[:3]] == ["UPDATE", "INSERT", "SELECT"]
    assert {sql.split()[0] for sql in inside[3:]} == {"INSERT"}


def test_a_reply_is_not_looked_through_for_quotes(as_, here, article, alice, bob):
    note = make_annotation(article, author=bob)
    sent = {"source": "> everyone knows what that means\n\nDo they?", "parent": note.pk}
    client = as_(alice)
    with CaptureQueriesContext(connection) as captured:
        answer = client.post(f"{here}/comments/", sent)
    assert answer.status_code == 201
    assert answer.json()["quotes"] == []
    before, inside = writes_after_begin(captured)
    looked_through = [sql for sql in before if '"discussion_revision"."text"' in sql]
    # The latest words of whoever posts: whether they say the same again.
    assert ["LIMIT 10" in sql for sql in looked_through] == [True]
    # Once it is there it is asked whether whoever wrote it still may, and whether the author of the
    # note, who is told, reads it.
    assert [sql.split()[0] for sql in inside[:4]] == ["UPDATE", "INSERT", "SELECT", "INSERT"]
    assert [sql.split()[0] for sql in inside].count("SELECT") == 2
    assert not [query for query in captured if "annotations_quotation" in query["sql"]]


def test_a_key_that_was_used_a_moment_ago_writes_nothing(client, here, alice):
    token, key = ApiToken.issue(alice, name="test")
    headers = {"authorization": f"Token {key}"}
    client.get(f"{here}/comments/", headers=headers)
    token.refresh_from_db()
    assert token.last_used_at
    with CaptureQueriesContext(connection) as captured:
        client.get(f"{here}/comments/", headers=headers)
    assert not [query for query in captured if query["sql"].startswith("UPDATE")]


def test_an_article_closed_while_somebody_writes_takes_no_more(article, alice):
    note = make_annotation(article)
    found = get_article_for(alice, article.slug)
    Article.objects.filter(pk=article.pk).update(closed_at=timezone.now())
    for parent in (None, get_post_under(alice, found, note.pk)):
        with pytest.raises(Forbidden):
            post_comment(author=alice, article=found, source="Too late.", parent=parent)
    assert not Post.objects.filter(kind=Kind.COMMENT).exists()
    assert Article.objects.get(pk=article.pk).last_number == 0


def test_what_one_person_was_shown_is_asked_again_for_another(article, alice, bob):
    note = make_annotation(article, author=alice, audience="private")
    note.found_for = alice.pk
    assert can(alice, "post.read", note)
    with pytest.raises(NotFound):
        require(bob, "post.read", note)


def test_what_is_answered_is_looked_up_under_its_article(article, alice, dan, carol):
    comment = make_comment(article, author=alice)
    assert get_post_under(alice, article, comment.pk) == comment
    put(Post.objects.filter(pk=comment.pk), "removed")
    assert get_post_under(dan, article, comment.pk) is None
    assert get_post_under(carol, article, comment.pk) == comment
