"""Annotations, codebooks and exports through the API."""

from __future__ import annotations

import csv
import io
import json

import pytest

from annotations.actions import annotate
from annotations.models import Annotation
from forum.discussion.actions import withdraw_post
from forum.discussion.models import Post, State
from tests.factories import make_annotation, make_article, make_comment, put

SHAPE = {
    "id",
    "target",
    "start",
    "end",
    "quote",
    "prefix",
    "suffix",
    "tags",
    "note",
    "audience",
    "author",
    "placement",
    "created_at",
}


@pytest.fixture
def path(article):
    return f"/api/v1/articles/{article.slug}/annotations/"


@pytest.fixture
def passage(article):
    """What a client sends to mark “everyone knows”."""
    revision = article.post.current
    start = revision.text.index("everyone knows")
    return {
        "revision": revision.pk,
        "start": start,
        "end": start + 14,
        "quote": "everyone knows",
        "tags": ["bias-claim", "question"],
        "note": "*Who* is everyone?",
        "audience": "public",
    }


def ids(answer):
    return [row["id"] for row in answer.json()["results"]]


def test_annotating(as_, path, passage, article, alice):
    answer = as_(alice).post(path, passage)
    assert answer.status_code == 201
    body = answer.json()
    assert set(body) >= SHAPE
    revision = passage["revision"]
    assert body["target"] == {"post": article.pk, "revision": revision}
    text = article.post.current.text
    assert text[body["start"] : body["end"]] == body["quote"] == "everyone knows"
    assert text[: body["start"]].endswith(body["prefix"])
    assert text[body["end"] :].startswith(body["suffix"])
    assert sorted(body["tags"]) == ["bias-claim", "question"]
    assert body["note"] == {
        "html": "<p><em>Who</em> is everyone?</p>",
        "text": "Who is everyone?",
    }
    assert body["author"] == {"name": "Alice Liddell"}
    assert body["placement"] == {
        "revision": revision,
        "start": body["start"],
        "end": body["end"],
        "state": "exact",
        "score": 1.0,
    }
    assert answer["Location"] == f"http://testserver/api/v1/annotations/{body['id']}/"
    assert as_().get(answer["Location"]).json() == body
    assert as_().get(path).json()["results"] == [body]


def test_who_may_annotate(as_, path, passage, alice, dan):
    refused = as_().post(path, passage)
    assert refused.status_code == 401
    assert refused["WWW-Authenticate"] == "Token"
    draft = make_article(author=dan, title="Hidden", draft=True)
    hidden = f"/api/v1/articles/{draft.slug}/annotations/"
    assert as_(alice).post(hidden, passage).status_code == 404
    assert Annotation.objects.count() == 0


