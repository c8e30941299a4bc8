"""A reader quotes the article, follows the links, and marks what they quote."""

from __future__ import annotations

import re

import pytest

from annotations.models import Annotation
from forum.discussion.models import Post
from tests.browser import expect
from tests.journeys.conftest import ARTICLE

pytestmark = pytest.mark.browser

WORDS = 'He writes "cooperation worked every time it was seriously tried". Was it?'
#: How the thirteen quotes of the demo's third response begin.
QUOTES = [
    "like a spoiled child",
    "a reckless client",
    "the hermit kingdom",
    "What had been",
    "was allowed to lapse",
    "China vetoed",
    "Its hand",
    "its trade still",
    "When it is even half closed",
    "Seoul and Tokyo",
    "those whose text",
    "Leverage that is not used",
    "cooperation worked",
]


def test_the_demos_third_response_shows_its_quotes_linked(page, demo):
    page.goto(ARTICLE)
    third = page.locator(".response", has=page.locator(".response-number", has_text="3")).last
    links = third.get_by_role("link", name="Go to the quoted passage in the article")
    linked = third.locator(".quote").all_inner_texts()
    for beginning in QUOTES:
        assert any(quote.startswith(beginning) for quote in linked), beginning
    made_up = "North Korea has gained from disagreement between the United States and China"
    expect(third).to_contain_text(made_up)
    assert not any(made_up[:20] in quote for quote in linked)
    links.nth(3).click()
    shown = page.locator("#text .quoted.is-shown")
    expect(shown.first).to_be_in_viewport()
    words = "".join(shown.all_inner_texts())
    assert words.startswith("What had been the most closely watched sanctions regime")
    page.get_by_role("link", name="Quoted in response 3").first.click()
    expect(third.locator(".quote.is-shown").first).to_be_in_viewport()


def test_quoting_and_marking_what_one_quotes(log_in):
    page = log_in("reader")
    page.goto(ARTICLE)
    page.get_by_role("link", name="Write a response").click()
    page.get_by_label("Your response").fill(WORDS)
    page.get_by_role("button", name="Post response").click()
    expect(page.get_by_text("Your response quotes 1 passage.")).to_be_in_viewport()
    page.get_by_role("link", name="Mark it with tags").click()
    expect(page.locator(".offer mark")).to_have_text(
        "cooperation worked every time it was seriously tried"
    )
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Choose at least one tag.")).to_be_visible()
    page.get_by_label("Unsupported claim").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Marked as")).to_be_visible()
    page.get_by_role("link", name="See the note").click()
    note = page.locator(".note.is-active")
    expect(note).to_contain_text("Was it?")
    said = note.get_by_role("link", name=re.compile("response [0-9]+"))
    said.click()
    post = Post.objects.filter(kind="comment").latest("pk")
    expect(page.locator(f"#comment-{post.pk}")).to_be_in_viewport()
    assert Annotation.objects.filter(post__note_from=post).count() == 1
    # Taking the response back takes the note with it.
    page.locator(f"#comment-{post.pk}").get_by_role("link", name="Withdraw").click()
    expect(page.locator(f"#comment-{post.pk}")).to_contain_text("Withdrawn.")
    page.goto(ARTICLE)
    expect(page.locator(f"#comment-{post.pk}")).to_contain_text("Withdrawn by its author.")
    expect(page.get_by_text("Was it?")).to_have_count(0)
