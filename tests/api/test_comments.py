"""Comments and revisions through the API."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forum.discussion.models import Kind, Post, State
from tests.factories import make_annotation, make_article, make_comment, put

SHAPE = {
    "id",
    "number",
    "parent",
    "depth",
    "author",
    "html",
    "text",
    "state",
    "created_at",
    "revision",
}


@pytest.fixture
def path(article):
    return f"/api/v1/articles/{article.slug}/comments/"


def test_responding(as_, path, alice, bob):
    answer = as_(alice).post(path, {"source": "One **thing**.\nTwo."})
    assert answer.status_code == 201
    body = answer.json()
    assert set(body) >= SHAPE
    assert body["html"] == "<p>One <strong>thing</strong>.<br>Two.</p>"
    assert body["text"] == "One thing.\nTwo."
    assert (body["number"], body["parent"], body["depth"]) == (1, None, 0)
    assert body["author"] == {"name": "Alice Liddell"}
    assert body["state"] == "published"
    assert body["revision"] == Post.objects.get(pk=body["id"]).current.pk
    assert answer["Location"] == f"http://testserver/api/v1/comments/{body['id']}/"
    assert as_().get(answer["Location"]).json() == body
    reply = as_(bob).post(path, {"source": "No.", "parent": body["id"], "token": ""}).json()
    assert (reply["number"], reply["parent"], reply["depth"]) == (2, body["id"], 1)
    assert as_().get(path).json()["results"] == [body, reply]


def test_who_may_respond(as_, path, article, alice):
    refused = as_().post(path, {"source": "Hello."})
    assert refused.status_code == 401
    assert refused["WWW-Authenticate"] == "Token"
    assert as_(alice).post("/api/v1/articles/none/comments/", {"source": "x"}).status_code == 404
    article.closed_at = article.published_at
    article.save(update_fields=["closed_at"])
    assert as_(alice).post(path, {"source": "Hello."}).status_code == 403
    assert Post.objects.filter(kind=Kind.COMMENT).count() == 0


def test_twice_is_once(as_, path, alice, bob):
    sent = {"source": "Once.", "token": "form-1"}
    first, again = as_(alice).post(path, sent), as_(alice).post(path, sent)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert as_(bob).post(path, sent).status_code == 201
    assert len(as_().get(path).json()["results"]) == 2


def test_a_parent_elsewhere_is_refused(as_, path, article, alice, dan):
    other = make_article(author=dan, title="Elsewhere")
    elsewhere, note = make_comment(other), make_annotation(other)
    for parent in (elsewhere.pk, note.pk, article.pk, 10**15):
        refused = as_(alice).post(path, {"source": "x", "parent": parent})
        assert refused.status_code == 400
        assert list(refused.json()["errors"]) == ["parent"]


def test_changing_ones_words(as_, path, article, alice, bob, settings):
    settings.QUIET_EDIT_MINUTES = 0
    post = make_comment(article, author=alice, source="First words.")
    first = post.current.pk
    own = f"/api/v1/comments/{post.pk}/"
    assert as_().patch(own, {"source": "Not mine."}).status_code == 401
    assert as_(bob).patch(own, {"source": "Not mine."}).status_code == 403
    assert as_(alice).put(own, {"source": "x"}).status_code == 405
    answer = as_(alice).patch(own, {"source": "Better words.", "revision": first})
    assert answer.status_code == 200
    body = answer.json()
    assert (body["text"], body["edited"]) == ("Better words.", True)
    assert body["revision"] != first
    stale = as_(alice).patch(own, {"source": "Best words.", "revision": first})
    assert stale.status_code == 409
    assert stale.json()["revision"] == body["revision"]
    earlier = as_().get(f"/api/v1/revisions/{first}/").json()
    assert (earlier["text"], earlier["post"]) == ("First words.", post.pk)
    assert earlier["superseded_at"]
    assert as_(alice).patch("/api/v1/comments/999/", {"source": "x"}).status_code == 404
    assert as_(alice).patch(f"/api/v1/comments/{article.pk}/", {"source": "x"}).status_code == 404


def test_withdrawing_leaves_a_stub(as_, path, article, alice, bob):
    post = make_comment(article, author=alice, source="I take this back.")
    reply = make_comment(article, author=bob, parent=post)
    own = f"/api/v1/comments/{post.pk}/"
    assert as_().delete(own).status_code == 401
    assert as_(bob).delete(own).status_code == 403
    assert as_(alice).delete(own).status_code == 204
    assert as_(alice).delete(own).status_code == 409
    for person in (None, bob):
        answer = as_(person).get(path)
        assert "take this back" not in answer.content.decode()
        stub, kept = answer.json()["results"]
        assert (stub["id"], stub["state"], stub["html"], stub["text"]) == (
            post.pk,
            "withdrawn",
            "",
            "",
        )
        assert stub["author"] == {"name": None}
        assert stub["revision"] is None
        assert (kept["id"], kept["parent"]) == (reply.pk, post.pk)
        assert as_(person).get(own).status_code == 404
        assert as_(person).delete(own).status_code in (401, 404)
        assert as_(person).get(f"/api/v1/revisions/{post.current.pk}/").status_code == 404
    assert as_(alice).get(path).json()["results"][0]["text"] == "I take this back."
    assert as_(alice).get(own).json()["state"] == "withdrawn"


@pytest.mark.parametrize("state", [State.HIDDEN, State.REMOVED, State.ERASED])
def test_the_words_of_a_stub_are_not_even_loaded(as_, path, article, alice, bob, carol, state):
    post = make_comment(article, author=alice, source="Unspeakable.")
    put(Post.objects.filter(pk=post.pk), state)
    make_comment(article, author=bob)
    with CaptureQueriesContext(connection) as captured:
        answer = as_(bob).get(path).json()["results"]
    assert [row["text"] for row in answer] == ["", "The ferry matters more than the bridge."]
    assert answer[0]["state"] == state
    assert "Unspeakable" not in str(captured.captured_queries)
    moderated = as_(carol).get(path).json()["results"][0]
    assert moderated["text"] == ("" if state == State.ERASED else "Unspeakable.")


def test_held_comments_are_not_listed(as_, path, article, alice, bob):
    post = make_comment(article, author=alice)
    put(Post.objects.filter(pk=post.pk), State.HELD)
    assert as_(bob).get(path).json()["results"] == []
    assert len(as_(alice).get(path).json()["results"]) == 1


def test_revisions(as_, article, dan):
    current = article.post.current
    answer = as_().get(f"/api/v1/revisions/{current.pk}/").json()
    assert set(answer) == {
        "id",
        "post",
        "number",
        "html",
        "text",
        "text_sha256",
        "created_at",
        "superseded_at",
    }
    assert answer["text"] == current.text
    assert as_().get("/api/v1/revisions/999999/").status_code == 404


def test_the_list_makes_a_constant_number_of_queries(as_, queries, path, article, alice):
    for n in range(5):
        make_comment(article, author=alice, source=f"Comment {n}")
    few = queries(as_(), f"{path}?page_size=200")
    assert few > 3
    for n in range(45):
        post = make_comment(article, author=alice, source=f"More {n}")
        if n % 9 == 0:
            put(Post.objects.filter(pk=post.pk), State.REMOVED)
    assert queries(as_(), f"{path}?page_size=200") == few
    assert len(as_().get(f"{path}?page_size=200").json()["results"]) == 50
