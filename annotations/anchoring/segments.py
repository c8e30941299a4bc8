"""Cutting canonical HTML into marked segments, without changing its text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from forum.lib.pieces import pieces_of


@dataclass(frozen=True, slots=True)
class Span:
    """A passage ``[start, end)``, in code points, and whatever the caller knows it by."""

    start: int
    end: int
    key: int


class Segment(NamedTuple):
    """A stretch of text under the same spans: how many they are, and the keys of some."""

    depth: int
    #: The topmost spans', in order of their start.
    keys: Sequence[int]
    #: Those of the spans whose first words these are.
    begun: Sequence[int]


def mark_segments(
    html: str, spans: Sequence[Span], open_mark: Callable[[Segment], str], most: int
) -> str:
    """Return ``html`` with a ``<mark>`` around every stretch of text under the same spans.

    ``open_mark`` gets each segment, with ``most`` keys at most, and returns its start tag. Marks
    never cross an element, so the result is as well-formed as ``html``, and its text, as
    ``forum.lib.canonical`` defines it, is unchanged. Linear in text and spans, however deep.
    """
    if not spans:
        return html
    cuts = _Cuts(spans, most)
    out: list[str] = []
    for token, start, text in pieces_of(html):
        if text:
            out.extend(_segments(text, start, cuts, open_mark))
        else:
            out.append(token.group())
    return "".join(out)


def _segments(
    text: str, position: int, cuts: _Cuts, open_mark: Callable[[Segment], str]
) -> Iterable[str]:
    end = position + len(text)
    at = position
    while at < end:
        segment, until = cuts.over(at)
        if until > end:
            until = end
        piece = escape(text[at - position : until - position], quote=False)
        yield f"{open_mark(segment)}{piece}</mark>" if segment.depth else piece
        at = until


class _Cuts:
    """Which spans lie over a position, asked for in rising order."""

    def __init__(self, spans: Sequence[Span], most: int) -> None:
        # The key makes twins come in a fixed order.
        self._spans = sorted(spans, key=lambda span: (span.start, -span.end, span.key))
        self._most = most
        #: Places in ``_spans``, the next to end last.
        self._ending = sorted(
            range(len(spans)), key=lambda place: self._spans[place].end, reverse=True
        )
        self._started = 0
        #: Places of the spans over the position, in rising order, and their keys.
        self._over: list[int] = []
        self._keys: list[int] = []

    def over(self, position: int) -> tuple[Segment, int]:
        """What lies over ``position``, and where that changes next."""
        before = self._started
        while self._started < len(self._spans) and self._spans[self._started].start <= position:
            self._over.append(self._started)
            self._keys.append(self._spans[self._started].key)
            self._started += 1
        while self._ending and self._spans[self._ending[-1]].end <= position:
            # One block of memory moves up, whatever its size: no step of ours for each.
            at = bisect_left(self._over, self._ending.pop())
            del self._over[at], self._keys[at]
        changes = 1 << 60
        if self._ending:
            changes = self._spans[self._ending[-1]].end
        if self._started < len(self._spans):
            changes = min(changes, self._spans[self._started].start)
        begun = self._keys[bisect_left(self._over, before) :] if self._started > before else ()
        return Segment(len(self._keys), self._keys[-self._most :], begun), changes
