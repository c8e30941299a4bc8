"""Atom feeds (RFC 4287): what is new, for feed readers."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.xmlutils import SimplerXMLGenerator

#: What XML cannot hold, however it is written.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that is new."""

    title: str
    #: Its address on this site, as a path.
    path: str
    author: str
    #: Sanitised.
    html: str
    published: datetime
    updated: datetime


class _Feed(Atom1Feed):
    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        # In full, so no summary; what it links to is seen from where it stands.
        about = {"type": "html", "xml:base": item["link"]}
        handler.addQuickElement("content", item["html"], about)

    def latest_post_date(self) -> datetime:
        # Not "now" where there is nothing: it would be another feed each time.
        return super().latest_post_date() if self.items else datetime(2000, 1, 1, tzinfo=UTC)


def absolute(path: str) -> str:
    """The whole address of ``path``: the same for whoever asks, by whatever name of the host."""
    return f"{settings.SITE_URL}{path}"


def feed(request: HttpRequest, *, title: str, about: str, entries: Iterable[Entry]) -> HttpResponse:
    """``entries``, the newest first, as a feed at the request's address; ``about`` is the path of
    the page that they are on. 304 if the client has it."""
    made = _Feed(
        title=_clean(title),
        link=absolute(about),
        description="",
        feed_url=absolute(request.path),
        feed_guid=absolute(request.path),
        language=settings.LANGUAGE_CODE,
    )
    for entry in entries:
        made.add_item(
            title=_clean(entry.title),
            link=absolute(entry.path),
            unique_id=absolute(entry.path),
            author_name=_clean(entry.author) or settings.SITE_NAME,
            description=None,  # type: ignore[arg-type]  # then it writes none
            html=_clean(entry.html),
            pubdate=entry.published,
            updateddate=entry.updated,
        )
    body = made.writeString("utf-8").encode()
    etag = f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'
    response = get_conditional_response(request, etag=etag) or HttpResponse(
        body, content_type="application/atom+xml; charset=utf-8"
    )
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache"
    return response


def _clean(text: str) -> str:
    return _NOT_XML.sub("", text)
