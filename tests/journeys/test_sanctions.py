"""A warning in the way of a note, silence where one would write, what is read first for a while, a
ban from proposal to end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from forum.accounts.models import User
from forum.discussion.models import Post
from forum.moderation.models import Case, Rule, Sanction
from forum.moderation.people.grounds import Grounds
from forum.moderation.people.sanctioning import impose, latest_number
from tests import factories
from tests.browser import expect
from tests.journeys.conftest import ARTICLE, annotate

pytestmark = pytest.mark.browser


def give(kind: str, **said) -> Sanction:
    """The demo's moderator gives the demo's reader a sanction."""
    reader = User.objects.get(username="reader")
    return impose(
        moderator=User.objects.get(username="moderator"),
        person=reader,
        kind=kind,
        seen=latest_number(reader),
        grounds=Grounds(reason="You call people names.", rule=Rule.objects.first()),
        **said,
    )


def test_a_warning_is_acknowledged_from_the_note_itself(log_in, demo):
    warning = give("warn")
    page = log_in("reader")
    page.goto(ARTICLE)
    expect(page.locator("[data-personal-masthead]")).to_contain_text("Log out")
    popover = annotate(page, "#text", "critics therefore call")
    popover.get_by_label("Bias claim").check()
    popover.get_by_label("Note").fill("Which critics?")
    popover.get_by_role("button", name="Save").click()
    expect(popover).to_contain_text("A moderator has warned you")
    expect(popover).to_contain_text("You call people names.")
    expect(popover.get_by_label("Note")).to_have_value("Which critics?")
    expect(popover.get_by_label("Bias claim")).to_be_checked()
    popover.get_by_role("button", name="I have read the warning; go on").click()
    expect(popover).to_have_count(0)
    warning.refresh_from_db()
    assert warning.acknowledged_at
    expect(page.get_by_role("main")).to_contain_text("Which critics?")


def test_whoever_is_silenced_is_told_where_they_would_write(log_in, demo):
    give("silence", days=7)
    page = log_in("reader")
    page.goto(ARTICLE)
    expect(page.locator("[data-personal-masthead]")).to_contain_text("Log out")
    popover = annotate(page, "#text", "critics therefore call")
    popover.get_by_label("Bias claim").check()
    popover.get_by_label("Note").fill("Which critics?")
    popover.get_by_role("button", name="Save").click()
    expect(popover).to_contain_text("You cannot post for now.")
    expect(popover.get_by_label("Note")).to_have_value("Which critics?")
    page.goto(ARTICLE + "respond/")
    main = page.get_by_role("main")
    expect(main).to_contain_text("You cannot post for now.")
    main.get_by_role("link", name="Read why").click()
    expect(main).to_contain_text("You call people names.")
    main.get_by_role("link", name="how to appeal").click()
    expect(main.get_by_role("button", name="Send the appeal")).to_be_visible()


def respond(page, words: str) -> Post:
    """Post ``words`` under the article."""
    page.goto(ARTICLE + "respond/")
    page.get_by_label("Your response").fill(words)
    page.get_by_role("button", name="Post response").click()
    expect(page.get_by_role("main")).to_contain_text(words)
    return Post.objects.get(revisions__source=words)


def test_what_somebody_writes_is_read_first_for_a_time(log_in, demo, monkeypatch):
    page = log_in("moderator")
    main = page.get_by_role("main")
    page.goto(reverse("person-sanction", args=["reader"]))
    page.get_by_label("Pre-moderate", exact=False).check()
    page.get_by_label("For how many days").fill("3")
    page.get_by_label("Rule", exact=True).select_option(index=1)
    page.get_by_label("Public reason").fill("You call people names.")
    page.get_by_role("button", name="Show what they will read").click()
    page.get_by_role("button", name="Do it").click()
    expect(main).to_contain_text("In force")

    page = log_in("reader")
    held = respond(page, "Nobody is called a name here.")
    expect(page.get_by_role("status")).to_contain_text("is read by a moderator first, for the time")
    assert (held.state, held.held_for) == ("held", "sanctioned")

    page = log_in("moderator")
    page.goto("/moderation/?tab=held")
    case = Case.objects.get(post=held)
    page.locator(f".queue a[href='{case.get_absolute_url()}']").first.click()
    expect(main).to_contain_text("Its author is pre-moderated.")
    page.get_by_label("Keep").check()
    page.get_by_role("button", name="Decide", exact=True).click()
    expect(main).to_contain_text("Decided")
    page.context.clear_cookies()
    page.goto(held.get_absolute_url())
    expect(page.get_by_text("Nobody is called a name here.").first).to_be_visible()

    # Nobody lifts it: it is over when its time is.
    real = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: real() + timedelta(days=3, minutes=1))
    page = log_in("reader")
    assert respond(page, "Nor is anybody here.").state == "published"
    page.context.clear_cookies()
    page.goto(ARTICLE)
    expect(page.get_by_text("Nor is anybody here.").first).to_be_visible()


def test_from_a_ban_to_the_end_of_it(log_in, demo):
    second = factories.make_user("second", display_name="Second Look", is_moderator=True)
    lead = factories.make_user("lead", leads_appeals=True)
    reader = User.objects.get(username="reader")

    page = log_in("moderator")
    main = page.get_by_role("main")
    page.goto(reverse("person-sanction", args=["reader"]))
    page.get_by_label("Ban, for good").check()
    page.get_by_label("Rule", exact=True).select_option(index=1)
    page.get_by_label("Public reason").fill("You threaten people.")
    page.get_by_role("button", name="Show what they will read").click()
    expect(main).to_contain_text("Your account is banned")
    page.get_by_role("button", name="Do it").click()
    expect(main).to_contain_text("Proposed")
    ban = Sanction.objects.get(person=reader, kind="ban")

    page.context.clear_cookies()
    page = log_in(second.username)
    page.goto("/moderation/people/")
    main.get_by_role("link", name="Ban:").click()
    page.get_by_role("button", name="Approve the ban").click()
    expect(main).to_contain_text("In force")

    page.context.clear_cookies()
    page = log_in("reader")
    page.goto("/notifications/")
    main.locator(f"a[href$='/you/standing/{ban.pk}/']").first.click()
    expect(main).to_contain_text("You threaten people.")
    page.get_by_label("Why is this decision wrong?").fill("I threatened nobody.")
    page.get_by_role("button", name="Send the appeal").click()
    expect(main).to_contain_text("waits for somebody who did not give the sanction")

    page.context.clear_cookies()
    page = log_in(lead.username)
    page.goto("/moderation/?tab=appealed")
    main.get_by_role("link", name="Ban:").click()
    expect(main).to_contain_text("I threatened nobody.")
    page.get_by_label("Overturn it: it ends").check()
    page.get_by_label("Answer").fill("It was somebody else.")
    page.get_by_role("button", name="Decide", exact=True).click()
    expect(main).to_contain_text("It was somebody else.")

    page.context.clear_cookies()
    page = log_in("reader")
    page.goto(f"/you/standing/{ban.pk}/")
    expect(main).to_contain_text("It was wrong, and is turned back")
    assert respond(page, "I am back.").author == reader
