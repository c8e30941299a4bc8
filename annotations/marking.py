"""Texts with their marks and quotes written in, remembered by what is marked in them."""

from __future__ import annotations

from collections.abc import Iterable
from sys import getsizeof
from typing import Any

from django.conf import settings

from annotations.marks import marked_body
from annotations.notes import Note
from annotations.quote_links import Stretch, with_links
from forum.discussion.reading import Body
from forum.lib.memo import Memo


def _weigh(key: tuple[Any, ...], marked: str) -> int:
    # The text in the key is about as long; a mark in it takes some more.
    return 2 * getsizeof(marked) + 200 * len(key[2])


#: Of the memory for pages: an eighth each for these, for pages, for lists and for what pages are
#: made of; a quarter each for what parts of pages show and for the parts.
_MARKED: Memo[tuple[Any, ...], str] = Memo(settings.PAGE_MEMORY // 8, _weigh)


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
