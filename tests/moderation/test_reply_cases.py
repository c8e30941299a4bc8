"""A flagged reply to a note, as moderators see it."""

from __future__ import annotations

import pytest

from forum.moderation.actions import decide
from forum.notifications.models import Notification
from tests import factories


@pytest.fixture
def note(article, alice):
    return factories.make_annotation(article, author=alice)


@pytest.fixture
def reply(article, note, bob):
    return factories.make_comment(article, author=bob, parent=note, source="Buy my *bridge*.")


@pytest.fixture
def case(reply, rules):
    return factories.make_flag(reply, reason="spam").case


def text_of(page) -> str:
    assert page.status_code == 200
    return " ".join(page.content.decode().split())


def test_a_case_shows_the_note_and_its_passage(as_, case, article, reply, carol):
    text = text_of(as_(carol).get(case.get_absolute_url()))
    for words in (
        "A reply by Bob Cratchit",
        "everyone knows</mark> what that means",
        "Who is everyone?",
        "Buy my <em>bridge</em>.",
        "The reply",
    ):
        assert words in text
    assert "None" not in text
    answer = factories.make_comment(article, parent=reply, source="No.")
    text = text_of(as_(carol).get(factories.make_flag(answer).case.get_absolute_url()))
    assert "It answers" in text
    assert "Buy my <em>bridge</em>." in text


def test_the_queue_names_it_and_finds_it_by_kind(as_, case, article, carol):
    factories.make_flag(factories.make_comment(article, source="A response."))
    queue = text_of(as_(carol).get("/moderation/"))
    assert "Reply to a note" in queue
    assert "everyone knows" in queue
    replies = text_of(as_(carol).get("/moderation/", {"kind": "reply"}))
    assert "Buy my bridge." in replies
    assert "A response." not in replies
    responses = text_of(as_(carol).get("/moderation/", {"kind": "comment"}))
    assert "Buy my bridge." not in responses
    assert "A response." in responses


def test_flagging_it_names_it(as_, reply, alice):
    assert "Flag a reply by Bob Cratchit" in text_of(as_(alice).get(f"/posts/{reply.pk}/flag/"))


def test_its_author_is_told_what_was_removed(case, carol, bob, rules):
    decide(
        moderator=carol,
        case=case,
        action="remove",
        version=case.version,
        rule=rules["no-advertising"],
        reason="An advertisement.",
    )
    told = Notification.objects.get(recipient=bob)
    assert told.subject == "Your reply was removed by a moderator"
