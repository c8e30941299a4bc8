"""Where in a text what is looked for stands, and a piece of it that shows that."""

from __future__ import annotations

from typing import NamedTuple

from forum.discussion.search.query import Query
from forum.lib.searchwords import words_of

#: Code points of an excerpt, more or less.
EXCERPT = 260


class Piece(NamedTuple):
    """A stretch of text, and whether it is what was looked for."""

    text: str
    found: bool = False


def places(text: str, query: Query) -> list[tuple[int, int]]:
    """The stretches ``[start, end)`` of ``text`` that ``query`` looks for, in code points.

    In order; where they meet or overlap they are one.
    """
    words = list(words_of(text))
    folded = [word.folded for word in words]
    by_first: dict[str, list[int]] = {}
    for at, word in enumerate(folded):
        by_first.setdefault(word, []).append(at)
    found: set[tuple[int, int]] = set()
    for term in query.terms:
        first = term.words[0]
        if term.open and len(term.words) == 1:
            starts = [
                at for word, all_ in by_first.items() if word.startswith(first) for at in all_
            ]
        else:
            starts = by_first.get(first, [])
        for at in starts:
            if term.matches_at(folded, at):
                found.add((words[at].start, words[at + len(term.words) - 1].end))
    return _joined(sorted(found))


def marked(text: str, query: Query) -> list[Piece]:
    """All of ``text``, in pieces."""
    return _pieces(text, places(text, query), 0, len(text))


def excerpt(text: str, query: Query, length: int = EXCERPT) -> list[Piece]:
    """About ``length`` code points of ``text`` around the most of what ``query`` looks for.

    In pieces; whole words, with an ellipsis where something is left out. The beginning, where
    there is nothing of it.
    """
    found = places(text, query)
    start, end = _window(found, len(text), length)
    if start > 0:
        space = text.find(" ", start, start + 30)
        start = space + 1 if space >= 0 else start
    if end < len(text):
        space = text.rfind(" ", max(start, end - 30), end)
        end = space if space >= 0 else end
    pieces = _pieces(text, found, start, end)
    if start > 0:
        pieces.insert(0, Piece("… "))
    if end < len(text):
        pieces.append(Piece(" …"))
    return pieces


def _window(found: list[tuple[int, int]], size: int, length: int) -> tuple[int, int]:
    """Where the ``length`` code points begin and end that hold the most of ``found``."""
    best, most, last = 0, 0, 0
    for first, (start, _) in enumerate(found):
        last = max(last, first)
        while last < len(found) and found[last][1] <= start + length:
            last += 1
        if last - first > most:
            best, most = first, last - first
    if not most:
        return 0, min(size, length)
    held = found[best + most - 1][1] - found[best][0]
    start = max(0, found[best][0] - max(0, length - held) // 2)
    end = min(size, start + length)
    return max(0, end - length), end


def _pieces(text: str, found: list[tuple[int, int]], start: int, end: int) -> list[Piece]:
    pieces = []
    at = start
    for low, high in found:
        low, high = max(low, start), min(high, end)
        if low >= high:
            continue
        if at < low:
            pieces.append(Piece(text[at:low]))
        pieces.append(Piece(text[low:high], found=True))
        at = high
    if at < end:
        pieces.append(Piece(text[at:end]))
    return pieces


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
