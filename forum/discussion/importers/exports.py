"""What an export of another system says, before anything of it is checked or cleaned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TypeAlias
from zoneinfo import ZoneInfo

from forum.lib.html import Format

#: Before this nobody commented on the web: such a date is a clock that was not set.
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
#: How far clocks may be apart.
_AHEAD = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Writer:
    """Who wrote something over there. Empty is what the export does not say."""

    name: str = ""
    #: What they logged in as; nothing of a guest.
    account: str = ""
    #: The address of that account, if it was asked for. Never what a guest typed: that proves
    #: nothing.
    email: str = ""


class Standing(StrEnum):
    """How an article or a comment stands over there."""

    PUBLISHED = "published"
    #: Of a comment: waiting for a moderator. Of an article: a draft.
    PENDING = "pending"
    SPAM = "spam"
    TRASH = "trash"
    #: A pingback or a trackback: written by a machine about a link.
    PINGBACK = "pingback"
    #: An article for some only, or behind a password.
    PRIVATE = "private"
    #: No article: a menu, an attachment, a page where pages are not asked for.
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ExportedArticle:
    """An article, or what its comments say of it."""

    #: The system and the site, and what it goes by there.
    source: str
    id: str
    #: What comments in the same export call it by; no other export has to agree.
    key: str
    #: May hold HTML.
    title: str = ""
    #: Where it was.
    link: str = ""
    slug: str = ""
    #: Other names of it that a map may use, or that lead to an article here.
    names: tuple[str, ...] = ()
    writer: Writer = Writer()
    excerpt: str = ""
    #: Its HTML, fit for ``render_article``.
    content: str = ""
    format: Format = Format.HTML
    published: datetime | None = None
    standing: Standing = Standing.PUBLISHED
    closed: bool = False
    #: Notes on what its text has lost, by what to call it.
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExportedComment:
    """A comment. Its HTML is not yet fit for anything."""

    source: str
    id: str
    #: ``ExportedArticle.key``.
    article: str
    #: The id of what it answers; ``None`` for the article itself.
    parent: str | None
    writer: Writer
    content: str
    written: datetime | None
    standing: Standing = Standing.PUBLISHED


Exported: TypeAlias = ExportedArticle | ExportedComment
Moments: TypeAlias = Callable[[str], datetime | None]


def moment_reader(zone: ZoneInfo | None = None) -> Moments:
    """A function that reads dates: what they say of their zone counts, or else ``zone`` (UTC).

    It answers ``None`` for what is no date, or none that anybody can have meant.
    """
    latest = datetime.now(UTC) + _AHEAD

    def read(value: str) -> datetime | None:
        try:
            moment = datetime.fromisoformat(value.strip())
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=zone or UTC)
            moment = moment.astimezone(UTC)
        except (ValueError, OverflowError):
            return None
        return moment if _EARLIEST <= moment <= latest else None

    return read
