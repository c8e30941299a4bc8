"""A moderator works the queue; the author and the flagger hear of it."""

from __future__ import annotations

import pytest
from django.core import mail
from django.db.models import Count

from forum.discussion.models import Post
from forum.moderation.models import Case
from tests.browser import expect, wait_until_whole
from tests.journeys.conftest import ARTICLE

pytestmark = pytest.mark.browser


@pytest.fixture
def case(demo):
    """The open case that three people flagged."""
    return Case.objects.annotate(flaggers=Count("flags")).get(state="open", flaggers=3)


def test_removing_and_restoring(log_in_by_form, case):
    page = log_in_by_form("moderator")
    page.get_by_role("link", name="Moderation").click()
    page.locator(f".queue a[href='/moderation/cases/{case.pk}/']").click()
    main = page.get_by_role("main")
    expect(main).to_contain_text(case.post.author_name)
    expect(main).to_contain_text(case.flags.first().note[:30])
    page.get_by_label("Remove").check()
    page.get_by_role("button", name="Decide", exact=True).click()
    # A removal without rule and reason is refused, and nothing typed is lost.
    expect(main.locator("[aria-invalid=true]").first).to_be_visible()
    expect(page.get_by_label("Remove")).to_be_checked()
    case.refresh_from_db()
    assert case.state == "open"
    page.get_by_label("Rule").select_option(index=1)
    page.get_by_label("Reason").first.fill("It speaks of the person, not of the argument.")
    page.get_by_role("button", name="Decide", exact=True).click()
    expect(main).to_contain_text("It speaks of the person, not of the argument.")
    assert Post.objects.get(pk=case.post_id).state == "removed"

    page.get_by_text("Open this case again").click()
    page.get_by_label("Why").fill("I misread it.")
    page.get_by_role("button", name="Open it again").click()
    page.get_by_label("Restore").check()
    page.get_by_label("Reason").first.fill("It does speak of the argument.")
    page.get_by_role("button", name="Decide", exact=True).click()
    expect(main).to_contain_text("It does speak of the argument.")
    assert Post.objects.get(pk=case.post_id).state == "published"
    assert [d.action for d in case.decisions.all()] == ["remove", "restore"]


def test_the_author_and_the_flaggers_are_told(log_in, case):
    page = log_in("moderator")
    page.goto(f"/moderation/cases/{case.pk}/")
    page.get_by_label("Remove").check()
    page.get_by_label("Rule").select_option(index=1)
    page.get_by_label("Reason").first.fill("Not about the article.")
    page.get_by_role("button", name="Decide", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("Not about the article.")
    told = {address for message in mail.outbox for address in message.to}
    assert case.post.author.email in told
    assert {flag.flagger.email for flag in case.flags.all()} <= told

    page.context.clear_cookies()
    page = log_in(case.post.author.username)
    page.goto("/notifications/")
    expect(page.get_by_role("main")).to_contain_text("Not about the article.")
    article = case.post.root.article
    page.goto(article.get_absolute_url())
    wait_until_whole(page)
    page.context.clear_cookies()
    page.reload()
    expect(page.locator(f"#comment-{case.post_id}")).to_contain_text("Removed by a moderator")


def test_a_second_moderator_is_told_who_was_first(log_in, browser, live_server, case):
    page = log_in("moderator")
    page.goto(f"/moderation/cases/{case.pk}/")
    other = browser.new_context(base_url=live_server.url).new_page()
    other.goto("/accounts/login/")
    other.get_by_label("User name or e-mail").fill("admin")
    other.get_by_label("Password", exact=True).fill("postil-demo")
    other.get_by_role("main").get_by_role("button", name="Log in").click()
    expect(other.get_by_role("button", name="Log out")).to_be_visible()
    other.goto(f"/moderation/cases/{case.pk}/")
    other.get_by_label("Keep").check()
    other.get_by_role("button", name="Decide", exact=True).click()
    expect(other.get_by_role("heading", name="Decided", exact=True)).to_be_visible()

    page.get_by_label("Remove").check()
    page.get_by_label("Rule").select_option(index=1)
    page.get_by_label("Reason").first.fill("Typed with care.")
    with page.expect_response("**/decide/") as answer:
        page.get_by_role("button", name="Decide", exact=True).click()
    assert answer.value.status == 409
    told = page.get_by_role("alert").filter(has_text="decided this case already")
    expect(told.locator(".decision")).to_contain_text("Keep")
    expect(told.locator(".decision .person")).to_have_text("Jo Pemberton")
    expect(page.get_by_label("Reason").first).to_have_value("Typed with care.")
    assert Post.objects.get(pk=case.post_id).state == "published"
    other.context.close()


def test_a_reader_cannot_open_the_desk(log_in, case):
    page = log_in("reader")
    page.goto("/")
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
    expect(page.get_by_role("link", name="Moderation")).to_have_count(0)
    assert page.goto("/moderation/").status == 403
    assert page.goto(f"/moderation/cases/{case.pk}/").status == 403
    page.goto(ARTICLE)
