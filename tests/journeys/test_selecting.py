"""Selecting a passage by mouse, finger or keyboard alone; annotating it, quoting it; drafts."""

from __future__ import annotations

import re

import pytest

from annotations.models import Annotation, Quotation
from forum.accounts.models import Session
from forum.discussion.models import Post
from tests.browser import becomes, edges, expect
from tests.factories import make_article, make_user
from tests.journeys.conftest import ARTICLE, annotate, select

pytestmark = pytest.mark.browser

PHRASE = "critics therefore call"
SAID = "then somebody should be embarrassed"

#: The words under a highlight, or "".
LIT = """(name) => [...(CSS.highlights.get(name) ?? [])].map(String).join("")"""
#: Whether an element lies inside the window and over no line of what is highlighted or selected.
CLEAR = """(element) => {
  const box = element.getBoundingClientRect();
  const range = [...(CSS.highlights.get("chosen") ?? CSS.highlights.get("stepping") ?? [])][0]
    ?? getSelection().getRangeAt(0);
  const apart = [...range.getClientRects()].every((line) =>
    line.right <= box.left || line.left >= box.right
    || line.bottom <= box.top || line.top >= box.bottom);
  return apart && box.left >= 0 && box.top >= 0
    && box.right <= document.documentElement.clientWidth + 1 && box.bottom <= innerHeight + 1;
}"""
#: Whether the focus is in an element, or has gone to the browser's own buttons.
INSIDE = """(element) => element.contains(document.activeElement)
  || document.activeElement === document.body"""


def choices(page):
    return page.get_by_role("group", name="Selected passage")


def dialog(page):
    return page.get_by_role("dialog", name="Annotate this passage")


def stepper(page):
    return page.get_by_role("application", name="Select with the keyboard")


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)
        if key == "s":
            # What steps is fetched now.
            expect(stepper(page)).to_be_focused()


def steps_on(page, words):
    """Wait until the highlighted passage begins with ``words``."""
    becomes(lambda: page.evaluate(LIT, "stepping")[: len(words)], words)


def said(page):
    return page.locator("[data-status]")


@pytest.fixture
def read(log_in):
    """The demo's article as a reader has it before them, with all that is theirs."""

    def opened(width=1280):
        page = log_in("reader")
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(ARTICLE)
        expect(page.locator("[data-personal-masthead]")).to_contain_text("Log out")
        return page

    return opened


def violations(page, part="html"):
    pytest.importorskip("axe_playwright_python.base")
    from axe_playwright_python.sync_playwright import Axe

    # Which notes a mark names is looked at where marks are.
    results = page._run(Axe().run, page._target, part)
    return [results.generate_report()] if results.violations_count else []


@pytest.mark.parametrize("width", [1280, 768, 390])
def test_by_mouse(read, width):
    page = read(width)
    select(page, "#text", PHRASE)
    expect(choices(page).get_by_role("link", name="Quote in a response")).to_be_visible()
    becomes(lambda: choices(page).evaluate(CLEAR))
    press(page, "Escape")
    expect(choices(page)).to_be_hidden()
    becomes(lambda: page.evaluate("getSelection().toString()"), PHRASE)
    # Another passage opens them again, and this time there is something to say.
    form = annotate(page, "#text", "A thermostat does not abolish winter")
    expect(form.get_by_label("Bias claim")).to_be_focused()
    becomes(lambda: form.evaluate(CLEAR))
    becomes(lambda: page.evaluate(LIT, "chosen"), "A thermostat does not abolish winter")
    meaning = form.get_by_text("The passage presents one party’s view")
    form.get_by_text("Bias claim").hover()
    expect(meaning).to_be_visible()
    form.get_by_label("Question").check()
    form.get_by_role("button", name="Save").click()
    expect(form).to_have_count(0)
    note = Annotation.objects.get(
        quote="A thermostat does not abolish winter", post__author__username="reader"
    )
    expect(page.locator(f"#mark-{note.pk}").locator("xpath=ancestor-or-self::mark")).to_be_focused()


