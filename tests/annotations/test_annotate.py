"""Saving a note from the page: the answers its script has to understand."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from annotations.actions import annotate
from annotations.models import Annotation
from forum.discussion.actions import withdraw_post
from forum.discussion.models import Post
from forum.discussion.publishing.actions import revise_article
from tests.factories import ARTICLE_TEXT, make_article, make_comment

QUOTE = "everyone knows"


def form_for(post, quote=QUOTE):
    revision = post.current
    start = revision.text.index(quote)
    return {
        "revision": revision.pk,
        "start": start,
        "end": start + len(quote),
        "quote": quote,
        "tags": ["bias-claim"],
        "note": "Who is *everyone*?",
        "audience": "public",
        "token": "one-token",
    }


@pytest.fixture
def save(client, article, alice):
    """Save a note by Alice: on ``quote``, with ``fields`` of the form changed."""
    client.force_login(alice)

    def post(*, quote=QUOTE, **fields):
        form = form_for(article.post, quote) | fields
        return client.post(reverse("annotate", args=[article.slug]), form)

    return post


def test_a_note_is_saved_and_comes_back_as_the_page_shows_it(save, article, alice):
    response = save()
    assert response.status_code == 201
    assert "no-store" in response["Cache-Control"]
    answer = response.json()
    annotation = Annotation.objects.get(pk=answer["id"])
    assert (annotation.quote, annotation.post.author) == (QUOTE, alice)
    assert f'id="note-{annotation.pk}"' in answer["notes"]
    assert "Who is <em>everyone</em>?" in answer["notes"]
    assert [link["label"] for link in answer["links"]] == ["Edit", "Withdraw"]


def test_a_private_note_comes_back_as_well(save):
    answer = save(audience="private").json()
    assert "Only you see this note" in answer["notes"]


@pytest.mark.parametrize(
    "fields",
    [
        {"note": "Other words."},
        {"tags": ["question"]},
        {"tags": ["bias-claim", "question"]},
        {"audience": "private"},
        {"quote": "must close"},
    ],
)
def test_a_form_that_was_saved_says_so_when_it_comes_with_something_else(save, article, fields):
    first = save().json()
    answer = save(**fields)
    assert answer.status_code == 409
    assert "as a note on “everyone knows”" in answer.json()["detail"]
    assert answer.json()["proposal"] is None
    assert answer.json()["post"] == first["id"]
    assert Annotation.objects.count() == 1


def test_the_same_form_is_the_same_note_where_the_passage_has_gone(save, article, dan):
    first = save().json()
    revise_article(editor=dan, article=article, source="Opening.\n\n" + ARTICLE_TEXT)
    assert save().status_code == 200
    assert save(**form_for(article.post)).json()["id"] == first["id"]


def test_one_form_for_two_texts_makes_one_note(client, article, alice, bob):
    client.force_login(alice)
    address = reverse("annotate", args=[article.slug])
    response = make_comment(article, author=bob, source="As everyone knows.")
    first = client.post(address, form_for(response)).json()
    assert client.post(address, form_for(article.post)).status_code == 409
    withdraw_post(author=bob, post=response)
    again = client.post(address, form_for(article.post))
    assert (again.status_code, again.json()["post"]) == (409, first["id"])
    assert client.post(address, form_for(response)).status_code == 400


def test_what_is_withdrawn_before_the_answer_is_not_found(client, article, alice, bob, monkeypatch):
    client.force_login(alice)
    response = make_comment(article, author=bob, source="As everyone knows.")

    def then_withdraw(**given):
        made = annotate(**given)
        withdraw_post(author=bob, post=Post.objects.get(pk=response.pk))
        return made

    monkeypatch.setattr("annotations.actions.annotate", then_withdraw)
    answer = client.post(reverse("annotate", args=[article.slug]), form_for(response))
    assert answer.status_code == 404
    assert "withdrawn or removed" in answer.json()["detail"]


def test_a_passage_of_a_response_is_saved(client, article, alice, bob):
    comment = make_comment(article, author=bob)
    client.force_login(alice)
    form = form_for(comment, "matters more")
    response = client.post(reverse("annotate", args=[article.slug]), form)
    assert response.status_code == 201
    assert "on response 1" in response.json()["notes"]


def test_a_form_may_send_newlines_as_browsers_do(client, article, alice):
    client.force_login(alice)
    quote = "that means.\nIt has carried"
    form = form_for(article.post, quote) | {"quote": quote.replace("\n", "\r\n")}
    response = client.post(reverse("annotate", args=[article.slug]), form)
    assert response.status_code == 201
    assert Annotation.objects.get().quote == quote


def test_twice_is_once(save):
    first, second = save(), save()
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
    assert Annotation.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"tags": []}, "tags"),
        ({"tags": ["nonsense"]}, "tags"),
        ({"audience": "friends"}, "audience"),
        ({"audience": ""}, "audience"),
        ({"note": "x" * 4_001}, "note"),
        ({"note": "nul \x00"}, "note"),
        ({"start": "one"}, "start"),
        ({"start": "-1"}, "start"),
        ({"start": "٣"}, "start"),
        ({"end": ""}, "end"),
        ({"end": "9" * 40}, "end"),
        ({"end": "0"}, "end"),
        ({"revision": "9" * 18}, "revision"),
        ({"revision": "1e3"}, "revision"),
        ({"token": "\x00"}, "token"),
        ({"token": "x" * 65}, "token"),
    ],
)
def test_what_cannot_be_taken_names_its_field(save, fields, field):
    response = save(**fields)
    assert response.status_code == 400
    errors = response.json()["errors"]
    assert list(errors) == [field]
    assert errors[field][0]
    assert Annotation.objects.count() == 0


def test_a_text_of_another_article_is_refused(save, dan):
    other = make_article(author=dan, title="Another")
    assert list(save(revision=other.post.current.pk).json()["errors"]) == ["revision"]


def test_a_stranger_is_asked_to_log_in(client, article):
    form = form_for(article.post)
    response = client.post(reverse("annotate", args=[article.slug]), form)
    assert response.status_code == 401
    assert response.json()["detail"]


def test_a_form_from_elsewhere_is_refused(article, alice):
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    form = form_for(article.post)
    assert client.post(reverse("annotate", args=[article.slug]), form).status_code == 403
    assert Annotation.objects.count() == 0


def test_words_that_stand_elsewhere_are_a_conflict_with_a_proposal(save, article):
    start = article.post.current.text.index("The committee says the bridge must close")
    quote = "who pays when it is gone"
    response = save(quote=quote, start=start, end=start + len(quote))
    assert response.status_code == 409
    at = article.post.current.text.index(quote)
    answer = response.json()
    assert answer["detail"]
    assert answer["proposal"] == {
        "revision": article.post.current.pk,
        "start": at,
        "end": at + len(quote),
    }
    assert save(quote=quote, **answer["proposal"]).status_code == 201


def test_words_that_stand_nowhere_are_a_conflict_without_one(client, article, alice):
    client.force_login(alice)
    form = form_for(article.post) | {"quote": "what nobody wrote"}
    response = client.post(reverse("annotate", args=[article.slug]), form)
    assert response.status_code == 409
    assert response.json()["proposal"] is None
    assert Annotation.objects.count() == 0


def test_a_passage_of_a_replaced_text_is_carried_to_the_present_one(save, article, dan):
    old = article.post.current
    start = old.text.index(QUOTE)
    new = revise_article(editor=dan, article=article, source="A new beginning.\n\n" + ARTICLE_TEXT)
    response = save(revision=old.pk, start=start, end=start + len(QUOTE))
    assert response.status_code == 201
    assert f'data-start="{new.text.index(QUOTE)}"' in response.json()["notes"]
