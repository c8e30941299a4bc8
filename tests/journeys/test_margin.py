"""Reading the notes: beside the text, in it on a narrow screen, filtered, one after the other."""

from __future__ import annotations

import re
from urllib.parse import quote_plus

import pytest
from django.conf import settings
from django.urls import reverse

from annotations.models import Placement
from forum.discussion.publishing.actions import revise_article
from tests.browser import becomes, expect, wait_until_whole
from tests.factories import ARTICLE_TEXT, make_annotation, make_article, make_comment, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

#: What can be seen in the margin does not cover anything else there.
APART = """() => {
  const boxes = [...document.querySelectorAll(
      "[data-notes-list] > *, .orphans-list > *")]
    .map((entry) => entry.getBoundingClientRect())
    .filter(({ height }) => height)
    .sort((a, b) => a.top - b.top);
  return boxes.every((box, at) => at === 0 || boxes[at - 1].bottom <= box.top + 1);
}"""

#: Every shift of what belongs to the article, its toolbar and its notes, since the page was opened.
SHIFTS = """
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (entry.hadRecentInput) continue;
      for (const { node } of entry.sources) {
        const element = node?.nodeType === 1 ? node : node?.parentElement;
        if (element?.closest("[data-reading]")) window.shifts.push(element.outerHTML.slice(0, 200));
      }
    }
  }).observe({ type: "layout-shift", buffered: true });
"""

LONG_TEXT = "\n\n".join(
    f"## Part {part}\n\n"
    + "\n\n".join(
        f"In paragraph {part}.{at} the committee weighs claim {part}.{at} once more. "
        + "It was said before, and it will be said again, that nothing is settled. " * 4
        for at in range(6)
    )
    for part in range(5)
)


@pytest.fixture
def long_article(dan, codebook):
    """Five parts of six paragraphs, each with a passage of its own."""
    return make_article(author=dan, title="What was said", source=LONG_TEXT)


@pytest.fixture
def sign_in(client, page, live_server):
    def enter(person):
        client.force_login(person)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
        )

    return enter


@pytest.fixture
def read(page):
    """Open an article's page and wait until its script has everything."""

    def opened(article, query: str = "", width: int = 1280):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(reverse("article", args=[article.slug]) + query)
        expect(page.locator("[data-personal-masthead]")).to_contain_text("Log ")
        return page

    return opened


def deep(article, count: int, quote: str = "everyone knows"):
    """``count`` notes on one passage, each in its own words."""
    people = [make_user(display_name=f"Reader {at}") for at in range(min(count, 4))]
    return [
        make_annotation(
            article, author=people[at % len(people)], quote=quote, note=f"Thought number {at + 1}."
        )
        for at in range(count)
    ]


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("count", [2, 12])
def test_each_of_many_notes_on_one_passage_can_be_read(read, article, count, width):
    notes = deep(article, count)
    page = read(article, width=width)
    mark = page.locator("#text mark")
    mark.click()
    head = page.locator(".here")
    expect(head).to_contain_text(f"{count} notes on this passage")
    read_here = []
    for at, note in enumerate(notes, start=1):
        expect(head).to_contain_text(f"{at} of {count}")
        lead = page.locator(".note.is-lead")
        expect(lead).to_have_attribute("id", f"note-{note.pk}")
        expect(lead.locator(".note-body")).to_be_visible()
        read_here.append(lead.locator(".note-body").inner_text())
        # Pressed again, the mark goes on to the next; so does the button.
        if at % 2:
            mark.click()
        else:
            page.get_by_role("button", name="Next note on this passage").click()
    assert read_here == [f"Thought number {at}." for at in range(1, count + 1)]
    expect(head).to_contain_text(f"1 of {count}")
    page.get_by_role("button", name="Previous note on this passage").click()
    expect(head).to_contain_text(f"{count} of {count}")
    page.wait_for_function(APART)
    becomes(lambda: page.evaluate("document.documentElement.scrollWidth") <= width)


