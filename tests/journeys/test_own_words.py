"""What becomes of one's own words, and of a guest's: held with its reason, withdrawn, put back."""

from __future__ import annotations

import os
import re

import pytest
from django.core import mail
from django.core.cache import cache

from annotations.actions import annotate
from forum.accounts.models import User
from forum.discussion.actions import post_comment
from forum.discussion.models import Article, Post
from tests.browser import expect, wait_until_whole
from tests.journeys.conftest import ARTICLE

pytestmark = pytest.mark.browser


@pytest.fixture
def article(demo) -> Article:
    return Article.objects.select_related("post").get(slug="us-china-north-korea")


def snap(page, name: str) -> None:
    """Keep a picture where ``SHOTS`` says."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png")


def test_withdrawn_and_put_back_in_place(article, log_in):
    reader = User.objects.get(username="reader")
    post, _ = post_comment(author=reader, article=article, source="Take this back.")
    page = log_in("reader")
    page.goto(f"{ARTICLE}#comment-{post.pk}")
    wait_until_whole(page)
    own = page.locator(f"#comment-{post.pk}")
    own.get_by_role("link", name="Withdraw").click()
    undo = own.get_by_role("button", name="Undo")
    expect(undo).to_be_focused()
    expect(own).to_contain_text("Withdrawn.")
    expect(own.get_by_text("Take this back.")).to_be_hidden()
    snap(page, "withdrawn")
    assert Post.objects.get(pk=post.pk).state == "withdrawn"
    undo.click()
    expect(own.get_by_text("Take this back.")).to_be_visible()
    expect(own.get_by_role("link", name="Withdraw")).to_be_focused()
    assert Post.objects.get(pk=post.pk).state == "published"


def test_the_notes_that_go_with_a_response_go_and_come_back(article, log_in):
    reader, other = User.objects.get(username="reader"), User.objects.get(username="moderator")
    words = article.post.current.text
    at = words.index("reckless client")
    post, _ = post_comment(author=reader, article=article, source="Neither is a *fair* word.")
    made, _ = annotate(
        author=reader,
        revision=article.post.current,
        start=at,
        end=at + len("reckless client"),
        quote="reckless client",
        tags=["loaded-wording"],
        comment=post,
    )
    on_it, _ = annotate(
        author=other,
        revision=post.current,
        start=0,
        end=len("Neither"),
        quote="Neither",
        tags=["question"],
        note="Which two?",
    )
    page = log_in("reader")
    page.goto(f"{ARTICLE}#comment-{post.pk}")
    wait_until_whole(page)
    all_notes = page.locator(".chip-all [data-count]")
    before = int(all_notes.inner_text())
    kinds = ("note", "mark")
    places = [page.locator(f"#{kind}-{note.pk}") for kind in kinds for note in (made, on_it)]
    for place in places:
        expect(place).to_have_count(1)
    own = page.locator(f"#comment-{post.pk}")
    own.get_by_role("link", name="Withdraw").click()
    own.get_by_role("button", name="Undo").wait_for()
    for place in places:
        expect(place).to_be_hidden()
    expect(all_notes).to_have_text(str(before - 2))
    own.get_by_role("button", name="Undo").click()
    expect(all_notes).to_have_text(str(before))
    for place in places:
        expect(place).to_have_count(1)
    expect(page.locator(f"#mark-{made.pk}")).to_have_text("reckless client")


@pytest.mark.parametrize("width", [1280, 390])
def test_what_a_response_quotes_says_so_no_more_once_it_is_withdrawn(article, log_in, width):
    reader, other = User.objects.get(username="reader"), User.objects.get(username="moderator")
    phrase = "A thermostat does not abolish winter"
    alone, _ = post_comment(author=reader, article=article, source=f"“{phrase}”: really?")
    twice = "No government in the world"
    both = [
        post_comment(author=author, article=article, source=f"“{twice}”, {number}")[0]
        for number, author in enumerate((other, reader))
    ]
    page = log_in("reader")
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(ARTICLE)
    wait_until_whole(page)
    count = page.locator(".chip-quoted .chip-count")
    before = int(count.text_content())
    signs = {
        post: page.locator(f'.quoted-go[aria-label="Quoted in response {post.number}"]')
        for post in (alone, *both)
    }
    entry = page.locator(".note-quoted", has=page.locator("a", has_text=str(alone.number)))
    words = page.locator("#text [data-quoted]", has_text=phrase)
    for post in (alone, both[1]):
        expect(signs[post]).to_be_visible()
        own = page.locator(f"#comment-{post.pk}")
        own.get_by_role("link", name="Withdraw").click()
        expect(own.get_by_role("button", name="Undo")).to_be_focused()
        expect(signs[post]).to_be_hidden()
    expect(count).to_have_text(str(before - 1))
    expect(entry).to_be_hidden()
    expect(words).not_to_have_class(re.compile("quoted"))
    # What somebody else quotes as well stays, and names them alone.
    expect(signs[both[0]]).to_be_visible()
    shared = page.locator(".note-quoted", has=page.locator("a", has_text=str(both[0].number)))
    if width == 1280:
        expect(shared).to_be_visible()
        assert shared.locator("p > span").first.inner_text().split()[-1] == str(both[0].number)
    for post in (alone, both[1]):
        own = page.locator(f"#comment-{post.pk}")
        own.get_by_role("button", name="Undo").click()
        expect(signs[post]).to_be_visible()
    expect(count).to_have_text(str(before))
    expect(words).to_have_class(re.compile("quoted"))
    if width == 1280:
        expect(entry).to_be_visible()


def test_held_and_told_why_in_place(article, log_in):
    Article.objects.filter(pk=article.pk).update(premoderated=True)
    page = log_in("reader")
    page.goto(ARTICLE)
    wait_until_whole(page)
    page.get_by_role("link", name="Write a response").click()
    page.get_by_label("Your response").fill("Read *me* first.")
    page.get_by_role("button", name="Post response").click()
    page.wait_for_url("**/posts/*/")
    expect(page.get_by_role("status")).to_contain_text("Held for review")
    expect(page.get_by_role("status")).to_contain_text("is read by a moderator first")
    page.goto(ARTICLE)
    wait_until_whole(page)
    waiting = page.get_by_role("region", name="Yours, waiting for a moderator")
    expect(waiting).to_contain_text("Read me first.")
    waiting.scroll_into_view_if_needed()
    snap(page, "waiting")
    waiting.get_by_role("link", name="Withdraw").click()
    expect(waiting).to_contain_text("Withdrawn.")
    expect(waiting.get_by_text("Read me first.")).to_be_hidden()
    waiting.get_by_role("button", name="Undo").click()
    expect(waiting.get_by_text("Read me first.")).to_be_visible()
    assert Post.objects.latest("pk").state == "held"


def test_a_guest_responds_confirms_and_is_let_through(article, page, log_in, settings, monkeypatch):
    settings.GUEST_RESPONSES = "always"
    monkeypatch.setattr("forum.guests.forms.QUICKEST", 0)
    cache.clear()
    page.goto(ARTICLE)
    wait_until_whole(page)
    page.get_by_role("link", name="Write a response").click()
    page.get_by_label("Your response").fill("From *outside*.")
    page.get_by_label("Your name").fill("Gwen")
    page.get_by_label("Your e-mail address").fill("gwen")
    snap(page, "guest-form")
    page.get_by_role("button", name="Post response").click()
    expect(page.get_by_text("This is not an e-mail address.")).to_be_visible()
    expect(page.get_by_label("Your response")).to_have_value("From *outside*.")
    page.get_by_label("Your e-mail address").fill("gwen@example.org")
    page.get_by_role("button", name="Post response").click()
    expect(page.get_by_role("heading", name="Look into your e-mails")).to_be_visible()
    (letter,) = mail.outbox
    address = re.search(r"/guests/\S+", str(letter.body))
    assert address
    page.goto(address.group())
    snap(page, "guest-confirm")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("status")).to_contain_text("Held for review")
    snap(page, "guest-held")
    post = Post.objects.latest("pk")
    log_in("moderator").goto("/moderation/?tab=held")
    snap(page, "guest-queue")
    row = page.get_by_role("listitem").filter(has_text="Gwen (guest)").first
    row.get_by_role("link", name=f"Response {post.number}").click()
    expect(page.get_by_text("A guest wrote it.").first).to_be_visible()
    page.get_by_role("radio", name="Keep: publish it").check()
    page.get_by_role("button", name="Decide", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("Decided")
    assert "it is published" in mail.outbox[-1].subject
    page.goto(f"{ARTICLE}#comment-{post.pk}")
    expect(page.locator(f"#comment-{post.pk}")).to_contain_text("Gwen (guest)")
