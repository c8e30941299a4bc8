"""A site is imported; its readers read it and its moderator decides what waited there."""

from __future__ import annotations

import pytest

from tests.browser import expect
from tests.discussion.exports_of_others import by_id, import_wordpress, item, said, wxr

pytestmark = pytest.mark.browser


@pytest.fixture
def imported(demo, tmp_path, frances):
    """An article with a thread that has lost its first response to a spam filter."""
    import_wordpress(
        tmp_path,
        wxr(
            item(
                1,
                said(1, approved="spam", content="Buy pills"),
                said(2, 1, content="I *disagree* with this.\n\nThe ferry ran."),
                said(3, 2, author="", content="So it did."),
                said(4, approved="0", content="Is anybody there?"),
                title="The bridge & the ferry",
                content="The committee says the bridge must close.\n\nEveryone knows why.",
            )
        ),
    )
    return by_id("post/1").article


def test_what_waited_there_is_decided_here(imported, log_in_by_form):
    page = log_in_by_form("moderator")
    page.goto("/moderation/?tab=held")
    row = page.locator(".queue-row", has_text="Is anybody there?")
    expect(row).to_contain_text("Waiting since")
    row.get_by_role("link").first.click()
    main = page.get_by_role("main")
    expect(main).to_contain_text("Reader 4 has no account here: this was imported.")
    expect(main).to_contain_text("Nobody flagged it.")
    page.get_by_label("Keep: publish it").check()
    page.get_by_role("button", name="Decide", exact=True).click()
    expect(page.get_by_role("heading", name="Decided", exact=True)).to_be_visible()
    page.goto(imported.get_absolute_url())
    expect(page.locator("body")).to_contain_text("Is anybody there?")
    expect(page.locator("body")).to_contain_text("No longer here.")
    expect(page.locator("body")).to_contain_text("I *disagree* with this.")
    expect(page.locator("body")).to_contain_text("Anonymous")
    expect(page.locator("body")).not_to_contain_text("pills")
