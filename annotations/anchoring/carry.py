"""Carrying passages from one revision of a text to the next."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from annotations.anchoring.alignment import align
from annotations.anchoring.blocks import Block, Passage
from annotations.anchoring.units import CLOSING, OPENING
from annotations.anchoring.words import Said, Words

#: Least similarity, from 0 to 1, of a passage and what became of it for the note to stay.
FLOOR = 0.6
#: Least part of a passage that must live on.
_LIVING = 0.5
#: Shortest passage that is known again by its words alone, in code points; and the same for one
#: that is a whole sentence, or more of them.
_UNMISTAKABLE, _UNMISTAKABLE_SENTENCE = 40, 10
#: Words typed in the place of others belong to a passage that ended with those, unless they are
#: more than so many times as long, and so many code points longer.
_LONGER_TIMES, _LONGER_BY = 2, 20

#: Marks at the beginning of a stretch that close what stands before it, and the reverse.
_CLOSED = re.compile(rf"[{re.escape(CLOSING)}]+(?=\s)")
_OPENED = re.compile(rf"(?<=\s)[{re.escape(OPENING)}]+\Z")

_Extent = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Carried:
    """Where a passage stands now. ``start`` and ``end`` are ``None`` when it is orphaned.

    ``state`` is ``exact`` (same words, same place in the run of the text), ``moved`` (same words
    elsewhere), ``changed`` or ``orphaned``. ``score`` is the similarity of the two passages, from
    0 to 1: the code points that live on, in both, by the length of both. ``runner_up`` is that
    of the next best place.
    """

    start: int | None
    end: int | None
    state: str
    score: float
    runner_up: float
    method: str


ORPHANED = Carried(None, None, "orphaned", 0.0, 0.0, "diff")


def carry(old_text: str, new_text: str, spans: Sequence[tuple[int, int]]) -> list[Carried]:
    """Place each of ``spans`` of ``old_text`` in ``new_text``, in the same order.

    One alignment of the two texts serves all spans. A passage whose words all live on keeps
    its place among them; one that was edited follows the edit as long as it is still alike;
    one that vanished is looked for, word for word, if it is unmistakable. Words that live on in
    their own place are never taken for it: a lookalike is not the passage.
    """
    if not spans:
        return []
    carrier = _Carrier(old_text, new_text)
    places = {span: carrier.place(*span) for span in set(spans)}
    return [places[span] for span in spans]


class _Carrier:
    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = old, new
        self.words = Words(old), Words(new)
        in_order, *moves = align(*self.words)
        ink = _Ink(old), _Ink(new)
        self.in_order = _Carrying(self.words, ink, in_order)
        self.moves = [_Carrying(self.words, ink, move) for move in moves]
        self.frames = [move.frame[0] for move in moves]

    def place(self, start: int, end: int) -> Carried:
        """Where ``[start, end)`` of the old text stands in the new one."""
        quote = self.old[start:end]
        same = self.in_order.same(start, end)
        if same and self.new[slice(*same)] == quote and self._whole((start, end), same):
            return Carried(*same, "exact", 1.0, 0.0, "diff")
        found: list[tuple[float, str, str, _Extent]] = []
        for state, method, carrying in self._carrying(start, end):
            extent = carrying.extent(start, end)
            if extent:
                score = carrying.score((start, end), extent)
                found.append((score, state, method, extent))
        found.sort(key=lambda candidate: candidate[0], reverse=True)
        if not found or found[0][0] < 1.0:
            extent = self._unmistakable(start, end)
            if extent:
                here = any(way == "exact" and _overlap(extent, place) for _, way, _, place in found)
                found = [(1.0, "exact" if here else "moved", "quote", extent), *found]
        if not found or found[0][0] < FLOOR:
            return ORPHANED
        score, state, method, extent = found[0]
        others = (other for other, _, _, place in found if place != extent)
        state = state if self.new[slice(*extent)] == quote else "changed"
        return Carried(*extent, state, score, max(others, default=0.0), method)

    def _whole(self, ours: _Extent, theirs: _Extent) -> bool:
        """Whether a passage of whole words still is one: "so" in "sodass" is not."""
        old, new = self.words
        return all(
            new.cut(there) is None or old.cut(here) is not None
            for here, there in zip(ours, theirs, strict=True)
        )

    def _carrying(self, start: int, end: int) -> list[tuple[str, str, _Carrying]]:
        """What may carry a passage: the run of the text, and the move over its middle.

        Half of it at least must have gone along.
        """
        ways = [("exact", "diff", self.in_order)]
        for middle in {(start + end) // 2, (start + end - 1) // 2}:
            at = bisect_right(self.frames, middle) - 1
            if at >= 0 and middle < self.moves[at].end:
                ways.append(("moved", "move", self.moves[at]))
        return ways

    def _unmistakable(self, start: int, end: int) -> _Extent | None:
        """Where words stand that are once in each of the texts and can be no coincidence."""
        old, new = self.said
        first, last = old.words.within(start, end)
        said = old.words.says[first:last]
        if len(" ".join(said)) < (
            _UNMISTAKABLE_SENTENCE if old.whole(first, last) else _UNMISTAKABLE
        ):
            return None
        if not new.begins(said):
            return None
        if (start, end) == (old.words.starts[first], old.words.ends[last - 1]):
            at = new.only(said)
            if at is not None and old.only(said) is not None:
                return new.words.starts[at], new.words.ends[at + last - first - 1]
        return self._verbatim(start, end)

    def _verbatim(self, start: int, end: int) -> _Extent | None:
        """Where a passage stands to the letter, if it does so once, then and now."""
        quote = self.old[start:end]
        at = _only(self.new, quote)
        if at is None or _only(self.old, quote) is None:
            return None
        cut = self.new[max(at - 1, 0) : at + 1], self.new[at + len(quote) - 1 : at + len(quote) + 1]
        if any(len(letters) == 2 and letters.isalnum() for letters in cut):
            return None
        return at, at + len(quote)

    @cached_property
    def said(self) -> tuple[Said, Said]:
        """The words of both texts."""
        return Said(self.words[0]), Said(self.words[1])


class _Ink:
    """A text, and how much of any stretch of it is not white space."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def _spaces(self) -> list[int]:
        return [0, *accumulate(map(str.isspace, self.text))]

    def of(self, start: int, end: int) -> int:
        """The code points of ``[start, end)`` that are not white space."""
        return end - start - self._spaces[end] + self._spaces[start]


