"""Replying to a note, being told, answering back: with script and without."""

from __future__ import annotations

import re

import pytest

from forum.discussion.models import Post
from tests.browser import expect
from tests.journeys.conftest import ARTICLE, PASSWORD, annotate

pytestmark = pytest.mark.browser

NOTE = "it gives a test that can come out either way"
ON = "/articles/reading-arguments/"


def sign_out(page):
    page.context.clear_cookies()


@pytest.mark.parametrize("width", [1280, 390])
def test_reply_to_a_note_be_told_answer_back(log_in, width):
    page = log_in("reader")
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(ON)
    note = page.locator(".note", has_text=NOTE)
    page.locator(f"mark[data-notes~='{note.get_attribute('data-note')}']").first.click()
    note.get_by_role("link", name="Reply to the note by Farah").click()
    box = note.get_by_role("textbox")
    expect(box).to_be_focused()
    # Choosing words in what one writes does not move the page to the passage.
    box.click()
    expect(box).to_be_focused()
    box.fill("It can, but only *here*.")
    note.get_by_role("button", name="Post reply").click()
    page.wait_for_url(re.compile(r"#reply-\d+$"))
    reply = page.locator(page.evaluate("location.hash"))
    expect(reply).to_contain_text("It can, but only here.")
    expect(reply).to_be_in_viewport()
    expect(reply.locator(".own-links")).to_contain_text("Withdraw")
    expect(note.locator(".note-replies-count")).to_have_text("1 reply")

    sign_out(page)
    page = log_in("farah")
    page.goto("/notifications/")
    page.get_by_role("link", name="Ruth Calloway replied to your note").click()
    page.wait_for_url(re.compile(r"#reply-\d+$"))
    expect(reply).to_be_in_viewport()
    expect(note).to_have_class(re.compile("is-active"))
    reply.get_by_role("link", name="Reply to Ruth Calloway").click()
    box = reply.get_by_role("textbox")
    expect(box).to_be_focused()
    reply.get_by_role("link", name="Cancel").click()
    expect(box).to_have_count(0)
    expect(reply.get_by_role("link", name="Reply to Ruth Calloway")).to_be_focused()
    page.keyboard.press("Enter")
    reply.get_by_role("button", name="Post reply").click()
    expect(reply.get_by_role("textbox")).to_have_attribute("aria-invalid", "true")
    reply.get_by_role("textbox").fill("Everywhere it can be tried.")
    reply.get_by_role("button", name="Post reply").click()
    expect(reply.locator(".reply")).to_contain_text("Everywhere it can be tried.")
    assert Post.objects.filter(note__isnull=False).latest("pk").depth == 1


@pytest.mark.parametrize("width", [1280, 390])
def test_a_notes_tools_stand_in_one_row_and_open_in_place(log_in, width):
    page = log_in("reader")
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(ON)
    note = page.locator(".note", has_text=NOTE)
    page.locator(f"mark[data-notes~='{note.get_attribute('data-note')}']").first.click()
    rows = note.locator(".note-tools a").evaluate_all(
        "links => links.map((link) => Math.round(link.getBoundingClientRect().top))"
    )
    assert len(rows) == 3
    assert max(rows) - min(rows) < 3
    note.get_by_role("link", name="Flag the note by Farah").click()
    expect(note.locator(".response-slot form")).to_be_visible()
    expect(page).to_have_url(re.compile(rf"{ON}(#.*)?$"))


def test_a_note_just_made_can_be_replied_to_in_place(log_in):
    page = log_in("dawit")
    page.goto("/articles/parking-minimums/")
    # A private note of one's own comes with what is personal, and offers no reply.
    own = page.locator(".note.is-private")
    expect(own).to_have_count(1)
    expect(own.locator(".reply-tools")).to_have_count(0)
    popover = annotate(page, "#text", "The customer who walks pays")
    popover.get_by_label("Question", exact=True).check()
    popover.get_by_role("button", name="Save note").click()
    made = page.locator(".note.is-active")
    expect(made).to_contain_text("Dawit")
    made.get_by_role("link", name="Reply to the note by Dawit").click()
    expect(made.get_by_role("textbox")).to_be_focused()


def test_replying_without_script(browser, live_server, demo):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/accounts/login/?next={ARTICLE}")
    page.get_by_label("User name or e-mail").fill("reader")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Log in").click()
    note = page.locator(".note", has_text="Leaves out Russia, which borders the North")
    expect(note.locator(".note-replies-count")).to_have_text("4 replies")
    expect(note.locator(".reply .reply .reply")).to_contain_text("it did the counting")
    note.get_by_role("link", name="Reply to the note by Farah").click()
    expect(page.get_by_text("Its hand, and its hand alone, is on the tap.")).to_be_visible()
    page.locator("textarea[name=source]").fill("Who counts it now?")
    page.get_by_role("button", name="Post reply").click()
    page.wait_for_url(re.compile(r"#reply-\d+$"))
    expect(note).to_contain_text("Who counts it now?")
    context.close()
