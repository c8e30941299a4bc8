"""An admin gives a role for one article, and turns back what a moderator decided."""

from __future__ import annotations

import pytest

from forum.accounts.models import User
from forum.discussion.models import Post
from forum.moderation.actions import decide, flag_post
from forum.moderation.models import Case, Decision, Rule
from tests.browser import expect
from tests.journeys.conftest import ARTICLE

pytestmark = pytest.mark.browser


def test_a_role_for_one_article(log_in):
    slug = ARTICLE.split("/")[2]
    staff = User.objects.get(username="staff")
    others = Post.objects.filter(kind="comment", note=None, state="published")
    other = others.exclude(root__article__slug=slug)[0]
    flag_post(flagger=staff, post=other, reason="spam")
    page = log_in("admin")
    page.goto("/moderation/")
    page.get_by_role("link", name="Roles").click()
    page.get_by_label("Who").fill("reader")
    page.get_by_label("Only in one article").fill(slug)
    page.get_by_role("button", name="Give it").click()
    expect(page.get_by_role("main").get_by_role("table")).to_contain_text("the article “")

    page = log_in("reader")
    page.goto("/moderation/")
    here = Case.objects.filter(post__root__article__slug=slug, state="open")
    mine = here.exclude(post__author__username="reader")
    rows = page.locator(".queue a[href^='/moderation/cases/']")
    expect(rows.first).to_be_visible()
    shown = {int(row.get_attribute("href").split("/")[3]) for row in rows.all()}
    assert shown == set(mine.values_list("pk", flat=True))
    elsewhere = Case.objects.get(post=other)
    page.goto(f"/moderation/cases/{elsewhere.pk}/")
    expect(page.get_by_role("main")).to_contain_text("There is nothing at this address")


def test_all_that_one_moderator_decided_is_turned_back_and_put_back(log_in, demo):
    moderator = User.objects.get(username="moderator")
    rule = Rule.objects.get(slug="civility", retired_at=None)
    for case in Case.objects.filter(state="open").exclude(post__author=moderator):
        decide(
            moderator=moderator,
            case=case,
            action="remove",
            version=case.version,
            rule=rule,
            reason="An insult.",
        )
    standing = Decision.objects.filter(moderator=moderator, basis="review")
    removed = set(Post.objects.filter(state="removed").values_list("pk", flat=True))
    page = log_in("admin")
    page.goto("/moderation/oversight/?period=all")
    page.get_by_role("link", name="Turn back").click()
    expect(page.get_by_role("main")).to_contain_text(f"{standing.count()} decisions stand")
    page.get_by_label("Reason").fill("None of these was read.")
    page.get_by_role("button", name="Turn").click()
    expect(page.get_by_role("button", name="Put back")).to_be_visible()
    assert not Post.objects.filter(state="removed").exists()
    page.get_by_role("button", name="Put back").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("put back")
    assert set(Post.objects.filter(state="removed").values_list("pk", flat=True)) == removed