class _Carrying:
    """Carries passages over a stretch of the old text to what it became."""

    def __init__(
        self, words: tuple[Words, Words], ink: tuple[_Ink, _Ink], passage: Passage
    ) -> None:
        self.words, self.ink = words, ink
        self.old, self.new = ink[0].text, ink[1].text
        self.frame, self.blocks = passage.frame, passage.blocks
        self.end = passage.frame[1]
        self.starts, self.ends = [b.start for b in self.blocks], [b.end for b in self.blocks]

    @cached_property
    def _living_old(self) -> _Living:
        return _Living(self.ink[0], [(block.start, block.end) for block in self.blocks])

    @cached_property
    def _living_new(self) -> _Living:
        return _Living(self.ink[1], [(block.target, block.target_end) for block in self.blocks])

    def same(self, start: int, end: int) -> _Extent | None:
        """Where ``[start, end)`` is if it lies in one block of as many characters then and now."""
        at = bisect_right(self.ends, start)
        if at == len(self.blocks) or start < self.starts[at] or end > self.ends[at]:
            return None
        block = self.blocks[at]
        shift = block.target - block.start
        return (start + shift, end + shift) if block.even else None

    def extent(self, start: int, end: int) -> _Extent | None:
        """What became of ``[start, end)``: from its first word that lives on to its last, with
        the words that replaced those at its edges; ``None`` if too little lives on."""
        first = bisect_right(self.ends, start)
        last = bisect_left(self.starts, end, lo=first)
        ink = self.ink[0].of(start, end)
        if first == last or self._living_old.within(start, end) < max(_LIVING * ink, 1):
            return None
        head, tail = self.blocks[first], self.blocks[last - 1]
        if start < head.start:
            new_start = self._edge_before(first, start)
        else:
            new_start = head.target + (start - head.start if head.even else 0)
        if end > tail.end:
            new_end = self._edge_after(last - 1, end)
        else:
            new_end = tail.target_end - (tail.end - end if tail.even else 0)
        new_start, new_end = self._trimmed((start, end), new_start, new_end)
        # White space was the edge of it, and now its words and those beyond are one.
        return (new_start, new_end) if new_start < new_end else None

    def _trimmed(self, ours: _Extent, start: int, end: int) -> _Extent:
        """An extent of whole words, if the passage is, and without what is not its own at its
        ends: white space, the mark that closes the words before it or opens those after it."""
        quote = self.old[slice(*ours)]
        old, new = self.words
        now = self.new[start:end]
        if closing := quote[0] not in CLOSING and _CLOSED.match(now):
            start += closing.end()
        if opening := quote[-1] not in OPENING and _OPENED.search(now):
            end -= len(opening.group())
        now = self.new[start:end]
        if not quote[0].isspace():
            start += len(now) - len(now.lstrip())
        if not quote[-1].isspace():
            end -= len(now) - len(now.rstrip())
        first, last = new.cut(start), new.cut(end)
        if first is not None and old.cut(ours[0]) is None:
            # What was typed in place of white space belongs to the word beyond it.
            start = new.ends[first] if quote[0].isspace() else new.starts[first]
        if last is not None and old.cut(ours[1]) is None:
            end = new.starts[last] if quote[-1].isspace() else new.ends[last]
        return start, end

    def score(self, ours: _Extent, theirs: _Extent) -> float:
        """How much of both lives on, from 0 to 1."""
        living = self._living_old.within(*ours) + self._living_new.within(*theirs)
        return living / (self.ink[0].of(*ours) + self.ink[1].of(*theirs))

    def _edge_before(self, index: int, start: int) -> int:
        """Where the words begin that replaced those between ``start`` and a block after it."""
        block = self.blocks[index]
        ahead = self.blocks[index - 1] if index else Block(0, self.frame[0], 0, self.frame[2])
        ours = self.old[ahead.end : block.start]
        theirs = self.new[ahead.target_end : block.target]
        mine = self.words[0].sentences_begun(ahead.end, block.start)
        its = self.words[1].sentences_begun(ahead.target_end, block.target)
        whole = not self.old[ahead.end : start].strip()
        if whole and len(its) <= len(mine) and _replaces(theirs, ours):
            return block.target - len(theirs.lstrip())
        # From the last sentence on that begins there, unless the passage begins in its midst.
        begun = mine[-1] if mine else 0
        if self.old[ahead.end + begun : start].strip():
            return block.target
        theirs = theirs[its[-1] :] if its else theirs
        return block.target - (len(theirs.lstrip()) if _replaces(theirs, ours[begun:]) else 0)

    def _edge_after(self, index: int, end: int) -> int:
        """Where the words end that replaced those between a block and ``end`` after it."""
        block = self.blocks[index]
        last = index + 1 == len(self.blocks)
        behind = Block(self.frame[1], 0, self.frame[3], 0) if last else self.blocks[index + 1]
        ours = self.old[block.end : behind.start]
        theirs = self.new[block.target_end : behind.target]
        mine = self.words[0].sentences_begun(block.end, behind.start)
        its = self.words[1].sentences_begun(block.target_end, behind.target)
        whole = not self.old[end : behind.start].strip()
        if whole and len(its) <= len(mine) and _replaces(theirs, ours):
            return block.target_end + len(theirs.rstrip())
        ended = mine[0] if mine else len(ours)
        if self.old[end : block.end + ended].strip():
            return block.target_end
        theirs = theirs[: its[0]] if its else theirs
        return block.target_end + (len(theirs.rstrip()) if _replaces(theirs, ours[:ended]) else 0)


