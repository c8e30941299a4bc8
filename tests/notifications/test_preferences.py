"""Which notices come by e-mail and when, and how that is stopped."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from forum.discussion.models import Post
from forum.notifications.actions import notify
from forum.notifications.models import How, NoticeSetting, Notification, NotificationKind
from forum.notifications.outbox import deliver_outbox
from forum.notifications.preferences import choose, link_to_stop, settings_of
from tests.factories import make_comment, put

REPLY, DECISION = NotificationKind.REPLY, NotificationKind.DECISION


def tell(person, key: str, kind: NotificationKind = REPLY, *, age: timedelta = timedelta()) -> None:
    """Tell ``person`` something, so long ago."""
    notify(person, kind=kind, key=key, subject=f"About {key}", body=f"This is {key}.", path="/x/")
    told = Notification.objects.filter(recipient=person, key=key)
    told.update(created_at=timezone.now() - age)


def deliver() -> int:
    return int(deliver_outbox.call())


@pytest.fixture
def wants(alice):
    def choice(how: How, *kinds: NotificationKind) -> None:
        choose(alice, dict.fromkeys(kinds or [REPLY], how))

    return choice


def test_everything_comes_at_once_unless_one_says_otherwise(alice):
    assert set(settings_of(alice).values()) == {How.AT_ONCE}


def test_a_choice_replaces_the_one_before(alice, wants):
    wants(How.DAILY)
    wants(How.NEVER)
    assert settings_of(alice)[REPLY] == How.NEVER
    assert NoticeSetting.objects.count() == 1


def test_what_is_not_wanted_does_not_leave_and_does_not_wait(alice, bob, wants, mailoutbox):
    wants(How.NEVER)
    tell(alice, "one")
    tell(alice, "two", DECISION)
    tell(bob, "three")
    assert deliver() == 2
    assert [message.subject for message in mailoutbox] == [
        "[Postil] About two",
        "[Postil] About three",
    ]
    assert not Notification.objects.filter(emailed_at=None).exists()


@pytest.mark.parametrize(("how", "days"), [(How.DAILY, 1), (How.WEEKLY, 7)])
def test_a_digest_waits_until_the_oldest_in_it_is_old_enough(
    alice, bob, wants, mailoutbox, how, days
):
    wants(how, REPLY, DECISION)
    tell(alice, "one", age=timedelta(days=days, hours=-1))
    tell(alice, "two", DECISION)
    assert deliver() == 0
    tell(alice, "older", age=timedelta(days=days, minutes=1))
    assert deliver() == 1
    (message,) = mailoutbox
    assert message.subject == "[Postil] 3 notices"
    for said in ("This is one.", "This is two.", "This is older.", "/x/"):
        assert said in message.body
    assert deliver() == 0
    # What comes afterwards waits for its own time.
    tell(alice, "three")
    assert deliver() == 0


def test_each_person_has_a_digest_of_their_own(alice, bob, mailoutbox):
    for person in (alice, bob):
        choose(person, {REPLY: How.DAILY})
        tell(person, "one", age=timedelta(days=2))
    assert deliver() == 2
    assert sorted(message.to[0] for message in mailoutbox) == [alice.email, bob.email]


def test_a_digest_that_does_not_leave_waits_whole(alice, wants, monkeypatch, mailoutbox):
    wants(How.DAILY)
    tell(alice, "one", age=timedelta(days=2))
    tell(alice, "two")
    monkeypatch.setattr("django.core.mail.EmailMessage.send", _refuse)
    assert deliver() == 0
    assert Notification.objects.filter(emailed_at=None).count() == 2
    monkeypatch.undo()
    Notification.objects.update(next_attempt_at=timezone.now())
    assert deliver() == 1


def _refuse(*_: object) -> None:
    raise ConnectionRefusedError


def test_who_gets_nothing_by_e_mail_gets_no_digest(alice, wants, mailoutbox):
    wants(How.DAILY)
    alice.email_notices = False
    alice.save(update_fields=["email_notices"])
    tell(alice, "one", age=timedelta(days=2))
    assert deliver() == 0
    assert not mailoutbox


@pytest.mark.parametrize("how", [How.AT_ONCE, How.DAILY])
@pytest.mark.parametrize("state", ["held", "removed", "withdrawn"])
def test_nothing_is_sent_of_a_reply_that_is_not_there_to_be_read(
    article, alice, bob, wants, mailoutbox, how, state
):
    wants(how)
    reply = make_comment(article, author=bob, parent=make_comment(article, author=alice))
    put(Post.objects.filter(pk=reply.pk), state)
    Notification.objects.update(created_at=timezone.now() - timedelta(days=2))
    assert deliver() == 0
    assert not mailoutbox


def test_a_decision_is_told_whatever_became_of_the_post(article, alice, mailoutbox):
    post = make_comment(article, author=alice)
    put(Post.objects.filter(pk=post.pk), "erased")
    notify(alice, kind=DECISION, key="d", subject="s", body="b", path="/x/", post=post)
    assert deliver() == 1


# Stopping


def test_a_message_says_how_it_is_stopped(alice, mailoutbox, settings):
    tell(alice, "one")
    deliver()
    (message,) = mailoutbox
    headers = message.extra_headers
    (address,) = re.findall(r"^<(\S+)>$", headers["List-Unsubscribe"])
    assert address.startswith(f"{settings.SITE_URL}/notifications/stop/")
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["Auto-Submitted"] == "auto-generated"
    assert address in message.body


@pytest.fixture
def stop(alice) -> str:
    """The path of a link that stops replies."""
    return "/notifications" + link_to_stop(alice, [REPLY]).partition("/notifications")[2]


def test_a_mail_program_stops_it_for_its_user(client, alice, stop):
    client.handler.enforce_csrf_checks = True
    answer = client.post(stop, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert settings_of(alice)[REPLY] == How.NEVER
    assert settings_of(alice)[DECISION] == How.AT_ONCE


def test_to_open_the_link_changes_nothing(client, alice, stop):
    assert "replies to you" in client.get(stop).content.decode()
    client.head(stop)
    assert settings_of(alice)[REPLY] == How.AT_ONCE


def test_a_digest_stops_all_that_is_in_it(client, alice, wants, mailoutbox):
    wants(How.DAILY, REPLY, DECISION)
    tell(alice, "one", age=timedelta(days=2))
    tell(alice, "two", DECISION)
    deliver()
    address = mailoutbox[0].extra_headers["List-Unsubscribe"].strip("<>")
    client.post("/notifications" + address.partition("/notifications")[2])
    found = settings_of(alice)
    assert (found[REPLY], found[DECISION]) == (How.NEVER, How.NEVER)
    assert found[NotificationKind.PASSAGE] == How.AT_ONCE


@pytest.mark.parametrize("token", ["x", "x:y:z", "WzEsWyJyZXBseSJdXQ:1abc:" + "a" * 43])
def test_a_link_that_we_did_not_make_stops_nothing(client, alice, token):
    address = reverse("notifications-stop", args=[token])
    assert client.post(address).status_code == 404
    assert not NoticeSetting.objects.exists()


def test_the_link_of_an_account_that_is_gone_says_so(client, alice, stop):
    alice.delete()
    assert client.post(stop).status_code == 404


def test_people_choose_on_a_page(client, alice):
    address = reverse("notifications-settings")
    client.force_login(alice)
    chosen = dict.fromkeys(NotificationKind.values, "at_once") | {"reply": "weekly"}
    assert client.post(address, chosen).status_code == 302
    assert settings_of(alice)[REPLY] == How.WEEKLY
    html = client.get(address).content.decode()
    assert '<option value="weekly" selected>' in html
    assert client.post(address, chosen | {"reply": "hourly"}).status_code == 400
    assert settings_of(alice)[REPLY] == How.WEEKLY