def test_by_keyboard_alone_from_the_loading_of_the_page_to_a_saved_note(read):
    page = read()
    begin = page.get_by_role("button", name="Select with the keyboard")
    for _ in range(60):
        press(page, "Tab")
        if begin.evaluate("button => button === document.activeElement"):
            break
    html = page.locator("#text").inner_html()
    press(page, "Enter")
    expect(stepper(page)).to_be_focused()
    expect(said(page)).to_contain_text("sentence 1 of ")
    steps_on(page, "No government in the world")
    press(page, "ArrowDown", "ArrowDown", "ArrowUp", "ArrowRight")
    becomes(lambda: page.evaluate(LIT, "stepping"), "That")
    press(page, "Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowLeft")
    becomes(lambda: page.evaluate(LIT, "stepping"), "That is")
    expect(said(page)).to_contain_text("the, left out. 2 words: That is, sentence 2 of ")
    press(page, " ", "Shift+ArrowRight", " ", "Shift+ArrowRight", "Shift+ArrowRight")
    becomes(lambda: page.evaluate(LIT, "stepping"), "is the fact")
    becomes(lambda: stepper(page).evaluate(CLEAR))
    # Nothing in the text has changed.
    assert page.locator("#text").inner_html() == html
    press(page, "Enter")
    expect(choices(page).get_by_role("button", name="Annotate")).to_be_focused()
    becomes(lambda: choices(page).evaluate(CLEAR))
    # Back, and on again.
    press(page, "Escape")
    expect(stepper(page)).to_be_focused()
    press(page, "Enter", "Enter")
    expect(dialog(page).get_by_label("Bias claim")).to_be_focused()
    expect(dialog(page).get_by_text("The passage presents one party’s view")).to_be_visible()
    press(page, "Space", "Control+Enter")
    expect(dialog(page)).to_have_count(0)
    made = Annotation.objects.filter(post__author__username="reader").latest("post_id")
    assert made.quote == "is the fact"
    expect(page.locator("mark:focus")).to_have_text("is the fact")
    expect(stepper(page)).to_be_hidden()


def test_the_bar_has_a_button_for_each_step(read):
    page = read()
    press(page, "s")
    bar = stepper(page)
    # It has the focus and says so by a line, not by a frame all around.
    colour = bar.evaluate("bar => getComputedStyle(bar).outlineColor")
    assert colour == "rgba(0, 0, 0, 0)"
    becomes(
        lambda: bar.evaluate("bar => getComputedStyle(bar).borderTopColor"),
        page.evaluate(
            """() => {
          const probe = document.body.appendChild(document.createElement("i"));
          probe.style.color = "var(--accent)";
          return getComputedStyle(probe).color;
        }"""
        ),
    )
    first = page.evaluate(LIT, "stepping")
    for name, words in (
        ("Next sentence", "That is the fact"),
        ("Previous sentence", first),
        ("Next sentence", "That is the fact"),
        ("Next word", "That"),
        ("Next word", "is"),
        ("Previous word", "That"),
        ("Longer", "That is"),
        ("Shorter", "That"),
    ):
        bar.get_by_role("button", name=name).click()
        steps_on(page, words)


def test_where_there_is_only_a_finger_nothing_is_offered_for_keys(browser, live_server, demo):
    begin = "Select with the keyboard"
    for touch in (True, False):
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": 390, "height": 800},
            has_touch=touch,
            is_mobile=touch,
        )
        page = context.new_page()
        page.goto(ARTICLE)
        expect(page.get_by_role("button", name=begin)).to_have_count(0 if touch else 1)
        context.close()


