"""Carrying passages from one revision of a text to the next."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz.distance import Indel

from annotations.anchoring.alignment import Block, align
from annotations.anchoring.locate import locate
from annotations.anchoring.selectors import describe

#: Least similarity, from 0 to 1, of a passage and what became of it for the note to stay.
FLOOR = 0.6
#: Least part of a passage that must live on, word by word, not just be alike in its letters.
_LIVING = 0.5
#: Shortest passage that is known again by its words alone, in code points.
_UNMISTAKABLE = 40


@dataclass(frozen=True, slots=True)
class Carried:
    """Where a passage stands now. ``start`` and ``end`` are ``None`` when it is orphaned.

    ``state`` is ``exact`` (same words, same place in the run of the text), ``moved`` (same words
    elsewhere), ``changed`` or ``orphaned``. ``score`` is the similarity of the two passages, from
    0 to 1 (twice the code points they share, by both lengths together); ``runner_up`` that of
    the next best place.
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
    one that vanished is looked for, word for word, in what is new. Words that live on in their
    own place are never taken for it: a lookalike is not the passage.
    """
    carrier = _Carrier(old_text, new_text)
    return [carrier.place(start, end) for start, end in spans]


class _Carrier:
    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = old, new
        blocks = align(old, new)
        self.in_order = [block for block in blocks if not block.moved]
        self.moved = [block for block in blocks if block.moved]
        #: Blocks that moved together, by their ``move``.
        self.moves: dict[int, list[Block]] = {}
        for block in self.moved:
            self.moves.setdefault(block.move, []).append(block)

    def place(self, start: int, end: int) -> Carried:
        """Where ``[start, end)`` of the old text stands in the new one."""
        quote = self.old[start:end]
        extents = [("exact", "diff", extent) for extent in self._extents(start, end)]
        extents += [("moved", "move", extent) for extent in self._moved_extents(start, end)]
        candidates = [
            (self._score(quote, extent), state, method, extent) for state, method, extent in extents
        ]
        best = max((score for score, *_ in candidates), default=0.0)
        if best < FLOOR and len(quote) >= _UNMISTAKABLE:
            found = locate(describe(self.old, start, end), self.fresh)
            if found and self._only(quote, start):
                candidates.append((1.0, "moved", "quote", found))
        candidates.sort(key=lambda candidate: candidate[0], reverse=True)
        if not candidates or candidates[0][0] < FLOOR:
            return ORPHANED
        score, state, method, (new_start, new_end) = candidates[0]
        others = (score for score, _, _, extent in candidates if extent != (new_start, new_end))
        state = state if score == 1.0 else "changed"
        return Carried(new_start, new_end, state, score, max(others, default=0.0), method)

    @cached_property
    def fresh(self) -> str:
        """The new text with all that lives on in it blotted out; what stays is new."""
        characters = list(self.new)
        for block in (*self.in_order, *self.moved):
            characters[block.target : block.target_end] = "\x00" * (block.end - block.start)
        return "".join(characters)

    def _only(self, quote: str, start: int) -> bool:
        """Whether the old text had ``quote`` nowhere else: else which of them is in the new?"""
        return self.old.find(quote) == start and self.old.find(quote, start + 1) < 0

    def _score(self, quote: str, extent: tuple[int, int]) -> float:
        return Indel.normalized_similarity(quote, self.new[slice(*extent)])

    def _extents(self, start: int, end: int) -> list[tuple[int, int]]:
        """What became of ``[start, end)``: from its first word that lives on to its last, and
        the same with the words that replaced those at its edges."""
        first, last = self._living(self.in_order, start, end)
        if first == last:
            return []
        narrow = _narrow(self.in_order[first:last], start, end)
        wide = (
            self._edge_before(first, start) if self.in_order[first].start > start else narrow[0],
            self._edge_after(last - 1, end) if self.in_order[last - 1].end < end else narrow[1],
        )
        return [narrow] if wide == narrow else [narrow, wide]

    def _moved_extents(self, start: int, end: int) -> list[tuple[int, int]]:
        """The same for the words that moved, each time together."""
        extents = []
        first, last = _over(self.moved, start, end)
        for move in dict.fromkeys(block.move for block in self.moved[first:last]):
            blocks = self.moves[move]
            head, tail = self._living(blocks, start, end)
            extents += [_narrow(blocks[head:tail], start, end)] if head < tail else []
        return extents

    def _living(self, blocks: Sequence[Block], start: int, end: int) -> tuple[int, int]:
        """The indices, half-open, of the blocks over a passage; none if too little lives on."""
        first, last = _over(blocks, start, end)
        living = sum(min(b.end, end) - max(b.start, start) for b in blocks[first:last])
        return (first, last) if living >= _LIVING * (end - start) else (first, first)

    def _edge_before(self, index: int, start: int) -> int:
        """Where the words begin that replaced those between ``start`` and a block after it."""
        block = self.in_order[index]
        before = self.in_order[index - 1] if index else Block(0, 0, 0)
        if self.old[before.end : start].strip():
            return block.target
        return block.target - len(self.new[before.target_end : block.target].lstrip())

    def _edge_after(self, index: int, end: int) -> int:
        """Where the words end that replaced those between a block and ``end`` after it."""
        block = self.in_order[index]
        last = index + 1 == len(self.in_order)
        after = Block(len(self.old), len(self.old), len(self.new)) if last else None
        after = after or self.in_order[index + 1]
        if self.old[end : after.start].strip():
            return block.target_end
        return block.target_end + len(self.new[block.target_end : after.target].rstrip())


def _narrow(blocks: Sequence[Block], start: int, end: int) -> tuple[int, int]:
    """From the first to the last code point of ``[start, end)`` in the new text."""
    head, tail = blocks[0], blocks[-1]
    return head.target + max(start - head.start, 0), tail.target_end - max(tail.end - end, 0)


def _over(blocks: Sequence[Block], start: int, end: int) -> tuple[int, int]:
    """The indices, half-open, of the blocks that have a part in ``[start, end)``."""
    first = bisect_right(blocks, start, key=lambda block: block.end)
    return first, bisect_left(blocks, end, lo=first, key=lambda block: block.start)
