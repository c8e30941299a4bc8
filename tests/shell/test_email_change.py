"""Another e-mail address: asked for, confirmed, told to the old one; nobody learns who is here."""

from __future__ import annotations

import re
import smtplib

import pytest
from allauth.account.models import EmailAddress
from django.core import mail

from forum.accounts.actions import ask_for_address, take_address
from forum.accounts.models import User
from tests.factories import PASSWORD, make_user
from tests.shell.logging_in import log_in, reauthenticate

PAGE = "/accounts/email/"
OLD, NEW = "alice@example.org", "alice@example.net"


@pytest.fixture
def inside(client, alice):
    """Alice, logged in, her password given once more, her address confirmed."""
    EmailAddress.objects.create(user=alice, email=OLD, verified=True, primary=True)
    return reauthenticated(client)


def reauthenticated(client):
    log_in(client, User.objects.get(username="alice"))
    reauthenticate(client)
    return client


def ask(client, email: str = NEW):
    return client.post(PAGE, {"action_add": "", "email": email}, follow=True)


def mail_to(address: str):
    return [message for message in mail.outbox if message.to == [address]]


def link_in(message) -> str:
    found = re.search(r"http://\S+(/accounts/confirm-email/\S+)", str(message.body))
    assert found
    return found.group(1)


def addresses_of(person) -> dict[str, bool]:
    return dict(EmailAddress.objects.filter(user=person).values_list("email", "verified"))


# From asking to confirming


def test_the_old_address_stays_until_the_new_one_is_confirmed(inside, alice):
    html = ask(inside).content.decode()
    assert "Waits to be confirmed" in html
    alice.refresh_from_db()
    assert alice.email == OLD
    assert addresses_of(alice) == {OLD: True, NEW: False}
    link = link_in(mail_to(NEW)[0])
    assert "belongs to Alice Liddell" in inside.get(link).content.decode()
    alice.refresh_from_db()
    assert alice.email == OLD
    assert f"{NEW} is confirmed." in inside.post(link, follow=True).content.decode()
    alice.refresh_from_db()
    assert alice.email == NEW
    assert addresses_of(alice) == {NEW: True}
    assert "This link no longer works" in inside.get(link).content.decode()


def test_the_old_address_is_told_of_the_wish_and_of_the_change(inside, settings):
    ask(inside)
    (asked,) = mail_to(OLD)
    assert asked.subject == "[Postil] Your e-mail address is to be changed"
    assert "call the change off" in asked.body
    inside.post(link_in(mail_to(NEW)[0]))
    _, changed = mail_to(OLD)
    assert changed.subject == "[Postil] Your e-mail address was changed"
    for message in (asked, changed):
        # An old address may be somebody else's by now.
        assert NEW not in message.body
        assert "Alice Liddell" in message.body
        assert "127.0.0.1" not in message.body.replace(settings.SITE_URL, "")
    assert len(mail_to(NEW)) == 1


def test_an_address_that_was_never_confirmed_stays_as_well(client, alice):
    reauthenticated(client)
    ask(client)
    alice.refresh_from_db()
    assert alice.email == OLD
    assert addresses_of(alice) == {OLD: False, NEW: False}
    client.post(link_in(mail_to(NEW)[0]))
    assert addresses_of(alice) == {NEW: True}
    assert mail_to(OLD)[-1].subject == "[Postil] Your e-mail address was changed"


def test_confirming_the_address_one_has_calls_no_change_off(client, alice):
    reauthenticated(client)
    ask(client)
    client.post(PAGE, {"action_send": "", "email": OLD})
    link = next(link_in(m) for m in mail_to(OLD) if "/confirm-email/" in m.body)
    mail.outbox.clear()
    client.post(link)
    assert addresses_of(alice) == {OLD: True, NEW: False}
    assert mail.outbox == []


def test_a_second_wish_takes_the_place_of_the_first(inside, alice):
    ask(inside)
    first = link_in(mail_to(NEW)[0])
    ask(inside, "third@example.net")
    assert addresses_of(alice) == {OLD: True, "third@example.net": False}
    assert "This link no longer works" in inside.get(first).content.decode()


def test_a_wish_is_called_off(inside, alice):
    ask(inside)
    link = link_in(mail_to(NEW)[0])
    html = inside.post(PAGE, {"action_remove": "", "email": NEW}, follow=True).content.decode()
    assert "Waits to be confirmed" not in html
    assert addresses_of(alice) == {OLD: True}
    assert "This link no longer works" in inside.get(link).content.decode()


def test_the_link_is_sent_again(inside):
    ask(inside)
    inside.post(PAGE, {"action_send": "", "email": NEW})
    assert len(mail_to(NEW)) == 2


def test_without_an_address_one_is_given(client, alice):
    alice.email = ""
    alice.save(update_fields=["email"])
    reauthenticated(client)
    assert "Your account has no e-mail address." in client.get(PAGE).content.decode()
    ask(client)
    assert [message.to for message in mail.outbox] == [[NEW]]
    client.post(link_in(mail.outbox[0]))
    alice.refresh_from_db()
    assert alice.email == NEW


def test_addresses_from_when_there_could_be_many_are_used_and_removed(inside, alice):
    EmailAddress.objects.create(user=alice, email="second@example.org", verified=True)
    assert "Another address of yours" in inside.get(PAGE).content.decode()
    inside.post(PAGE, {"action_primary": "", "email": "second@example.org"})
    alice.refresh_from_db()
    assert alice.email == "second@example.org"
    inside.post(PAGE, {"action_remove": "", "email": OLD})
    assert addresses_of(alice) == {"second@example.org": True}


# Who may


