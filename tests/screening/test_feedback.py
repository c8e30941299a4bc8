"""Akismet hears of it when a moderator decides otherwise, once that stands."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from forum.moderation.actions import decide
from forum.moderation.models import Case
from forum.screening import akismet
from forum.screening.feedback import send_feedback
from forum.screening.models import Feedback
from tests.factories import make_comment, make_flag
from tests.screening.hostile import answer, serving


@pytest.fixture
def says(settings, monkeypatch):
    """``says[0]`` is what Akismet answers, ``says[1]`` what it was sent."""
    settings.AKISMET_KEY = "k3y"
    akismet.PATIENCE.forget()
    body = [b"true"]
    with serving(lambda _request: answer(body[0])) as server:
        monkeypatch.setattr(akismet, "HOST", server.url.removesuffix("/check"))
        yield body, server


def decided(post, moderator, action, **fields):
    case = Case.objects.get(post=post)
    decide(moderator=moderator, case=case, action=action, version=case.version, **fields)
    post.refresh_from_db()


def later():
    Feedback.objects.update(next_attempt_at=timezone.now() - timedelta(minutes=1))
    return send_feedback.call()


def submitted(server):
    return [request.split()[1].decode() for request in server.requests if b"submit" in request]


def test_what_was_kept_is_ham(says, article, alice, carol):
    _body, server = says
    post = make_comment(article, author=alice, source="My book is out.")
    assert post.held_for == "akismet"
    decided(post, carol, "keep")
    assert submitted(server) == []
    assert send_feedback.call() == 0
    assert later() == 1
    assert submitted(server) == ["/1.1/submit-ham"]
    assert b"comment_content=My+book+is+out." in server.bodies[-1]
    assert later() == 0


def test_what_was_removed_as_advertising_is_spam(says, article, alice, bob, carol, rules):
    body, server = says
    body[0] = b"false"
    post = make_comment(article, author=alice)
    make_flag(post, flagger=bob)
    decided(post, carol, "remove", rule=rules["no-advertising"], reason="It sells.")
    assert later() == 1
    assert submitted(server) == ["/1.1/submit-spam"]


def test_what_it_said_itself_it_is_not_told(says, article, alice, bob, carol, rules):
    body, _server = says
    spam = make_comment(article, author=alice, source="Buy.")
    decided(spam, carol, "remove", rule=rules["no-advertising"], reason="It sells.")
    body[0] = b"false"
    rude = make_comment(article, author=alice, source="You fool.")
    make_flag(rude, flagger=bob)
    decided(rude, carol, "remove", rule=rules["civility"], reason="It is rude.")
    assert not Feedback.objects.exists()


def test_what_stands_no_more_is_not_told(says, article, alice, carol):
    _body, server = says
    post = make_comment(article, author=alice)
    decided(post, carol, "keep")
    type(post).objects.filter(pk=post.pk).update(state="withdrawn")
    assert later() == 0
    assert submitted(server) == []
    assert Feedback.objects.get().done_at


def test_a_server_that_fails_is_asked_again_and_then_no_more(says, article, alice, carol):
    _body, server = says
    post = make_comment(article, author=alice)
    decided(post, carol, "keep")
    akismet.HOST = "http://127.0.0.1:1"
    for _ in range(6):
        assert later() == 0
    feedback = Feedback.objects.get()
    assert feedback.attempts == 6
    assert feedback.done_at
    assert submitted(server) == []


def test_without_a_key_nothing_is_noted(article, alice, bob, carol, rules):
    post = make_comment(article, author=alice)
    make_flag(post, flagger=bob)
    decided(post, carol, "remove", rule=rules["no-advertising"], reason="It sells.")
    assert not Feedback.objects.exists()
