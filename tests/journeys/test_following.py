"""Following a thread and a person, and muting one, on the article's page."""

from __future__ import annotations

import pytest
from django.urls import reverse

from forum.accounts.models import User
from forum.discussion.actions import post_comment
from forum.discussion.following.actions import follows_person, follows_thread
from forum.discussion.models import Article, Post
from tests.browser import expect, wait_until_whole
from tests.factories import make_annotation, make_comment
from tests.journeys.conftest import ARTICLE

pytestmark = pytest.mark.browser


@pytest.fixture
def article(demo) -> Article:
    return Article.objects.select_related("post").get(slug="us-china-north-korea")


@pytest.fixture
def walt(demo) -> User:
    """Somebody with strong views."""
    return User.objects.create_user("walt", "walt@example.org", "x", display_name="Walt Loud")


def response(page, post: Post):
    return page.locator(f"#comment-{post.pk}")


def test_a_thread_and_a_person_are_followed_in_place(log_in, article, walt):
    reader = User.objects.get(username="reader")
    post = make_comment(article, author=walt, source="All of this is wrong.")
    page = log_in("reader")
    page.goto(ARTICLE)
    wait_until_whole(page)
    more = response(page, post).get_by_role("link", name="More about response")
    more.focus()
    page.keyboard.press("Enter")
    choices = page.get_by_role("region", name="This thread, and Walt Loud")
    expect(choices.get_by_role("button", name="Follow this thread")).to_be_focused()
    page.keyboard.press("Enter")
    expect(choices.get_by_role("button", name="Follow this thread no longer")).to_be_focused()
    choices.get_by_role("button", name="Follow Walt Loud").click()
    expect(choices.get_by_role("button", name="Follow Walt Loud no longer")).to_be_focused()
    assert follows_thread(reader, post.pk)
    assert follows_person(reader, walt.pk)
    choices.get_by_role("link", name="Close").click()
    expect(choices).to_have_count(0)
    expect(more).to_be_focused()
    page.goto(reverse("followed"))
    page.get_by_role("button", name="Unfollow").first.click()
    expect(page.get_by_text("You follow this thread no longer.")).to_be_visible()
    assert not follows_thread(reader, post.pk)


def test_who_is_muted_is_folded_and_can_be_looked_at(log_in, article, walt):
    post = make_comment(article, author=walt, source="All of this is wrong.")
    note = make_annotation(post, author=walt, quote="wrong", note="I said so.")
    page = log_in("reader")
    page.goto(ARTICLE)
    wait_until_whole(page)
    response(page, post).get_by_role("link", name="More about response").click()
    page.get_by_role("button", name="Mute Walt Loud").click()
    expect(page.get_by_text("Walt Loud is muted")).to_be_visible()
    # The page leads to the response in question, which is shown; others of theirs are folded.
    words = response(page, post).get_by_text("All of this is wrong.")
    expect(words).to_be_visible()
    page.goto(ARTICLE)
    show = response(page, post).get_by_role("button", name="Muted: show")
    expect(show).to_be_visible()
    expect(words).to_be_hidden()
    expect(page.locator(f"#note-{note.pk}").get_by_text("I said so.")).to_be_hidden()
    show.focus()
    page.keyboard.press("Enter")
    expect(words).to_be_visible()
    expect(response(page, post).get_by_role("button", name="Muted: hide")).to_be_focused()


def test_what_a_muted_person_writes_meanwhile_comes_folded(log_in, article, walt):
    make_comment(article, author=walt, source="Wrong from the start.")
    page = log_in("reader")
    page.goto(reverse("person-mute", args=["walt"]))
    page.get_by_role("button", name="Mute them").click()
    page.clock.install()
    page.goto(ARTICLE)
    wait_until_whole(page)
    post, _ = post_comment(author=walt, article=article, source="All of this is wrong.")
    with page.expect_response("**/news/**") as answer:
        page.clock.run_for(31_000)
    answer.value.finished()
    page.get_by_role("button", name="1 new response").click()
    expect(response(page, post).get_by_role("button", name="Muted: show")).to_be_visible()
    expect(response(page, post).get_by_text("All of this is wrong.")).to_be_hidden()