def test_a_note_of_a_pile_opens_in_place_once_the_window_is_narrow(read, article):
    deep(article, 30)
    page = read(article)
    expect(page.locator(".note.is-piled")).to_have_count(30)
    page.set_viewport_size({"width": 390, "height": 800})
    page.locator("#text mark").click()
    expect(page.locator(".note.is-lead .note-body")).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.locator("#text p").last.click()
    expect(page.locator(".note.is-piled")).to_have_count(30)


def test_notes_fold_where_they_crowd_and_open_when_chosen(read, article, long_article, alice):
    for at in range(5):
        make_annotation(
            long_article, author=alice, quote="claim 0.1", note=f"Of five, number {at}. " * 6
        )
    alone = make_annotation(long_article, author=alice, quote="claim 3.2", note="Alone. " * 40)
    page = read(long_article)
    lines = page.locator(".note.is-line")
    # The last of the five has the room that the text below leaves it.
    expect(lines).to_have_count(4)
    expect(page.locator(f"#note-{alone.pk}")).not_to_have_class(re.compile("is-line"))
    assert all(height <= 30 for height in lines.evaluate_all("all => all.map(n => n.offsetHeight)"))
    # A line says which tag, who and how it begins.
    expect(lines.first).to_contain_text("BC")
    expect(lines.first.locator(".person")).to_be_visible()
    becomes(lambda: "Of five, number 0." in lines.first.inner_text())
    page.wait_for_function(APART)
    # It opens when it gets the focus, or is clicked.
    second = page.locator("[data-notes-list] > .note").nth(1)
    second.focus()
    expect(second).to_have_class(re.compile("is-lead"))
    expect(second.locator(".note-quote")).to_be_visible()
    expect(second).to_be_focused()
    page.wait_for_function(APART)
    page.keyboard.press("Escape")
    expect(second).to_have_class(re.compile("is-line"))
    expect(page.locator("#text mark").first).to_be_focused()
    lines.nth(3).click()
    expect(page.locator("[data-notes-list] > .note").nth(3)).to_have_class(re.compile("is-lead"))
    page.wait_for_function(APART)


def test_more_notes_than_lines_are_one_line_that_opens(read, long_article):
    notes = deep(long_article, 30, quote="claim 0.1")
    page = read(long_article)
    pile = page.get_by_role("button", name=re.compile("^30 notes"))
    expect(pile).to_contain_text("BC 30")
    expect(page.locator(".note:visible")).to_have_count(0)
    pile.click()
    expect(page.locator(".note.is-lead")).to_have_attribute("id", f"note-{notes[0].pk}")
    expect(page.locator(".note.is-lead")).to_be_focused()
    expect(page.locator(".note:visible")).to_have_count(30)
    page.wait_for_function(APART)
    page.get_by_role("button", name="Close", exact=True).click()
    expect(pile).to_be_visible()


