"""Writing the marks of notes into the HTML of the text they stand on."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Protocol

from annotations.anchoring.segments import Segment, Span, mark_segments
from forum.discussion.reading import Body

#: Overlap is shown in this many steps of tint.
DENSITIES = 3
#: A mark names this many of the notes over it, the topmost: a thousand that overlap would else
#: be named a thousand times each.
NAMED = 50


class Marked(Protocol):
    """What a mark shows of its note."""

    @property
    def id(self) -> int: ...

    @property
    def start(self) -> int | None: ...

    @property
    def end(self) -> int | None: ...

    @property
    def hue(self) -> int: ...

    @property
    def short(self) -> str: ...


def marked_body(html: str, notes: Iterable[Marked]) -> Body:
    """Return canonical ``html`` with the passages of ``notes`` marked; orphaned ones are left out.

    ``annotations/static/annotations/marks.js`` writes the same marks into a page.
    """
    placed = {note.id: note for note in notes if note.start is not None}
    spans = [Span(note.start or 0, note.end or 0, note.id) for note in placed.values()]
    worn = {key: (note.hue, escape(note.short)) for key, note in placed.items()}
    name = {key: str(key) for key in placed}.__getitem__

    def open_mark(segment: Segment) -> str:
        keys = segment.keys
        hue, short = worn[keys[-1]]
        density = segment.depth if segment.depth < DENSITIES else DENSITIES
        ids = " ".join(map(name, keys))
        start = f'<mark class="mark tag-{hue} density-{density}" data-notes="{ids}"'
        first = segment.begun
        if not first:
            return start + ">"
        # One stop for the keyboard, and one place to link to, where a note's passage begins.
        start += f' id="mark-{first[-1]}" tabindex="0" data-short="{short}"'
        start += f' aria-details="note-{first[-1]}">'
        return start + "".join([f'<span id="mark-{key}"></span>' for key in first[:-1]])

    return Body(mark_segments(html, spans, open_mark, NAMED))
