"""Selecting, annotating and looking around, as a reader does it."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.urls import reverse

from annotations.models import Annotation
from forum.discussion.publishing.actions import revise_article
from tests.browser import becomes, expect
from tests.factories import ARTICLE_TEXT, make_annotation, make_comment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

#: Select the first place where the words stand inside an element.
SELECT = """([selector, words]) => {
  const walker = document.createTreeWalker(document.querySelector(selector), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const at = node.data.indexOf(words);
    if (at < 0) continue;
    node.parentElement.scrollIntoView({ block: "center" });
    const range = document.createRange();
    range.setStart(node, at);
    range.setEnd(node, at + words.length);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    return;
  }
  throw new Error(`"${words}" is not in ${selector}`);
}"""

#: Whether everything that can be seen in the margin ends before the next thing begins.
APART = """() => {
  const boxes = [...document.querySelectorAll(".note")]
    .map((note) => note.getBoundingClientRect())
    .filter(({ height }) => height)
    .sort((a, b) => a.top - b.top);
  return boxes.every((box, index) => index === 0 || boxes[index - 1].bottom <= box.top + 0.5);
}"""


@pytest.fixture
def log_in(client, page, live_server):
    def enter(person):
        client.force_login(person)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
        )

    return enter


@pytest.fixture
def read(page, article):
    """Open the article's page and wait until its script has everything."""

    def opened(query: str = ""):
        page.goto(reverse("article", args=[article.slug]) + query)
        # "Log in" or "Log out": what is personal has come, and said which.
        expect(page.locator("[data-personal-masthead]")).to_contain_text("Log ")
        return page

    return opened


def popover(page):
    return page.locator("dialog.popover")


def annotate(page, selector, words):
    """Select ``words`` and ask to annotate them; answer the form."""
    page.evaluate(SELECT, [selector, words])
    page.get_by_role("button", name="Annotate").click()
    return popover(page)


def test_a_selected_passage_becomes_a_note_at_once(read, log_in, article, alice):
    log_in(alice)
    page = read()
    form = annotate(page, "#text", "everyone knows")
    expect(form).to_be_visible()
    expect(form.locator("[data-quote]")).to_have_text("everyone knows")
    form.get_by_label("Bias claim").check()
    form.get_by_label("Note").fill("Who is *everyone*?")
    form.get_by_role("button", name="Save note").click()
    expect(form).to_be_hidden()
    mark = page.locator("#text mark")
    expect(mark).to_have_text("everyone knows")
    expect(mark).to_be_focused()
    note = page.locator(".note")
    expect(note.locator(".note-body")).to_have_text("Who is everyone?")
    expect(note).to_have_class(re.compile("is-active"))
    saved = Annotation.objects.get()
    assert saved.quote == "everyone knows"
    assert saved.revision.text[saved.start : saved.end] == saved.quote


def test_a_passage_of_a_response_after_an_emoji(read, log_in, article, alice, bob):
    comment = make_comment(article, author=bob, source="🌉🌉 The *ferry* matters.")
    log_in(alice)
    page = read()
    form = annotate(page, f"#comment-{comment.pk} .prose", "matters")
    form.get_by_label("Question").check()
    form.get_by_role("button", name="Save note").click()
    expect(page.locator(f"#comment-{comment.pk} mark")).to_have_text("matters")
    assert Annotation.objects.get().revision == comment.current


def test_what_is_missing_is_said_beside_it_and_what_was_typed_stays(read, log_in, alice):
    log_in(alice)
    page = read()
    form = annotate(page, "#text", "everyone knows")
    form.get_by_label("Note").fill("A thought.")
    form.get_by_role("button", name="Save note").click()
    expect(form.locator("[data-field=tags] [data-error]")).to_have_text("Choose at least one tag.")
    expect(form.get_by_label("Note")).to_have_value("A thought.")
    assert Annotation.objects.count() == 0


def test_a_text_that_changed_meanwhile_costs_nothing_typed(read, log_in, article, dan, alice):
    log_in(alice)
    page = read()
    # As if the page were older than the text: the words are looked for in the wrong place.
    page.evaluate("document.querySelector('#text p').prepend('Yesterday, ')")
    form = annotate(page, "#text", "the “temporary” repairs of 1989")
    form.get_by_label("Good evidence").check()
    form.get_by_label("Note").fill("Well put.")
    form.get_by_role("button", name="Save note").click()
    expect(form.locator("[data-message]")).to_contain_text("The text has changed")
    expect(form.get_by_label("Note")).to_have_value("Well put.")
    form.get_by_role("button", name="Save it where these words stand now").click()
    expect(form).to_be_hidden()
    assert Annotation.objects.get().quote == "the “temporary” repairs of 1989"


