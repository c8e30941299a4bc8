"""Replies to annotations through the API."""

from __future__ import annotations

import pytest

from forum.discussion.actions import withdraw_post
from forum.discussion.models import Post
from tests.factories import make_annotation, make_comment, put


@pytest.fixture
def note(article, alice):
    return make_annotation(article, author=alice)


@pytest.fixture
def comments(article):
    return f"/api/v1/articles/{article.slug}/comments/"


@pytest.fixture
def replies(note):
    return f"/api/v1/annotations/{note.pk}/replies/"


def test_replying(as_, comments, replies, note, alice, bob):
    answer = as_(bob).post(comments, {"source": "The *committee*.", "parent": note.pk})
    assert answer.status_code == 201
    body = answer.json()
    assert (body["note"], body["parent"], body["number"]) == (note.pk, note.pk, None)
    assert as_().get(answer["Location"]).json() == body
    back = as_(alice).post(comments, {"source": "Which?", "parent": body["id"]}).json()
    assert (back["note"], back["parent"], back["depth"]) == (note.pk, body["id"], 1)
    assert as_().get(replies).json()["results"] == [body, back]
    assert as_().get(comments).json()["results"] == []


def test_a_response_says_that_it_is_none(as_, comments, article):
    make_comment(article)
    (response,) = as_().get(comments).json()["results"]
    assert (response["note"], response["number"]) == (None, 1)


def test_counts_leave_replies_out(as_, article, note):
    make_comment(article, parent=note)
    told = as_().get(f"/api/v1/articles/{article.slug}/").json()
    assert (told["responses"], told["annotations"]) == (0, 1)


def test_a_stub_keeps_its_place(as_, replies, article, note, bob):
    reply = make_comment(article, author=bob, parent=note, source="Secret.")
    withdraw_post(author=bob, post=reply)
    (stub,) = as_().get(replies).json()["results"]
    assert (stub["state"], stub["text"], stub["author"]) == ("withdrawn", "", {"name": None})


def test_a_thread_is_there_as_long_as_its_note(as_, replies, article, note, bob, carol):
    reply = make_comment(article, author=bob, parent=note)
    put(Post.objects.filter(pk=note.pk), "removed")
    for person in (None, bob):
        assert as_(person).get(replies).status_code == 404
        assert as_(person).get(f"/api/v1/comments/{reply.pk}/").status_code == 404
    assert len(as_(carol).get(replies).json()["results"]) == 1


def test_a_private_note_takes_no_replies(as_, comments, article, alice, bob):
    mine = make_annotation(article, author=alice, audience="private")
    sent = {"source": "To myself.", "parent": mine.pk}
    assert as_(alice).post(comments, sent).status_code == 403
    refused = as_(bob).post(comments, sent)
    assert refused.status_code == 400
    assert list(refused.json()["errors"]) == ["parent"]
    assert as_(bob).get(f"/api/v1/annotations/{mine.pk}/replies/").status_code == 404


def test_only_annotations_have_replies(as_, article):
    response = make_comment(article)
    assert as_().get(f"/api/v1/annotations/{response.pk}/replies/").status_code == 404


def test_a_list_costs_the_same_queries_however_long(as_, queries, replies, article, note, bob):
    make_comment(article, author=bob, parent=note)
    before = queries(as_(bob), replies)
    for _ in range(5):
        make_comment(article, author=bob, parent=note)
    assert queries(as_(bob), replies) == before


def test_a_reply_cannot_be_marked(as_, article, note, alice):
    reply = make_comment(article, author=alice, parent=note, source="The committee.")
    sent = {
        "revision": reply.current.pk,
        "start": 0,
        "end": 3,
        "quote": "The",
        "tags": ["question"],
    }
    refused = as_(alice).post(f"/api/v1/articles/{article.slug}/annotations/", sent)
    assert refused.status_code == 400
    assert list(refused.json()["errors"]) == ["revision"]
