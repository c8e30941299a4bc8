"""What a screen reader is told as it happens; that nothing moves for whoever wants no motion."""

from __future__ import annotations

import re

import pytest

from tests.browser import expect, wait_until_whole
from tests.journeys.conftest import ARTICLE

pytestmark = pytest.mark.browser

#: Keeps everything that the page's live region says, in order.
LISTEN = """() => {
  const region = document.querySelector("[data-status]");
  window.told = [];
  new MutationObserver(() => window.told.push(region.textContent))
    .observe(region, { childList: true, characterData: true, subtree: true });
}"""

#: Every transition and animation that has begun since.
WATCH_MOTION = """
  window.moved = [];
  for (const name of ["transitionrun", "animationstart"]) {
    document.addEventListener(name, ({ target, propertyName, animationName }) =>
      window.moved.push(`${name} ${propertyName ?? animationName} ${target.className}`), true);
  }
"""


@pytest.fixture
def read(log_in):
    """The demo's article, with somebody listening."""

    def opened(width: int = 1280):
        page = log_in("reader")
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(ARTICLE)
        wait_until_whole(page)
        page.evaluate(LISTEN)
        return page

    return opened


def told(page, pattern: str) -> None:
    """Wait until the last thing said is ``pattern``."""
    expect(page.locator("[data-status]")).to_have_text(re.compile(pattern))


def test_the_region_is_polite_and_there_before_anything_is_said(read):
    page = read()
    region = page.locator("[data-status]")
    assert region.get_attribute("role") == "status"
    assert region.inner_text() == ""
    # Polite is what a status is, unless something says otherwise.
    assert region.get_attribute("aria-live") is None


@pytest.mark.parametrize("width", [1280, 390])
def test_stepping_choosing_and_saving_are_said(read, width):
    page = read(width)
    page.locator("#text").focus()
    page.keyboard.press("s")
    told(page, r"^Article\. .+ – sentence \d+ of \d+\.$")
    page.keyboard.press("ArrowDown")
    told(page, r"^(?!Article).+ – sentence \d+ of \d+\.$")
    page.keyboard.press("ArrowRight")
    told(page, r"– sentence \d+ of \d+\.$")
    page.keyboard.press("Shift+ArrowRight")
    told(page, r", added\. 2 words: .+, sentence \d+ of \d+\.$")
    page.keyboard.press("Shift+ArrowLeft")
    told(page, r", left out\. 1 word: ")
    page.keyboard.press("Space")
    told(page, r"now move the start of the passage\.$")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Annotate").click()
    form = page.get_by_role("dialog", name="Annotate this passage")
    form.get_by_role("button", name="Save").click()
    # What is wrong is said by the field that has the focus.
    first = form.get_by_role("checkbox").first
    expect(first).to_be_focused()
    group = form.get_by_role("group", name="What is it?")
    described = group.get_attribute("aria-describedby")
    expect(page.locator(f"#{described}")).to_have_text("Choose at least one tag.")
    first.check()
    form.get_by_role("button", name="Save").click()
    told(page, r"^Your note is saved\.$")
    said = page.evaluate("window.told")
    assert len(said) == 7, said
    assert all(said)


def test_what_a_filter_leaves_and_where_a_key_leads_are_said(read):
    page = read()
    notes = page.locator("[data-notes-list] [data-note]").count()
    page.get_by_role("link", name="Bias claim").first.click()
    told(page, rf"^\d+ of {notes} notes shown\.$")
    page.get_by_role("button", name="Filter").click()
    page.get_by_label("Words", exact=True).fill("nothing has these words")
    told(page, rf"^0 of {notes} notes shown\.$")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    told(page, r"^No note is shown\.$")
    page.locator(".toolbar-shown [data-clear]").click()
    told(page, rf"^{notes} of {notes} notes shown\.$")
    page.locator("#text").focus()
    page.keyboard.press("n")
    # The focus goes to the note, which is read then.
    told(page, rf"^Note \d+ of {notes}\.$")
    expect(page.locator(".note.is-lead")).to_be_focused()
    page.get_by_role("button", name="Next note", exact=True).click()
    # The focus stays at the button, so the note is read out.
    told(page, rf"^Note \d+ of {notes}\. .+: .+ On “.+”\.$")


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize(("motion", "moves"), [("reduce", False), ("no-preference", True)])
def test_nothing_moves_for_whoever_wants_no_motion(page, demo, width, motion, moves):
    page.emulate_media(reduced_motion=motion)
    page.set_viewport_size({"width": width, "height": 800})
    page.add_init_script(WATCH_MOTION)
    page.goto(ARTICLE)
    wait_until_whole(page)
    page.evaluate("window.moved.length = 0")
    page.get_by_role("button", name="Display").click()
    page.keyboard.press("Escape")
    page.locator("#text mark").first.click()
    page.keyboard.press("n")
    # Scrolling that is not at once would have begun, and be under way.
    assert page.evaluate("""() => {
      window.scrollTo(0, 0);
      document.querySelector("#responses").scrollIntoView();
      return Math.abs(document.querySelector("#responses").getBoundingClientRect().top) < 100;
    }""")
    page.get_by_role("link", name="Articles").first.hover()
    if moves:
        page.wait_for_function("() => window.moved.length > 0")
    else:
        assert page.evaluate("window.moved") == []
        # The one animation that stays hides notes before they stand, and moves nothing.
        lasting = page.evaluate("""() => document.getAnimations()
          .map(({ animationName, transitionProperty }) => animationName ?? transitionProperty)""")
        assert lasting == []