def test_a_selection_made_with_the_browsers_own_keys(read):
    page = read()
    select(page, "#text", "critics")
    expect(choices(page)).to_be_visible()
    press(page, "Escape", *["Shift+ArrowRight"] * len(" therefore"))
    expect(choices(page)).to_be_visible()
    expect(said(page)).to_contain_text("Selected: “critics therefore”. Press Tab")
    press(page, "Tab", "Tab")
    expect(choices(page).get_by_role("link", name="Quote in a response")).to_be_focused()
    press(page, "Escape")
    expect(page.locator("#text")).to_be_focused()
    becomes(lambda: page.evaluate("getSelection().toString()"), "critics therefore")


def test_the_stepper_begins_where_the_focus_is_and_leaves_it_there(read):
    page = read()
    reply = page.locator("#responses > ol > .response").nth(1).get_by_role("link", name="Reply")
    reply.first.focus()
    press(page, "s")
    expect(said(page)).to_contain_text("Response 2. ")
    press(page, "PageDown")
    expect(said(page)).to_contain_text("Response 3. ")
    press(page, "PageUp", "PageUp", "PageUp")
    expect(said(page)).to_contain_text("Response 1. ")
    press(page, "PageUp", "PageUp")
    expect(said(page)).to_contain_text("This is the first text.")
    press(page, "End", "Escape")
    expect(stepper(page)).to_be_hidden()
    expect(reply.first).to_be_focused()
    becomes(lambda: page.evaluate(LIT, "stepping"), "")
    # Leaving by a click ends it, and the key means nothing to who has turned keys off.
    press(page, "s")
    expect(stepper(page)).to_be_visible()
    page.locator("#responses-title").click()
    expect(stepper(page)).to_be_hidden()
    press(page, "s", "Enter")
    expect(choices(page)).to_be_visible()
    page.locator("#responses-title").click()
    expect(choices(page)).to_be_hidden()
    becomes(lambda: page.evaluate(LIT, "stepping"), "")
    page.evaluate("document.documentElement.dataset.keys = 'off'")
    page.keyboard.press("s")
    expect(stepper(page)).to_be_hidden()


@pytest.mark.parametrize("width", [1280, 390])
def test_quoting_the_article_in_a_response(read, width):
    page = read(width)
    select(page, "#text", PHRASE)
    choices(page).get_by_role("link", name="Quote in a response").click()
    field = page.locator("#new-response textarea")
    expect(field).to_be_focused()
    expect(field).to_have_value(f"> {PHRASE}\n\n")
    page.keyboard.type("Which critics?")
    # While one writes, another passage goes into the same response.
    select(page, "#text", "A thermostat does not abolish winter")
    choices(page).get_by_role("link", name="Quote in your response").click()
    expect(field).to_be_focused()
    page.keyboard.type("Nor a draught.")
    expect(field).to_have_value(
        f"> {PHRASE}\n\nWhich critics?\n\n> A thermostat does not abolish winter\n\nNor a draught."
    )
    page.get_by_role("button", name="Post response").click()
    expect(page).to_have_url(re.compile("#comment-"))
    made = Post.objects.get(author__username="reader", kind="comment", number=5)
    quotes = list(
        Quotation.objects.filter(comment_revision__post=made).values_list("quote", flat=True)
    )
    assert quotes == [PHRASE, "A thermostat does not abolish winter"]
    links = page.locator(f"#comment-{made.pk}").get_by_role(
        "link", name="Go to the quoted passage in the article"
    )
    expect(links).to_have_count(2)
    # What was sent does not wait.
    page.reload()
    expect(page.locator("[data-personal-masthead]")).to_contain_text("Log out")
    expect(page.locator(".kept")).to_have_count(0)