def test_the_password_is_asked_for_and_nothing_typed_is_lost(client, alice):
    client.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    response = client.post(PAGE, {"action_add": "", "email": NEW})
    assert response.url.startswith("/accounts/reauthenticate/")
    assert NEW not in addresses_of(alice)
    client.post(response.url, {"password": "wrong"})
    assert NEW not in addresses_of(alice)
    html = client.post(response.url, {"password": PASSWORD}, follow=True).content.decode()
    assert "Waits to be confirmed" in html
    assert NEW in addresses_of(alice)


def test_nobody_calls_off_what_another_wants(inside, alice, bob):
    theirs = ask_for_address(bob, "bob@example.net")
    inside.post(PAGE, {"action_remove": "", "email": theirs.email})
    assert addresses_of(bob) == {"bob@example.net": False}


@pytest.mark.parametrize("email", ["nowhere", "", "a@b@c", "x" * 300 + "@example.org", "a\nb@c.de"])
def test_what_is_no_address_is_refused_beside_the_field(inside, alice, email):
    html = ask(inside, email).content.decode()
    assert 'id="id_email_error"' in html
    assert addresses_of(alice) == {OLD: True}


# Who learns what


def test_nobody_learns_whose_address_it_is(inside, alice, bob):
    """The answers, and who is written to, are the same whether somebody has the address."""
    EmailAddress.objects.create(user=bob, email="bob@example.org", verified=True, primary=True)
    pages, letters = [], []
    for email in ("bob@example.org", "free@example.org"):
        mail.outbox.clear()
        html = re.sub(r'"\w{64}"', "", ask(inside, email).content.decode())
        pages.append(html.replace(email, "ADDRESS"))
        letters.append([(m.subject, m.to == [email]) for m in mail.outbox])
    assert pages[0] == pages[1]
    assert letters[0] == letters[1]


def test_an_address_of_another_cannot_be_confirmed(inside, alice, bob):
    EmailAddress.objects.create(user=bob, email="bob@example.org", verified=True, primary=True)
    ask(inside, "bob@example.org")
    (letter,) = mail_to("bob@example.org")
    assert "belongs to another account" in inside.get(link_in(letter)).content.decode()
    inside.post(link_in(letter))
    alice.refresh_from_db()
    assert alice.email == OLD
    assert addresses_of(alice) == {OLD: True, "bob@example.org": False}


def test_of_two_who_want_one_address_one_gets_it(alice, bob):
    mine, theirs = (ask_for_address(person, NEW) for person in (alice, bob))
    assert take_address(bob, theirs) == "bob@example.org"
    assert take_address(alice, mine) is None
    alice.refresh_from_db()
    assert (alice.email, addresses_of(alice)) == (OLD, {NEW: False})


def test_a_mail_server_that_is_away_breaks_nothing(inside, alice, monkeypatch, caplog):
    def away(*args, **kwargs):
        raise smtplib.SMTPServerDisconnected("gone")

    monkeypatch.setattr("django.core.mail.EmailMessage.send", away)
    assert "Waits to be confirmed" in ask(inside).content.decode()
    assert "did not leave" in caplog.text
    assert NEW not in caplog.text


# Other letters


def test_a_new_password_is_told(inside):
    new = {"password1": "quite another horse", "password2": "quite another horse"}
    inside.post("/accounts/password/change/", new | {"oldpassword": PASSWORD})
    (letter,) = mail_to(OLD)
    assert letter.subject == "[Postil] Your password was changed"
    assert "with: " in letter.body
    assert "/accounts/password/reset/" in letter.body


def test_a_letter_is_whole_in_the_language_of_its_reader(inside, alice):
    """Also where whoever did it, with a program that says nothing, reads in another."""
    alice.language = "de"
    alice.save(update_fields=["language"])
    new = {"password1": "quite another horse", "password2": "quite another horse"}
    inside.post("/accounts/password/change/", new | {"oldpassword": PASSWORD})
    (letter,) = mail_to(OLD)
    said = re.search(r"Das geschah am (\d+)\. \w+ \d{4}, \d\d:\d\d UTC, mit: (.+)\.", letter.body)
    assert said
    assert said[2] == "Ein Programm, das nicht sagt, was es ist"


def test_links_lead_to_the_site_whatever_name_it_was_asked_by(client, alice, settings):
    """Else whoever asks for another's new password could have the link lead to themselves."""
    settings.ALLOWED_HOSTS = ["*"]
    settings.SITE_URL = "https://postil.example.org"
    new = {"password1": "quite another horse", "password2": "quite another horse"}
    for path, sent in (
        ("/accounts/password/reset/", {"email": alice.email}),
        ("/accounts/password/reset/", {"email": "nobody@example.org"}),
        ("/accounts/signup/", {"username": "nora", "email": "nora@example.org"} | new),
        ("/accounts/signup/", {"username": "nina", "email": alice.email} | new),
    ):
        client.post(path, sent, headers={"Host": "evil.example.com"})
    assert len(mail.outbox) >= 3
    links = [
        link for letter in mail.outbox for link in re.findall(r"https?://\S+", str(letter.body))
    ]
    assert any("/password/reset/key/" in link for link in links)
    assert any("/confirm-email/" in link for link in links)
    assert all(link.startswith("https://postil.example.org") for link in links), links
    for letter in mail.outbox:
        assert letter.extra_headers["Auto-Submitted"] == "auto-generated"


def test_letters_show_names_as_they_are(client, db):
    person = make_user("nora", display_name="Nora O'Hara & Co")
    client.post("/accounts/password/reset/", {"email": person.email})
    assert "Nora O'Hara & Co" in mail.outbox[0].body
    assert mail.outbox[0].subject == "[Postil] Choose a new password"
