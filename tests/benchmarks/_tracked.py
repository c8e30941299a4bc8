"""Texts of which it is known where every character came from, and what became of passages."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

_END = r"(?:[.!?…][\"'”’»)]*(?=\s|$)|[。！？][”」]*)"
SENTENCE = re.compile(rf"\S[^\n]*?{_END}")
#: The same where lines are broken by hand.
_WRAPPED_SENTENCE = re.compile(rf"\S(?:[^\n]|\n(?=\S))*?{_END}")
_WRAPPED_PARAGRAPH = re.compile(r"(?:[^\n]|\n(?=[^\n]))+")
#: How far the surroundings of a passage reach, in code points.
_NEAR = 32


@dataclass(frozen=True, slots=True)
class Tracked:
    """A text, and for each of its characters where it stood in the first revision, or -1."""

    text: str
    origin: tuple[int, ...]

    @classmethod
    def first(cls, text: str) -> Tracked:
        """A text that every later one is compared with."""
        return cls(text, tuple(range(len(text))))

    @classmethod
    def typed(cls, text: str) -> Tracked:
        """Words that were not there before."""
        return cls(text, (-1,) * len(text))

    def cut(self, start: int, end: int) -> Tracked:
        """A part of the text."""
        return Tracked(self.text[start:end], self.origin[start:end])

    def replaced(self, edits: Sequence[tuple[int, int, str]]) -> Tracked:
        """With stretches that do not overlap replaced by new words."""
        parts, at = [], 0
        for start, end, words in sorted(edits):
            parts += [self.cut(at, start), self.typed(words)]
            at = end
        return joined([*parts, self.cut(at, len(self.text))], "")

    def paragraphs(self) -> list[Tracked]:
        """The lines of the text; where they are broken by hand, what stands between blank ones."""
        wrapped = _WRAPPED_PARAGRAPH.finditer(self.text)
        lines = wrapped if self.wrapped else re.finditer(r"[^\n]+", self.text)
        return [self.cut(*line.span()) for line in lines]

    def sentences(self) -> list[tuple[int, int]]:
        """Where the sentences are."""
        sentence = _WRAPPED_SENTENCE if self.wrapped else SENTENCE
        return [found.span() for found in sentence.finditer(self.text)]

    @property
    def wrapped(self) -> bool:
        """Whether lines are broken by hand."""
        return "\n\n" in self.text.strip()


def joined(parts: Sequence[Tracked], between: str = "\n") -> Tracked:
    """Parts put one after the other."""
    gap = Tracked.typed(between)
    run = [piece for part in parts for piece in (gap, part)][1:]
    return Tracked(
        "".join(piece.text for piece in run),
        tuple(chain.from_iterable(piece.origin for piece in run)),
    )


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a passage: ``whole`` (every character, in one run), ``edited`` or ``gone``.

    Or ``torn``: whole, but a repeated one and with nothing of its surroundings, so that the texts
    cannot tell which of the repetitions it is.

    It begins in ``starts`` and ends in ``ends`` (both inclusive): words typed at its edges may
    or may not be taken to belong to it. ``left`` is the part of its characters that lives.
    """

    kind: str
    starts: tuple[int, int] = (0, 0)
    ends: tuple[int, int] = (0, 0)
    left: float = 0.0


class Fates:
    """What became of the passages of the first revision in a later one."""

    def __init__(self, before: str, now: Tracked) -> None:
        self.before, self.now = before, now
        self.where = sorted((origin, at) for at, origin in enumerate(now.origin) if origin >= 0)

    def of(self, start: int, end: int) -> Fate:
        """What became of ``[start, end)``."""
        first, last = bisect_left(self.where, (start, -1)), bisect_left(self.where, (end, -1))
        places = [at for _, at in self.where[first:last]]
        if not places:
            return Fate("gone")
        low, high = min(places), max(places) + 1
        kept = self.now.text[low:high].strip() or self.now.text[low:high]
        left = len(places) / (end - start)
        if left == 1.0 and places == list(range(low, high)):
            kind = "torn" if self._torn(start, end, low, high) else "whole"
            return Fate(kind, (low, low), (high, high), left)
        early, late = low, high
        low = self.now.text.index(kept, low)
        high = low + len(kept)
        if self.where[first][0] > start:
            while early and self.now.origin[early - 1] < 0:
                early -= 1
        if self.where[last - 1][0] < end - 1:
            while late < len(self.now.origin) and self.now.origin[late] < 0:
                late += 1
        return Fate("edited", (early, low), (high, late), left)

    def _torn(self, start: int, end: int, low: int, high: int) -> bool:
        if self.before.count(self.before[start:end]) == 1:
            return False
        ahead = self.now.origin[max(0, low - _NEAR) : low]
        behind = self.now.origin[high : high + _NEAR]
        near = [origin for origin in (*ahead, *behind) if origin >= 0]
        return not any(start - _NEAR <= origin < end + _NEAR for origin in near)