@pytest.mark.parametrize("width", [768, 390])
def test_on_a_narrow_screen_notes_open_under_their_paragraph(read, long_article, alice, width):
    first = make_annotation(long_article, author=alice, quote="claim 1.2", note="The first.")
    second = make_annotation(long_article, author=alice, quote="claim 1.4", note="The second.")
    page = read(long_article, width=width)
    expect(page.locator(".note:visible")).to_have_count(0)
    mark = page.locator(f"#mark-{first.pk}")
    mark.focus()
    page.keyboard.press("Enter")
    note = page.locator(f"#note-{first.pk}")
    expect(note).to_be_focused()
    between = """([id, other]) => {
      const text = document.getElementById(`mark-${id}`).closest("p");
      const next = text.nextElementSibling.getBoundingClientRect();
      const list = document.querySelector("[data-notes-list]").getBoundingClientRect();
      return text.getBoundingClientRect().bottom <= list.top && list.bottom <= next.top;
    }"""
    page.wait_for_function(between, arg=[first.pk, 0])
    expect(note).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(note).to_be_hidden()
    expect(mark).to_be_focused()
    # One that is open above does not carry the passage away that is chosen below it.
    mark.click()
    other = page.locator(f"#mark-{second.pk}")
    other.scroll_into_view_if_needed()
    before = other.bounding_box()["y"]
    page.evaluate("id => document.getElementById(id).click()", f"mark-{second.pk}")
    expect(page.locator(f"#note-{second.pk}")).to_be_in_viewport()
    page.wait_for_function(between, arg=[second.pk, 0])
    moved = abs(other.bounding_box()["y"] - before)
    scrolled = page.locator(f"#note-{second.pk}").bounding_box()
    assert moved < 2 or scrolled["y"] + scrolled["height"] >= 880
    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.locator(".note:visible")).to_have_count(0)
    becomes(lambda: page.evaluate("document.documentElement.scrollWidth") <= width)


def test_every_field_of_the_filter_is_in_the_address(page, read, sign_in, article, alice, bob):
    hers = make_annotation(article, author=alice, quote="everyone knows", note="Who is that?")
    his = make_annotation(
        article, author=bob, quote="who pays", note="Zoë asked this.", tags=("question",)
    )
    Placement.objects.filter(annotation=his.pk).update(state="changed")
    sign_in(alice)
    read(article)
    shown = page.locator(".toolbar-shown")
    notes = page.locator(".note:visible")
    opener = page.get_by_role("button", name="Filter")
    opener.click()
    words = page.get_by_label("Words")
    expect(words).to_be_focused()
    words.fill("zoe")
    expect(notes).to_have_count(1)
    expect(page).to_have_url(re.compile(r"\?q=zoe$"))
    expect(shown).to_contain_text("1 of 2 notes shown")
    expect(page.get_by_role("status").filter(has_text="1 of 2 notes shown.")).to_have_count(1)
    # Counts follow: what a chip would show now.
    expect(page.locator("[data-filter=question] [data-count]")).to_have_text("1")
    expect(page.locator("[data-filter=bias-claim] [data-count]")).to_have_text("0")
    # The words of a passage count as well.
    words.fill("everyone KNOWS")
    expect(page.locator(f"#note-{hers.pk}")).to_be_visible()
    expect(page.locator(f"#note-{his.pk}")).to_be_hidden()
    expect(page.locator("#text mark")).to_have_count(1)
    words.fill("")
    expect(page).to_have_url(re.compile(r"/$"))
    for label, value, address, left in (
        ("Author", "Bob Cratchit", "author=Bob\\+Cratchit", his),
        ("Whose", "mine", "whose=mine", hers),
        ("Passage", "changed", "state=changed", his),
    ):
        page.get_by_label(label, exact=True).select_option(value)
        expect(page).to_have_url(re.compile(rf"\?{address}$"))
        expect(notes).to_have_count(1)
        expect(notes).to_have_attribute("id", f"note-{left.pk}")
        page.locator("#filter").get_by_role("button", name="Clear").click()
        expect(notes).to_have_count(2)
    expect(shown).to_be_hidden()
    # Back and forward.
    page.go_back()
    expect(notes).to_have_count(1)
    expect(page.get_by_label("Passage", exact=True)).to_have_value("changed")
    page.go_forward()
    expect(notes).to_have_count(2)
    page.get_by_label("Words").focus()
    page.keyboard.press("Escape")
    expect(page.locator("#filter")).to_be_hidden()
    expect(opener).to_be_focused()


