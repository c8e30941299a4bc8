"""What is asked about, held and refused before anybody reads it, and a moderator's word lists."""

from __future__ import annotations

import pytest

from annotations.models import Annotation
from forum.accounts.models import User
from forum.discussion.models import Post
from forum.moderation.models import Case, Rule
from forum.moderation.people.grounds import Grounds
from forum.moderation.people.sanctioning import impose, latest_number
from forum.screening.models import Signal, WordList
from tests.browser import expect
from tests.factories import make_word_list
from tests.journeys.conftest import ARTICLE, annotate

pytestmark = pytest.mark.browser

PHRASE = "critics therefore call"


@pytest.fixture
def lists(demo):
    """What a moderator would have on the site."""
    make_word_list("thermostat", kind="nudge", rule="civility", name="Heated")
    make_word_list("kettle", kind="suspect", rule="on-topic", name="Kitchen")
    make_word_list("saucepan", kind="banned", rule="no-advertising", name="Wares")


def open_form(page):
    """The form for a response, in its place in the discussion."""
    page.goto(ARTICLE)
    expect(page.locator("[data-personal-masthead]")).to_contain_text("Log out")
    page.get_by_role("link", name="Write a response").first.click()
    form = page.locator(".respond-form")
    expect(form).to_be_visible()
    return form


def test_a_question_before_it_is_posted_and_its_answer(log_in, lists):
    page = log_in("reader")
    form = open_form(page)
    form.get_by_label("Your response").fill("What a *thermostat* you are.")
    form.get_by_role("button", name="Post response").click()
    asked = page.locator(".respond-form [data-nudge]")
    expect(asked).to_contain_text("This may break rule 1")
    expect(page.get_by_label("Your response")).to_have_value("What a *thermostat* you are.")
    assert not Post.objects.filter(revisions__source__contains="What a *thermostat*").exists()
    page.get_by_role("button", name="Post anyway").click()
    said = page.get_by_role("main").get_by_text("What a thermostat you are.")
    expect(said.first).to_be_visible()
    post = Post.objects.get(revisions__source__contains="What a *thermostat*")
    assert post.state == "published"
    assert Signal.objects.get(revision__post=post, step="words").outcome == "nudge"


def test_without_script_it_is_the_same(browser, live_server, log_in, lists):
    cookies = log_in("reader").context.cookies()
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto(f"{ARTICLE}respond/")
    page.get_by_label("Your response").fill("Buy my saucepan!")
    page.get_by_role("button", name="Post response").click()
    main = page.get_by_role("main")
    expect(main).to_contain_text("something in it is against rule 3")
    expect(page.get_by_label("Your response")).to_have_value("Buy my saucepan!")
    page.get_by_label("Your response").fill("What a thermostat.")
    page.get_by_role("button", name="Post response").click()
    expect(main).to_contain_text("This may break rule 1")
    page.get_by_role("button", name="Post anyway").click()
    expect(main).to_contain_text("What a thermostat.")
    context.close()
    assert Post.objects.filter(revisions__source="What a thermostat.").count() == 1


def test_a_note_is_asked_about_in_its_own_form(log_in, lists):
    page = log_in("reader")
    page.goto(ARTICLE)
    expect(page.locator("[data-personal-masthead]")).to_contain_text("Log out")
    form = annotate(page, "#text", PHRASE)
    form.get_by_role("checkbox").first.check()
    form.get_by_label("Note").fill("A saucepan.")
    form.get_by_role("button", name="Save note").click()
    expect(form).to_contain_text("something in it is against rule 3")
    form.get_by_label("Note").fill("A thermostat.")
    form.get_by_role("button", name="Save note").click()
    expect(form).to_contain_text("This may break rule 1")
    form.get_by_role("button", name="Save it anyway").click()
    expect(form).not_to_be_visible()
    note = Annotation.objects.get(quote=PHRASE, post__author__username="reader").post
    assert (note.state, note.current.source) == ("published", "A thermostat.")


def test_who_is_warned_reads_so_in_the_form_and_goes_on(log_in, demo):
    reader = User.objects.get(username="reader")
    warning = impose(
        moderator=User.objects.get(username="moderator"),
        person=reader,
        kind="warn",
        seen=latest_number(reader),
        grounds=Grounds(reason="You call people names.", rule=Rule.objects.get(slug="civility")),
    )
    page = log_in("reader")
    page.goto(ARTICLE)
    expect(page.locator("[data-personal-masthead]")).to_contain_text("Log out")
    form = annotate(page, "#text", PHRASE)
    form.get_by_role("checkbox").first.check()
    form.get_by_label("Note").fill("Who are they?")
    form.get_by_role("button", name="Save note").click()
    why = form.get_by_role("link", name="Read why, and what you can do")
    expect(why).to_have_attribute("href", "/you/standing/")
    assert not Annotation.objects.filter(quote=PHRASE, post__author=reader).exists()
    form.get_by_role("button", name="I have read the warning; go on").click()
    expect(form).not_to_be_visible()
    note = Annotation.objects.get(quote=PHRASE, post__author=reader).post
    assert note.current.source == "Who are they?"
    warning.refresh_from_db()
    assert warning.acknowledged_at


def test_a_suspect_word_is_held_and_the_moderator_sees_why(log_in, lists):
    page = log_in("reader")
    form = open_form(page)
    form.get_by_label("Your response").fill("The k3ttle, once more the K E T T L E.")
    form.get_by_role("button", name="Post response").click()
    expect(page.get_by_role("main")).to_contain_text("Something in it may be against the rules.")
    expect(page.get_by_role("main")).not_to_contain_text("Kitchen")
    case = Case.objects.get(post__held_for="words")

    page = log_in("moderator")
    page.goto(case.get_absolute_url())
    signals = page.get_by_role("region", name="Before it was published")
    expect(signals).to_contain_text("2 words that are looked for, of: Kitchen")
    expect(signals.locator("mark")).to_have_text(["k3ttle", "K E T T L E"])
    expect(signals).to_contain_text("Keep to the text")
    signals.get_by_text("checks found nothing").click()
    expect(signals).to_contain_text("Links")


def test_a_moderator_makes_a_list_and_tries_it(log_in, demo):
    page = log_in("moderator")
    page.goto("/moderation/words/")
    page.get_by_role("link", name="New list").first.click()
    page.get_by_label("Name of the list").fill("Weather")
    page.get_by_label("Ask first", exact=False).check()
    page.get_by_label("The rule that it may break").select_option("on-topic")
    page.get_by_label("Words", exact=True).fill("winter\nthermostat*")
    page.get_by_role("button", name="Try it").click()
    trial = page.get_by_role("region", name="Found in", exact=False)
    expect(trial).to_contain_text("Nothing is saved")
    assert not WordList.objects.exists()
    expect(page.get_by_label("Words", exact=True)).to_have_value("winter\nthermostat*")
    expect(page.get_by_label("Ask first", exact=False)).to_be_checked()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Weather")).to_be_visible()
    page.goto("/moderation/words/")
    expect(page.get_by_role("main")).to_contain_text("2 words")
    expect(page.get_by_role("main")).to_contain_text("+ winter · + thermostat*")
