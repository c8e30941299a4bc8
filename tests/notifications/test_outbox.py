"""What people are told, and how it leaves by e-mail."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import smtplib
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db import connections, transaction
from django.db.models import F
from django.utils import timezone

from forum.notifications.actions import mark_all_read, notify
from forum.notifications.models import How, Notification, NotificationKind
from forum.notifications.outbox import (
    BATCH,
    FIRST_WAIT,
    LEASE,
    LONGEST_WAIT,
    MOST_ATTEMPTS,
    deliver_outbox,
    late,
    wait_after,
)
from forum.notifications.preferences import choose
from tests import factories

committed = pytest.mark.django_db(transaction=True)


def tell(person, key: str = "reply:1", subject: str = "Bob answered") -> None:
    notify(
        person,
        kind=NotificationKind.REPLY,
        key=key,
        subject=subject,
        body="Bob answered your response.",
        path="/posts/1/",
    )


def unsent() -> int:
    return Notification.objects.filter(emailed_at=None).count()


def later(by: timedelta = LONGEST_WAIT) -> None:
    """As if so much time had passed, for whatever waits to be sent."""
    waiting = Notification.objects.waiting()
    waiting.update(next_attempt_at=F("next_attempt_at") - by)


@pytest.fixture
def server(monkeypatch):
    """A mail server whose answers a test decides: an error for each address, or one for all."""
    answers: dict[str, Exception] = {}
    send = EmailMessage.send

    def answer(message: EmailMessage, fail_silently: bool = False) -> int:
        for address in [*message.to, "everybody"]:
            if address in answers:
                raise answers[address]
        return send(message, fail_silently)

    monkeypatch.setattr(EmailMessage, "send", answer)
    return answers


@committed
class TestAfterCommit:
    def test_the_message_leaves_when_the_transaction_is_done(self, alice, mailoutbox):
        with transaction.atomic():
            tell(alice)
            assert mailoutbox == []
        (message,) = mailoutbox
        assert message.to == ["alice@example.org"]
        assert message.subject == "[Postil] Bob answered"
        assert "http://127.0.0.1:8000/posts/1/" in message.body
        assert unsent() == 0

    def test_nothing_leaves_when_the_transaction_fails(self, alice, mailoutbox):
        with transaction.atomic():
            tell(alice)
            transaction.set_rollback(True)
        assert mailoutbox == []
        assert not Notification.objects.exists()

    def test_a_mail_server_that_is_down_harms_nobody(self, alice, server, mailoutbox):
        server["everybody"] = ConnectionRefusedError("nobody there")
        tell(alice)
        assert Notification.objects.get().recipient == alice
        assert unsent() == 1
        server.clear()
        assert deliver_outbox.func() == 0
        later()
        assert deliver_outbox.func() == 1
        assert [m.to for m in mailoutbox] == [["alice@example.org"]]


class TestOnce:
    def test_a_key_tells_a_person_once(self, alice, bob):
        tell(alice)
        tell(alice)
        tell(bob)
        tell(alice, key="reply:2")
        assert Notification.objects.filter(recipient=alice).count() == 2
        assert Notification.objects.filter(recipient=bob).count() == 1

    def test_a_message_is_sent_once(self, alice, mailoutbox):
        tell(alice)
        assert [deliver_outbox.func(), deliver_outbox.func()] == [1, 0]
        assert len(mailoutbox) == 1

    @committed
    def test_two_processes_send_it_once(self, alice, server, mailoutbox):
        """While one process has a message in hand, another passes it by."""
        server["everybody"] = OSError("later")
        tell(alice)
        server.clear()
        later()
        again: list[int] = []
        send = EmailMessage.send

        def interrupted(message: EmailMessage, fail_silently: bool = False) -> int:
            again.append(deliver_outbox.func())
            return send(message, fail_silently)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(EmailMessage, "send", interrupted)
            assert deliver_outbox.func() == 1
        assert again == [0]
        assert len(mailoutbox) == 1


class TestWhoIsNotWritten:
    def test_whoever_opted_out_is_told_on_the_site_alone(self, alice, mailoutbox):
        alice.email_notices = False
        alice.save()
        tell(alice)
        assert deliver_outbox.func() == 0
        assert (mailoutbox, unsent()) == ([], 0)
        assert Notification.objects.filter(recipient=alice, read_at=None).count() == 1

    def test_whoever_has_no_address_is_told_on_the_site_alone(self, db, mailoutbox):
        tell(factories.make_user("hermit", email=""))
        assert deliver_outbox.func() == 0
        assert (mailoutbox, unsent()) == ([], 0)

    def test_whoever_was_erased_is_told_nothing(self, alice, mailoutbox):
        tell(alice, key="before")
        alice.is_active = False
        alice.save(update_fields=["is_active"])
        tell(alice, key="after")
        assert deliver_outbox.func() == 0
        assert mailoutbox == []
        assert [n.key for n in Notification.objects.all()] == ["before"]


class TestTrouble:
    def test_a_server_that_is_down_is_asked_once(self, alice, bob, server, mailoutbox):
        tell(alice)
        tell(bob)
        server["alice@example.org"] = smtplib.SMTPServerDisconnected("gone")
        assert deliver_outbox.func() == 0
        assert (mailoutbox, unsent()) == ([], 2)

    @pytest.mark.parametrize(
        "error",
        [
            smtplib.SMTPRecipientsRefused({"alice@example.org": (550, b"no such user")}),
            smtplib.SMTPDataError(554, b"looks like spam"),
            smtplib.SMTPNotSupportedError("SMTPUTF8"),
        ],
    )
    def test_one_refused_message_keeps_nobody_waiting(self, alice, bob, server, mailoutbox, error):
        tell(alice)
        tell(bob)
        server["alice@example.org"] = error
        assert deliver_outbox.func() == 1
        assert [m.to for m in mailoutbox] == [["bob@example.org"]]
        assert unsent() == late() == 1

    def test_all_that_wait_leave(self, alice, mailoutbox):
        for number in range(BATCH + 1):
            tell(alice, key=f"reply:{number}")
        assert deliver_outbox.func() == BATCH + 1
        assert unsent() == 0

    def test_one_that_cannot_be_written_keeps_nobody_waiting(self, alice, bob, server, mailoutbox):
        tell(alice)
        tell(bob)
        server["alice@example.org"] = ValueError("no such charset")
        assert deliver_outbox.func() == 1
        assert [m.to for m in mailoutbox] == [["bob@example.org"]]
        assert late() == 0
        assert given_up() == ["alice"]


def given_up() -> list[str]:
    found = Notification.objects.exclude(given_up_at=None)
    return list(found.values_list("recipient__username", flat=True))


class TestTryingAgain:
    def test_it_is_tried_again_later_and_later(self, alice, server):
        server["everybody"] = ConnectionRefusedError("nobody there")
        tell(alice)
        waits = []
        for attempt in range(1, 13):
            assert deliver_outbox.func() == 0
            notice = Notification.objects.get()
            assert (notice.attempts, notice.claim) == (attempt, None)
            assert "nobody there" in notice.error
            waits.append(notice.next_attempt_at - timezone.now())
            # Before its time it is left in peace.
            deliver_outbox.func()
            assert Notification.objects.get().attempts == attempt
            later()
        for place, wait in enumerate(waits):
            most = min(FIRST_WAIT * 2**place, LONGEST_WAIT)
            assert most / 2 - timedelta(seconds=5) < wait <= most

    def test_chance_parts_what_failed_together(self):
        assert len({wait_after(6) for _ in range(20)}) == 20

    @pytest.mark.parametrize(
        "error",
        [ConnectionRefusedError("nobody there"), smtplib.SMTPDataError(554, b"looks like spam")],
    )
    def test_in_the_end_it_is_given_up_and_told(self, alice, bob, server, mailoutbox, error):
        tell(alice)
        server["alice@example.org"] = error
        for attempt in range(MOST_ATTEMPTS):
            assert given_up() == []
            assert late() == 1, attempt
            deliver_outbox.func()
            later()
        assert given_up() == ["alice"]
        assert late() == 0
        # On the site it is there, and others are written to.
        assert Notification.objects.filter(recipient=alice, read_at=None).exists()
        server.clear()
        tell(bob)
        assert deliver_outbox.func() == 1
        assert [m.to for m in mailoutbox] == [["bob@example.org"]]

    def test_a_digest_is_tried_again_whole(self, alice, server, mailoutbox):
        choose(alice, {NotificationKind.REPLY: How.DAILY})
        for key in ("reply:1", "reply:2"):
            tell(alice, key=key)
        Notification.objects.update(created_at=timezone.now() - timedelta(days=2))
        server["everybody"] = ConnectionRefusedError("nobody there")
        deliver_outbox.func()
        server.clear()
        assert (deliver_outbox.func(), late()) == (0, 2)
        later()
        assert (deliver_outbox.func(), late()) == (1, 0)
        assert [m.subject for m in mailoutbox] == ["[Postil] 2 notices"]


class TestRestarts:
    @pytest.fixture
    def killed(self, alice, server, mailoutbox):
        """A process that is killed while it sends to Alice."""
        tell(alice)
        server["alice@example.org"] = KeyboardInterrupt()
        with pytest.raises(KeyboardInterrupt):
            deliver_outbox.func()
        server.clear()

    def test_what_it_had_in_hand_leaves_once_its_time_is_over(self, killed, mailoutbox):
        assert deliver_outbox.func() == 0
        later(LEASE + timedelta(seconds=1))
        assert [deliver_outbox.func(), deliver_outbox.func()] == [1, 0]
        assert len(mailoutbox) == 1

    def test_whoever_was_too_slow_changes_nothing(self, alice, server, mailoutbox):
        """A message that another has taken up is theirs, whatever comes of it here."""
        tell(alice)
        send = EmailMessage.send

        def slow(message: EmailMessage, fail_silently: bool = False) -> int:
            later(LEASE + timedelta(seconds=1))
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(EmailMessage, "send", send)
                assert deliver_outbox.func() == 1
            raise TimeoutError("too late")

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(EmailMessage, "send", slow)
            assert deliver_outbox.func() == 0
        notice = Notification.objects.get()
        assert (notice.claim, notice.given_up_at, notice.error) == (None, None, "")
        assert notice.emailed_at is not None

    def test_the_same_notices_are_the_same_message(self, alice, bob, server, mailoutbox):
        """What left just before the process was killed leaves again: mail programs show it once."""
        tell(alice)
        tell(bob)
        assert deliver_outbox.func() == 2
        Notification.objects.update(emailed_at=None, next_attempt_at=timezone.now())
        assert deliver_outbox.func() == 2
        ids = [(m.to[0], m.message()["Message-ID"]) for m in mailoutbox]
        assert len(ids) == 4
        assert len(set(ids)) == len({message_id for _, message_id in ids}) == 2


@committed
def test_many_processes_at_once_send_each_message_once(alice, bob, tmp_path):
    """Four of them, of which some are killed on the way; each message leaves once all the same."""
    choose(bob, {NotificationKind.REPLY: How.DAILY})
    Notification.objects.bulk_create(
        Notification(
            recipient=person,
            kind=NotificationKind.REPLY,
            key=f"reply:{number}",
            subject="Somebody answered",
            created_at=timezone.now() - timedelta(days=2),
        )
        for person in (alice, bob)
        for number in range(12)
    )
    left = tmp_path / "left"
    left.touch()
    killed = rounds = 0
    while late():
        rounds += 1
        assert rounds < 40
        # Each of them makes its own.
        connections.close_all()
        children = [start_sending(left, seed=rounds * 4 + number) for number in range(4)]
        killed += sum(os.WIFSIGNALED(os.waitpid(child, 0)[1]) for child in children)
        later(LEASE + timedelta(seconds=1))
    messages = left.read_text().split()
    assert len(messages) == len(set(messages)) == 13
    assert killed > 0
    assert unsent() == 0


def start_sending(left: Path, *, seed: int) -> int:
    """Let a process of its own send what is due, and note down in ``left`` what has left; it may be
    killed before a message leaves. Returns its id."""
    if child := os.fork():
        return child
    chance = random.Random(seed)

    def send(message: EmailMessage, fail_silently: bool = False) -> int:
        time.sleep(0.005)
        if chance.random() < 0.2:
            os.kill(os.getpid(), signal.SIGKILL)
        with left.open("a") as told:
            told.write(f"{message.extra_headers['Message-ID']}\n")
        return 1

    # Nothing here may reach the test's own end.
    with contextlib.suppress(BaseException):
        setattr(EmailMessage, "send", send)  # noqa: B010  # not for a type checker
        deliver_outbox.func()
    os._exit(0)


HEADERS = ["Bcc: eve@example.org", "Subject: other", "\n\nOther words"]


@pytest.mark.parametrize("newline", ["\n", "\r", "\r\n", "\x85", "\u2028", "\x0b", "\x1c"])
def test_a_title_cannot_smuggle_in_a_header(alice, mailoutbox, newline):
    tell(alice, subject="Bob answered" + newline + newline.join(HEADERS))
    assert deliver_outbox.func() == 1
    (message,) = mailoutbox
    wire = message.message()
    assert message.recipients() == ["alice@example.org"]
    assert wire["Bcc"] is None
    assert len(wire.get_all("Subject")) == 1
    assert "Bob answered Bcc: eve@example.org" in message.subject


def test_a_long_subject_is_cut(alice, mailoutbox):
    tell(alice, subject="a" * 500)
    deliver_outbox.func()
    assert len(mail.outbox[0].subject) <= 220


def test_reading_marks_what_was_shown_and_no_more(alice, bob):
    for key in ("reply:1", "reply:2", "reply:3"):
        tell(alice, key=key)
    tell(bob)
    shown = Notification.objects.get(recipient=alice, key="reply:2").pk
    assert mark_all_read(alice, up_to=shown) == 2
    assert mark_all_read(alice, up_to=shown) == 0
    unread = Notification.objects.filter(read_at=None)
    assert {(n.recipient, n.key) for n in unread} == {(alice, "reply:3"), (bob, "reply:1")}


class TestReplies:
    def test_the_author_of_a_response_is_told_of_an_answer(self, article, alice, bob):
        comment = factories.make_comment(article, author=alice)
        answer = factories.make_comment(article, author=bob, parent=comment)
        told = Notification.objects.get(recipient=alice)
        assert (told.kind, told.post, told.path) == ("reply", answer, answer.get_absolute_url())
        assert "Bob Cratchit" in told.subject

    def test_nobody_is_told_of_their_own_answer(self, article, alice):
        comment = factories.make_comment(article, author=alice)
        factories.make_comment(article, author=alice, parent=comment)
        assert not Notification.objects.exists()
