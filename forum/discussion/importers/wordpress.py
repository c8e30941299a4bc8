"""WordPress exports (WXR): posts, pages and their comments as they are in the file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from html import unescape
from typing import BinaryIO
from zoneinfo import ZoneInfo

from forum.discussion.importers.exports import (
    Exported,
    ExportedArticle,
    ExportedComment,
    Standing,
    Writer,
    moment_reader,
)
from forum.discussion.importers.ids import derived_id, site_name
from forum.discussion.importers.wordpress_text import article_html, comment_html
from forum.discussion.importers.xml_records import Record, read_records
from forum.lib.errors import Refused

_PREFIXES = {
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/dc/elements/1.1/": "dc",
}
#: Each version of WXR has its own namespaces; they differ in nothing that matters here.
_EXPORT = "http://wordpress.org/export/"
_WANTED = {
    "wp:author": {
        "wp:author_id",
        "wp:author_login",
        "wp:author_email",
        "wp:author_display_name",
    },
    "item": {
        "title",
        "link",
        "dc:creator",
        "content:encoded",
        "excerpt:encoded",
        *(
            f"wp:{name}"
            for name in (
                "post_id",
                "post_date",
                "post_date_gmt",
                "comment_status",
                "post_name",
                "status",
                "post_type",
                "post_password",
            )
        ),
    },
    "wp:comment": {
        f"wp:comment_{name}"
        for name in (
            "id",
            "author",
            "author_email",
            "date",
            "date_gmt",
            "content",
            "approved",
            "type",
            "parent",
            "user_id",
        )
    },
    # They tell one site's exports from another's, and come first.
    "wp:base_site_url": {""},
    "wp:base_blog_url": {""},
}
_APPROVED = {
    "1": Standing.PUBLISHED,
    "approve": Standing.PUBLISHED,
    "approved": Standing.PUBLISHED,
    "0": Standing.PENDING,
    "hold": Standing.PENDING,
    "": Standing.PENDING,
    "spam": Standing.SPAM,
    "trash": Standing.TRASH,
    "post-trashed": Standing.TRASH,
}
_STATUS = {
    "publish": Standing.PUBLISHED,
    "draft": Standing.PENDING,
    "pending": Standing.PENDING,
    "future": Standing.PENDING,
    "private": Standing.PRIVATE,
    "trash": Standing.TRASH,
}
#: What machines write about links to an article.
_PINGS = ("pingback", "trackback")


def read_wordpress(
    stream: BinaryIO,
    *,
    file: str,
    site: str = "",
    zone: ZoneInfo | None = None,
    pages: bool = False,
    pingbacks: bool = False,
    emails: bool = False,
) -> Iterator[Exported]:
    """Yield the articles and comments of one file of an export, comments before their article.

    ``file`` tells this file's articles from another's. ``site`` is its address, if not what the
    file says; ``zone`` that of dates without one. With ``emails``, those of accounts come along.
    Raises ``Refused`` naming ``file``.
    """
    reader = _Reader(file, site, zone, pages=pages, pingbacks=pingbacks, emails=emails)
    found = False
    for record in read_records(stream, _WANTED, _prefix):
        found = True
        item = reader.read(record)
        if item is not None:
            yield item
    if not found:
        raise Refused("file", "This is no export of WordPress: nothing in it is of WordPress.")


def _prefix(uri: str) -> str:
    if uri.startswith(_EXPORT):
        return "excerpt" if uri.rstrip("/").endswith("excerpt") else "wp"
    return _PREFIXES.get(uri, "")


class _Reader:
    """What is known by now of the export that is being read."""

    def __init__(
        self,
        file: str,
        site: str,
        zone: ZoneInfo | None,
        *,
        pages: bool,
        pingbacks: bool,
        emails: bool,
    ) -> None:
        self._file, self._given, self._site = file, site_name(site), ""
        self._universal, self._moment = moment_reader(), moment_reader(zone)
        self._types = {"post", "page"} if pages else {"post"}
        self._pingbacks, self._emails = pingbacks, emails
        #: People with an account, by login and by id.
        self._by_login: dict[str, Writer] = {}
        self._by_id: dict[str, Writer] = {}

    def read(self, record: Record) -> Exported | None:
        if record.name == "item":
            return self._article(record)
        if record.name == "wp:comment":
            return self._comment(record)
        if record.name == "wp:author":
            self._account(record)
        else:
            self._site = site_name(record.get("")) or self._site
        return None

    @property
    def _source(self) -> str:
        return f"wordpress:{self._given or self._site or 'unnamed'}"

    def _account(self, record: Record) -> None:
        login = record.get("wp:author_login").strip()
        writer = Writer(
            name=unescape(record.get("wp:author_display_name")) or login,
            account=login,
            email=record.get("wp:author_email").strip() if self._emails else "",
        )
        self._by_login[login] = writer
        self._by_id[record.get("wp:author_id").strip()] = writer

    def _article(self, item: Record) -> ExportedArticle:
        link, title = item.get("link").strip(), item.get("title")
        number = item.get("wp:post_id").strip()
        login = item.get("dc:creator").strip()
        standing = _STATUS.get(item.get("wp:status").strip(), Standing.OTHER)
        if item.get("wp:post_type").strip() not in self._types:
            standing = Standing.OTHER
        elif item.get("wp:post_password") and standing is Standing.PUBLISHED:
            standing = Standing.PRIVATE
        # What is left out is not worked on.
        wanted = standing not in (Standing.OTHER, Standing.TRASH)
        content, lost = article_html(item.get("content:encoded")) if wanted else ("", ())
        return ExportedArticle(
            source=self._source,
            id=f"post/{number or derived_id(link, title)}",
            key=self._key(item.serial),
            title=title,
            link=link,
            slug=item.get("wp:post_name"),
            names=tuple(filter(None, (number, link, item.get("wp:post_name")))),
            writer=self._by_login.get(login) or Writer(name=login, account=login),
            excerpt=item.get("excerpt:encoded"),
            content=content,
            published=self._when(item, "wp:post_date"),
            standing=standing,
            closed=item.get("wp:comment_status").strip() == "closed",
            lost=lost,
        )

    def _comment(self, record: Record) -> ExportedComment:
        content = record.get("wp:comment_content")
        name = unescape(record.get("wp:comment_author"))
        number = record.get("wp:comment_id").strip()
        parent = record.get("wp:comment_parent").strip()
        article = self._key(record.within)
        when = record.get("wp:comment_date")
        return ExportedComment(
            source=self._source,
            id=f"comment/{number or derived_id(article, name, when, content)}",
            article=article,
            parent=None if parent in ("", "0") else f"comment/{parent}",
            writer=self._writer(record, name),
            content=comment_html(content),
            written=self._when(record, "wp:comment_date"),
            standing=self._comment_standing(record),
        )

    def _writer(self, record: Record, name: str) -> Writer:
        number = record.get("wp:comment_user_id").strip()
        if number in ("", "0"):
            return Writer(name=name)
        known = self._by_id.get(number, Writer(account=number))
        # Of somebody who was logged in, WordPress writes down the address of the account.
        email = known.email or record.get("wp:comment_author_email").strip()
        return Writer(name or known.name, known.account, email if self._emails else "")

    def _comment_standing(self, record: Record) -> Standing:
        standing = _APPROVED.get(record.get("wp:comment_approved").strip(), Standing.PENDING)
        kind = record.get("wp:comment_type").strip()
        if kind in _PINGS:
            kept = self._pingbacks or standing in (Standing.SPAM, Standing.TRASH)
            return standing if kept else Standing.PINGBACK
        # Shops keep notes on orders as comments, and other plugins whatever they please.
        return standing if kind in ("", "comment", "review") else Standing.OTHER

    def _when(self, record: Record, name: str) -> datetime | None:
        """In UTC if the export says it, which it does not of drafts and of old imports."""
        return self._universal(record.get(f"{name}_gmt")) or self._moment(record.get(name))

    def _key(self, serial: int) -> str:
        return f"{self._file}#{serial}"
