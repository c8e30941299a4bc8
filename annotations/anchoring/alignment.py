"""Aligning two revisions of a text: which stretches of the old one live on, and where.

Three passes, each working only on what the one before it could not match: paragraphs, then
sentences, then words; what is left of a changed word is matched by characters. Within a pass,
units that occur once on both sides fix the order first (the "patience" diff), so that repeated
units fall into place between them; the rest is a longest common subsequence. A paragraph or a
sentence that has left its place and stands, whole and once, in what is new has moved.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz.distance import Indel

_SENTENCE_END = re.compile(r"(?<=[.!?…。！？])[\"'”’»)\]]*\s+|\n")
_WORD = re.compile(r"\w+|[^\w\s]")
#: Longest stretch of changed words that is compared by characters, in code points.
_CHARACTERS = 200
#: Least similarity, from 0 to 1, at which two stretches are the same words edited.
_ALIKE = 0.5
#: Shortest common run of characters that counts inside edited words, in code points.
_SHORTEST_RUN = 3
#: Units times units that a plain comparison may look at: 50 MB, a fraction of a second.
_PLAIN = 400_000_000
#: Shortest unit that can be said to have moved, in code points: "Yes." is everywhere.
_SHORTEST_MOVE = 20


@dataclass(frozen=True, slots=True, order=True)
class Block:
    """``old[start:end] == new[target:target + end - start]``; ``moved`` when out of order."""

    start: int
    end: int
    target: int
    moved: bool = False

    @property
    def target_end(self) -> int:
        """The end of the block in the new text."""
        return self.target + self.end - self.start


@dataclass(frozen=True, slots=True)
class _Unit:
    """A paragraph, a sentence or a word at its place."""

    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


#: A stretch of the old and the stretch of the new in its place: old from, to, new from, to.
_Range = tuple[int, int, int, int]
_Split = Callable[[str, int, int], list[_Unit]]


def align(old: str, new: str) -> list[Block]:
    """The stretches that ``old`` and ``new`` share, in order of ``old``; none overlap in either.

    Those that are not ``moved`` rise in the new text too. The cost grows with what was edited.
    """
    return _Alignment(old, new).blocks()


class _Alignment:
    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = old, new
        self.in_order: list[Block] = []
        self.moved: list[Block] = []
        self.gaps: list[_Range] = [(0, len(old), 0, len(new))]
        #: Where a moved unit stands: its words take no further part.
        self.taken_old, self.taken_new = bytearray(len(old)), bytearray(len(new))

    def blocks(self) -> list[Block]:
        for split in (_paragraphs, _sentences):
            self._match(split)
            self._find_moved(split)
        self._match(_words)
        self._match_characters()
        return sorted([*_merged(self.old, self.new, sorted(self.in_order)), *self.moved])

    def _match(self, split: _Split) -> None:
        """Match the units of each gap; what lies between the matches are the new gaps."""
        gaps: list[_Range] = []
        for o1, o2, n1, n2 in self.gaps:
            ours = [u for u in split(self.old, o1, o2) if not self.taken_old[u.start]]
            theirs = [u for u in split(self.new, n1, n2) if not self.taken_new[u.start]]
            old_at, new_at = o1, n1
            for i, j in _pairs([u.text for u in ours], [u.text for u in theirs]):
                self.in_order.append(Block(ours[i].start, ours[i].end, theirs[j].start))
                gaps.append((old_at, ours[i].start, new_at, theirs[j].start))
                old_at, new_at = ours[i].end, theirs[j].end
            gaps.append((old_at, o2, new_at, n2))
        self.gaps = [gap for gap in gaps if gap[0] < gap[1] or gap[2] < gap[3]]

    def _find_moved(self, split: _Split) -> None:
        """Take units that are once in all that is left of the old text, and once in what is new."""
        ours = self._once(unit for gap in self.gaps for unit in split(self.old, *gap[:2]))
        theirs = self._once(unit for gap in self.gaps for unit in split(self.new, *gap[2:]))
        for text, unit in ours.items():
            there = theirs.get(text)
            if there is None or self.taken_old[unit.start] or self.taken_new[there.start]:
                continue
            self.moved.append(Block(unit.start, unit.end, there.start, moved=True))
            self.taken_old[unit.start : unit.end] = b"\x01" * len(text)
            self.taken_new[there.start : there.end] = b"\x01" * len(text)

    @staticmethod
    def _once(units: Iterator[_Unit]) -> dict[str, _Unit]:
        found = [unit for unit in units if len(unit.text) >= _SHORTEST_MOVE]
        counted = Counter(unit.text for unit in found)
        return {unit.text: unit for unit in found if counted[unit.text] == 1}

    def _match_characters(self) -> None:
        """Match what edited words still share, such as "colour" and "color"."""
        for o1, o2, n1, n2 in self.gaps:
            short = 0 < o2 - o1 <= _CHARACTERS and 0 < n2 - n1 <= _CHARACTERS
            if not short or 1 in self.taken_old[o1:o2] or 1 in self.taken_new[n1:n2]:
                continue
            ours, theirs = self.old[o1:o2], self.new[n1:n2]
            if Indel.normalized_similarity(ours, theirs) < _ALIKE:
                continue
            self.in_order += [
                Block(o1 + op.src_start, o1 + op.src_end, n1 + op.dest_start)
                for op in Indel.opcodes(ours, theirs)
                if op.tag == "equal" and op.src_end - op.src_start >= _SHORTEST_RUN
            ]


def _paragraphs(text: str, start: int, end: int) -> list[_Unit]:
    units = []
    for line in text[start:end].split("\n"):
        if line and not line.isspace():
            units.append(_Unit(line, start))
        start += len(line) + 1
    return units


def _sentences(text: str, start: int, end: int) -> list[_Unit]:
    units = []
    ends = [*(boundary.end() for boundary in _SENTENCE_END.finditer(text, start, end)), end]
    for stop in ends:
        sentence = text[start:stop]
        if sentence and not sentence.isspace():
            units.append(_Unit(sentence.strip(), start + len(sentence) - len(sentence.lstrip())))
        start = stop
    return units


def _words(text: str, start: int, end: int) -> list[_Unit]:
    return [_Unit(word.group(), word.start()) for word in _WORD.finditer(text, start, end)]


def _pairs(ours: Sequence[str], theirs: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Index pairs of equal units, rising on both sides."""
    stack: list[_Range] = [(0, len(ours), 0, len(theirs))]
    while stack:
        a1, a2, b1, b2 = stack.pop()
        while a1 < a2 and b1 < b2 and ours[a1] == theirs[b1]:
            yield a1, b1
            a1, b1 = a1 + 1, b1 + 1
        tail = 0
        while tail < min(a2 - a1, b2 - b1) and ours[a2 - tail - 1] == theirs[b2 - tail - 1]:
            tail += 1
        rest = (a1, a2 - tail, b1, b2 - tail)
        parts = _cut(ours, theirs, rest) if rest[0] < rest[1] and rest[2] < rest[3] else []
        if tail:
            stack.append((a2 - tail, a2, b2 - tail, b2))
        stack += reversed(parts)


