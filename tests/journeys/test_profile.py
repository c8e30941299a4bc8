"""From a name to what its bearer has written, and back to where that stands."""

from __future__ import annotations

import pytest

from forum.accounts.models import User
from forum.discussion.models import Post
from tests.browser import expect

pytestmark = pytest.mark.browser


def test_a_profile(page, demo):
    note = Post.objects.filter(kind="annotation", state="published", audience="public").first()
    assert note
    name = User.objects.get(posts=note).public_name
    page.goto(f"/posts/{note.pk}/history/")
    page.get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.locator(".picture")).not_to_have_js_property("naturalWidth", 0)
    page.get_by_role("navigation", name="What to show").get_by_role("link", name="Notes").click()
    shown = page.locator(".list-item", has=page.locator(f"a[href='/posts/{note.pk}/']"))
    expect(shown).to_be_visible()
    shown.locator(".list-title a").click()
    expect(page.locator(f"#note-{note.pk}")).to_be_attached()
