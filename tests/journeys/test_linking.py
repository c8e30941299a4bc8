"""What the page tells programs: feed readers, previews, search engines, other sites."""

from __future__ import annotations

import json

import pytest
from defusedxml import ElementTree

from forum.accounts.models import User
from forum.discussion.actions import post_comment
from forum.discussion.models import Article
from tests.journeys.conftest import ARTICLE

pytestmark = pytest.mark.browser

_ATOM = "{http://www.w3.org/2005/Atom}"


def test_feeds_previews_and_embeds_are_found_from_the_page(page, demo):
    article = Article.objects.get(slug="us-china-north-korea")
    author = User.objects.get(username="moderator")
    response, _ = post_comment(author=author, article=article, source="Hear, *hear*.")
    page.goto(ARTICLE)

    def linked(selector: str) -> str:
        return str(page.locator(selector).first.evaluate("(link) => new URL(link.href).pathname"))

    def fetched(selector: str) -> str:
        address = page.locator(selector).first.evaluate("({ href }) => href")
        _, _, path = address.partition("://")
        answer = page.request.get("/" + path.partition("/")[2])
        assert answer.ok
        return str(answer.text())

    assert linked("link[rel=canonical]") == ARTICLE
    feeds = page.locator("link[type='application/atom+xml']").evaluate_all(
        "(links) => links.map(({ href }) => new URL(href).pathname)"
    )
    assert f"{ARTICLE}feed/" in feeds
    newest = ElementTree.fromstring(page.request.get(f"{ARTICLE}feed/").text())
    title = newest.findtext(f"{_ATOM}entry/{_ATOM}title") or ""
    assert title.startswith(f"Response {response.number}")
    told = json.loads(page.locator("script[type='application/ld+json']").first.text_content())
    assert told["@type"] == "Article"
    embed = json.loads(fetched("link[type='application/json+oembed']"))
    assert article.title in embed["html"]
    assert article.title in page.locator("meta[property='og:title']").get_attribute("content")
    assert ARTICLE in page.request.get("/sitemap-articles.xml").text()
