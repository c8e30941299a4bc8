"""The shell's script and styles in a real browser."""

from __future__ import annotations

import pytest

from tests.browser import becomes, expect
from tests.factories import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDTHS = (1280, 768, 390)


def log_in(page, username):
    page.goto("/accounts/login/")
    page.fill("#id_login", username)
    page.fill("#id_password", PASSWORD)
    page.click("main button[type=submit]")
    expect(page.locator(".masthead-you")).to_be_visible()


def test_a_form_is_sent_once(page, alice):
    posts = []
    page.on("request", lambda sent: posts.append(sent.url) if sent.method == "POST" else None)
    page.goto("/accounts/login/")
    page.fill("#id_login", "alice")
    page.fill("#id_password", PASSWORD)
    page.evaluate(
        "() => { const form = document.querySelector('main form');"
        " const button = form.querySelector('button');"
        " form.requestSubmit(button); form.requestSubmit(button); }"
    )
    expect(page.locator(".masthead-you")).to_be_visible()
    assert len(posts) == 1


def test_focus_goes_where_something_has_to_be_mended(page, alice):
    page.goto("/accounts/signup/")
    page.fill("#id_username", "nora")
    page.fill("#id_email", "alice@example.org")
    page.fill("#id_password1", PASSWORD)
    page.fill("#id_password2", PASSWORD)
    page.click("main button[type=submit]")
    expect(page.locator("#id_email_error")).to_be_visible()
    expect(page.locator("#id_email")).to_be_focused()
    expect(page.locator("#id_username")).to_have_value("nora")


def test_skip_link_is_the_first_stop_and_leads_to_the_text(page, db):
    page.goto("/accounts/login/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_is_wider_than_the_window(page, article, frances, width):
    page.set_viewport_size({"width": width, "height": 800})
    log_in(page, "frances")
    for address in (
        "/",
        "/you/",
        "/notifications/",
        "/moderation/",
        "/staff/articles/",
        "/rules/",
        "/accounts/email/",
        "/nowhere/",
    ):
        page.goto(address)
        over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert over <= 0, address


def test_targets_on_a_phone_are_large_enough(page, article, alice):
    page.set_viewport_size({"width": 390, "height": 800})
    log_in(page, "alice")
    page.goto("/you/")
    small = page.evaluate(
        "() => [...document.querySelectorAll("
        "'.masthead a, .masthead button, .button, .site-foot a, main input:not([type=hidden])')]"
        ".filter((it) => it.type !== 'checkbox' && it.checkVisibility())"
        ".filter((it) => it.getBoundingClientRect().height < 44)"
        ".map((it) => it.outerHTML)"
    )
    assert small == []
    # However many pages of settings there are, the way to them takes one row.
    becomes(lambda: page.locator(".settings-nav").bounding_box()["height"] <= 64)
