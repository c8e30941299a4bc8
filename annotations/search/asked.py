"""What an address asks the search for: words, and what the posts found have to be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Self
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from forum.discussion.lookup import as_id
from forum.discussion.models import Kind
from forum.discussion.search.query import Query
from forum.lib.errors import Refused
from forum.lib.text import check_choice

_NO_WORDS = Query()
_FACETS = ("kind", "tag", "author", "article", "since", "until")


class Order(StrEnum):
    """In which order posts are listed."""

    BEST = "best"
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for; as it is made, nothing."""

    q: str = ""
    query: Query = _NO_WORDS
    kind: str = ""
    #: Slugs of a tag and of an article.
    tag: str = ""
    article: str = ""
    #: The name somebody wrote under, or their username.
    author: str = ""
    #: The first and the last day, in UTC.
    since: date | None = None
    until: date | None = None
    order: Order = Order.BEST
    page: int = 1

    def __bool__(self) -> bool:
        """Whether anything is asked for: words, or with which tag, or under which article."""
        return bool(self.query or self.tag or self.article)

    @classmethod
    def of(cls, sent: QueryDict) -> Self:
        """What ``sent`` asks for. Raises ``Refused`` naming the field that makes no sense."""
        # No text that is stored holds a NUL, and PostgreSQL takes none.
        given = {name: sent.get(name, "").replace("\x00", "").strip() for name in ("q", *_FACETS)}
        since, until = _day(given, "since"), _day(given, "until")
        if since and until and until < since:
            raise Refused("until", _("The last day comes before the first."))
        return cls(
            q=given["q"],
            query=Query.parse(given["q"]),
            kind=check_choice(given["kind"], Kind.values, field="kind") if given["kind"] else "",
            tag=given["tag"],
            article=given["article"],
            author=given["author"],
            since=since,
            until=until,
            order=Order(check_choice(sent.get("sort") or Order.BEST, Order, field="sort")),
            page=_page(sent.get("page", "")),
        )

    @property
    def from_moment(self) -> datetime | None:
        """When the first day begins."""
        return datetime.combine(self.since, time(), UTC) if self.since else None

    @property
    def to_moment(self) -> datetime | None:
        """When the day after the last begins, or ``None``: there may be none."""
        if self.until is None or self.until == date.max:
            return None
        return datetime.combine(self.until + timedelta(days=1), time(), UTC)

    @property
    def narrowed(self) -> bool:
        """Whether more than words is asked for."""
        return any(getattr(self, name) for name in _FACETS)

    def address(self, **changes: Any) -> str:
        """What an address ends with that asks for this, with ``changes``; from the first page."""
        asked = replace(self, **{"page": 1} | changes)
        parts: list[tuple[str, object]] = [
            (name, value) for name in ("q", *_FACETS) if (value := getattr(asked, name))
        ]
        if asked.order is not Order.BEST:
            parts.append(("sort", asked.order.value))
        if asked.page > 1:
            parts.append(("page", asked.page))
        return f"?{urlencode(parts)}" if parts else "?"


def _day(given: dict[str, str], name: str) -> date | None:
    if not given[name]:
        return None
    try:
        return date.fromisoformat(given[name])
    except ValueError:
        raise Refused(name, _("Write a day as year-month-day, such as 2026-05-31.")) from None


def _page(written: str) -> int:
    page = as_id(written) if written else 1
    if not page:
        raise Refused("page", _("Pages are numbered from 1."))
    return page