class _Living:
    """How much of any stretch of a text lives on."""

    def __init__(self, ink: _Ink, blocks: Sequence[_Extent]) -> None:
        self.ink, self.blocks = ink, blocks
        self.ends = [end for _, end in blocks]
        self.before = [0, *accumulate(ink.of(*block) for block in blocks)]

    def within(self, start: int, end: int) -> int:
        """The code points of ``[start, end)`` that do, white space left out."""
        return self._until(end) - self._until(start)

    def _until(self, place: int) -> int:
        at = bisect_left(self.ends, place)
        if at == len(self.ends):
            return self.before[at]
        start = self.blocks[at][0]
        return self.before[at] + (self.ink.of(start, place) if place > start else 0)


def _only(text: str, quote: str) -> int | None:
    """Where a quote stands if it does so once."""
    at = text.find(quote)
    return None if at < 0 or text.find(quote, at + 1) >= 0 else at


def _overlap(one: _Extent, other: _Extent) -> bool:
    return max(one[0], other[0]) < min(one[1], other[1])


def _replaces(theirs: str, ours: str) -> bool:
    """Whether words in the place of others are not far more than those."""
    new, old = len(theirs.strip()), len(ours.strip())
    return new <= max(_LONGER_TIMES * old, old + _LONGER_BY)
