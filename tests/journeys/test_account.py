"""What one sets for oneself: a passkey, an app, another address, and where one is logged in."""

from __future__ import annotations

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail

from forum.accounts.models import User
from tests.browser import expect
from tests.journeys.conftest import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture
def device(page):
    """A device that makes passkeys; its owner says yes, until told otherwise."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    def says(yes: bool) -> None:
        which = {"authenticatorId": made["authenticatorId"]}
        devtools.send("WebAuthn.setUserVerified", which | {"isUserVerified": yes})

    return says


def settings_of(page, part: str) -> None:
    page.goto("/you/")
    page.get_by_role("navigation", name="Settings").get_by_role("link", name=part).click()


def give_password(page) -> None:
    expect(page.get_by_role("heading", name="Is it still you?")).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()


def log_out(page) -> None:
    page.context.clear_cookies()


def has_come_in(page) -> None:
    expect(page.get_by_role("navigation", name="You").get_by_text("Log out")).to_be_visible()


def test_a_passkey_is_made_named_used_and_removed(page, device, log_in_by_form):
    log_in_by_form("reader")
    settings_of(page, "Passkeys")
    page.get_by_role("link", name="Add a passkey").click()
    give_password(page)
    page.get_by_label("Name").fill("My telephone")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download them").click()
    assert download.value.suggested_filename == "recovery-codes.txt"
    settings_of(page, "Passkeys")
    expect(page.get_by_text("My telephone", exact=True)).to_be_visible()

    # The same device makes no second one.
    page.get_by_role("link", name="Add another passkey").click()
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("alert")).to_have_text("This device has a passkey of yours already.")

    # It logs in without a name or a password.
    log_out(page)
    page.goto("/accounts/login/?next=/you/")
    device(False)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("called off")
    device(True)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/you/")
    expect(page.get_by_role("heading", name="Ruth Calloway")).to_be_visible()

    # And it is the second step after the password; then it is removed with itself as the proof.
    log_out(page)
    log_in_by_password(page)
    expect(page.get_by_role("heading", name="The second step")).to_be_visible()
    page.get_by_role("button", name="Use a passkey").click()
    has_come_in(page)
    settings_of(page, "Passkeys")
    page.get_by_role("link", name="Remove").click()
    page.get_by_role("link", name="Use a passkey").click()
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("You have no passkey yet")).to_be_visible()


def log_in_by_password(page) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("User name or e-mail").fill("reader")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()


def test_an_app_is_set_up_and_asked_for(page, log_in_by_form):
    log_in_by_form("reader")
    settings_of(page, "Two-step log-in")
    page.get_by_role("link", name="Set up an app").click()
    give_password(page)
    picture = page.get_by_role("img", name="A QR code")
    expect(picture).not_to_have_js_property("naturalWidth", 0)
    secret = page.locator(".key").inner_text().replace(" ", "")
    code = page.get_by_label("Code that the app shows now")
    code.fill("000000")
    page.get_by_role("button", name="Turn two-step log-in on").click()
    expect(page.get_by_text("This is not right")).to_be_visible()
    code.fill(code_of(secret))
    page.get_by_role("button", name="Turn two-step log-in on").click()
    expect(page.locator(".codes li")).to_have_count(10)
    recovery = page.locator(".codes li").first.inner_text()
    for given in (code_of(secret), recovery):
        log_out(page)
        log_in_by_password(page)
        page.get_by_label("Code from your app").fill(given)
        page.get_by_role("button", name="Log in", exact=True).click()
        has_come_in(page)


def code_of(secret: str):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_another_address_and_the_sessions(page, browser, live_server, log_in_by_form):
    log_in_by_form("reader")
    settings_of(page, "E-mail")
    page.get_by_label("New e-mail address").fill("ruth@example.net")
    page.get_by_role("button", name="Send the link").click()
    give_password(page)
    expect(page.get_by_text("Waits to be confirmed")).to_be_visible()
    assert User.objects.get(username="reader").email == "reader@example.org"
    letters = {message.to[0]: str(message.body) for message in mail.outbox}
    assert "to have another e-mail address" in letters["reader@example.org"]
    link = re.search(r"http://\S+(/accounts/confirm-email/\S+)", letters["ruth@example.net"])
    assert link
    page.goto(link.group(1))
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("ruth@example.net is confirmed.")).to_be_visible()
    assert User.objects.get(username="reader").email == "ruth@example.net"

    other = browser.new_context(base_url=live_server.url)
    there = other.new_page()
    log_in_by_password(there)
    has_come_in(there)
    settings_of(page, "Sessions")
    expect(page.locator(".list-item")).to_have_count(2)
    expect(page.locator(".list-item", has_text="This one")).to_contain_text("Chrome on Linux")
    page.get_by_role("button", name="Log out there").click()
    expect(page.get_by_text("You are logged out of “Chrome on Linux”.")).to_be_visible()
    there.goto("/you/")
    expect(there.get_by_role("heading", name="Log in")).to_be_visible()
    other.close()