@pytest.mark.parametrize("width", [1280, 390])
def test_a_filter_can_be_shared(page, read, sign_in, article, alice, bob, width):
    hers = make_annotation(article, author=alice, quote="everyone knows")
    make_annotation(article, author=bob, quote="who pays", tags=("question",))
    sign_in(alice)
    read(article, f"?author={quote_plus('Alice Liddell')}&tag=bias-claim&whose=mine", width)
    expect(page.locator("#text mark")).to_have_count(1)
    expect(page.locator("#text mark")).to_have_attribute("id", f"mark-{hers.pk}")
    button = page.get_by_role("button", name="Filter")
    expect(button).to_contain_text("2")
    button.click()
    expect(page.get_by_label("Author", exact=True)).to_have_value("Alice Liddell")
    expect(page.get_by_label("Whose", exact=True)).to_have_value("mine")
    page.keyboard.press("Escape")
    clear = page.locator(".toolbar-shown").get_by_role("link", name="Clear")
    clear.click()
    expect(page.locator("#text mark")).to_have_count(2)
    becomes(lambda: page.evaluate("location.search"), "")
    becomes(lambda: page.evaluate("document.querySelector('.toolbar').offsetHeight") <= 58)
    becomes(lambda: page.evaluate("document.documentElement.scrollWidth") <= width)


@pytest.mark.parametrize("width", [1280, 390])
def test_a_chosen_chip_stays_under_the_pointer(page, read, article, alice, width):
    make_annotation(article, author=alice, quote="everyone knows")
    make_annotation(article, author=alice, quote="who pays", tags=("question",))
    read(article, "", width)
    chip = page.locator("[data-filter=bias-claim]")
    before = chip.bounding_box()
    chip.click()
    expect(page.locator(".toolbar-shown")).to_be_visible()
    becomes(lambda: abs(chip.bounding_box()["x"] - before["x"]) < 12)
    # The last one as well is seen whole, at once and when its address is opened.
    page.locator("[data-filter=question]").click()
    whole = """chip => {
      const line = chip.parentElement.getBoundingClientRect();
      const { left, right } = chip.getBoundingClientRect();
      return left >= line.left && right <= line.right;
    }"""
    becomes(lambda: page.locator("[data-filter=question]").evaluate(whole))
    read(article, "?tag=question", width)
    becomes(lambda: page.locator("[data-filter=question]").evaluate(whole))


def test_a_filter_that_lets_nothing_through_says_so(page, read, article, alice):
    make_annotation(article, author=alice, quote="everyone knows")
    read(article, "?tag=question")
    expect(page.get_by_text("No note matches.")).to_be_visible()
    page.get_by_role("link", name="Clear the filter", exact=True).last.click()
    expect(page.get_by_text("No note matches.")).to_be_hidden()
    expect(page.locator(".note:visible")).to_have_count(1)
    page.get_by_role("link", name="1 note", exact=True).click()
    expect(page.locator("#notes")).to_be_focused()


def test_keys_lead_from_note_to_note(read, long_article, alice):
    notes = [
        make_annotation(long_article, author=alice, quote=f"claim {part}.2", note=f"Part {part}.")
        for part in range(4)
    ]
    page = read(long_article)
    for note in [*notes, notes[0]]:
        page.keyboard.press("n")
        expect(page.locator(f"#note-{note.pk}")).to_be_focused()
        expect(page.locator(f"#note-{note.pk}")).to_have_class(re.compile("is-lead"))
        expect(page.locator(f"#mark-{note.pk}")).to_be_in_viewport()
        expect(page.locator(f"#note-{note.pk}")).to_be_in_viewport()
    expect(page.locator("[data-status]")).to_have_text("Note 1 of 4.")
    page.keyboard.press("p")
    expect(page.locator(f"#note-{notes[3].pk}")).to_be_focused()
    # The buttons keep the focus, so the note is read out.
    page.get_by_role("button", name="Previous note", exact=True).click()
    expect(page.locator("[data-status]")).to_contain_text(
        "Note 3 of 4. Bias claim, Alice Liddell: Part 2."
    )
    expect(page.get_by_role("button", name="Previous note", exact=True)).to_be_focused()
    # What is typed is typed (a letter that the notes have), and keys that are off do nothing.
    page.get_by_role("button", name="Filter").click()
    page.keyboard.type("p")
    expect(page.get_by_label("Words")).to_have_value("p")
    page.keyboard.press("Backspace")
    page.keyboard.press("Escape")
    page.evaluate("document.documentElement.dataset.keys = 'off'")
    page.keyboard.press("n")
    expect(page.locator(f"#note-{notes[2].pk}")).to_have_class(re.compile("is-lead"))


