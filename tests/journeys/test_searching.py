"""Looking for something, narrowing what is found, and going where it stands."""

from __future__ import annotations

import pytest

from forum.accounts.models import User
from forum.discussion.actions import post_comment
from forum.discussion.models import Article
from tests.browser import expect
from tests.journeys.conftest import ARTICLE

pytestmark = pytest.mark.browser


def test_what_was_just_written_is_found_narrowed_and_opened(log_in):
    page = log_in("reader")
    article = Article.objects.get(slug="us-china-north-korea")
    words = "Nobody asked the *quartermaster*, and a quartermaster's son would know."
    author = User.objects.get(username="moderator")
    response, _ = post_comment(author=author, article=article, source=words)
    page.goto(ARTICLE)
    page.get_by_role("navigation", name="Site").get_by_role("link", name="Search").click()
    page.get_by_role("searchbox", name="Look for").fill('"the quartermaster" -zeppelin')
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("1 found")
    expect(page.locator(".search-excerpt mark")).to_have_text("the quartermaster")

    page.get_by_role("searchbox", name="Look for").fill("china")
    page.keyboard.press("Enter")
    page.get_by_role("complementary", name="Narrow the search").get_by_role(
        "link", name="Notes"
    ).click()
    kept = page.get_by_role("list", name="Narrowed to").get_by_role("link", name="Notes")
    expect(kept).to_be_visible()
    for result in page.locator(".search-result h2").all_inner_texts():
        assert result.startswith("Note")
    page.go_back()
    page.go_back()
    page.get_by_role("link", name=f"Response {response.number}").click()
    expect(page.locator(f"#comment-{response.pk}")).to_be_in_viewport()
