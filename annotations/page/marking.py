"""Texts with their marks and quotes written in, remembered by what is marked in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from sys import getsizeof
from typing import Any, NamedTuple, Self

from django.conf import settings
from django.utils.translation import get_language

from annotations.page.marks import marked_body
from annotations.page.notes import Note
from annotations.quotations.quote_links import Stretch, with_links
from forum.discussion.reading import Body
from forum.lib.memo import Memo
from forum.lib.outline import Heading, outline
from forum.lib.scrollable import scrollable

#: Paragraphs are joined into pieces until they are this long, in code points.
_PIECE = 4_000


def _weigh(key: tuple[Any, ...], marked: str) -> int:
    # The text in the key is about as long; a mark in it takes some more.
    return 2 * getsizeof(marked) + 200 * len(key[2])


#: Of the memory for pages: an eighth each for pages, for lists and for what pages are made of; a
#: sixteenth each for these and for texts of articles; a quarter each for what parts of pages show
#: and for the parts.
_MARKED: Memo[tuple[Any, ...], str] = Memo(settings.PAGE_MEMORY // 16, _weigh)


class Text(NamedTuple):
    """The text of an article on its way to the page."""

    #: With what may have to scroll made focusable, and ids on its headings.
    html: str
    headings: tuple[Heading, ...]
    #: The same in pieces that end where a paragraph does.
    pieces: tuple[str, ...]

    @classmethod
    def of(cls, html: str) -> Self:
        """The text whose canonical HTML, marked or not, is ``html``."""
        html, headings = outline(scrollable(html))
        return cls(html, headings, tuple(_pieces(html)))


def _pieces(html: str) -> Iterator[str]:
    begun = 0
    while (end := html.find("</p>", begun + _PIECE)) >= 0:
        yield html[begun : end + 4]
        begun = end + 4
    yield html[begun:]


#: By what is marked, and by the language that is spoken of what it holds.
_TEXTS: Memo[tuple[str, str | None], Text] = Memo(
    settings.PAGE_MEMORY // 16, lambda key, text: getsizeof(key[0]) + 2 * getsizeof(text.html)
)


class Marking:
    """Marks texts. Unless ``keep``, it remembers none anew, but uses those there are."""

    def __init__(self, *, keep: bool) -> None:
        self._keep = keep

    def marked(self, html: str, stretches: tuple[Stretch, ...], notes: Iterable[Note]) -> Body:
        """Canonical ``html`` with its quotes linked and the passages of ``notes`` marked."""
        notes = list(notes)
        marks = tuple([(note.id, note.place, note.hue, note.short) for note in notes])
        key = html, stretches, marks
        found = _MARKED.get(key)
        if found is None:
            found = marked_body(with_links(html, stretches) if stretches else html, notes).html
            if self._keep:
                _MARKED.put(key, found)
        return Body(found)

    def text(self, html: str, stretches: tuple[Stretch, ...], notes: Iterable[Note]) -> Text:
        """The same of an article, as its page needs it."""
        marked = self.marked(html, stretches, notes).html
        key = marked, get_language()
        found = _TEXTS.get(key)
        if found is None:
            found = Text.of(marked)
            if self._keep:
                _TEXTS.put(key, found)
        return found
