"""Moderators work the queue: two at once, many cases at once, and with the keyboard alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from forum.accounts.models import User
from forum.discussion.models import Article
from forum.moderation.actions import decide, reopen
from forum.moderation.models import Case
from tests import factories
from tests.browser import expect
from tests.journeys.conftest import ARTICLE

pytestmark = pytest.mark.browser


@pytest.fixture
def cases(demo) -> list[Case]:
    """The reported cases in their order, with three more."""
    article = Article.objects.get(slug=ARTICLE.strip("/").split("/")[-1])
    for said in ("Buy my bridge.", "Buy another bridge.", "Sell me a ferry."):
        post = factories.make_comment(article, source=said)
        factories.make_flag(post, reason="spam")
    return list(Case.objects.filter(queue="reported").order_by("rank", "pk"))


def decide_alone(case: Case) -> None:
    """Somebody else decides it while it is looked at."""
    admin = User.objects.get(username="admin")
    decide(moderator=admin, case=case, action="keep", version=case.version)


def test_two_moderators_meet_at_one_case(log_in, browser, live_server, cases):
    case = cases[0]
    page = log_in("moderator")
    page.goto("/moderation/")
    row = page.locator(f"[data-case='{case.pk}']")
    row.get_by_role("button", name="Take it").click()
    expect(page.locator(".case-claim")).to_contain_text("You are deciding this case.")

    other = browser.new_context(base_url=live_server.url).new_page()
    other.goto("/accounts/login/")
    other.get_by_label("User name or e-mail").fill("admin")
    other.get_by_label("Password", exact=True).fill("postil-demo")
    other.get_by_role("main").get_by_role("button", name="Log in").click()
    other.wait_for_url("**/")
    other.goto("/moderation/")
    taken = other.locator(f"[data-case='{case.pk}']")
    expect(taken).to_contain_text("is deciding this")
    expect(taken.get_by_role("button", name="Take it")).to_be_hidden()
    other.goto(case.get_absolute_url())
    expect(other.locator(".case-claim")).to_contain_text("is deciding this case")
    expect(other.get_by_role("button", name="Decide", exact=True)).to_be_disabled()
    other.get_by_text("Take it over", exact=True).click()
    other.get_by_role("button", name="Take it over all the same").click()
    expect(other.locator(".case-claim")).to_contain_text("You are deciding this case.")
    other.get_by_label("Keep").check()
    other.get_by_role("button", name="Decide", exact=True).click()
    expect(other.get_by_role("heading", name="Decided", exact=True)).to_be_visible()
    # The first sees it while the page stands open, without doing anything.
    expect(page.locator("[data-changed]")).to_be_visible(timeout=20_000)
    other.context.close()


def test_a_lease_that_ends_takes_no_words_away(log_in, browser, live_server, cases):
    case = cases[0]
    page = log_in("moderator")
    page.goto(case.get_absolute_url())
    page.get_by_label("Remove", exact=False).first.check()
    # Whoever types into it is deciding it.
    page.locator("[name=reason]").fill("An advertisement.")
    expect(page.locator("[data-claimant]")).to_contain_text("You are deciding this case.")

    mine = Case.objects.filter(pk=case.pk)
    mine.update(claim_expires_at=timezone.now())
    expect(page.locator("[data-claimant]")).to_contain_text("are over", timeout=20_000)
    page.locator("[name=reason]").press_sequentially(" Twice.")
    expect(page.locator("[data-claimant]")).to_contain_text("You are deciding this case.")
    assert mine.filter(claim_expires_at__gt=timezone.now()).exists()

    # Somebody else is faster.
    mine.update(claimed_by=User.objects.get(username="admin"))
    expect(page.locator("[data-claimant]")).to_contain_text("is deciding this case", timeout=20_000)
    expect(page.get_by_role("button", name="Decide", exact=True)).to_be_disabled()
    page.goto(case.get_absolute_url())
    expect(page.locator("[name=reason]")).to_have_value("An advertisement. Twice.")
    expect(page.get_by_label("Remove", exact=False).first).to_be_checked()
    expect(page.get_by_text("What you had typed here before is back.")).to_be_visible()
    page.get_by_role("button", name="Start afresh").click()
    page.goto(case.get_absolute_url())
    expect(page.locator("[name=reason]")).to_have_value("")


def test_taking_it_back_from_the_next_case(log_in, cases):
    page = log_in("moderator")
    page.goto("/moderation/?reason=spam&kind=comment")
    first = page.locator(".queue-row").first.get_attribute("data-case")
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url(f"**/cases/{first}/")
    page.keyboard.press("k")
    page.wait_for_url(lambda address: "/cases/" in address and f"/{first}/" not in address)
    following = page.url
    # While somebody types, it takes back what they typed.
    page.locator("[name=reason]").press_sequentially("x")
    page.keyboard.press("Control+z")
    expect(page.locator("[name=reason]")).to_have_value("")
    assert page.url == following
    page.get_by_label("Keep", exact=False).first.focus()
    page.keyboard.press("Control+z")
    page.wait_for_url(f"**/cases/{first}/")
    assert Case.objects.get(pk=first).state == "open"
    page.keyboard.press("q")
    page.wait_for_url("**/moderation/?*reason=spam*")
    expect(page.locator(".queue-chip")).to_have_count(2)


def test_on_a_phone_what_is_known_is_a_tap_away(log_in, cases):
    page = log_in("moderator")
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(cases[0].get_absolute_url())
    known = page.locator(".case-beside").get_by_role("link", name="Its author")
    known.click()
    expect(page.get_by_role("heading", name="Author", exact=True)).to_be_in_viewport()
    page.locator("[aria-labelledby=case-author] .case-return a").click()
    expect(page.get_by_role("heading", name="Decide", exact=True)).to_be_in_viewport()
    # Where there is room it stands beside the form itself.
    page.set_viewport_size({"width": 1280, "height": 740})
    expect(known).to_be_hidden()


def test_keys_of_one_letter_can_be_switched_off(log_in, cases):
    page = log_in("moderator")
    page.goto(cases[0].get_absolute_url())
    page.get_by_role("button", name="Display").click()
    page.get_by_label("Single-key shortcuts").uncheck()
    page.keyboard.press("Escape")
    page.get_by_label("Escalate", exact=False).first.focus()
    page.keyboard.press("k")
    page.locator("h1").click()
    page.keyboard.press("k")
    page.keyboard.press("r")
    expect(page.get_by_label("Remove", exact=False).first).not_to_be_checked()
    assert Case.objects.get(pk=cases[0].pk).state == "open"


def test_what_is_left_out_of_a_bulk_is_told(log_in, cases):
    admin = User.objects.get(username="admin")
    soon = timezone.now() + timedelta(minutes=5)
    Case.objects.filter(pk=cases[1].pk).update(claimed_by=admin, claim_expires_at=soon)
    page = log_in("moderator")
    page.goto("/moderation/")
    for case in cases[:3]:
        page.get_by_label(f"Select case {case.pk}", exact=True).check()
    page.get_by_role("button", name="Decide those selected together").click()
    left = page.locator(".bulk-one.is-left-out")
    expect(left).to_contain_text("is deciding this case")
    page.get_by_label("Remove", exact=False).first.check()
    page.get_by_role("button", name="Decide 2 cases").click()
    # First it is shown what that would do.
    expect(page.get_by_role("alert").or_(page.locator(".bulk-outlook b")).first).to_be_visible()
    page.get_by_label("Rule", exact=True).select_option(index=1)
    page.get_by_label("Public reason").fill("An advertisement.")
    page.get_by_role("button", name="Show what would happen").click()
    expect(page.locator(".bulk-outlook b").first).to_have_text("Removed")
    page.get_by_role("button", name="Decide 2 cases").click()
    page.wait_for_url("**/moderation/")
    states = [Case.objects.get(pk=case.pk).state for case in cases[:3]]
    assert states == ["decided", "open", "decided"]
    page.keyboard.press("Control+z")
    expect(page.get_by_text("Taken back: 2 decisions.")).to_be_visible()
    assert not Case.objects.filter(pk__in=[case.pk for case in cases], state="decided").exists()


def test_many_at_once_and_back(log_in, cases):
    page = log_in("moderator")
    page.goto("/moderation/")
    for case in cases[:4]:
        page.get_by_label(f"Select case {case.pk}", exact=True).check()
    expect(page.locator("[data-selected]")).to_have_text("4 selected")
    decide_alone(cases[3])
    expect(page.locator("[data-selected]")).to_have_text("3 selected", timeout=20_000)
    page.get_by_role("button", name="Decide those selected together").click()
    expect(page.get_by_role("heading", name="One decision for many")).to_be_visible()
    # The number is that of what is ticked, and can be decided.
    expect(page.get_by_role("button", name="Decide 3 cases")).to_be_visible()
    page.get_by_label(f"Case {cases[0].pk}", exact=True).uncheck()
    expect(page.get_by_role("button", name="Decide 2 cases")).to_be_visible()
    page.get_by_label(f"Case {cases[0].pk}", exact=True).check()
    decide_alone(cases[2])
    expect(page.get_by_text("Decided meanwhile")).to_be_visible(timeout=20_000)
    page.get_by_role("button", name="Decide 2 cases").click()
    expect(page.get_by_role("main")).to_be_visible()
    expect(page.get_by_role("button", name="Undo the last bulk decision")).to_be_visible()
    decided = Case.objects.filter(pk__in=[case.pk for case in cases[:2]])
    assert set(decided.values_list("state", flat=True)) == {"decided"}
    page.keyboard.press("Control+z")
    expect(page.get_by_text("Taken back: 2 decisions.")).to_be_visible()
    assert set(decided.values_list("state", flat=True)) == {"open"}


def test_with_the_keyboard_alone(log_in, cases):
    page = log_in("moderator")
    page.goto("/moderation/")
    expect(page.locator("[data-queue]")).to_be_visible()
    for key in "jjk":
        page.keyboard.press(key)
    expect(page.locator(".queue-row.is-current")).to_have_attribute("data-case", str(cases[0].pk))
    page.keyboard.press("o")
    page.wait_for_url(f"**/cases/{cases[0].pk}/")
    expect(page.locator(".case-claim")).to_contain_text("You are deciding this case.")
    page.keyboard.press("r")
    expect(page.get_by_label("Remove", exact=False).first).to_be_checked()
    expect(page.locator("[name=rule]")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.locator("[name=reason]").focus()
    # Letters are letters where somebody types.
    page.keyboard.type("unkind")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/cases/{cases[1].pk}/")
    removed = Case.objects.get(pk=cases[0].pk)
    assert (removed.state, removed.post.state) == ("decided", "removed")
    expect(page.locator(".case-claim")).to_contain_text("You are deciding this case.")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Keep it, and go on with the next")
    page.keyboard.press("Escape")
    page.keyboard.press("k")
    page.wait_for_url(f"**/cases/{cases[2].pk}/")
    assert Case.objects.get(pk=cases[1].pk).state == "decided"
    # What was removed is restored by a key as well, once its case is open again.
    admin = User.objects.get(username="admin")
    reopen(moderator=admin, case=removed, version=removed.version, reason="I misread it.")
    page.goto(removed.get_absolute_url())
    page.keyboard.press("s")
    expect(page.get_by_label("Restore", exact=False).first).to_be_checked()
    expect(page.locator("[name=reason]")).to_be_focused()
