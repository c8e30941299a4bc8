"""Reading as one likes it: theme, size, keys, contents, print, right to left."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from tests import factories
from tests.browser import becomes, expect, wait_until_whole
from tests.journeys.conftest import ARTICLE

pytestmark = pytest.mark.browser

PAPER = "getComputedStyle(document.body).backgroundColor"
LIGHT, DARK = "rgb(251, 250, 247)", "rgb(21, 22, 26)"
SIZE = "parseFloat(getComputedStyle(document.querySelector('#text')).fontSize)"
HEBREW = """\
## הגשר

הוועדה אומרת שהגשר חייב להיסגר מיד, וכולם יודעים מה זה אומר.

- המעבורת שפעלה עד האביב
"""


def settled(page, address):
    page.goto(address)
    wait_until_whole(page)


def test_the_theme_is_the_systems_until_the_reader_chooses(page, demo):
    page.emulate_media(color_scheme="dark")
    settled(page, ARTICLE)
    becomes(lambda: page.evaluate(PAPER), DARK)
    page.get_by_role("button", name="Display").click()
    page.get_by_role("radio", name="Light").check(force=True)
    becomes(lambda: page.evaluate(PAPER), LIGHT)
    # Before any module has run: what blocks is the script in the head alone.
    page.route("**/*.js", lambda route: _only_display(route))
    page.goto("/rules/")
    becomes(lambda: page.evaluate(PAPER), LIGHT)
    page.unroute("**/*.js")
    page.goto("/rules/")
    page.get_by_role("button", name="Display").click()
    page.get_by_role("radio", name="System").check(force=True)
    becomes(lambda: page.evaluate(PAPER), DARK)
    page.emulate_media(color_scheme="light")
    becomes(lambda: page.evaluate(PAPER), LIGHT)


def _only_display(route):
    if route.request.url.endswith("/display.js"):
        route.continue_()
    else:
        route.abort()


def test_text_size_is_chosen_by_keyboard_and_remembered(page, demo):
    settled(page, ARTICLE)
    usual = page.evaluate(SIZE)
    page.get_by_role("button", name="Display").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("radio", name="System")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("radio", name="Medium")).to_be_focused()
    page.keyboard.press("ArrowRight")
    becomes(lambda: page.evaluate(SIZE) > usual)
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Display")).to_be_focused()
    expect(page.locator("#display")).to_be_hidden()
    page.reload()
    becomes(lambda: page.evaluate(SIZE) > usual)
    becomes(lambda: page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_the_menu_stays_in_the_window(page, demo):
    settled(page, ARTICLE)
    for width in (1280, 390, 320):
        page.set_viewport_size({"width": width, "height": 700})
        page.get_by_role("button", name="Display").click()
        expect(page.locator("#display")).to_be_visible()
        page.wait_for_function(
            """wide => {
                const { left, right } = document.getElementById("display").getBoundingClientRect();
                return left >= 0 && right <= wide;
            }""",
            arg=width,
        )
        page.mouse.click(5, 690)
        expect(page.locator("#display")).to_be_hidden()


def test_without_scripts_nothing_is_offered_that_needs_them(browser, live_server, demo):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto(ARTICLE)
        expect(page.get_by_role("button", name="Display")).to_be_hidden()
        expect(page.locator("#display")).to_be_hidden()
        expect(page.locator("#keys")).to_be_hidden()
        page.locator(".contents summary").click()
        page.get_by_role("link", name="Why bother?").click()
        expect(page.locator("#section-why-bother")).to_be_in_viewport()
        expect(page.locator(".note").first).to_be_visible()
        expect(page.get_by_text("Choose a marked passage")).to_be_hidden()
    finally:
        context.close()


def test_the_map_of_keys_and_its_switch(page, demo):
    settled(page, ARTICLE)
    keys = page.get_by_role("dialog", name="Keys")
    page.keyboard.press("?")
    expect(keys).to_contain_text("From a passage to its note")
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    page.get_by_role("button", name="Display").click()
    page.get_by_label("Single-key shortcuts").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    wait_until_whole(page)
    becomes(lambda: page.evaluate("document.documentElement.dataset.keys"), "off")
    page.keyboard.press("?")
    expect(keys).to_be_hidden()
    page.get_by_role("button", name="Display").click()
    page.get_by_role("button", name="Show all keys").click()
    expect(keys).to_contain_text("Single-key shortcuts are off")
    keys.get_by_role("button", name="Close").click()
    expect(keys).to_be_hidden()


def test_the_map_of_keys_opens_at_its_top(page, demo):
    page.set_viewport_size({"width": 360, "height": 480})
    settled(page, ARTICLE)
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Keys", exact=True)).to_be_in_viewport()
    expect(page.get_by_role("heading", name="Keys", exact=True)).to_be_focused()
    room = page.locator("#keys").evaluate(
        "(one) => [one.scrollTop, one.scrollHeight - one.clientHeight]"
    )
    assert room[0] == 0 < room[1]
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Close")).to_be_focused()


def test_a_question_mark_in_a_field_is_a_question_mark(page, demo):
    page.goto("/accounts/login/")
    page.get_by_label("User name or e-mail").press("?")
    expect(page.get_by_label("User name or e-mail")).to_have_value("?")
    expect(page.locator("#keys")).to_be_hidden()


def test_contents_lead_to_sections_and_follow_the_reader(page, demo):
    page.set_viewport_size({"width": 1280, "height": 800})
    settled(page, ARTICLE)
    contents = page.get_by_role("navigation", name="Contents")
    contents.get_by_role("link", name="A narrow agenda").click()
    expect(page.locator("#section-a-narrow-agenda")).to_be_in_viewport()
    expect(contents.locator("[aria-current]")).to_have_text("A narrow agenda")
    read = page.locator("[data-progress]").evaluate("line => line.getBoundingClientRect().width")
    assert 0 < read < 1280
    page.evaluate("document.querySelector('#responses').scrollIntoView()")
    expect(contents.locator("[aria-current]")).to_have_text("Responses")
    expect(page.locator("[data-progress]")).to_have_attribute("style", re.compile(r"scaleX\(1\)"))
    page.set_viewport_size({"width": 390, "height": 800})
    expect(contents).to_be_hidden()
    page.evaluate("scrollTo(0, 0)")
    page.locator(".contents summary").click()
    contents.get_by_role("link", name="Why bother?").click()
    expect(page.locator("#section-why-bother")).to_be_in_viewport()
    expect(contents).to_be_hidden()


def test_skip_links_lead_past_what_comes_before(page, demo):
    settled(page, ARTICLE)
    for name, target in [("text", "#text"), ("notes", "#notes"), ("responses", "#responses")]:
        page.keyboard.press("Tab")
        link = page.get_by_role("link", name=f"Skip to the {name}")
        expect(link).to_be_focused()
        expect(link).to_be_in_viewport()
        link.press("Enter")
        expect(page.locator(target)).to_be_focused()
        link.focus()


def numbers_of(run):
    """The numbers that "3", "4,6" or "9–38" stands for."""
    for part in run.split(","):
        first, _, last = part.partition("–")
        yield from range(int(first), int(last or first) + 1)


#: The notes that numbers stand for, in the text and in the list, in the order of the numbers.
NUMBERED = """() => [
  [...document.querySelectorAll(".mark[id]")].flatMap((mark) =>
    [...mark.querySelectorAll(":scope > span[id]"), mark].map(({ id }) => id.slice(5))),
  [...document.querySelectorAll(".note:not([data-start=''])")].map(({ dataset }) => dataset.note),
]"""


def test_on_paper_notes_are_footnotes(page, demo):
    page.emulate_media(color_scheme="dark")
    settled(page, ARTICLE)
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size({"width": 640, "height": 900})
    marks, notes = page.evaluate(NUMBERED)
    assert marks == notes
    # Each number stands once, where a passage ends.
    expect(page.locator(".reading.is-numbered")).to_be_visible()
    said = page.locator(".mark[data-numbers]").evaluate_all(
        "marks => marks.map((mark) => mark.dataset.numbers)"
    )
    assert sorted(number for run in said for number in numbers_of(run)) == [
        *range(1, len(notes) + 1)
    ]
    first = page.locator(f".mark[data-notes~='{notes[0]}']")
    expect(first.last).to_have_attribute("data-numbers", "1")
    # The number of a note is beside its tags, not above them.
    becomes(
        lambda: page.locator(".note").first.evaluate(
            "note => getComputedStyle(note).display === 'grid'"
            " && note.querySelector('.note-tags').offsetTop - note.offsetTop < 4"
        )
    )
    assert len(notes) > 30
    for selector in (".masthead-links", ".toolbar", ".contents", ".reading-progress", ".own-links"):
        expect(page.locator(selector).first).to_be_hidden()
    expect(page.get_by_role("heading", name="Notes")).to_be_visible()
    becomes(lambda: page.evaluate(PAPER), "rgb(255, 255, 255)")
    content = "element => getComputedStyle(element, '::before').content"
    becomes(lambda: page.locator(".note").first.evaluate(content), "counter(noted)")
    # No note lies on another: what scripts placed in the margin flows again.
    tops = page.locator(".note").evaluate_all(
        "notes => notes.map((note) => note.getBoundingClientRect())"
        ".map(({ top, bottom }) => [top, bottom])"
    )
    assert all(bottom <= top for (_, bottom), (top, _) in pairwise(tops))


def test_on_paper_a_crowd_is_one_number_and_a_filter_is_said(page, article, alice):
    for index in range(30):
        factories.make_annotation(article, author=alice, quote="everyone knows", note=str(index))
    # Ends within a word of the next one.
    factories.make_annotation(article, author=alice, quote="The committee says the br")
    factories.make_annotation(article, author=alice, quote="bridge", tags=("question",))
    settled(page, article.get_absolute_url())
    page.emulate_media(media="print")
    expect(page.locator(".mark[data-numbers]")).to_have_count(2)
    said = page.locator(".mark[data-numbers]").evaluate_all(
        "marks => marks.map((mark) => [mark.textContent, mark.dataset.numbers])"
    )
    assert said == [["idge", "1,2"], ["everyone knows", "3–32"]]
    expect(page.get_by_text("Filtered")).to_be_hidden()
    settled(page, article.get_absolute_url() + "?tag=question")
    expect(page.get_by_text("Filtered: 1 of 32 notes are here.")).to_be_visible()


def test_an_article_from_right_to_left(page, codebook, dan):
    article = factories.make_article(author=dan, title="הגשר", source=HEBREW, language="he")
    factories.make_annotation(article, author=dan, quote="חייב להיסגר", note="מי אומר?")
    page.set_viewport_size({"width": 1280, "height": 800})
    settled(page, article.get_absolute_url())
    text = page.locator("#text")
    expect(text).to_have_attribute("dir", "rtl")
    expect(text).to_have_attribute("lang", "he")
    words, notes = text.bounding_box(), page.locator("#notes").bounding_box()
    assert notes["x"] + notes["width"] <= words["x"]
    expect(page.locator(".note-body")).to_have_css("direction", "rtl")
    expect(page.locator("#notes")).to_have_css("direction", "ltr")
    # Towards the text: the bar of a note, and the heading of the contents.
    expect(page.locator(".note")).to_have_css("border-left-width", "0px")
    expect(page.locator(".note")).to_have_css("border-right-width", "2px")
    expect(page.locator(".note-quote")).to_have_css("font-style", "normal")
    bullet = "list => parseFloat(getComputedStyle(list).paddingRight)"
    becomes(lambda: page.locator("#text ul").evaluate(bullet) > 0)
    page.set_viewport_size({"width": 390, "height": 800})
    becomes(lambda: page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_an_article_that_does_not_say_its_language(page, codebook, dan):
    article = factories.make_article(author=dan, title="הגשר", source=HEBREW)
    page.goto(article.get_absolute_url())
    expect(page.locator("#text")).to_have_attribute("dir", "rtl")
    expect(page.locator("#text")).to_have_attribute("lang", "")