def test_escape_closes_and_gives_the_focus_back(read, log_in, alice):
    log_in(alice)
    page = read()
    page.evaluate(SELECT, ["#text", "everyone knows"])
    choice = page.get_by_role("button", name="Annotate")
    expect(choice).to_be_visible()
    page.keyboard.press("Tab")
    expect(choice).to_be_focused()
    page.keyboard.press("Enter")
    expect(popover(page).get_by_label("Bias claim")).to_be_focused()
    page.keyboard.press("Escape")
    expect(popover(page)).to_be_hidden()
    expect(page.locator("#text")).to_be_focused()


def test_a_stranger_is_shown_the_way_in(read, article):
    page = read()
    page.evaluate(SELECT, ["#text", "everyone knows"])
    link = page.get_by_role("link", name="Log in to annotate")
    expect(link).to_be_visible()
    becomes(lambda: "next=%2Farticles%2F" in link.get_attribute("href"))


def test_a_mark_shows_its_note_and_a_note_its_mark(read, article, alice):
    first = make_annotation(article, author=alice)
    second = make_annotation(article, author=alice, quote="It is who pays", tags=("question",))
    page = read()
    page.locator(f"#mark-{first.pk}").click()
    expect(page.locator(f"#note-{first.pk}")).to_have_class(re.compile("is-active"))
    page.locator(f"#note-{second.pk}").click()
    expect(page.locator(f"#mark-{second.pk}")).to_have_class(re.compile("is-active"))
    expect(page.locator(f"#mark-{first.pk}")).not_to_have_class(re.compile("is-active"))
    page.locator(f"#mark-{first.pk}").focus()
    page.keyboard.press("Enter")
    expect(page.locator(f"#note-{first.pk}")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(f"#mark-{first.pk}")).to_be_focused()


def test_notes_in_the_margin_never_cover_one_another(read, article, alice):
    for quote in ("The committee", "committee says", "bridge must close", "must close at once"):
        make_annotation(
            article, author=alice, quote=quote, note="Words enough to fill a line. " * 4
        )
    page = read()
    page.locator("#text mark").nth(2).click()
    # They move to their places, which takes a moment.
    page.wait_for_function(APART)


def test_chips_filter_and_the_address_remembers(read, article, alice):
    bias = make_annotation(article, author=alice)
    question = make_annotation(article, author=alice, quote="at once", tags=("question",))
    page = read()
    page.get_by_role("navigation", name="Notes by tag").get_by_role("link", name="Question").click()
    expect(page.locator(f"#note-{bias.pk}")).to_be_hidden()
    expect(page.locator("#text mark")).to_have_count(1)
    becomes(lambda: page.evaluate("location.search"), "?tag=question")
    page = read("?tag=question")
    expect(page.locator("#text mark")).to_have_text("at once")
    page.get_by_role("navigation", name="Notes by tag").get_by_role("link", name="All").click()
    expect(page.locator(f"#note-{bias.pk}")).to_be_visible()
    expect(page.locator(f"#note-{question.pk}")).to_be_visible()
    becomes(lambda: page.evaluate("location.search"), "")


def test_private_notes_and_own_tools_come_to_their_author(read, log_in, article, alice):
    comment = make_comment(article, author=alice)
    make_annotation(article, author=alice, note="Mine alone.", audience="private")
    page = read()
    expect(page.get_by_role("link", name="Log in")).to_be_visible()
    becomes(lambda: page.locator(".note").count(), 0)
    log_in(alice)
    page = read()
    expect(page.locator(".note.is-private .note-body")).to_have_text("Mine alone.")
    expect(page.locator("#text mark")).to_have_text("everyone knows")
    own = page.locator(f"#comment-{comment.pk} .response-tools")
    expect(own.get_by_role("link", name="Withdraw")).to_be_visible()
    expect(own.get_by_role("link", name="Flag")).to_have_count(0)


def test_a_link_to_a_note_brings_it_forward(read, article, dan, alice):
    note = make_annotation(article, author=alice, quote="It is who pays")
    revise_article(editor=dan, article=article, source="A new beginning.\n\n" + ARTICLE_TEXT)
    page = read(f"#note-{note.pk}")
    expect(page.locator(f"#note-{note.pk}")).to_have_class(re.compile("is-active"))
    expect(page.locator(f"#mark-{note.pk}")).to_have_class(re.compile("is-active"))
