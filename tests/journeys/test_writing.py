"""Writing on the reading page: the form stays in sight, what is begun is kept and said to be."""

from __future__ import annotations

import re

import pytest

from annotations.models import Annotation
from forum.discussion.models import Post
from tests.browser import becomes, edges, expect
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


def stands_in_window(locator):
    becomes(lambda: locator.evaluate(IN_WINDOW))


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
def test_saving_stays_in_sight_when_the_form_has_something_to_say(page, read, width, height):
    page.route("**/annotate/", lambda route: route.abort())
    read(width, height)
    form = annotate_low(page, OTHER)
    save = form.get_by_role("button", name="Save note")
    form.get_by_label("Question").check()
    save.click()
    expect(form.get_by_role("alert")).to_contain_text("The site could not be reached.")
    page.wait_for_function("!document.querySelector('[data-save]').hasAttribute('aria-busy')")
    stands_in_window(save)
    stands_in_window(form.get_by_role("alert"))
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
        stands_in_window(control)
    scrollers = form.evaluate(
        """form => [...form.querySelectorAll("*")]
             .filter((part) => part.clientHeight && part.scrollHeight > part.clientHeight + 1)
             .filter((part) => /auto|scroll/.test(getComputedStyle(part).overflowY))
             .map(({ className }) => className)"""
    )
    assert scrollers in ([], ["popover-body"])


def test_on_a_low_phone_the_passage_stays_in_sight_above_the_form(read):
    page = read(390, 664)
    form = annotate(page, "#text", PHRASE)
    becomes(lambda: [round(edges(form)[edge]) for edge in ("top", "bottom")], [140, 664])
    words = """() => [...CSS.highlights.get("chosen")][0].getBoundingClientRect().bottom"""
    becomes(lambda: 50 < page.evaluate(words) < 140)
    for control in (form.get_by_label("Only me"), form.get_by_role("button", name="Save note")):
        stands_in_window(control)


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


def test_what_was_begun_on_another_passage_says_so(read):
    page = read()
    form = annotate(page, "#text", PHRASE)
    form.get_by_label("Question").check()
    form.get_by_label("Note").fill("Which critics?")
    page.keyboard.press("Escape")
    expect(notices(page)).to_contain_text(f"Your note on “{PHRASE}” is not saved yet.")
    annotate(page, "#text", OTHER)
    begun = form.locator("[data-begun]")
    expect(begun).to_contain_text(f"Begun on “{PHRASE}”")
    expect(form.get_by_label("Note")).to_have_value("Which critics?")
    # Left as it was, it still belongs where it was begun.
    page.keyboard.press("Escape")
    expect(notices(page)).to_contain_text(f"Your note on “{PHRASE}” is not saved yet.")
    annotate(page, "#text", OTHER)
    form.get_by_role("button", name="Go back there").click()
    expect(form.locator("[data-quote]")).to_have_text(PHRASE)
    expect(begun).to_be_hidden()
    expect(form.get_by_label("Bias claim")).to_be_focused()
    page.keyboard.press("Escape")
    # Begun anew, the other one waits, over a reload too.
    annotate(page, "#text", OTHER)
    form.get_by_role("button", name="Start afresh").click()
    expect(begun).to_be_hidden()
    expect(form.locator("[data-quote]")).to_have_text(OTHER)
    expect(form.get_by_label("Note")).to_have_value("")
    expect(form.get_by_label("Question")).not_to_be_checked()
    form.get_by_label("Good evidence").check()
    form.get_by_role("button", name="Save note").click()
    expect(form).to_have_count(0)
    assert Annotation.objects.filter(quote=OTHER, post__author__username="reader").count() == 1
    page.reload()
    expect(notices(page)).to_have_count(1)
    notices(page).get_by_role("button", name="Go on").click()
    expect(form.locator("[data-quote]")).to_have_text(PHRASE)
    expect(form.get_by_label("Note")).to_have_value("Which critics?")
    form.get_by_role("button", name="Save note").click()
    expect(form).to_have_count(0)
    made = Annotation.objects.get(quote=PHRASE, post__author__username="reader")
    assert made.post.current.source == "Which critics?"
    page.reload()
    expect(page.locator("[data-personal-masthead]")).to_contain_text("Log out")
    expect(notices(page)).to_have_count(0)


def test_a_passage_chosen_more_exactly_is_no_other_one(read):
    page = read()
    form = annotate(page, "#text", "critics therefore")
    form.get_by_label("Note").fill("Which critics?")
    select(page, "#text", PHRASE)
    expect(form.locator("[data-quote]")).to_have_text(PHRASE)
    expect(form.locator("[data-begun]")).to_be_hidden()


