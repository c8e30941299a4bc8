"""Logging in and out, signing up, lost passwords: the account pages in our own frame."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.urls import reverse

from forum.accounts.models import User
from tests.factories import PASSWORD

FORM = {
    "username": "nora",
    "email": "nora@example.org",
    "password1": PASSWORD,
    "password2": PASSWORD,
}


def is_signed_in(client) -> bool:
    return "_auth_user_id" in client.session


# Logging in and out


def test_log_in_page_stands_in_our_frame(client, db):
    html = client.get(reverse("account_login")).content.decode()
    assert 'class="masthead"' in html
    assert "User name or e-mail address" in html
    assert "placeholder" not in html
    assert reverse("account_signup") in html
    assert reverse("account_reset_password") in html


@pytest.mark.parametrize("login", ["alice", "alice@example.org"])
def test_log_in(client, alice, login):
    response = client.post(reverse("account_login"), {"login": login, "password": PASSWORD})
    assert response.status_code == 302
    assert response.url == "/"
    assert is_signed_in(client)


def test_log_in_leads_where_it_was_asked_to(client, alice):
    page = client.get("/accounts/login/?next=/you/").content.decode()
    assert re.search(r'name="next" value="/you/"', page)
    form = {"login": "alice", "password": PASSWORD, "next": "/you/"}
    assert client.post("/accounts/login/", form).url == "/you/"


def test_log_in_never_leads_off_the_site(client, alice):
    form = {"login": "alice", "password": PASSWORD, "next": "https://example.com/"}
    assert client.post("/accounts/login/", form).url == "/"


def test_log_in_refuses_a_wrong_password_and_keeps_the_name(client, alice):
    response = client.post("/accounts/login/", {"login": "alice", "password": "wrong"})
    html = response.content.decode()
    assert not is_signed_in(client)
    assert "This name and this password do not go together." in html
    assert 'value="alice"' in html
    assert "wrong" not in html


def test_log_out_by_post_only(client, alice):
    client.force_login(alice)
    assert "Log out?" in client.get("/accounts/logout/").content.decode()
    assert is_signed_in(client)
    response = client.post("/accounts/logout/", follow=True)
    assert not is_signed_in(client)
    assert "Log in" in response.content.decode()


# Signing up


def test_sign_up(client, db):
    response = client.post("/accounts/signup/", FORM)
    assert response.status_code == 302
    assert is_signed_in(client)
    person = User.objects.get(username="nora")
    assert person.email == "nora@example.org"
    assert person.public_name == "nora"
    assert person.check_password(PASSWORD)
    assert not person.is_moderator
    assert not person.publishes


@pytest.mark.parametrize(
    ("change", "field", "complaint"),
    [
        ({"username": "alice"}, "username", "This name is taken."),
        ({"username": "ALICE"}, "username", "This name is taken."),
        ({"username": "a"}, "username", "A user name is 2 to 60 letters"),
        ({"username": "two words"}, "username", "A user name is 2 to 60 letters"),
        ({"username": "аlice"}, "username", "A user name is 2 to 60 letters"),
        ({"username": "x" * 61}, "username", "at most 60 characters"),
        ({"email": "alice@example.org"}, "email", "There is an account with this e-mail"),
        ({"email": "nowhere"}, "email", "valid email address"),
        ({"email": "x" * 250 + "@example.org"}, "email", "too long"),
        ({"password1": "12345678", "password2": "12345678"}, "password1", "numeric"),
        ({"password2": "something else"}, "password2", "same password each time"),
    ],
)
def test_sign_up_refuses_beside_the_field_and_stays_filled(client, alice, change, field, complaint):
    response = client.post("/accounts/signup/", FORM | change)
    html = response.content.decode()
    assert User.objects.count() == 1
    assert not is_signed_in(client)
    error = re.search(rf'<div id="id_{field}_error">(.*?)</div>', html, re.S)
    assert error
    assert complaint in error.group(1)
    kept = FORM | change
    assert f'value="{kept["username"]}"' in html
    assert f'value="{kept["email"]}"' in html
    assert PASSWORD not in html


def test_sign_up_twice_is_once(client, db):
    client.post("/accounts/signup/", FORM)
    client.logout()
    client.post("/accounts/signup/", FORM)
    assert User.objects.count() == 1


# Passwords


def test_lost_password_from_mail_to_new_password(client, alice):
    response = client.post("/accounts/password/reset/", {"email": "alice@example.org"})
    assert response.url == reverse("account_reset_password_done")
    assert "Look in your mail" in client.get(response.url).content.decode()
    link = re.search(r"http://\S+(/accounts/password/reset/key/\S+)", str(mail.outbox[0].body))
    assert link
    page = client.get(link.group(1), follow=True)
    assert "Choose a new password" in page.content.decode()
    address = page.request["PATH_INFO"]
    new = {"password1": "quite another horse", "password2": "quite another horse"}
    done = client.post(address, new, follow=True)
    assert "Your password is changed" in done.content.decode()
    alice.refresh_from_db()
    assert alice.check_password("quite another horse")
    client.logout()
    again = client.get(link.group(1), follow=True).content.decode()
    assert "This link no longer works" in again
    assert "<form" not in again.split("<main")[1].split("</main>")[0]


def test_lost_password_tells_nobody_who_has_an_account(client, alice):
    known = client.post("/accounts/password/reset/", {"email": "alice@example.org"})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.org"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)


def test_change_password(client, alice):
    client.force_login(alice)
    html = client.get("/accounts/password/change/").content.decode()
    assert "Password until now" in html
    new = {"password1": "quite another horse", "password2": "quite another horse"}
    wrong = client.post("/accounts/password/change/", new | {"oldpassword": "wrong"})
    assert "This is not the password you had until now." in wrong.content.decode()
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)
    client.post("/accounts/password/change/", new | {"oldpassword": PASSWORD})
    alice.refresh_from_db()
    assert alice.check_password("quite another horse")
    assert is_signed_in(client)


def test_reauthentication_stands_in_our_frame(client, alice):
    client.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    html = client.get("/accounts/reauthenticate/").content.decode()
    assert "Is it still you?" in html
    wrong = client.post("/accounts/reauthenticate/", {"password": "wrong"}).content.decode()
    assert "This is not your password." in wrong
    right = client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/you/"})
    assert right.url == "/you/"


def test_closed_account_cannot_log_in(client, alice):
    alice.is_active = False
    alice.save(update_fields=["is_active"])
    form = {"login": "alice", "password": PASSWORD}
    response = client.post("/accounts/login/", form, follow=True)
    assert not is_signed_in(client)
    assert "This account is closed" in response.content.decode()
