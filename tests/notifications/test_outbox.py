"""What people are told, and how it leaves by e-mail."""

from __future__ import annotations

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from forum.notifications.actions import mark_all_read, notify
from forum.notifications.models import Notification, NotificationKind
from forum.notifications.outbox import BATCH, GIVE_UP_AFTER, deliver_outbox
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
        alice.is_active, alice.erased_at = False, timezone.now()
        alice.save()
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
        assert unsent() == 1
        Notification.objects.update(created_at=timezone.now() - GIVE_UP_AFTER - timedelta(hours=1))
        deliver_outbox.func()
        assert unsent() == 0

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
        assert unsent() == 0


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
