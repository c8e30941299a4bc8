"""An article out of a file: Markdown or HTML, with front matter or without."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from html import unescape
from pathlib import PurePath

from forum.discussion.importers import frontmatter
from forum.discussion.publishing import Paratext
from forum.lib.errors import Refused
from forum.lib.html import Format
from forum.lib.tags import Tag, tags_in
from forum.lib.text import ARTICLE_LIMIT

#: Bytes read at most. The limit in characters is checked when the article is published.
FILE_LIMIT = 4 * ARTICLE_LIMIT

_FORMATS = {
    ".md": Format.MARKDOWN,
    ".markdown": Format.MARKDOWN,
    ".txt": Format.MARKDOWN,
    ".html": Format.HTML,
    ".htm": Format.HTML,
}
#: What other people's front matter calls our fields.
_SYNONYMS = {
    "author": "byline",
    "authors": "byline",
    "in brief": "standfirst",
    "in_brief": "standfirst",
    "summary": "standfirst",
    "description": "standfirst",
    "date": "published",
    "image": "figure",
    "lang": "language",
}
_TITLE_LINE = re.compile(r"\A#[ \t]+([^\n]+)(?:\n+|\Z)")


@dataclass(frozen=True, slots=True)
class ArticleFile:
    """What a file says about an article. Nothing in it has been checked or cleaned yet."""

    #: Empty where the file says nothing; so is the title.
    paratext: Paratext
    source: str
    format: Format
    slug: str = ""
    #: Where its figure is, from the file.
    figure: str = ""
    published: datetime | None = None
    #: Names in the front matter that mean nothing here.
    ignored: tuple[str, ...] = ()


def read_article(data: bytes, name: str) -> ArticleFile:
    """Read the file called ``name`` that holds ``data``.

    Raises ``Refused`` naming ``file``, or ``published`` for a date that is none.
    """
    format = _FORMATS.get(PurePath(name).suffix.lower())
    if format is None:
        raise Refused("file", f"Choose a file whose name ends in {', '.join(_FORMATS)}.")
    values, source = frontmatter.split(_decoded(data))
    named: dict[str, str] = {}
    for key, value in values.items():
        # The field's own name has the last word over other names for it.
        field = _SYNONYMS.get(key, key.replace(" ", "_").replace("-", "_"))
        if key == field or field not in named:
            named[field] = value
    found, source = _FINDERS[format](source, named.get("title", ""))
    named = found | {key: value for key, value in named.items() if value}
    paratext = {field.name: named.pop(field.name, "") for field in fields(Paratext)}
    return ArticleFile(
        paratext=Paratext(**paratext),
        source=source,
        format=format,
        slug=named.pop("slug", ""),
        figure=named.pop("figure", ""),
        published=_moment(named.pop("published", "")),
        ignored=tuple(named),
    )


def _decoded(data: bytes) -> str:
    if len(data) > FILE_LIMIT:
        raise Refused("file", f"This file is larger than {FILE_LIMIT:,} bytes.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(
            "file", f"This file is not UTF-8 (byte {error.start + 1:,}); save it as UTF-8."
        ) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _moment(value: str) -> datetime | None:
    """A date, or a date and time, as a moment; without a time zone it is UTC."""
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        raise Refused("published", f"“{value[:40]}” is no date; write it as 2026-02-28.") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise Refused("published", f"“{value[:40]}” is no date that can be stored.") from None


def _find_in_markdown(source: str, title: str) -> tuple[dict[str, str], str]:
    """The title line, taken off the text unless the text has another title already."""
    line = _TITLE_LINE.match(source)
    heading = line.group(1).rstrip(" \t").rstrip("#").rstrip(" \t") if line else ""
    if line is None or not heading or (title and not _same(title, heading)):
        return {}, source
    return {"title": heading}, source[line.end() :]


def _find_in_html(source: str, title: str) -> tuple[dict[str, str], str]:
    """What a page says about itself, and the page without the heading that is its title."""
    page = _Page(source)
    heading = page.heading
    title = title or page.title or heading
    # “The bridge | The Daily”: pages like to put their site's name behind the title.
    if heading and heading.casefold() in title.casefold() and title == page.title:
        title = heading
    if heading and _same(title, heading):
        start, end = page.heading_at
        source = source[:start] + source[end:]
    found = {"title": title, "byline": page.author, "standfirst": page.description}
    return {key: value for key, value in found.items() if value}, source


_FINDERS: dict[Format, Callable[[str, str], tuple[dict[str, str], str]]] = {
    Format.MARKDOWN: _find_in_markdown,
    Format.HTML: _find_in_html,
}


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


class _Page:
    """The title, the author and the first heading of an HTML page, and where that is."""

    def __init__(self, source: str) -> None:
        self.title = self.heading = self.author = self.description = ""
        #: Where the first ``h1`` starts and ends in the source.
        self.heading_at = (0, 0)
        reading: Tag | None = None
        read: list[str] = []
        at = 0
        for tag in tags_in(source):
            if reading:
                read.append(source[at : tag.start])
            at = tag.end
            if tag.name == "meta":
                self._meta(tag.attributes())
            elif reading and tag.closing and tag.name == reading.name:
                text = " ".join(unescape("".join(read)).split())
                if tag.name == "title":
                    self.title = text
                else:
                    self.heading, self.heading_at = text, (reading.start, tag.end)
                reading = None
            elif not reading and not tag.closing and self._wanted(tag.name):
                reading, read = tag, []

    def _wanted(self, name: str) -> bool:
        return (name == "title" and not self.title) or (name == "h1" and not self.heading)

    def _meta(self, attributes: dict[str, str]) -> None:
        name = attributes.get("name", "").lower()
        if name == "author" and not self.author:
            self.author = attributes.get("content", "").strip()
        elif name == "description" and not self.description:
            self.description = attributes.get("content", "").strip()
