"""Writing on the reading page: the form stays in sight, what is begun is kept and said to be."""

from __future__ import annotations

import re

import pytest

from tests.browser import expect
from tests.journeys.conftest import ARTICLE, annotate, select

pytestmark = pytest.mark.browser

PHRASE = "critics therefore call"
OTHER = "A thermostat does not abolish winter"
#: Whether all of an element lies inside the window, and nothing scrolls it out of sight.
IN_WINDOW = """(element) => {
  const box = element.getBoundingClientRect();
  const over = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return box.top >= 0 && box.bottom <= innerHeight && element.contains(over);
}"""


def notices(page):
    return page.locator(".kept")


@pytest.fixture
def read(log_in):
    """The demo's article as a reader has it before them, with all that is theirs."""

    def opened(width=1280, height=800):
        page = log_in("reader")
        page.set_viewport_size({"width": width, "height": height})
        page.goto(ARTICLE)
        expect(page.locator("[data-personal-masthead]")).to_contain_text("Log out")
        return page

    return opened


def in_window(locator):
    return locator.evaluate(IN_WINDOW)


def annotate_low(page, phrase):
    """Annotate ``phrase`` where it stands at the foot of the window."""
    select(page, "#text", phrase)
    page.evaluate(
        """() => scrollBy(0, getSelection().getRangeAt(0).getBoundingClientRect().bottom
                             - innerHeight + 20)"""
    )
    page.get_by_role("button", name="Annotate").click()
    return page.get_by_role("dialog", name="Annotate this passage")


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (1280, 600), (768, 800), (390, 800)])
def test_saving_stays_in_sight_when_the_form_has_something_to_say(read, width, height):
    page = read(width, height)
    form = annotate_low(page, OTHER)
    save = form.get_by_role("button", name="Save note")
    form.get_by_label("Question").check()
    page.route("**/annotate/", lambda route: route.abort())
    save.click()
    expect(form.get_by_role("alert")).to_contain_text("The site could not be reached.")
    page.wait_for_function("!document.querySelector('[data-save]').hasAttribute('aria-busy')")
    assert in_window(save)
    assert in_window(form.get_by_role("alert"))
    # So it does when much is typed.
    form.get_by_label("Note").fill("One line after the other.\n" * 30)
    page.wait_for_function(f"({IN_WINDOW})(document.querySelector('[data-save]'))")


@pytest.mark.parametrize(("width", "height"), [(1280, 600), (390, 844)])
def test_who_will_read_a_note_is_seen_before_it_is_saved(read, width, height):
    page = read(width, height)
    form = annotate(page, "#text", PHRASE)
    for control in (
        form.get_by_label("Note"),
        form.get_by_label("Everyone"),
        form.get_by_label("Only me"),
        form.get_by_role("button", name="Save note"),
    ):
        assert in_window(control)
    scrollers = form.evaluate(
        """form => [...form.querySelectorAll("*")]
             .filter((part) => part.clientHeight && part.scrollHeight > part.clientHeight + 1)
             .filter((part) => /auto|scroll/.test(getComputedStyle(part).overflowY))
             .map(({ className }) => className)"""
    )
    assert scrollers in ([], ["popover-body"])


@pytest.mark.parametrize("width", [1280, 390])
def test_what_a_tag_means_is_told_of_one_and_on_request_of_all(read, width):
    page = read(width)
    form = annotate(page, "#text", PHRASE)
    bias = form.get_by_text("The passage presents one party’s view")
    question = form.get_by_text("You cannot judge the passage until")
    expect(bias).to_be_visible()
    expect(question).to_be_hidden()
    form.get_by_label("Question").check()
    page.mouse.move(1, 1)
    form.get_by_label("Note").focus()
    expect(question).to_be_visible()
    expect(bias).to_be_hidden()
    box = form.get_by_role("checkbox", name="Question")
    expect(box).to_have_accessible_description(re.compile("^You cannot judge"))
    meanings = form.get_by_role("button", name="What the tags mean")
    form.get_by_role("checkbox", name="Bias claim").focus()
    page.keyboard.press("Shift+Tab")
    expect(meanings).to_be_focused()
    page.keyboard.press("Enter")
    expect(meanings).to_have_attribute("aria-expanded", "true")
    expect(bias).to_be_visible()
    expect(question).to_be_visible()
    page.keyboard.press("Enter")
    expect(meanings).to_have_attribute("aria-expanded", "false")
    expect(bias).to_be_hidden()
