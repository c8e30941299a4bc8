"""Flag, decide, read the statement, appeal, overturn: by keyboard alone."""

from __future__ import annotations

import pytest
from django.urls import reverse

from forum.accounts.models import User
from forum.discussion.models import Article
from forum.moderation.models import Appeal, Case, Decision
from tests import factories
from tests.browser import Remote, expect

pytestmark = pytest.mark.browser


def tab_to(page: Remote, target: Remote) -> None:
    """Press Tab until ``target`` has the focus, as somebody without a mouse does."""
    for _step in range(150):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("The keyboard does not get there.")


def choose(page: Remote, target: Remote) -> None:
    """Choose a radio button: Tab reaches the group, arrows what is in it."""
    name = target.get_attribute("name")
    inside = f"document.activeElement.name === '{name}'"
    for _step in range(150):
        if page.evaluate(inside):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    for _step in range(15):
        if target.is_checked():
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError("The arrows do not get there.")


def write(page: Remote, target: Remote, words: str) -> None:
    tab_to(page, target)
    page.keyboard.type(words)


def press(page: Remote, target: Remote) -> None:
    tab_to(page, target)
    page.keyboard.press("Enter")


def test_an_appeal_turns_a_removal_back(log_in, demo):
    article = Article.objects.get(slug="us-china-north-korea")
    author = User.objects.get(username="reader")
    post = factories.make_comment(article, author=author, source="The ferry ran on Sundays.")
    # Somebody whose word counts has flagged it: one more, and it is hidden until it is decided.
    factories.make_flag(post, flagger=User.objects.get(username="staff"), reason="off-topic")
    flagger = factories.make_user("flagger")
    lead = factories.make_user("lead", leads_appeals=True)
    case = Case.objects.get(post=post)

    page = log_in(flagger.username)
    page.goto(post.get_absolute_url())
    main = page.get_by_role("main")
    page.wait_for_load_state()
    link = page.locator(f"a[data-flag][href='{reverse('post-flag', args=[post.pk])}']")
    link.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".flag-form [type='radio']").first).to_be_focused()
    choose(page, page.get_by_label("It has nothing to do with the article"))
    press(page, page.get_by_role("button", name="Flag it"))
    expect(main).to_contain_text("Thank you. A moderator will look.")
    post.refresh_from_db()
    assert post.state == "hidden"

    page.context.clear_cookies()
    page.goto(post.get_absolute_url())
    expect(main).to_contain_text("Hidden until a moderator has looked at it.")
    expect(main).not_to_contain_text("The ferry ran on Sundays.")

    page = log_in("moderator")
    page.goto("/moderation/")
    press(page, page.locator(f"a[data-open][href$='/cases/{case.pk}/']"))
    expect(main).to_contain_text("The ferry ran on Sundays.")
    # The keys come with a script, which is there once all of the page is.
    page.wait_for_load_state()
    page.keyboard.press("r")
    expect(page.get_by_label("Rule", exact=True)).to_be_focused()
    page.keyboard.type("2")
    write(page, page.get_by_label("Public reason"), "It is about a ferry.")
    press(page, page.get_by_role("button", name="Preview"))
    expect(page.locator("#preview")).to_be_focused()
    expect(page.locator("#preview")).to_contain_text("2 readers flagged it")
    assert not Decision.objects.filter(case=case, action="remove").exists()
    press(page, page.get_by_role("button", name="Decide", exact=True))
    expect(main).to_contain_text("Decided")
    decision = Decision.objects.get(case=case, action="remove")
    assert decision.rule is not None
    assert (decision.state_before, decision.rule.number) == ("hidden", 2)

    page.context.clear_cookies()
    page = log_in(author.username)
    page.goto("/notifications/")
    press(page, page.locator(f"main a[href$='/decisions/{decision.pk}/']").first)
    expect(main).to_contain_text("2 readers flagged it")
    expect(main).to_contain_text("The ferry ran on Sundays.")
    write(page, page.get_by_label("Why is this decision wrong?"), "The text speaks of a ferry.")
    press(page, page.get_by_role("button", name="Send the appeal"))
    expect(main).to_contain_text("waits for somebody who did not make the decision")
    appeal = Appeal.objects.get(decision=decision)

    page.context.clear_cookies()
    page = log_in(lead.username)
    page.goto("/moderation/?tab=appealed")
    press(page, page.locator(f"a[data-open][href$='/cases/{case.pk}/']"))
    press(page, page.get_by_role("link", name="Decide the appeal"))
    expect(page.get_by_label("What is decided instead?")).to_be_hidden()
    choose(page, page.get_by_label("Overturn it"))
    write(page, page.get_by_role("textbox", name="Answer"), "So it does.")
    press(page, page.get_by_role("button", name="Decide", exact=True))
    expect(main).to_contain_text("Overturned")
    appeal.refresh_from_db()
    post.refresh_from_db()
    # Whoever overturned it has looked at these words: the flags do not keep them hidden.
    assert (appeal.outcome, post.state) == ("overturned", "published")

    page.context.clear_cookies()
    page = log_in(author.username)
    page.goto("/notifications/")
    expect(main).to_contain_text("So it does.")
