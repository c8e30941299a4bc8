"""Logging in by two steps: an app, recovery codes, passkeys as far as no browser is needed."""

from __future__ import annotations

import base64
import json
import re
import time
from io import StringIO
from urllib.parse import unquote

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from forum.accounts.actions import use_code_once
from forum.accounts.models import ApiToken
from forum.accounts.second_factor import MFAAdapter
from tests.factories import PASSWORD
from tests.properties import HealthCheck, given, settings, st
from tests.shell.logging_in import hold_app, hold_passkey, log_in, reauthenticate

SET_UP = "/accounts/2fa/totp/activate/"
SECOND_STEP = "/accounts/2fa/authenticate/"
CODES = "/accounts/2fa/recovery-codes/"
WRONG = "This is not right, or was used before."


def confirm_address(person) -> None:
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)


@pytest.fixture
def inside(client, alice):
    """Alice, logged in, her password given once more, her address confirmed."""
    confirm_address(alice)
    log_in(client, alice)
    reauthenticate(client)
    return client


def code_for(secret: str, *, steps: int = 0):
    """What the app shows, or showed so many half minutes ago."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def secret_in(html: str):
    found = re.search(r'class="key">([A-Z2-7 ]+)<', html)
    assert found
    return found.group(1).replace(" ", "")


@pytest.fixture
def with_app(inside, django_capture_on_commit_callbacks):
    """Alice has set up an app; its secret and her recovery codes."""
    secret = secret_in(inside.get(SET_UP).content.decode())
    with django_capture_on_commit_callbacks(execute=True):
        response = inside.post(SET_UP, {"code": code_for(secret)})
    assert response["Location"] == CODES
    html = inside.get(CODES).content.decode()
    return secret, re.findall(r"<li><code>(\d+)</code></li>", html)


@pytest.fixture
def outside(with_app):
    """Another browser, in which Alice has given her password."""
    client = Client()
    response = client.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    assert response["Location"] == SECOND_STEP
    return client


def is_in(client) -> bool:
    return "_auth_user_id" in client.session


# Setting up an app


def test_the_picture_is_made_here_and_says_what_the_key_says(inside):
    html = inside.get(SET_UP).content.decode()
    picture = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', html)
    assert picture
    assert b"<svg" in base64.b64decode(picture.group(1))
    link = re.search(r'href="(otpauth://[^"]+)"', html)
    assert link
    address = unquote(link.group(1).replace("&amp;", "&"))
    assert f"secret={secret_in(html)}" in address
    assert "issuer=Postil" in address
    assert "alice@example.org" in address
    assert "http" not in html.split("<main")[1].split("</main>")[0].replace("http-equiv", "")


def test_what_is_secret_is_not_kept_by_browsers(inside):
    page = inside.get(SET_UP)
    inside.post(SET_UP, {"code": code_for(secret_in(page.content.decode()))})
    for secret in (page, inside.get(CODES)):
        assert "no-store" in secret["Cache-Control"]


def test_setting_up_tells_and_gives_codes_once(inside, alice, with_app):
    _, codes = with_app
    assert len(codes) == len(set(codes)) == 10
    assert mail.outbox[-1].subject == "[Postil] Two-step log-in is on"
    assert mail.outbox[-1].to == [alice.email]
    again = inside.get(CODES).content.decode()
    assert not any(code in again for code in codes)
    assert "10 codes are left." in again
    assert inside.get("/accounts/2fa/recovery-codes/download/").status_code == 403


def test_codes_can_be_downloaded_from_the_page_that_shows_them(inside):
    secret = secret_in(inside.get(SET_UP).content.decode())
    inside.post(SET_UP, {"code": code_for(secret)})
    html = inside.get(CODES).content.decode()
    link = re.search(
        r'download="recovery-codes.txt" href="data:text/plain;charset=utf-8,([^"]+)"', html
    )
    assert link
    lines = unquote(link.group(1)).splitlines()
    assert lines[0] == "Postil (alice)"
    assert lines[1:] == re.findall(r"<li><code>(\d+)</code></li>", html)


def test_a_wrong_code_sets_nothing_up_and_the_key_stays(inside):
    secret = secret_in(inside.get(SET_UP).content.decode())
    response = inside.post(SET_UP, {"code": "000000"})
    html = response.content.decode()
    assert WRONG in html
    assert secret_in(html) == secret
    assert not Authenticator.objects.exists()


def test_the_password_is_asked_for_before(client, alice):
    confirm_address(alice)
    log_in(client, alice)
    for address in (SET_UP, "/accounts/2fa/webauthn/add/"):
        assert client.get(address)["Location"].startswith("/accounts/reauthenticate/?next=")


def test_an_address_that_is_not_confirmed_comes_first(client, alice):
    log_in(client, alice)
    reauthenticate(client)
    for address in (SET_UP, "/accounts/2fa/webauthn/add/"):
        html = client.get(address, follow=True).content.decode()
        assert "Confirm your e-mail address first; then come back." in html
        assert "Send the link again" in html
    assert client.post(SET_UP, {"code": "1"})["Location"] == "/accounts/email/"


def test_who_has_an_app_can_still_change_their_address(inside, with_app):
    form = {"action_add": "", "email": "new@example.net"}
    assert (
        "Waits to be confirmed"
        in inside.post("/accounts/email/", form, follow=True).content.decode()
    )


def test_the_table_holds_no_secret_in_clear(with_app):
    secret, codes = with_app
    held = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in held
    assert not any(code in held for code in codes)


def test_another_secret_key_fits_nothing_and_breaks_nothing(settings):
    old, settings.SECRET_KEY = settings.SECRET_KEY, "quite another one " * 4
    assert MFAAdapter().decrypt(MFAAdapter().encrypt("as before")) == "as before"
    settings.SECRET_KEY = old
    sealed = MFAAdapter().encrypt("sealed")
    settings.SECRET_KEY = "quite another one " * 4
    assert MFAAdapter().decrypt(sealed) != "sealed"
    settings.SECRET_KEY_FALLBACKS = [old]
    assert MFAAdapter().decrypt(sealed) == "sealed"


# The second step


def test_the_password_alone_does_not_let_in(outside):
    assert not is_in(outside)
    html = outside.get(SECOND_STEP).content.decode()
    assert "The second step" in html
    # There is no passkey to use.
    assert "data-passkey=" not in html
    assert outside.get("/you/").status_code == 302


def test_a_code_of_the_app_lets_in_once(outside, with_app):
    secret, _ = with_app
    code = code_for(secret)
    assert outside.post(SECOND_STEP, {"code": code}).status_code == 302
    assert is_in(outside)
    second = Client()
    second.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    assert WRONG in second.post(SECOND_STEP, {"code": f" {code[:3]} {code[3:]}"}).content.decode()
    assert not is_in(second)


def test_clocks_may_differ_by_half_a_minute_not_by_more(outside, with_app):
    secret, _ = with_app
    assert WRONG in outside.post(SECOND_STEP, {"code": code_for(secret, steps=-3)}).content.decode()
    outside.post(SECOND_STEP, {"code": code_for(secret, steps=1)})
    assert is_in(outside)


def test_a_recovery_code_lets_in_once(outside, inside, with_app):
    _, codes = with_app
    outside.post(SECOND_STEP, {"code": codes[3]})
    assert is_in(outside)
    assert "9 codes are left" in inside.get("/accounts/2fa/").content.decode()
    second = Client()
    second.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    second.post(SECOND_STEP, {"code": codes[3]})
    assert not is_in(second)


def test_new_recovery_codes_take_the_place_of_the_old(outside, inside, with_app):
    _, codes = with_app
    response = inside.post("/accounts/2fa/recovery-codes/generate/")
    assert response["Location"] == CODES
    new = re.findall(r"<li><code>(\d+)</code></li>", inside.get(CODES).content.decode())
    assert len(new) == 10
    assert not set(new) & set(codes)
    outside.post(SECOND_STEP, {"code": codes[0]})
    assert not is_in(outside)
    outside.post(SECOND_STEP, {"code": new[0]})
    assert is_in(outside)


def test_where_it_was_to_lead_is_kept(with_app):
    secret, _ = with_app
    client = Client()
    form = {"login": "alice", "password": PASSWORD, "next": "/notifications/"}
    client.post("/accounts/login/", form)
    assert client.post(SECOND_STEP, {"code": code_for(secret)})["Location"] == "/notifications/"


def test_who_gives_up_is_nobody(outside):
    outside.post("/accounts/logout/", {"next": "/accounts/login/"})
    assert outside.get(SECOND_STEP)["Location"] == "/accounts/login/"


def test_guessing_has_an_end(outside, with_app, settings):
    settings.ACCOUNT_RATE_LIMITS = {}
    secret, _ = with_app
    for _ in range(5):
        assert WRONG in outside.post(SECOND_STEP, {"code": "000000"}).content.decode()
    html = outside.post(SECOND_STEP, {"code": code_for(secret)}).content.decode()
    assert "Too many attempts failed." in html
    assert not is_in(outside)


def test_without_the_first_step_there_is_no_second(client, db):
    assert client.get(SECOND_STEP)["Location"] == "/accounts/login/"


@given(code=st.text(max_size=30))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_typed_is_answered(outside, code):
    assert outside.post(SECOND_STEP, {"code": code}).status_code == 200
    assert not is_in(outside)


def test_removing_the_app_makes_the_password_enough(inside, alice, with_app):
    inside.post("/accounts/2fa/totp/deactivate/")
    assert mail.outbox[-1].subject == "[Postil] The app for two-step log-in was removed"
    assert not Authenticator.objects.exists()
    client = Client()
    log_in(client, alice)
    assert is_in(client)


def test_a_new_password_by_e_mail_does_not_take_the_place_of_the_second_step(with_app, alice):
    client = Client()
    client.post("/accounts/password/reset/", {"email": alice.email})
    link = re.search(r"http://\S+(/accounts/password/reset/key/\S+)", str(mail.outbox[-1].body))
    assert link
    page = client.get(link.group(1), follow=True)
    new = {"password1": "quite another horse", "password2": "quite another horse"}
    client.post(page.request["PATH_INFO"], new)
    assert not is_in(client)
    assert log_in(client, alice, "quite another horse")["Location"] == SECOND_STEP


# Ways around it


def test_the_admin_has_no_door_of_its_own(frances):
    confirm_address(frances)
    hold_app(frances, "A" * 32)
    client = Client()
    page = client.get("/admin/")
    assert page["Location"].startswith("/admin/login/")
    assert client.get(page["Location"])["Location"] == "/accounts/login/?next=%2Fadmin%2F"
    form = {"username": "frances", "password": PASSWORD, "next": "/admin/"}
    client.post("/admin/login/", form)
    assert not is_in(client)
    response = client.post(
        "/accounts/login/?next=/admin/", {"login": "frances", "password": PASSWORD}
    )
    assert response["Location"] == SECOND_STEP
    client.post(SECOND_STEP, {"code": code_for("A" * 32)})
    assert client.get("/admin/").status_code == 200


def test_the_admin_is_not_for_everybody(inside):
    assert inside.get("/admin/login/").status_code == 403


def test_tokens_of_the_api_need_no_second_step(with_app, alice, client):
    _, key = ApiToken.issue(alice, name="notebook")
    headers = {"Authorization": f"Token {key}"}
    assert Client().get("/api/v1/articles/", headers=headers).status_code == 200


def test_the_admin_shows_no_secret_and_removes(with_app, frances, alice):
    client = Client()
    client.force_login(frances)
    row = Authenticator.objects.get(type=Authenticator.Type.TOTP)
    address = reverse("admin:mfa_authenticator_change", args=[row.pk])
    assert row.data["secret"] not in client.get(address).content.decode()
    assert client.get(reverse("admin:mfa_authenticator_add")).status_code == 403
    client.post(reverse("admin:mfa_authenticator_delete", args=[row.pk]), {"post": "yes"})
    assert not Authenticator.objects.filter(type=Authenticator.Type.TOTP).exists()


def test_who_has_lost_all_is_let_in_by_those_who_run_the_site(with_app, alice):
    said = StringIO()
    call_command("remove_second_factor", "alice", stdout=said)
    assert "2 apps, passkeys and sets of recovery codes are removed." in said.getvalue()
    client = Client()
    log_in(client, alice)
    assert is_in(client)
    with pytest.raises(CommandError, match="nobody"):
        call_command("remove_second_factor", "nobody")


def test_a_used_code_is_forgotten_when_it_would_not_be_taken_anyway(with_app, alice, monkeypatch):
    row = Authenticator.objects.get(type=Authenticator.Type.TOTP)
    assert use_code_once(row, "123456")
    assert not use_code_once(row, "123 456")
    later = time.time() + 300
    monkeypatch.setattr("forum.accounts.actions.time.time", lambda: later)
    assert use_code_once(row, "123456")
    row.refresh_from_db()
    assert len(row.data["used"]) == 1


# Passkeys, as far as no browser is needed

ANSWERS = [
    "",
    "x",
    "null",
    "5",
    "[]",
    "{}",
    '"text"',
    '{"id": 1}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": 5}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {}}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "e30",'
    ' "authenticatorData": "AA", "signature": "AA", "attestationObject": "AA",'
    ' "userHandle": "MQ"}}',
    '{"id": "é", "rawId": "é", "type": "public-key", "response": {"clientDataJSON": "é",'
    ' "authenticatorData": "é", "signature": "é", "attestationObject": "é", "userHandle": "é"}}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "e30",'
    ' "authenticatorData": "%s", "signature": "AA", "userHandle": "OTk5OTk5OTk5OTk5OTk5OTk5OTk5"}}'
    % ("A" * 60),
    "[" * 15_000,
    '{"a": "' + "x" * 30_000 + '"}',
]


@pytest.mark.parametrize("answer", ANSWERS)
def test_what_no_passkey_answers_logs_nobody_in(client, alice, answer):
    client.get("/accounts/2fa/webauthn/login/", headers={"Accept": "application/json"})
    response = client.post("/accounts/2fa/webauthn/login/", {"credential": answer})
    assert response["Location"] == "/accounts/login/"
    assert not is_in(client)


@pytest.mark.parametrize("answer", ANSWERS)
def test_what_no_passkey_answers_is_none_in_the_second_step(outside, answer):
    outside.get(SECOND_STEP)
    assert outside.post(SECOND_STEP, {"credential": answer}).status_code == 200
    assert not is_in(outside)


@pytest.mark.parametrize("answer", ANSWERS)
def test_what_no_passkey_answers_is_not_added(inside, answer):
    inside.get("/accounts/2fa/webauthn/add/")
    form = {"name": "Mine", "credential": answer}
    html = inside.post("/accounts/2fa/webauthn/add/", form).content.decode()
    assert 'role="alert"' in html
    assert 'value="Mine"' in html
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("answer", ANSWERS)
def test_what_no_passkey_answers_does_not_reauthenticate(inside, alice, answer):
    hold_passkey(alice)
    page = "/accounts/2fa/webauthn/reauthenticate/?next=/you/"
    inside.get(page)
    response = inside.post(page, {"credential": answer, "next": "/you/"})
    assert response.status_code == 200
    assert 'name="next" value="/you/"' in response.content.decode()


def test_passkeys_are_listed_renamed_and_removed_by_who_has_them(inside, alice, bob):
    mine, theirs = hold_passkey(alice), hold_passkey(bob, "Bob's")
    html = inside.get("/accounts/2fa/webauthn/").content.decode()
    assert "Telephone" in html
    assert "Bob" not in html
    edit, remove = (f"/accounts/2fa/webauthn/keys/%s/{act}/" for act in ("edit", "remove"))
    inside.post(edit % mine.pk, {"name": "  Blue   key "})
    mine.refresh_from_db()
    assert mine.data["name"] == "Blue key"
    for address in (edit, remove):
        assert inside.get(address % theirs.pk).status_code == 404
        assert inside.post(address % theirs.pk, {"name": "Mine now"}).status_code == 404
    inside.post(remove % mine.pk)
    assert mail.outbox[-1].subject == "[Postil] A passkey was removed"
    assert list(Authenticator.objects.values_list("user", flat=True)) == [bob.pk]


@pytest.mark.parametrize("name", ["", "x" * 61, "\u200b"])
def test_names_that_are_none_are_refused(inside, alice, name):
    mine = hold_passkey(alice)
    html = inside.post(
        f"/accounts/2fa/webauthn/keys/{mine.pk}/edit/", {"name": name}
    ).content.decode()
    assert 'id="id_name_error"' in html
    mine.refresh_from_db()
    assert mine.data["name"] == "Telephone"


def test_a_passkey_is_asked_for_beside_the_password(alice):
    hold_passkey(alice)
    client = Client()
    assert log_in(client, alice)["Location"] == SECOND_STEP
    html = client.get(SECOND_STEP).content.decode()
    assert 'data-passkey="get"' in html
    assert '"AQIDBA"' in html


def test_logging_in_by_passkey_is_not_asked_for_without_end(client, db, settings):
    settings.MFA_RATE_LIMITS = {"webauthn_login": "3/m/ip"}
    said = [
        client.post("/accounts/2fa/webauthn/login/", {"credential": "{}"}).status_code
        for _ in range(4)
    ]
    assert said == [302, 302, 302, 429]


def test_the_page_of_both_steps_says_what_there_is(inside, alice):
    assert "It is off." in inside.get("/accounts/2fa/").content.decode()
    hold_passkey(alice)
    html = inside.get("/accounts/2fa/").content.decode()
    assert "It is on" in html
    assert "You have 1 passkey." in html