def _cut(ours: Sequence[str], theirs: Sequence[str], rest: _Range) -> list[_Range]:
    """Smaller ranges of ``rest``, in order, that hold all its pairs; each starts with equals."""
    a1, a2, b1, b2 = rest
    fixed = _unique_in_order(ours, theirs, rest)
    if not fixed and (a2 - a1) * (b2 - b1) > _PLAIN:
        # "a b a b …" without end, or nothing in common: not worth holding up an edit for.
        return []
    if not fixed:
        return [
            (a1 + op.src_start, a1 + op.src_end, b1 + op.dest_start, b1 + op.dest_end)
            for op in Indel.opcodes(ours[a1:a2], theirs[b1:b2])
            if op.tag == "equal"
        ]
    edges = [(a1, b1), *fixed, (a2, b2)]
    return [(here[0], there[0], here[1], there[1]) for here, there in pairwise(edges)]


def _unique_in_order(
    ours: Sequence[str], theirs: Sequence[str], rest: _Range
) -> list[tuple[int, int]]:
    """The heaviest rising sequence of units that occur once on each side of ``rest``.

    Each weighs as much as the equal units it brings along: itself, and the repeated ones that
    stand around it on both sides. So a lone paragraph moves past three, not three past one.
    """
    a1, a2, b1, b2 = rest
    mine, its = Counter(ours[a1:a2]), Counter(theirs[b1:b2])
    where = {theirs[j]: j for j in range(b1, b2) if its[theirs[j]] == 1 and mine[theirs[j]] == 1}
    pairs = [(i, where[ours[i]]) for i in range(a1, a2) if ours[i] in where]

    def brought(i: int, j: int, step: int) -> int:
        i, j, count = i + step, j + step, 0
        while a1 <= i < a2 and b1 <= j < b2 and ours[i] == theirs[j] and ours[i] not in where:
            i, j, count = i + step, j + step, count + 1
        return count

    weights = [1 + brought(i, j, -1) + brought(i, j, 1) for i, j in pairs]
    return [pairs[index] for index in _heaviest_rising([j for _, j in pairs], weights)]


def _heaviest_rising(values: Sequence[int], weights: Sequence[int]) -> list[int]:
    """Indices of the rising subsequence of distinct ``values`` with the greatest total weight."""
    rank = {value: place for place, value in enumerate(sorted(values), start=1)}
    # A Fenwick tree of prefix maxima: the best total, and the index it ends with, below a rank.
    best = [(0, -1)] * (len(values) + 1)
    before: list[int] = []
    for index, value in enumerate(values):
        total, previous = 0, -1
        place = rank[value] - 1
        while place:
            total, previous = max((total, previous), best[place])
            place &= place - 1
        before.append(previous)
        place = rank[value]
        while place < len(best):
            best[place] = max(best[place], (total + weights[index], index))
            place += place & -place
    chain: list[int] = []
    _, index = max(best)
    while index >= 0:
        chain.append(index)
        index = before[index]
    return chain[::-1]


def _merged(old: str, new: str, blocks: Sequence[Block]) -> list[Block]:
    """Blocks in order, joined where nothing changed between them."""
    merged: list[Block] = []
    for block in blocks:
        before = merged[-1] if merged else None
        if before and old[before.end : block.start] == new[before.target_end : block.target]:
            merged[-1] = Block(before.start, block.end, before.target)
        else:
            merged.append(block)
    return merged
