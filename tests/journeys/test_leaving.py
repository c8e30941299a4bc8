"""A reader takes along what they wrote, and leaves tombstones."""

from __future__ import annotations

import json
from zipfile import ZipFile

import pytest

from forum.accounts.models import User
from forum.discussion.models import Post
from tests.browser import expect
from tests.journeys.conftest import ARTICLE, PASSWORD

pytestmark = pytest.mark.browser


def test_erasing_the_account(log_in):
    page = log_in("reader")
    name = User.objects.get(username="reader").public_name
    own = Post.objects.filter(author__username="reader", kind="comment", state="published")
    response = own.filter(root__article__slug=ARTICLE.split("/")[2]).order_by("pk").first()
    assert response
    page.goto(ARTICLE)
    expect(page.locator(f"#comment-{response.pk}")).to_contain_text(name)

    page.goto("/you/")
    page.get_by_role("link", name="Your data").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download your data").click()
    with ZipFile(str(waiting.value.path())) as archive:
        data = json.loads(archive.read("postil-data.json"))
    assert data["profile"]["username"] == "reader"
    assert response.get_absolute_url() in str([row["address"] for row in data["responses"]])

    page.get_by_role("link", name="Erase your account").click()
    expect(page.get_by_text("cannot be undone")).to_be_visible()
    page.get_by_label("Erase what I wrote").check()
    page.get_by_label("Your password").fill("not this one")
    page.get_by_role("button", name="Erase my account").click()
    expect(page.get_by_text("This is not your password.")).to_be_visible()
    expect(page.get_by_label("Erase what I wrote")).to_be_checked()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Erase my account").click()
    expect(page.get_by_text("Your account is erased.")).to_be_visible()

    page.goto(ARTICLE)
    expect(page.locator(f"#comment-{response.pk}")).to_contain_text("No longer here.")
    expect(page.get_by_role("main")).not_to_contain_text(name)
    page.goto("/accounts/login/")
    page.get_by_label("User name or e-mail").fill("reader")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Log in").click()
    expect(page.get_by_text("do not go together")).to_be_visible()