@pytest.mark.parametrize("width", [1280, 390])
def test_the_strip_leads_to_where_notes_are(read, long_article, alice, bob, width):
    early = make_annotation(long_article, author=alice, quote="claim 0.0")
    late = make_annotation(long_article, author=bob, quote="claim 4.5", tags=("question",))
    page = read(long_article, width=width)
    strip = page.get_by_role("slider", name="Where the notes are")
    expect(page.locator(".heat-cell")).to_have_count(2)
    # By a click on its last line …
    page.locator(".heat-line").last.click()
    expect(page.locator(f"#mark-{late.pk}")).to_be_in_viewport()
    expect(page.locator(f"#note-{late.pk}")).to_have_class(re.compile("is-lead"))
    # … and by key.
    strip.focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator(f"#mark-{early.pk}")).to_be_in_viewport()
    expect(strip).to_have_attribute("aria-valuetext", re.compile(r"% of the text, 1 note$"))
    page.keyboard.press("End")
    expect(page.locator(f"#mark-{late.pk}")).to_be_in_viewport()
    # It follows the filter.
    page.evaluate("document.querySelector('[data-filter=question]').click()")
    expect(page.locator(".heat-cell")).to_have_count(1)
    # What it shows is there in words.
    page.get_by_role("button", name="Filter").click()
    page.get_by_text("Notes by section").click()
    section = page.locator("[data-sections] li")
    expect(section).to_have_text(re.compile("Part 4 *1 note"))
    section.get_by_role("link").click()
    expect(page.locator(f"#mark-{late.pk}")).to_be_in_viewport()
    expect(page.locator("#filter")).to_be_hidden()


@pytest.mark.parametrize("width", [1280, 390])
def test_notes_without_a_passage_stand_at_the_end(read, article, dan, alice, bob, width):
    lost = make_annotation(article, author=alice, quote="the school on the far bank", note="Gone?")
    kept = make_annotation(article, author=bob, quote="who pays")
    comment = make_comment(article, author=bob)
    make_annotation(comment, author=alice, quote="ferry")
    shorter = ARTICLE_TEXT.replace("- the school on the far bank 🚸\n", "")
    revise_article(editor=dan, article=article, source=shorter)
    page = read(article, width=width)
    section = page.get_by_role("region", name="Notes whose passage is gone")
    note = section.locator(f"#note-{lost.pk}")
    expect(note).to_contain_text("the school on the far bank")
    link = note.get_by_role("link", name="Read it in revision 1")
    becomes(lambda: link.get_attribute("href").endswith(f"#note-{lost.pk}"))
    expect(section.locator(".note")).to_have_count(1)
    last = """([lost, kept]) => Boolean(document.getElementById(kept)
      .compareDocumentPosition(document.getElementById(lost)) & 4)"""
    becomes(lambda: page.evaluate(last, [f"note-{lost.pk}", f"note-{kept.pk}"]))
    chip = page.locator("[data-lost]")
    expect(chip).to_have_text(re.compile("Gone *1"))
    chip.scroll_into_view_if_needed()
    chip.click()
    expect(note).to_be_in_viewport()
    # They are filtered as the others are.
    page.get_by_role("button", name="Filter").click()
    page.get_by_label("Passage", exact=True).select_option("exact")
    expect(section).to_be_hidden()
    page.get_by_label("Passage", exact=True).select_option("orphaned")
    expect(section).to_be_visible()
    expect(page.locator("#text mark")).to_have_count(0)