def test_quoting_a_response_answers_it(read):
    page = read()
    select(page, "#responses", SAID)
    link = choices(page).get_by_role("link", name="Quote in a response")
    # Without a script's help the same address is a page of its own.
    address = link.get_attribute("href")
    press(page, "Tab", "Tab", "Enter")
    first = page.locator("#responses > ol > .response").first
    field = first.locator("textarea")
    expect(field).to_be_focused()
    page.keyboard.type("Who?")
    first.get_by_role("button", name="Post reply").click()
    expect(page).to_have_url(re.compile("#comment-"))
    made = Post.objects.get(author__username="reader", kind="comment", parent__number=1)
    quotation = Quotation.objects.get(comment_revision__post=made)
    assert (quotation.quote, quotation.revision.post_id) == (SAID, made.parent_id)
    page.goto(address)
    expect(page.get_by_label("Your reply")).to_have_value(f"> {SAID}\n\n")
    expect(page.get_by_role("button", name="Post reply")).to_be_visible()


def test_a_note_that_is_not_saved_waits_over_a_reload_for_its_writer_alone(read, log_in):
    page = read()
    form = annotate(page, "#responses", SAID)
    form.get_by_label("Question").check()
    form.get_by_label("Note").fill("By whom?")
    form.get_by_label("Only me").check()
    page.reload()
    kept = page.locator(".kept")
    expect(kept).to_contain_text(f"Your note on “{SAID}” is not saved yet.")
    becomes(lambda: page.evaluate(LIT, "chosen"), SAID)
    # Somebody else on this machine sees nothing of it.
    page.get_by_role("button", name="Log out").click()
    log_in("staff")
    page.goto(ARTICLE)
    expect(page.locator("[data-personal-masthead]")).to_contain_text("Log out")
    expect(kept).to_have_count(0)
    page.get_by_role("button", name="Log out").click()
    log_in("reader")
    page.goto(ARTICLE)
    kept.get_by_role("button", name="Go on").click()
    expect(form.locator("[data-quote]")).to_have_text(SAID)
    expect(form.get_by_label("Note")).to_have_value("By whom?")
    form.get_by_role("button", name="Save").click()
    expect(form).to_have_count(0)
    made = Annotation.objects.get(quote=SAID)
    assert (made.post.audience, made.post.current.source) == ("private", "By whom?")
    page.reload()
    expect(page.locator("[data-personal-masthead]")).to_contain_text("Log out")
    expect(kept).to_have_count(0)


def test_what_is_cancelled_is_gone_and_can_be_taken_back(read):
    page = read()
    form = annotate(page, "#text", PHRASE)
    form.get_by_label("Note").fill("Hm.")
    form.get_by_role("button", name="Cancel").click()
    expect(form).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(form.get_by_label("Note")).to_have_value("Hm.")
    # Escape takes nothing away.
    press(page, "Escape")
    page.locator(".kept").get_by_role("button", name="Discard it").click()
    page.reload()
    expect(page.locator("[data-personal-masthead]")).to_contain_text("Log out")
    expect(page.locator(".kept")).to_have_count(0)
    form = annotate(page, "#text", PHRASE)
    expect(form.get_by_label("Note")).to_have_value("")


def test_a_response_that_is_not_posted_waits_over_a_reload(read):
    page = read()
    page.get_by_role("link", name="Write a response").click()
    field = page.locator("#new-response textarea")
    expect(field).to_be_focused()
    field.fill("Half a thought")
    page.reload()
    page.locator(".kept").get_by_role("button", name="Go on").click()
    expect(field).to_have_value("Half a thought")
    page.locator("#new-response").get_by_role("link", name="Cancel").click()
    expect(field).to_have_count(0)
    expect(page.get_by_role("link", name="Write a response")).to_be_focused()
    page.get_by_role("button", name="Undo").click()
    expect(field).to_have_value("Half a thought")


def test_where_nothing_can_be_kept_all_else_goes_on(read):
    page = read()
    page.evaluate(
        """Object.defineProperty(window, "sessionStorage", {
             get() { throw new DOMException("no", "SecurityError"); } })"""
    )
    form = annotate(page, "#text", PHRASE)
    form.get_by_label("Question").check()
    form.get_by_label("Note").fill("Kept nowhere, saved all the same.")
    form.get_by_role("button", name="Save").click()
    expect(page.locator(".note", has_text="Kept nowhere")).to_be_visible()


