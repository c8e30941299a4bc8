"""How much one may post: said before it is refused, refused with words that are kept."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from forum.discussion.models import Post
from forum.screening.pacing import Room, in_words, room_for
from tests.factories import make_annotation, make_comment


@pytest.fixture(autouse=True)
def _paced(settings):
    settings.POSTS_PER_MINUTE, settings.POSTS_PER_HOUR = 3, 5


def text(response) -> str:
    return unescape(response.content.decode())


def aged(**ago) -> None:
    """Everything that was written until now was written that long ago."""
    Post.objects.exclude(kind="article").update(created_at=timezone.now() - timedelta(**ago))


def respond_to(client, article, words="One more.", **fields):
    return client.post(reverse("respond", args=[article.slug]), {"source": words} | fields)


def test_the_form_says_it_before_it_is_refused(client, article, alice):
    client.force_login(alice)
    address = reverse("respond", args=[article.slug])
    assert "more now" not in text(client.get(address))
    make_comment(article, author=alice)
    assert "You can post 2 more now" in text(client.get(address))
    make_annotation(article, author=alice)
    assert "You can post 1 more now" in text(client.get(address))
    make_comment(article, author=alice)
    page = text(client.get(address))
    assert "You can post again in" in page
    assert "seconds" in page


@pytest.mark.parametrize("fragment", [{}, {"HTTP_HX_REQUEST": "true"}])
def test_a_refusal_keeps_the_words_and_says_when(client, article, alice, fragment):
    client.force_login(alice)
    for _ in range(3):
        make_comment(article, author=alice)
    address = reverse("respond", args=[article.slug])
    answer = client.post(address, {"source": "Words that took an hour."}, **fragment)
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 60
    assert "Words that took an hour." in text(answer)
    assert "send this again in" in text(answer)
    aged(minutes=1)
    assert respond_to(client, article, "Words that took an hour.").status_code == 302


def test_the_hour_counts_too(article, alice):
    for _ in range(5):
        make_comment(article, author=alice)
        aged(minutes=20)
    room = room_for(alice)
    assert room
    assert room.left == 0
    assert 39 * 60 < room.wait <= 40 * 60
    aged(hours=1)
    assert room_for(alice) == Room(3, 0)


def test_each_person_has_their_own(article, alice, bob):
    for _ in range(3):
        make_comment(article, author=alice)
    assert room_for(bob) == Room(3, 0)
    make_comment(article, author=bob)


def test_those_who_work_here_are_not_held_up(article, carol, dan, erin, frances):
    for person in (carol, dan, erin, frances):
        assert room_for(person) is None


def test_without_limits_nobody_is(settings, article, alice):
    settings.POSTS_PER_MINUTE = settings.POSTS_PER_HOUR = 0
    assert room_for(alice) is None
    settings.POSTS_PER_HOUR = 1
    make_comment(article, author=alice)
    room = room_for(alice)
    assert room
    assert room.left == 0


def test_the_same_form_again_is_answered_as_before(client, article, alice):
    client.force_login(alice)
    for token in "abc":
        assert respond_to(client, article, token=token).status_code == 302
    assert respond_to(client, article, token="c").status_code == 302
    assert respond_to(client, article, token="d").status_code == 429
    assert Post.objects.filter(kind="comment").count() == 3


def test_the_api_says_when(api, client, article, alice):
    for _ in range(3):
        make_comment(article, author=alice)
    api.force_authenticate(alice)
    refused = api.post(reverse("api-comments", args=[article.slug]), {"source": "More."})
    assert refused.status_code == 429
    assert refused["Content-Type"] == "application/problem+json"
    assert 0 < int(refused["Retry-After"]) <= 60
    revision = article.post.current
    note = {"revision": revision.pk, "start": 0, "end": 3, "quote": "The", "tags": ["question"]}
    refused = api.post(reverse("api-annotations", args=[article.slug]), note)
    assert refused.status_code == 429
    client.force_login(alice)
    refused = client.post(reverse("annotate", args=[article.slug]), note)
    assert (refused.status_code, "Retry-After" in refused) == (429, True)
    assert "send this again" in refused.json()["detail"]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "1 second"), (59, "59 seconds"), (100, "2 minutes"), (3_600, "60 minutes")],
)
def test_waiting_in_words(seconds, words):
    assert in_words(seconds) == words
