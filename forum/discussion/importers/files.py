"""An article out of a file: Markdown or HTML, with front matter or without, or Word."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import PurePath

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forum.discussion.importers import frontmatter
from forum.discussion.importers.pages import Page, beside
from forum.discussion.importers.word import WORD_LIMIT, read_word
from forum.discussion.publishing.actions import LINE_LIMITS, Paratext
from forum.lib.errors import Refused
from forum.lib.html import Format
from forum.lib.language import clean_language
from forum.lib.text import ARTICLE_LIMIT
from forum.lib.words import number

#: Bytes read at most. The limit in characters is checked when the article is published.
FILE_LIMIT = 4 * ARTICLE_LIMIT

_FORMATS = {
    ".md": Format.MARKDOWN,
    ".markdown": Format.MARKDOWN,
    ".txt": Format.MARKDOWN,
    ".html": Format.HTML,
    ".htm": Format.HTML,
}
WORD = ".docx"
#: What the names of files end in that are read.
ENDINGS = (*_FORMATS, WORD)
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
_PICTURE = re.compile(
    r"^!\[([^\[\]\n]{0,500})\]\(([^()\s]{1,500})(?:[ \t]+\"[^\"\n]{0,500}\")?\)[ \t]*$",
    re.MULTILINE,
)
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
    #: Whether that is only the first picture in the text, which nobody said is the figure.
    figure_found: bool = False
    #: The figure itself, from a file that holds it.
    picture: bytes = b""
    #: Whether it says that it is not to be published yet.
    draft: bool = False
    #: Sentences about what the file holds that has no place here.
    lost: tuple[str, ...] = ()
    published: datetime | None = None
    #: Names in the front matter that mean nothing here.
    ignored: tuple[str, ...] = ()


def read_article(data: bytes, name: str) -> ArticleFile:
    """Read the file called ``name`` that holds ``data``.

    Raises ``Refused`` naming ``file``, or ``published`` for a date that is none.
    """
    suffix = PurePath(name).suffix.lower()
    if suffix == WORD:
        return _from_word(data)
    format = _FORMATS.get(suffix)
    if format is None:
        raise Refused(
            "file",
            _("Choose a file whose name ends in %(choices)s.") % {"choices": ", ".join(ENDINGS)},
        )
    values, source = frontmatter.split(_decoded(data))
    named: dict[str, str] = {}
    for key, value in values.items():
        # The field's own name has the last word over other names for it.
        field = _SYNONYMS.get(key, key.replace(" ", "_").replace("-", "_"))
        if key == field or field not in named:
            named[field] = value
    found, source = _FINDERS[format](source, named.get("title", ""))
    pictured = not named.get("figure") and "figure" in found
    if not pictured:
        # What is said of the first picture is not said of another.
        found = {key: value for key, value in found.items() if not key.startswith("figure")}
    named = found | {key: value for key, value in named.items() if value}
    paratext = {field.name: named.pop(field.name, "") for field in fields(Paratext)}
    return ArticleFile(
        paratext=Paratext(**paratext),
        source=source,
        format=format,
        slug=named.pop("slug", ""),
        figure=named.pop("figure", ""),
        figure_found=pictured,
        draft=named.pop("draft", "").lower() in ("true", "yes", "1"),
        published=_moment(named.pop("published", "")),
        ignored=tuple(named),
    )


def limit_of(name: str) -> int:
    """Bytes that are read of a file of this name, at most."""
    return WORD_LIMIT if PurePath(name).suffix.lower() == WORD else FILE_LIMIT


def _from_word(data: bytes) -> ArticleFile:
    if len(data) > WORD_LIMIT:
        raise Refused(
            "file",
            _("This file is larger than %(word_limit)s bytes.")
            % {"word_limit": number(WORD_LIMIT)},
        )
    word = read_word(data)
    found, source = _find_in_html(word.html, "")
    left = word.pictures - bool(word.picture)
    said = ngettext("%(number)s picture was left out.", "%(number)s pictures were left out.", left)
    return ArticleFile(
        paratext=Paratext(title=found.get("title", "")),
        source=source,
        format=Format.HTML,
        picture=word.picture,
        lost=(said % {"number": left},) if left else (),
    )


def _decoded(data: bytes) -> str:
    if len(data) > FILE_LIMIT:
        raise Refused(
            "file",
            _("This file is larger than %(file_limit)s bytes.")
            % {"file_limit": number(FILE_LIMIT)},
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(
            "file",
            _("This file is not UTF-8 (byte %(value)s); save it as UTF-8.")
            % {"value": number(error.start + 1)},
        ) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _moment(value: str) -> datetime | None:
    """A date, or a date and time, as a moment; without a time zone it is UTC."""
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        raise Refused(
            "published",
            _("“%(value)s” is no date; write it as 2026-02-28.") % {"value": value[:40]},
        ) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise Refused(
            "published", _("“%(value)s” is no date that can be stored.") % {"value": value[:40]}
        ) from None


def _is_moment(value: str) -> bool:
    try:
        return _moment(value) is not None
    except Refused:
        return False


def _is_language(value: str) -> bool:
    try:
        return bool(clean_language(value, field="language"))
    except Refused:
        return False


def _find_in_markdown(source: str, title: str) -> tuple[dict[str, str], str]:
    """The title line, taken off the text unless the text has another title already."""
    line = _TITLE_LINE.match(source)
    found = _picture_in_markdown(source)
    heading = line.group(1).rstrip(" \t").rstrip("#").rstrip(" \t") if line else ""
    if line is None or not heading or (title and not _same(title, heading)):
        return found, source
    return {"title": heading} | found, source[line.end() :]


def _picture_in_markdown(source: str) -> dict[str, str]:
    """The first picture, if it stands alone in its paragraph and lies beside the file."""
    for alone in _PICTURE.finditer(source):
        if figure := beside(alone[2]):
            return {"figure": figure, "figure_alt": alone[1][: LINE_LIMITS["figure_alt"]]}
    return {}


def _find_in_html(source: str, title: str) -> tuple[dict[str, str], str]:
    """What a page says about itself, and the article without the heading that is its title."""
    page = Page(source)
    heading = page.heading
    title = title or page.title or heading
    # “The bridge | The Daily”: pages like to put their site's name behind the title.
    if heading and heading.casefold() in title.casefold() and title == page.title:
        title = heading
    found = page.said | {
        "title": title,
        "language": page.language if _is_language(page.language) else "",
        "figure": page.figure,
        "figure_alt": page.figure_alt[: LINE_LIMITS["figure_alt"]],
        "figure_caption": page.figure_caption,
    }
    if not _is_moment(found.get("published", "")):
        found.pop("published", None)
    source = page.article(without_heading=bool(heading) and _same(title, heading))
    return {key: value for key, value in found.items() if value}, source


_FINDERS: dict[Format, Callable[[str, str], tuple[dict[str, str], str]]] = {
    Format.MARKDOWN: _find_in_markdown,
    Format.HTML: _find_in_html,
}


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()
