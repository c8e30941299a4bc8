"""What an article's page tells machines of itself: previews of links, and search engines."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING, Any

from django.conf import settings

from forum.accounts.models import shown_name
from forum.lib.atom import absolute
from forum.lib.canonical import INLINE

if TYPE_CHECKING:
    from annotations.page.reading import Page
    from forum.discussion.reading import CommentRow

#: Code points of a response that are told.
_WORDS = 300
#: Tags within words, and tags that part them.
_WITHIN = re.compile(rf"</?(?:{'|'.join(INLINE - {'br'})})\b[^>]*>")
_TAG = re.compile(r"<[^>]*>")
#: What would end the element that the data stand in, or begin another.
_ESCAPED = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


@dataclass(frozen=True, slots=True)
class Metadata:
    """What previews show of an article. Addresses are whole."""

    address: str
    title: str
    description: str
    image: str
    #: Schema.org's words for the article and its first responses, as an element (JSON-LD).
    linked: str

    @classmethod
    def of(cls, page: Page) -> Metadata:
        """The metadata of ``page``."""
        article = page.article
        address = absolute(article.get_absolute_url())
        description = article.standfirst or _words(page.revision.html[:2_000])
        description = _first(" ".join(description.split()), 200)
        image = absolute(article.figure.url) if article.figure else ""
        data = json.dumps(_linked(page, address, description, image), ensure_ascii=False)
        linked = f'<script type="application/ld+json">{data.translate(_ESCAPED)}</script>'
        return cls(address, article.title, description, image, linked)


def _linked(page: Page, address: str, description: str, image: str) -> dict[str, Any]:
    article = page.article
    site = {"@type": "Organization", "name": settings.SITE_NAME, "url": absolute("/")}
    told: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": article.title,
        "url": address,
        "mainEntityOfPage": address,
        "description": description,
        "author": {"@type": "Person", "name": article.byline} if article.byline else site,
        "publisher": site,
        "dateModified": page.revision.created_at.isoformat(),
        "wordCount": page.revision.words,
        "commentCount": page.thread.count,
        "comment": [
            _comment(row, address, page.thread.endorsed.get(row.id, 0)) for row in page.thread.first
        ],
    }
    if article.published_at:
        told["datePublished"] = article.published_at.isoformat()
    if article.language:
        told["inLanguage"] = article.language
    if image:
        told["image"] = image
    return told


def _comment(row: CommentRow, address: str, endorsements: int) -> dict[str, Any]:
    return {
        "@type": "Comment",
        "url": f"{address}#comment-{row.id}",
        "text": _first(_words(row.html), _WORDS),
        "author": {"@type": "Person", "name": shown_name(row.author_name)},
        "dateCreated": row.created_at.isoformat(),
        "upvoteCount": endorsements,
    }


def _first(words: str, most: int) -> str:
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"


# The first responses are the same from page to page.
@lru_cache(maxsize=1_000)
def _words(html: str) -> str:
    return " ".join(unescape(_TAG.sub(" ", _WITHIN.sub("", html))).split())