@pytest.mark.parametrize("query", ["", "?tag=bias-claim"])
def test_nothing_shifts_while_the_page_loads(page, read, sign_in, article, alice, query):
    deep(article, 5)
    make_annotation(article, author=alice, quote="who pays", note="Mine.", audience="private")
    page.add_init_script(SHIFTS)
    sign_in(alice)
    for width in (1280, 768, 390):
        read(article, query, width)
        expect(page.locator("#text mark")).to_have_count(2)
        wait_until_whole(page)
        assert page.evaluate("window.shifts") == [], width


def test_the_text_stays_where_it_is_when_notes_open_or_are_filtered(read, long_article, alice):
    for at in range(12):
        make_annotation(long_article, author=alice, quote="claim 0.1", note=f"Number {at}. " * 9)
    page = read(long_article)
    places = """() => [...document.querySelectorAll("#text p")].map((paragraph) => {
      const { top, height } = paragraph.getBoundingClientRect();
      return [Math.round(top + scrollY), Math.round(height)];
    })"""
    before = page.evaluate(places)
    page.locator("#text mark").click()
    expect(page.locator(".here")).to_be_visible()
    assert page.evaluate(places) == before
    page.get_by_role("link", name="Question").click()
    expect(page.locator("#text mark")).to_have_count(0)
    assert page.evaluate(places) == before


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_it_is_accessible_with_everything_open(page, read, article, dan, alice, scheme, width):
    pytest.importorskip("axe_playwright_python.base")
    from axe_playwright_python.sync_playwright import Axe

    deep(article, 12)
    make_annotation(article, author=alice, quote="who pays", tags=("question",))
    make_annotation(article, author=alice, quote="the school on the far bank", note="Gone?")
    shorter = ARTICLE_TEXT.replace("- the school on the far bank 🚸\n", "")
    revise_article(editor=dan, article=article, source=shorter)
    page.emulate_media(color_scheme=scheme)
    read(article, width=width)
    page.locator("#text mark").first.click()
    expect(page.locator(".here")).to_be_visible()
    for opened in (False, True):
        if opened:
            page.get_by_role("button", name="Filter").click()
            page.get_by_text("Notes by section").click()
        results = page._run(Axe().run, page._target)
        assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("width", [1280, 390])
def test_the_notes_on_a_passage_are_counted_whole_and_stay_counted(read, article, alice, width):
    """However a passage is cut by the notes on it, all that overlap it are counted."""
    text = ARTICLE_TEXT.split("\n\n")[0].replace("\n", " ")
    words = text.split(" ")
    whole = make_annotation(article, author=alice, quote=" ".join(words[:6]), note="On it all.")
    for at in range(5):
        make_annotation(article, author=alice, quote=" ".join(words[at : at + 2]), note=f"At {at}.")
    page = read(article, width=width)
    page.goto(f"{article.get_absolute_url()}#mark-{whole.pk}")
    expect(page.locator(".note.is-lead")).to_have_attribute("id", f"note-{whole.pk}")
    head = page.locator(".here")
    if width < 1000:
        expect(head).to_contain_text("6 notes on this passage")
        page.get_by_role("button", name="Next note", exact=True).click()
        expect(head).to_contain_text("6 notes on this passage")
        expect(head).to_contain_text("2 of 6")
        page.locator("#text p").last.click()
    # The third word has the whole and two notes over it, and these touch two more.
    page.locator("#text mark", has_text=re.compile(f"^\\s*{re.escape(words[2])}\\s*$")).click()
    expect(head).to_contain_text("4 notes on this passage")
    for at in (4, 1, 2, 3):
        page.get_by_role("button", name="Next note on this passage").click()
        expect(head).to_contain_text("4 notes on this passage")
        expect(head).to_contain_text(f"{at} of 4")