def test_on_a_phone_it_is_a_sheet(read):
    page = read(390)
    form = annotate(page, "#text", PHRASE)
    becomes(lambda: form.evaluate("sheet => sheet.matches(':modal')"))
    becomes(lambda: form.evaluate(CLEAR))
    becomes(lambda: [edges(form)[edge] for edge in ("left", "right", "bottom")], [0, 390, 800])
    expect(form.get_by_text("The passage presents one party’s view")).to_be_visible()
    for name in ("Save note", "Cancel"):
        assert form.get_by_role("button", name=name).bounding_box()["height"] >= 44
    for label in form.locator(".popover-tag-name").all():
        assert label.bounding_box()["height"] >= 44
    # The focus stays inside.
    for _ in range(14):
        press(page, "Tab")
        assert form.evaluate(INSIDE)
    # With the keyboard of a phone over the lower half, all of it stands above that.
    page.evaluate(
        """Object.defineProperty(visualViewport, "height", { get: () => 380, configurable: true });
           visualViewport.dispatchEvent(new Event("resize"))"""
    )
    save = "button => button.getBoundingClientRect().bottom <= 380"
    becomes(lambda: form.get_by_role("button", name="Save note").evaluate(save))
    becomes(lambda: form.bounding_box()["y"] >= 0)
    press(page, "Escape")
    expect(form).to_have_count(0)
    expect(page.locator("#text")).to_be_focused()


def test_a_finger_finds_the_choices_at_the_foot_of_the_screen(browser, live_server, demo):
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 800, "height": 900}, has_touch=True
    )
    page = context.new_page()
    page.goto(ARTICLE)
    expect(page.locator("[data-personal-masthead]")).to_contain_text("Log in")
    page.locator("#text p").first.tap()
    # A long press and its handles are the browser's own; the page is told of the outcome alone.
    page.evaluate("getSelection().selectAllChildren(document.querySelector('#text p'))")
    login = choices(page).get_by_role("link", name="Log in to annotate")
    expect(login).to_be_visible()
    becomes(lambda: [edges(choices(page))[edge] for edge in ("left", "bottom")], [0, 900])
    becomes(lambda: login.bounding_box()["height"] >= 44)
    context.close()


@pytest.mark.parametrize("act", ["annotate", "quote"])
def test_a_stranger_logs_in_and_comes_back_with_the_passage(page, demo, act):
    page.goto(ARTICLE)
    expect(page.locator("[data-personal-masthead]")).to_contain_text("Log in")
    select(page, "#responses", SAID)
    name = "Log in to annotate" if act == "annotate" else "Log in to quote it"
    choices(page).get_by_role("link", name=name).click()
    page.get_by_label("User name or e-mail").fill("reader")
    page.get_by_label("Password", exact=True).fill("postil-demo")
    page.get_by_role("main").get_by_role("button", name="Log in").click()
    if act == "annotate":
        expect(dialog(page).locator("[data-quote]")).to_have_text(SAID)
        expect(dialog(page).get_by_label("Bias claim")).to_be_visible()
        becomes(lambda: dialog(page).evaluate(CLEAR))
        becomes(lambda: page.evaluate(LIT, "chosen"), SAID)
        assert page.evaluate("location.hash") == ""
    else:
        expect(page.get_by_label("Your reply")).to_have_value(f"> {SAID}\n\n")
        expect(page.get_by_role("button", name="Post reply")).to_be_visible()


