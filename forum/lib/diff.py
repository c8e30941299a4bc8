"""What changed between two texts, word by word. Pure: its answer is data, never HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from rapidfuzz.distance import Indel


class Change(StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    #: Words left out because nothing changed near them.
    GAP = "gap"


class Segment(NamedTuple):
    """A stretch of text that is the same in both texts, or stands in one of them only."""

    kind: Change
    text: str


#: Steps of comparing one pair of texts, in words times words: about 50 ms, and 5 MB.
_BUDGET = 40_000_000
#: Code points of unchanged text that stay on either side of a change.
_AROUND = 240

# Scripts written without spaces are compared sign by sign.
_SIGNS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
_WORD = re.compile(rf"[{_SIGNS}]|[^\W{_SIGNS}]+|\s+|[^\w\s]")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


def word_diff(old: str, new: str) -> list[Segment]:
    """The segments that ``old`` and ``new`` consist of: all but the added ones make up ``old``,
    all but the removed ones ``new``. What is removed stands before what replaces it.
    """
    return _tidy(list(_compare(_WORD.findall(old), _WORD.findall(new), by_line=True)))


def fold(segments: Sequence[Segment], around: int = _AROUND) -> list[Segment]:
    """The same with a gap in the middle of every long stretch without a change."""
    folded: list[Segment] = []
    last = len(segments) - 1
    for place, segment in enumerate(segments):
        # What stands before the first change needs only its end, and so on.
        head = 0 if place == 0 and last > 0 else around
        tail = 0 if place == last and last > 0 else around
        if segment.kind is not Change.SAME or len(segment.text) <= head + tail + around:
            folded.append(segment)
            continue
        start, end = _word_bounds(segment.text, head, len(segment.text) - tail)
        kept = [segment.text[:start], segment.text[end:]]
        if kept[0]:
            folded.append(Segment(Change.SAME, kept[0]))
        folded.append(Segment(Change.GAP, ""))
        if kept[1]:
            folded.append(Segment(Change.SAME, kept[1]))
    return folded


def _word_bounds(text: str, start: int, end: int) -> tuple[int, int]:
    """``start`` and ``end`` moved outwards to the nearest white space."""
    while 0 < start < len(text) and not text[start - 1].isspace():
        start -= 1
    while 0 < end < len(text) and not text[end].isspace():
        end += 1
    return start, end


def _compare(old: list[str], new: list[str], *, by_line: bool) -> Iterator[Segment]:
    head = _common(old, new)
    if head:
        yield Segment(Change.SAME, "".join(old[:head]))
    old, new = old[head:], new[head:]
    tail = _common(old[::-1], new[::-1])
    ending = "".join(old[len(old) - tail :])
    old, new = old[: len(old) - tail], new[: len(new) - tail]
    if len(old) * len(new) <= _BUDGET:
        yield from _opcodes(old, new)
    elif by_line:
        yield from _compare_lines("".join(old), "".join(new))
    else:
        yield Segment(Change.REMOVED, "".join(old))
        yield Segment(Change.ADDED, "".join(new))
    if ending:
        yield Segment(Change.SAME, ending)


def _compare_lines(old: str, new: str) -> Iterator[Segment]:
    """Compare texts too long for words line by line, and the lines that differ by word."""
    removed = added = ""
    for kind, text in _compare(_LINE.findall(old), _LINE.findall(new), by_line=False):
        if kind is Change.REMOVED:
            removed += text
        elif kind is Change.ADDED:
            added += text
        else:
            yield from _compare(_WORD.findall(removed), _WORD.findall(added), by_line=False)
            removed = added = ""
            yield Segment(kind, text)
    yield from _compare(_WORD.findall(removed), _WORD.findall(added), by_line=False)


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    """How many words both begin with."""
    count = 0
    for ours, theirs in zip(old, new, strict=False):
        if ours != theirs:
            break
        count += 1
    return count


def _opcodes(old: list[str], new: list[str]) -> Iterator[Segment]:
    for step in Indel.opcodes(old, new):
        if step.tag == "equal":
            yield Segment(Change.SAME, "".join(old[step.src_start : step.src_end]))
        elif step.tag == "delete":
            yield Segment(Change.REMOVED, "".join(old[step.src_start : step.src_end]))
        else:
            yield Segment(Change.ADDED, "".join(new[step.dest_start : step.dest_end]))


def _tidy(segments: list[Segment]) -> list[Segment]:
    """Join neighbours of one kind; a lone space or comma between two changes changes with them."""
    tidied: list[Segment] = []
    removed = added = ""

    def flush() -> None:
        nonlocal removed, added
        if removed:
            tidied.append(Segment(Change.REMOVED, removed))
        if added:
            tidied.append(Segment(Change.ADDED, added))
        removed = added = ""

    for place, (kind, text) in enumerate(segments):
        if kind is Change.REMOVED:
            removed += text
        elif kind is Change.ADDED:
            added += text
        elif removed and added and place + 1 < len(segments) and not _says_something(text):
            removed += text
            added += text
        else:
            flush()
            if tidied and tidied[-1].kind is Change.SAME:
                text = tidied.pop().text + text
            tidied.append(Segment(Change.SAME, text))
    flush()
    return [segment for segment in tidied if segment.text]


def _says_something(text: str) -> bool:
    return "\n" in text or any(character.isalnum() for character in text)
