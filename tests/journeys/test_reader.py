"""A reader reads, signs up, responds, edits, withdraws, annotates and flags."""

from __future__ import annotations

import re

import pytest

from annotations.models import Annotation
from forum.accounts.models import User
from forum.discussion.models import Post
from forum.moderation.models import Flag
from tests.browser import becomes, expect, wait_until_whole
from tests.journeys.conftest import ARTICLE, annotate, select

pytestmark = pytest.mark.browser


def test_reading(page, demo):
    page.goto("/")
    page.get_by_role("link", name="A habit worth reviving").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("A habit worth reviving")
    expect(page.get_by_text("In brief")).to_be_visible()
    expect(page.locator("figure img")).to_be_visible()
    expect(page.locator("figure img")).not_to_have_js_property("naturalWidth", 0)
    expect(page.locator("figcaption")).to_contain_text("schematic")
    expect(page.get_by_role("heading", name="4 responses")).to_be_visible()
    # The answer to the first response is nested in it, and keeps its own number.
    nested = page.locator("#responses .response .response .response-number")
    expect(nested).to_contain_text("4")


def test_a_mark_leads_to_its_note_and_back(page, demo):
    page.goto(ARTICLE)
    mark = page.locator("#text mark", has_text="each was adopted without a single vote")
    note = page.locator(f"#note-{mark.get_attribute('data-notes')}")
    mark.click()
    expect(note).to_have_class(re.compile("is-active"))
    expect(note).to_be_in_viewport()
    # Where six notes crowd one phrase, choosing it moves the notes, not the text one reads.
    crowded = page.locator("#text mark", has_text="a spoilt child")
    crowded.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    crowded.click()
    lead = crowded.get_attribute("data-notes").split()[-1]
    expect(page.locator(f"#note-{lead}")).to_be_in_viewport()
    expect(page.locator(".note.is-active")).to_have_count(6)
    assert page.evaluate("scrollY") == before
    page.keyboard.press("Escape")
    page.evaluate("window.scrollTo(0, 0)")
    other = page.locator("[data-notes-list] > .note").nth(4)
    other.locator(".note-tags").click()
    shown = page.locator(f"mark[data-notes~='{other.get_attribute('data-note')}']").first
    expect(shown).to_be_in_viewport()
    expect(shown).to_have_class(re.compile("is-active"))


def test_tag_chips_filter_marks_and_notes(page, demo):
    page.goto(ARTICLE)
    wait_until_whole(page)
    every = page.locator(".note:visible").count()
    page.get_by_role("link", name="Loaded wording").click()
    page.wait_for_url("**?tag=loaded-wording")
    expect(page.locator(".note:visible").first).to_be_visible()
    slugs = page.locator(".note:visible").evaluate_all("notes => notes.map(n => n.dataset.tags)")
    assert 0 < len(slugs) < every
    assert all("loaded-wording" in tags for tags in slugs)
    page.reload()
    expect(page.locator(".note:visible")).to_have_count(len(slugs))


def test_signing_up_and_out(page, demo):
    page.goto("/accounts/signup/")
    page.get_by_label("User name").fill("newcomer")
    page.get_by_label("E-mail").fill("newcomer@example.org")
    page.get_by_label("Password", exact=True).fill("a long enough phrase")
    page.get_by_label(re.compile("Password.*again|again", re.I)).fill("a long enough phrase")
    page.get_by_role("main").get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
    assert User.objects.filter(username="newcomer").exists()
    page.goto(ARTICLE)
    expect(page.locator(".masthead")).to_contain_text("newcomer")
    page.get_by_role("button", name="Log out").click()
    expect(page.locator(".masthead")).to_contain_text("Log in")


def test_responding_editing_withdrawing(log_in_by_form, settings):
    # At once an edit would not be told.
    settings.QUIET_EDIT_MINUTES = 0
    page = log_in_by_form("reader")
    page.goto(ARTICLE)
    page.get_by_role("link", name="Write a response").click()
    page.locator("#new-response textarea").fill("I *disagree* with the first step.\nEntirely.")
    page.get_by_role("button", name="Post response").dblclick()
    expect(page).to_have_url(re.compile("#comment-"))
    mine = Post.objects.get(author__username="reader", kind="comment", number=5)
    response = page.locator(f"#comment-{mine.pk}")
    expect(response.locator("em")).to_have_text("disagree")
    expect(page.get_by_role("heading", name="5 responses")).to_be_visible()

    response.get_by_role("link", name="Edit").click()
    page.locator("textarea[name=source]").fill("I *agree* with the first step.")
    page.get_by_role("button", name="Save").click()
    expect(response.locator("em")).to_have_text("agree")
    response.get_by_role("link", name="edited").click()
    expect(page.get_by_role("main")).to_contain_text("disagree")

    page.goto(ARTICLE)
    response.get_by_role("link", name="Withdraw").click()
    expect(response).to_contain_text("Withdrawn.")
    mine.refresh_from_db()
    assert mine.state == "withdrawn"
    page.goto(ARTICLE)
    expect(response).to_contain_text("Withdrawn by its author")


