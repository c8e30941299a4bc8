"""Naming people while writing: offered, taken with the keyboard or a finger, and told."""

from __future__ import annotations

import re

import pytest

from forum.discussion.models import Article
from forum.notifications.models import Notification
from tests import factories
from tests.browser import becomes, expect, wait_until_whole
from tests.journeys.conftest import ARTICLE, annotate

pytestmark = pytest.mark.browser


@pytest.fixture
def article(demo) -> Article:
    return Article.objects.select_related("post").get(slug="us-china-north-korea")


@pytest.fixture
def people(article):
    """Two who have just taken part."""
    for username, name in (("quinn", "Quinn Ambler"), ("quade", "Quade Barrow")):
        person = factories.make_user(username, display_name=name)
        factories.make_comment(article, author=person)


def begin(page):
    """Open the form for a response, and wait until it helps."""
    page.goto(ARTICLE)
    wait_until_whole(page)
    page.get_by_role("link", name="Write a response").first.click()
    field = page.get_by_label("Your response")
    expect(field).to_have_attribute("aria-autocomplete", "list")
    return field


def test_a_name_is_completed_with_the_keyboard_and_its_owner_told(log_in, people):
    page = log_in("reader")
    field = begin(page)
    field.press_sequentially("As @qu")
    options = page.get_by_role("option")
    expect(options).to_have_text(["Quade Barrow @quade", "Quinn Ambler @quinn"])
    expect(page.get_by_role("status").filter(has_text="2 people.")).to_be_attached()
    chosen = page.get_by_role("option", selected=True)
    expect(chosen).to_have_text("Quade Barrow @quade")
    page.keyboard.press("ArrowDown")
    expect(chosen).to_have_text("Quinn Ambler @quinn")
    becomes(lambda: field.get_attribute("aria-activedescendant"), chosen.get_attribute("id"))
    # Escape closes the list, not the form.
    page.keyboard.press("Escape")
    expect(options).to_have_count(0)
    expect(field).to_be_focused()
    field.press_sequentially("i")
    expect(options).to_have_count(1)
    page.keyboard.press("Enter")
    expect(field).to_have_value("As @quinn ")
    field.press_sequentially("says, no.")
    page.get_by_role("button", name="Post response").click()
    mention = page.locator(".prose-response").get_by_role("link", name="@quinn")
    expect(mention).to_have_attribute("href", re.compile(r"^/people/quinn/\?account=\d+$"))
    assert Notification.objects.get(kind="mention").recipient.username == "quinn"


def test_whoever_types_faster_than_the_site_answers_takes_whom_they_mean(log_in, people):
    page = log_in("reader")
    field = begin(page)
    field.press_sequentially("As @qu")
    expect(page.get_by_role("option")).to_have_count(2)
    page.route("**/people/?q=qui*", lambda route: None)
    field.press_sequentially("in")
    page.keyboard.press("Enter")
    expect(field).to_have_value("As @quinn ")


def test_on_a_small_screen_a_name_is_taken_with_a_finger(log_in, people):
    page = log_in("reader")
    page.set_viewport_size({"width": 360, "height": 640})
    field = begin(page)
    field.press_sequentially("@")
    option = page.get_by_role("option", name="Quinn Ambler")
    box = option.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    assert 0 <= box["y"] <= 640 - box["height"]
    assert box["height"] >= 36
    option.click()
    expect(field).to_have_value("@quinn ")
    expect(field).to_be_focused()


def test_a_name_is_completed_in_a_note(log_in, people):
    page = log_in("reader")
    page.goto(ARTICLE)
    wait_until_whole(page)
    form = annotate(page, "#text", "habit")
    note = form.get_by_label("Note")
    note.press_sequentially("@qui")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Tab")
    expect(note).to_have_value("@quinn ")
    expect(form).to_be_visible()
