"""How long what one wrote can be edited and put back, and what readers are told of an edit."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from forum.discussion.actions import reinstate_post, revise_post, withdraw_post
from forum.discussion.endorsing import endorse
from forum.discussion.models import Post, Revision
from forum.lib.errors import Conflict, Forbidden
from tests.factories import make_annotation, make_comment, make_flag


@pytest.fixture
def comment(article, alice):
    return make_comment(article, author=alice, source="The ferry matters.")


def text(response) -> str:
    return unescape(response.content.decode())


def aged(post, **ago):
    """``post`` as if it had been written that long ago."""
    Post.objects.filter(pk=post.pk).update(created_at=timezone.now() - timedelta(**ago))
    post.refresh_from_db()
    return post


def mark_after_edit(post, words="The tram matters.") -> int:
    return revise_post(editor=post.author, post=post, source=words).mark


# What readers are told of an edit


def test_an_edit_at_once_leaves_history_and_no_mark(client, article, comment):
    assert mark_after_edit(comment) == 0
    assert comment.revisions.count() == 2
    assert ">edited" not in text(client.get(article.get_absolute_url()))
    history = text(client.get(reverse("post-history", args=[comment.pk])))
    assert "ferry" in history
    assert "tram" in history


def test_a_later_edit_is_told_and_one_much_later_as_such(client, article, comment):
    assert mark_after_edit(aged(comment, minutes=6)) == 1
    assert ">edited</a>" in text(client.get(article.get_absolute_url()))
    assert mark_after_edit(aged(comment, hours=25), "The bus matters.") == 2
    assert ">edited later</a>" in text(client.get(article.get_absolute_url()))


def test_a_mark_stays(comment):
    mark_after_edit(aged(comment, minutes=6))
    assert mark_after_edit(aged(comment, seconds=0), "Again.") == 1


@pytest.mark.parametrize("reaction", ["reply", "note", "endorsement", "flag"])
def test_once_somebody_has_reacted_an_edit_is_told(article, comment, bob, reaction):
    if reaction == "reply":
        make_comment(article, author=bob, parent=comment)
    elif reaction == "note":
        make_annotation(comment, author=bob, quote="ferry")
    elif reaction == "endorsement":
        endorse(person=bob, post=comment)
    else:
        make_flag(comment, flagger=bob)
    assert mark_after_edit(comment) == 1


def test_of_a_private_note_the_author_does_not_learn(comment, bob):
    make_annotation(comment, author=bob, quote="ferry", audience="private")
    assert mark_after_edit(comment) == 0


def test_the_minutes_are_a_setting(settings, comment):
    settings.QUIET_EDIT_MINUTES = 0
    assert mark_after_edit(comment) == 1


def test_a_first_revision_is_no_edit(comment):
    with pytest.raises(IntegrityError), transaction.atomic():
        Revision.objects.filter(post=comment).update(mark=1)


# Until when


def test_edits_are_refused_after_the_limit_with_a_code(settings, client, api, comment, alice):
    aged(comment, hours=3)
    path = reverse("api-comment", args=[comment.pk])
    api.force_authenticate(alice)
    assert api.patch(path, {"source": "The tram."}).status_code == 200
    settings.EDIT_LIMIT_HOURS = 2
    refused = api.patch(path, {"source": "The bus."})
    assert (refused.status_code, refused.json()["code"]) == (403, "edit-too-late")
    assert comment.current.source == "The tram."
    client.force_login(alice)
    page = client.get(reverse("post-edit", args=[comment.pk]))
    assert page.status_code == 403
    assert "more than 2 hours ago" in text(page)
    assert reverse("post-edit", args=[comment.pk]) not in text(client.get(reverse("you")))


def test_words_sent_too_late_are_not_lost(settings, client, comment, alice):
    settings.EDIT_LIMIT_HOURS = 2
    client.force_login(alice)
    address = reverse("post-edit", args=[comment.pk])
    aged(comment, hours=3)
    answer = client.post(address, {"source": "Hard won words.", "expected": comment.current.pk})
    assert answer.status_code == 403
    assert "Hard won words." in text(answer)
    assert "no longer be edited" in text(answer)


def test_the_form_says_how_long_is_left(settings, client, comment, alice, bob):
    client.force_login(alice)
    address = reverse("post-edit", args=[comment.pk])
    page = text(client.get(address))
    assert "an edit is not marked as one" in page
    assert "You can edit this for another" not in page
    settings.EDIT_LIMIT_HOURS = 2
    endorse(person=bob, post=comment)
    page = text(client.get(aged(comment, minutes=1) and address))
    assert "You can edit this for another 1\xa0hour, 58\xa0minutes" in page
    assert "not marked as one" not in page


# Withdrawing


def test_it_can_be_put_back_within_the_time(settings, client, comment, alice):
    withdraw_post(author=alice, post=comment)
    client.force_login(alice)
    page = text(client.get(comment.get_absolute_url()))
    assert "You can put it back until" in page
    assert "Undo: put it back" in page
    reinstate_post(author=alice, post=comment)
    comment.refresh_from_db()
    assert (comment.state, comment.withdrawn_at) == ("published", None)
    with pytest.raises(Conflict):
        reinstate_post(author=alice, post=comment)


def test_after_that_it_stays_withdrawn(settings, client, api, article, comment, alice):
    withdraw_post(author=alice, post=comment)
    Post.objects.update(withdrawn_at=timezone.now() - timedelta(hours=25))
    comment.refresh_from_db()
    with pytest.raises(Forbidden) as refused:
        reinstate_post(author=alice, post=comment)
    assert refused.value.code == "undo-too-late"
    client.force_login(alice)
    address = reverse("post-reinstate", args=[comment.pk])
    assert client.post(address).status_code == 403
    assert "too late" in text(client.get(comment.get_absolute_url()))
    personal = client.get(reverse("article-personal", args=[article.slug])).json()
    assert personal["own"] == [{"id": comment.pk, "links": []}]
    settings.UNDO_HOURS = 0
    assert client.post(address).status_code == 302


def test_scripts_are_told_what_has_become_of_it(client, comment, alice, bob):
    client.force_login(alice)
    json = {"headers": {"accept": "application/json"}}
    for verb, state in (("withdraw", "withdrawn"), ("reinstate", "published")):
        address = reverse(f"post-{verb}", args=[comment.pk])
        for _ in range(2):
            assert client.post(address, **json).json() == {"state": state}
    client.force_login(bob)
    assert client.post(reverse("post-withdraw", args=[comment.pk]), **json).status_code == 403