def test_twice_is_once(as_, path, passage, alice):
    first = as_(alice).post(path, passage | {"token": "n-1"})
    again = as_(alice).post(path, passage | {"token": "n-1"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()


def test_a_token_takes_one_note(as_, path, passage, alice):
    first = as_(alice).post(path, passage | {"token": "n-1"}).json()
    other = as_(alice).post(path, passage | {"token": "n-1", "note": "Other words."})
    assert other.status_code == 409
    assert other.json()["post"] == first["id"]


def test_what_is_withdrawn_before_the_answer_is_not_found(
    as_, path, article, alice, bob, monkeypatch
):
    comment = make_comment(article, author=bob, source="Some words here.")

    def then_withdraw(**given):
        made = annotate(**given)
        withdraw_post(author=bob, post=Post.objects.get(pk=comment.pk))
        return made

    monkeypatch.setattr("annotations.api.annotate", then_withdraw)
    sent = {"revision": comment.current.pk, "start": 5, "end": 10, "quote": "words"}
    answer = as_(alice).post(path, sent | {"tags": ["question"]})
    assert answer.status_code == 404
    assert "withdrawn or removed" in answer.json()["detail"]


def test_private_notes_are_ones_own(as_, path, passage, alice, bob, carol, frances):
    body = as_(alice).post(path, passage | {"audience": "private"}).json()
    own = f"/api/v1/annotations/{body['id']}/"
    assert as_(alice).get(own).json() == body
    assert ids(as_(alice).get(path)) == [body["id"]]
    for person in (None, bob, carol, frances):
        assert as_(person).get(own).status_code == 404
        assert ids(as_(person).get(path)) == []
        assert as_(person).patch(own, {"note": "x"}).status_code in (401, 404)
        words = Post.objects.get(pk=body["id"]).current
        assert as_(person).get(f"/api/v1/revisions/{words.pk}/").status_code == 404


def test_annotating_a_comment(as_, path, article, alice):
    comment = make_comment(article, source="The ferry 🚢 matters.")
    revision = comment.current
    start = revision.text.index("matters")
    sent = {
        "revision": revision.pk,
        "start": start,
        "end": start + 7,
        "quote": "matters",
        "tags": ["question"],
        "note": "",
        "audience": "public",
    }
    body = as_(alice).post(path, sent).json()
    assert body["start"] == 12
    assert body["target"] == {"post": comment.pk, "revision": revision.pk}
    assert body["note"] == {"html": "", "text": ""}


def test_a_text_that_differs(as_, path, passage, article, alice):
    invented = as_(alice).post(path, passage | {"quote": "nobody knows x"})
    assert invented.status_code == 409
    assert invented.headers["Content-Type"] == "application/problem+json"
    assert invented.json()["proposal"] is None
    assert Annotation.objects.count() == 0


def test_a_longer_quote_is_found_again(as_, path, passage, article, alice):
    quote = "everyone knows what that means"
    start = passage["start"]
    sent = passage | {"quote": quote, "start": start + 3, "end": start + 3 + len(quote)}
    answer = as_(alice).post(path, sent)
    assert answer.status_code == 409
    assert answer.json()["proposal"] == {
        "revision": passage["revision"],
        "start": start,
        "end": start + len(quote),
    }


def test_beyond_the_end_of_the_text(as_, path, passage, article, alice):
    text = article.post.current.text
    tail = text[-8:]
    for start, end in ((len(text) - 8, len(text) + 5), (len(text) + 5, len(text) + 9)):
        answer = as_(alice).post(path, passage | {"start": start, "end": end, "quote": tail})
        assert answer.status_code == 409
    last = as_(alice).post(
        path, passage | {"start": len(text) - 8, "end": len(text), "quote": tail}
    )
    assert last.status_code == 201


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"tags": ["no-such-tag"]}, "tags"),
        ({"tags": []}, "tags"),
        ({"tags": "bias-claim"}, "tags"),
        ({"tags": ["bias-claim", 3]}, "tags"),
        ({"start": True}, "start"),
        ({"end": False}, "end"),
        ({"start": 3.0}, "start"),
        ({"end": "20"}, "end"),
        ({"start": -1}, "start"),
        ({"end": 0}, "end"),
        ({"end": 10**30}, "end"),
        ({"quote": ""}, "quote"),
        ({"audience": "course"}, "audience"),
        ({"audience": ["public"]}, "audience"),
        ({"revision": 10**12}, "revision"),
        ({"revision": True}, "revision"),
        ({"note": "\x00"}, "note"),
        ({"note": "x" * 5_000}, "note"),
    ],
)
def test_what_cannot_be_taken_is_named(as_, path, passage, alice, change, field):
    refused = as_(alice).post(path, passage | change)
    assert refused.status_code == 400
    assert list(refused.json()["errors"]) == [field]


def test_an_unknown_tag_is_named(as_, path, passage, alice):
    refused = as_(alice).post(path, passage | {"tags": ["no-such-tag"]}).json()
    assert "no-such-tag" in refused["errors"]["tags"][0]


def test_revisions_that_one_may_not_mark(as_, path, passage, article, alice, bob, dan):
    elsewhere = make_article(author=dan, title="Elsewhere").post.current.pk
    note = make_annotation(article).current.pk
    gone = make_comment(article, author=bob)
    put(Post.objects.filter(pk=gone.pk), State.REMOVED)
    for revision in (elsewhere, note, gone.current.pk):
        refused = as_(alice).post(path, passage | {"revision": revision})
        assert refused.status_code == 400
        assert list(refused.json()["errors"]) == ["revision"]


def test_placement_follows_the_text(as_, path, article, alice, dan):
    kept = make_annotation(article, quote="everyone knows")
    orphan = make_annotation(article, quote="the ferry that ran until last spring")
    source = article.post.current.source
    changed = "A new first paragraph.\n\n" + source.replace(
        "- the ferry that ran until last spring\n", ""
    )
    as_(dan).patch(f"/api/v1/articles/{article.slug}/", {"source": changed})
    revision = article.post.current
    rows = {row["id"]: row for row in as_().get(path).json()["results"]}
    placement = rows[kept.pk]["placement"]
    assert placement["revision"] == revision.pk
    assert revision.text[placement["start"] : placement["end"]] == "everyone knows"
    assert rows[kept.pk]["target"]["revision"] != revision.pk
    assert rows[orphan.pk]["placement"] == {
        "revision": revision.pk,
        "start": None,
        "end": None,
        "state": "orphaned",
        "score": 0.0,
    }
    assert ids(as_().get(f"{path}?state=orphaned")) == [orphan.pk]
    assert ids(as_().get(f"{path}?state={placement['state']}")) == [kept.pk]


def test_filters(as_, path, article, alice, bob):
    comment = make_comment(article, author=bob)
    first = make_annotation(article, author=alice, tags=("bias-claim", "question"))
    second = make_annotation(article, author=bob, tags=("question",))
    third = make_annotation(comment, author=alice, quote="ferry", tags=("factual-error",))
    gone = make_annotation(article, author=alice, tags=("question",))
    as_(alice).delete(f"/api/v1/annotations/{gone.pk}/")
    reader = as_(alice)

    def found(query):
        return ids(reader.get(f"{path}?{query}"))

    assert found("") == [first.pk, second.pk, third.pk]
    assert found("tag=question") == [first.pk, second.pk]
    assert found("author=me") == found("author=alice") == [first.pk, third.pk]
    # Whether there is an account of this name is nobody's business.
    assert found("author=nobody") == found("author=dan") == []
    assert found("author=Alice Liddell&tag=bias-claim") == [first.pk]
    assert found("target=article") == [first.pk, second.pk]
    assert found("target=comment") == found(f"target={comment.pk}") == [third.pk]
    assert found(f"target={article.pk}&author=bob") == [second.pk]
    assert found("state=exact") == [first.pk, second.pk, third.pk]
    assert found("state=published") == [first.pk, second.pk, third.pk]
    assert found("state=withdrawn") == [gone.pk]
    assert ids(as_(bob).get(f"{path}?state=withdrawn")) == []