def test_a_session_that_ran_out_while_one_wrote(read):
    page = read()
    form = annotate(page, "#text", PHRASE)
    form.get_by_label("Question").check()
    form.get_by_label("Note").fill("Slowly typed.")
    Session.objects.all().delete()
    form.get_by_role("button", name="Save").click()
    form.get_by_role("link", name="Log in to annotate").click()
    page.get_by_label("User name or e-mail").fill("reader")
    page.get_by_label("Password", exact=True).fill("postil-demo")
    page.get_by_role("main").get_by_role("button", name="Log in").click()
    expect(form.locator("[data-quote]")).to_have_text(PHRASE)
    expect(form.get_by_label("Note")).to_have_value("Slowly typed.")
    form.get_by_role("button", name="Save").click()
    expect(page.locator(".note", has_text="Slowly typed.")).to_be_visible()
    expect(page.locator(".kept")).to_have_count(0)


def test_a_text_from_right_to_left(log_in, codebook):
    article = make_article(
        author=make_user("editor", is_editor=True),
        title="الجسر",
        source="🌉 أغلق الجسر أمس. من يدفع الثمن الآن؟ لا أحد يعرف.",
    )
    page = log_in("reader")
    page.goto(article.get_absolute_url())
    expect(page.locator("[data-personal-masthead]")).to_contain_text("Log out")
    page.evaluate("document.querySelector('#text').dir = 'rtl'")
    press(page, "s", "ArrowDown")
    expect(said(page)).to_contain_text("sentence 2 of 3")
    becomes(lambda: page.evaluate(LIT, "stepping"), "من يدفع الثمن الآن؟")
    # A button does what it says.
    stepper(page).get_by_role("button", name="Next word").click()
    becomes(lambda: page.evaluate(LIT, "stepping"), "من")
    stepper(page).focus()
    press(page, "ArrowUp", "ArrowDown")
    # To the left is on.
    press(page, "ArrowLeft", "ArrowLeft", "Shift+ArrowLeft", "Enter", "Enter")
    dialog(page).get_by_label("Question").check()
    press(page, "Control+Enter")
    expect(page.locator("#text mark")).to_have_text("يدفع الثمن")
    made = Annotation.objects.get(quote="يدفع الثمن")
    assert made.revision.text[made.start : made.end] == made.quote


def test_what_cannot_be_fetched_is_told_and_fetched_the_next_time(page, read):
    lost = re.compile(r"/(stepper|htmx-2)[^/]*\.js$")
    # A page that is open may fetch once more past a route that is set only then.
    page.route(lost, lambda route: route.abort())
    read()
    page.keyboard.press("s")
    notice = page.locator(".kept", has_text="The site could not be reached.")
    expect(notice).to_be_visible()
    notice.get_by_role("button", name="Close").click()
    page.get_by_role("link", name="Write a response").click()
    expect(page.get_by_role("alert")).to_contain_text("Are you online?")
    page.unroute(lost)
    page.get_by_role("link", name="Write a response").click()
    expect(page.locator("#new-response textarea")).to_be_focused()
    page.locator("#text").focus()
    press(page, "s")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_finds_nothing_in_any_state(read, width, scheme):
    page = read(width)
    page.emulate_media(color_scheme=scheme)
    press(page, "s", "ArrowDown")
    assert violations(page, ".stepper") == []
    press(page, "Enter")
    expect(choices(page)).to_be_visible()
    assert violations(page, ".passage-menu") == []
    press(page, "Enter")
    expect(dialog(page)).to_be_visible()
    assert violations(page, "dialog.popover") == []
    meanings = dialog(page).get_by_role("button", name="What the tags mean")
    meanings.click()
    assert violations(page, "dialog.popover") == []
    meanings.click()
    dialog(page).get_by_label("Note").fill("Which critics?")
    press(page, "Escape")
    expect(page.locator(".kept")).to_be_visible()
    assert violations(page, ".kept-list") == []
    annotate(page, "#text", PHRASE)
    expect(dialog(page).locator("[data-begun]")).to_contain_text("Begun on")
    assert violations(page, "dialog.popover") == []
    dialog(page).get_by_role("button", name="Save").click()
    expect(dialog(page)).to_contain_text("Choose at least one tag")
    assert violations(page) == []