def test_replying_to_a_response(log_in):
    page = log_in("reader")
    page.goto(ARTICLE)
    second = page.locator("#responses > ol > .response").nth(1)
    second.get_by_role("link", name="Reply").first.click()
    second.locator("textarea").fill("A habit can be made on purpose.")
    second.get_by_role("button", name="Post reply").click()
    expect(page).to_have_url(re.compile("#comment-"))
    expect(second.locator(".response")).to_contain_text("A habit can be made on purpose.")


def test_annotating_the_article(log_in):
    page = log_in("reader")
    page.goto(ARTICLE)
    wait_until_whole(page)
    popover = annotate(page, "#text", "critics therefore call")
    expect(popover).to_contain_text("critics therefore call")
    expect(popover).to_contain_text("The passage presents one party’s view")
    popover.get_by_label("Bias claim").check()
    popover.get_by_label("Note").fill("Which critics?")
    popover.get_by_role("button", name="Save").click()
    note = page.locator(".note", has_text="Which critics?")
    expect(note).to_contain_text("Bias claim")
    post = Annotation.objects.get(quote="critics therefore call").post
    expect(page.locator(f"#text mark[data-notes~='{post.pk}']").first).to_be_visible()
    page.reload()
    expect(page.locator(f"#note-{post.pk}")).to_contain_text("Which critics?")


def test_annotating_a_response_for_myself(log_in):
    page = log_in("reader")
    page.goto(ARTICLE)
    wait_until_whole(page)
    popover = annotate(page, "#responses", "then somebody should be embarrassed")
    popover.get_by_label("Question").check()
    popover.get_by_label("Only me").check()
    popover.get_by_role("button", name="Save").click()
    expect(popover).to_have_count(0)
    note = Annotation.objects.get(quote="then somebody should be embarrassed")
    assert note.post.audience == "private"
    assert note.revision.post.number == 1
    page.reload()
    expect(page.locator(f"#note-{note.pk}")).to_contain_text("Only you")
    page.context.clear_cookies()
    page.reload()
    wait_until_whole(page)
    expect(page.locator(f"#note-{note.pk}")).to_have_count(0)


def test_annotating_needs_a_tag_and_keeps_what_was_typed(log_in):
    page = log_in("reader")
    page.goto(ARTICLE)
    wait_until_whole(page)
    popover = annotate(page, "#text", "critics therefore call")
    popover.get_by_label("Note").fill("Kept.")
    popover.get_by_role("button", name="Save").click()
    expect(popover).to_contain_text("Choose at least one tag")
    expect(popover.get_by_label("Note")).to_have_value("Kept.")
    page.keyboard.press("Escape")
    expect(popover).to_have_count(0)
    assert not Annotation.objects.filter(quote="critics therefore call").exists()


@pytest.mark.parametrize(
    "phrase",
    [
        pytest.param("kept a reckless client", id="a mark"),
        pytest.param("In the spring of 2024 the panel", id="a quoted passage"),
    ],
)
def test_selecting_from_the_first_word_of(page, demo, phrase):
    page.goto(ARTICLE)
    wait_until_whole(page)
    select(page, "#text", phrase)
    page.get_by_role("link", name="Log in to annotate").wait_for()
    becomes(lambda: page.evaluate("getSelection().toString()"), phrase)
    expect(page.locator("#text mark[tabindex]").first).to_be_attached()


def test_flagging_a_response(log_in):
    page = log_in("reader")
    page.goto(ARTICLE)
    wait_until_whole(page)
    first = page.locator("#responses > ol > .response").first
    first.get_by_role("link", name="Flag").first.click()
    page.get_by_label(re.compile("off topic|nothing to do", re.I)).check()
    first.locator("textarea[name=note]").fill("It is about telephones.")
    page.get_by_role("button", name="Flag").click()
    expect(page.get_by_role("main")).to_contain_text("Thank you")
    flag = Flag.objects.get(flagger__username="reader", note="It is about telephones.")
    assert (flag.reason, flag.revision.post.number) == ("off-topic", 1)


def test_everything_but_selecting_works_without_script(browser, live_server, demo):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/accounts/login/?next={ARTICLE}")
    page.get_by_label("User name or e-mail").fill("reader")
    page.get_by_label("Password", exact=True).fill("postil-demo")
    page.get_by_role("main").get_by_role("button", name="Log in").click()
    expect(page.locator("#text mark").first).to_be_visible()
    page.get_by_role("link", name="Write a response").click()
    page.locator("textarea[name=source]").fill("Typed without a script.")
    page.get_by_role("button", name="Post response").click()
    expect(page.locator("#responses")).to_contain_text("Typed without a script.")
    page.locator("#responses > ol > .response").nth(1).get_by_role("link", name="Reply").click()
    page.locator("textarea[name=source]").fill("Nor was this.")
    page.get_by_role("button", name="Post reply").click()
    expect(page.locator("#responses .response .response").last).to_contain_text("Nor was this.")
    page.locator("#responses > ol > .response").first.get_by_role("link", name="Flag").first.click()
    page.get_by_label(re.compile("spam", re.I)).check()
    page.get_by_role("button", name="Flag").click()
    expect(page.get_by_role("main")).to_contain_text("Thank you")
    assert Flag.objects.filter(flagger__username="reader", reason="spam").exists()
    context.close()