@pytest.mark.parametrize(
    "query",
    ["tag=nope", "state=draft", "state=x", "target=page", "target=999999"],
)
def test_an_unknown_filter_value_is_named(as_, path, query):
    refused = as_().get(f"{path}?{query}")
    assert refused.status_code == 400
    assert list(refused.json()["errors"]) == [query.partition("=")[0]]


def test_my_annotations_need_a_me(as_, path):
    assert as_().get(f"{path}?author=me").status_code == 401


def test_changing_and_withdrawing_a_note(as_, path, article, alice, bob, settings):
    settings.QUIET_EDIT_MINUTES = 0
    post = make_annotation(article, author=alice, note="First.")
    own = f"/api/v1/annotations/{post.pk}/"
    assert as_().patch(own, {"note": "x"}).status_code == 401
    assert as_(bob).patch(own, {"note": "x"}).status_code == 403
    assert as_(alice).post(own, {"note": "x"}).status_code == 405
    changed = as_(alice).patch(own, {"note": "Second."})
    assert changed.status_code == 200
    assert changed.json()["note"]["text"] == "Second."
    assert changed.json()["edited"] is True
    refused = as_(alice).patch(own, {"note": "y" * 5_000})
    assert list(refused.json()["errors"]) == ["note"]
    assert as_(bob).delete(own).status_code == 403
    assert as_(alice).delete(own).status_code == 204
    assert as_(alice).delete(own).status_code == 409
    assert as_(bob).get(own).status_code == 404
    assert ids(as_(alice).get(path)) == []


def test_a_hidden_target_hides_its_annotations(as_, path, article, alice, bob):
    comment = make_comment(article, author=bob)
    note = make_annotation(comment, quote="ferry", author=alice)
    put(Post.objects.filter(pk=comment.pk), State.REMOVED)
    assert ids(as_().get(path)) == []
    assert as_(alice).get(f"/api/v1/annotations/{note.pk}/").status_code == 404
    put(Post.objects.filter(pk=comment.pk), State.PUBLISHED)
    assert ids(as_().get(path)) == [note.pk]


def test_the_list_makes_a_constant_number_of_queries(as_, queries, path, article, alice):
    for _ in range(5):
        make_annotation(article, author=alice)
    few = queries(as_(alice), f"{path}?page_size=200&tag=bias-claim&author=me&target=article")
    for _ in range(45):
        make_annotation(article, author=alice)
    assert len(ids(as_(alice).get(f"{path}?page_size=200"))) == 50
    assert (
        queries(as_(alice), f"{path}?page_size=200&tag=bias-claim&author=me&target=article") == few
    )


def test_codebooks(as_, codebook, queries):
    (listed,) = as_().get("/api/v1/codebooks/").json()["results"]
    assert listed["slug"] == codebook.slug
    assert listed["is_default"] is True
    assert [tag["slug"] for tag in listed["tags"]] == [
        tag.slug for tag in codebook.tags.order_by("position")
    ]
    assert set(listed["tags"][0]) >= {"label", "definition", "use_when", "avoid_when", "example"}


def test_exporting(as_, article, alice, dan, erin):
    note = make_annotation(article, author=alice)
    path = f"/api/v1/exports/annotations/?article={article.slug}"
    assert as_().get(path).status_code == 401
    assert as_(alice).get(path).status_code == 403
    for person in (dan, erin):
        answer = as_(person).get(f"{path}&format=csv", headers={"Accept": "text/csv"})
        assert answer.status_code == 200
        assert answer.streaming
        text = answer.getvalue().decode()
        (row,) = csv.DictReader(io.StringIO(text))
        assert "everyone knows" in row.values()
    answer = as_(dan).get(f"{path}&format=jsonl&names=pseudonym")
    (row,) = [json.loads(line) for line in answer.getvalue().decode().splitlines()]
    assert note.pk in row.values()
    assert alice.public_name not in row.values()


@pytest.mark.parametrize("query", ["format=xls", "names=real", "article="])
def test_exporting_what_there_is_not(as_, article, dan, query):
    path = f"/api/v1/exports/annotations/?article={article.slug}&{query}"
    refused = as_(dan).get(path)
    assert refused.status_code == 400
    assert list(refused.json()["errors"]) == [query.partition("=")[0]]
    nothing = as_(dan).get("/api/v1/exports/annotations/?article=none")
    assert nothing.status_code == 404