@pytest.mark.parametrize("width", [1280, 390])
def test_a_reply_is_posted_by_key_and_said_to_be(read, width):
    page = read(width)
    response = page.locator("#responses > ol > .response").nth(1)
    response.get_by_role("link", name="Reply").first.click()
    field = response.locator("textarea")
    expect(field).to_be_focused()
    page.keyboard.type("Not so fast.")
    # Escape closes and takes nothing away.
    page.keyboard.press("Escape")
    expect(field).to_have_count(0)
    expect(response.get_by_role("link", name="Reply").first).to_be_focused()
    expect(notices(page)).to_contain_text("Not posted yet: Reply to response 2")
    stands_in_window(notices(page))
    page.keyboard.press("Enter")
    expect(field).to_have_value("Not so fast.")
    expect(notices(page)).to_have_count(0)
    page.keyboard.press("Escape")
    page.reload()
    expect(notices(page)).to_contain_text("Not posted yet: Reply to response 2")
    notices(page).get_by_role("button", name="Go on").click()
    expect(field).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(re.compile("#comment-"))
    expect(page.locator("[data-status]")).to_have_text("Your reply is posted.")
    made = Post.objects.get(author__username="reader", kind="comment", parent__number=2)
    assert made.current.source == "Not so fast."
    expect(page.locator(f"#comment-{made.pk}")).to_be_focused()
    expect(page.locator(f"#comment-{made.pk}")).to_be_in_viewport()
    expect(notices(page)).to_have_count(0)
    # It is said once.
    page.reload()
    expect(page.locator("[data-personal-masthead]")).to_contain_text("Log out")
    expect(page.locator("[data-status]")).to_have_text("")


def test_a_response_and_a_reply_to_a_note_are_posted_by_key(read):
    page = read()
    page.get_by_role("link", name="Write a response").click()
    expect(page.locator("#new-response textarea")).to_be_focused()
    page.keyboard.type("On the whole, yes.")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Write a response")).to_be_focused()
    expect(notices(page)).to_contain_text("Your response is not posted yet.")
    page.keyboard.press("Enter")
    expect(page.locator("#new-response textarea")).to_have_value("On the whole, yes.")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(re.compile("#comment-"))
    expect(page.locator("[data-status]")).to_have_text("Your response is posted.")
    note = page.locator(".note", has_text="Leaves out Russia, which borders the North")
    page.locator(f"mark[data-notes~='{note.get_attribute('data-note')}']").first.click()
    link = note.get_by_role("link", name="Reply to the note by Farah")
    link.click()
    expect(note.get_by_role("textbox")).to_be_focused()
    page.keyboard.type("Why Russia?")
    # The form closes, the note around it does not.
    page.keyboard.press("Escape")
    expect(link).to_be_focused()
    expect(note).to_have_class(re.compile("is-active"))
    page.keyboard.press("Enter")
    expect(note.get_by_role("textbox")).to_have_value("Why Russia?")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(re.compile("#reply-"))
    expect(page.locator("[data-status]")).to_have_text("Your reply is posted.")
    expect(page.locator(page.evaluate("location.hash"))).to_be_focused()


# Help with writing


def test_signs_are_put_around_words_with_buttons_and_keys(read):
    page = read()
    page.get_by_role("link", name="Write a response").click()
    form = page.locator("#new-response .respond-form")
    field = form.get_by_label("Your response")
    bar = form.get_by_role("toolbar", name="Formatting")
    expect(bar).to_be_visible()
    field.fill("The ferry matters")
    field.evaluate("(element) => element.setSelectionRange(4, 9)")
    bar.get_by_role("button", name="Bold").click()
    expect(field).to_have_value("The **ferry** matters")
    # What was selected still is, and the same takes the signs away.
    page.keyboard.press("Control+b")
    expect(field).to_have_value("The ferry matters")
    page.keyboard.press("Control+i")
    expect(field).to_have_value("The *ferry* matters")
    page.keyboard.press("Control+z")
    expect(field).to_have_value("The ferry matters")
    bar.get_by_role("button", name="Bold").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(bar.get_by_role("button", name="Quote")).to_be_focused()
    page.keyboard.press("Enter")
    expect(field).to_have_value("> The ferry matters")


@pytest.mark.parametrize("width", [390, 1280])
def test_a_response_is_looked_at_before_it_is_posted(read, width):
    page = read(width)
    page.get_by_role("link", name="Write a response").click()
    form = page.locator("#new-response .respond-form")
    form.get_by_label("Your response").fill("It is the **ferry**.")
    form.get_by_role("button", name="Preview").click()
    preview = form.get_by_role("region", name="Preview")
    expect(preview.locator("strong")).to_have_text("ferry")
    expect(preview).to_be_focused()
    expect(form.get_by_label("Your response")).to_have_value("It is the **ferry**.")
    form.get_by_role("button", name="Post response").click()
    page.wait_for_url("**#comment-*")
    expect(page.locator(".response:target strong")).to_have_text("ferry")


def test_the_room_that_is_left_is_told_when_it_gets_short(read):
    page = read()
    page.get_by_role("link", name="Write a response").click()
    form = page.locator("#new-response .respond-form")
    field, left = form.get_by_label("Your response"), form.locator(".field-left")
    field.fill("x" * 7_000)
    expect(left).to_be_hidden()
    field.fill("😀" * 9_000)
    expect(left).to_have_text("1,000 characters left")
    field.fill("x" * 10_001)
    expect(left).to_have_text("1 character too many")
