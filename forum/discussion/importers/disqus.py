"""Disqus exports: threads, which are articles somewhere, and the posts in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from html import escape, unescape
from typing import BinaryIO
from urllib.parse import parse_qs, urlsplit

from forum.discussion.importers.exports import (
    Exported,
    ExportedArticle,
    ExportedComment,
    Standing,
    Writer,
    moment_reader,
)
from forum.discussion.importers.ids import bounded, derived_id
from forum.discussion.importers.xml_records import Record, read_records
from forum.lib.errors import Refused

#: The id of a thread is an attribute of an element that may hold nothing at all, and so are the
#: thread and the parent of a post.
_WANTED = {
    "category": {"forum"},
    "thread": {"@dsq:id", "id", "forum", "link", "title", "isClosed", "isDeleted", "createdAt"},
    "post": {
        *("@dsq:id", "message", "createdAt", "isDeleted", "isSpam", "isApproved"),
        *("author/name", "author/username", "author/email", "author/isAnonymous"),
        *("thread@dsq:id", "parent@dsq:id"),
    },
}
#: Disqus leads readers through itself: the address that is meant is in its own.
_REDIRECT = re.compile(
    r"""href=(["'])(https?://(?:disq\.us|redirect\.disqus\.com)/url\?[^"']*)\1"""
)


def read_disqus(stream: BinaryIO, *, site: str = "", emails: bool = False) -> Iterator[Exported]:
    """Yield the threads and posts of an export.

    ``site`` is the short name at Disqus, if not what the file says. With ``emails``, those of
    accounts come along. Raises ``Refused`` naming ``file``.
    """
    moment, named, found = moment_reader(), site.strip().lower(), False
    for record in read_records(stream, _WANTED, _prefix):
        if record.name == "category":
            named = named or record.get("forum").strip().lower()
        elif record.name == "thread" and not record.within:
            found = True
            named = named or record.get("forum").strip().lower()
            yield _thread(record, f"disqus:{bounded(named) or 'unnamed'}")
        elif record.name == "post":
            found = True
            yield _post(
                record,
                f"disqus:{bounded(named) or 'unnamed'}",
                moment(record.get("createdAt")),
                emails,
            )
    if not found:
        raise Refused(
            "file", "This is no export of Disqus: there is neither thread nor post in it."
        )


def _prefix(uri: str) -> str:
    return "dsq" if uri.endswith("disqus-internals") else ""


def _thread(record: Record, source: str) -> ExportedArticle:
    link, title = record.get("link").strip(), unescape(record.get("title")).strip()
    number, identifier = record.get("@dsq:id").strip(), record.get("id").strip()
    return ExportedArticle(
        source=source,
        id=f"thread/{number or derived_id(link, identifier, title)}",
        key=number,
        title=title,
        link=link,
        names=tuple(filter(None, (number, identifier, link))),
        standing=Standing.TRASH if _yes(record, "isDeleted") else Standing.PUBLISHED,
        closed=_yes(record, "isClosed"),
    )


def _post(record: Record, source: str, written: datetime | None, emails: bool) -> ExportedComment:
    message = record.get("message")
    name = unescape(record.get("author/name"))
    number = record.get("@dsq:id").strip()
    parent = record.get("parent@dsq:id").strip()
    thread = record.get("thread@dsq:id").strip()
    if _yes(record, "isSpam"):
        standing = Standing.SPAM
    elif _yes(record, "isDeleted"):
        standing = Standing.TRASH
    elif record.get("isApproved").strip().lower() == "false":
        standing = Standing.PENDING
    else:
        standing = Standing.PUBLISHED
    writer = Writer(name=name)
    if not _yes(record, "author/isAnonymous"):
        account = record.get("author/username").strip()
        email = record.get("author/email").strip() if emails else ""
        writer = Writer(name or account, account, email)
    return ExportedComment(
        source=source,
        id=f"post/{number or derived_id(thread, name, record.get('createdAt'), message)}",
        article=thread,
        parent=f"post/{parent}" if parent else None,
        writer=writer,
        content=_REDIRECT.sub(_direct, message),
        written=written,
        standing=standing,
    )


def _yes(record: Record, path: str) -> bool:
    return record.get(path).strip().lower() in ("true", "1")


def _direct(found: re.Match[str]) -> str:
    try:
        meant = parse_qs(urlsplit(unescape(found[2])).query).get("url", [""])[0]
    except ValueError:
        meant = ""
    # A check sum stands behind it.
    meant = re.sub(r":[\w-]{20,40}\Z", "", meant)
    return f'href="{escape(meant, quote=True)}"' if meant.startswith("http") else found[0]
