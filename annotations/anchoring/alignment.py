"""Aligning two revisions of a text: which stretches of the old one live on, and where.

Each pass works only on what the ones before it could not match: paragraphs, then sentences, then
the words of sentences that are alike, then the words left over; what is left of a changed word is
matched by characters. Within a pass, units that occur once on both sides fix the order first (the
"patience" diff), so that repeated units fall into place between them; the rest is a longest common
subsequence. A paragraph or a sentence that has left its place and stands once in what is new,
whole or edited, has moved. Stray words that two unrelated stretches share ("the", "and") are no
match.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from rapidfuzz.distance import Indel

from annotations.anchoring.units import (
    ALIKE,
    Unit,
    alike,
    neighbours,
    often,
    once,
    paragraphs,
    sentences,
    texts,
    words,
)

#: Longest stretch of changed words that is compared by characters, in code points.
_CHARACTERS = 200
#: Shortest common run of characters that counts inside edited words, in code points.
_SHORTEST_RUN = 3
#: Units times units that a plain comparison may look at: 50 MB, a fraction of a second.
_PLAIN = 400_000_000
#: Shortest unit that can be said to have moved, in code points: "Yes." is everywhere. And the
#: shortest run of words that counts between larger edits.
_SHORTEST_MOVE = 20
#: The same for a unit that is once in the whole of both texts.
_SHORTEST_UNIQUE_MOVE = 10
#: Least similarity of a sentence that was moved and edited, and how far it is ahead of the next.
_ALIKE_MOVED, _MARGIN = 0.75, 0.1


@dataclass(frozen=True, slots=True, order=True)
class Block:
    """``old[start:end] == new[target:target + end - start]``; ``moved`` when out of order.

    Blocks that moved together, being the words of one passage, have the same ``move``.
    """

    start: int
    end: int
    target: int
    move: int = 0

    @property
    def moved(self) -> bool:
        """Whether the block left its place in the run of the text."""
        return self.move > 0

    @property
    def target_end(self) -> int:
        """The end of the block in the new text."""
        return self.target + self.end - self.start


#: A stretch of the old and the stretch of the new in its place: old from, to, new from, to.
_Range = tuple[int, int, int, int]
_Split = Callable[[str, int, int], list[Unit]]


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
        #: The units that moved, from and to.
        self.moves: list[tuple[Unit, Unit]] = []
        self.gaps: list[_Range] = [(0, len(old), 0, len(new))]
        #: Where a moved unit stands: its words take no further part.
        self.taken_old, self.taken_new = bytearray(len(old)), bytearray(len(new))

    def blocks(self) -> list[Block]:
        self._match(paragraphs)
        self._find_moved(paragraphs, anywhere=False)
        self._match(sentences)
        # Of a repeated sentence one that is edited where it stood is likelier than one that went.
        self._find_moved(sentences, anywhere=True)
        self._grow_moves()
        self._match_alike()
        self._find_moved(sentences, anywhere=False)
        self._find_alike_moved()
        self._grow_moves()
        self._match(words)
        self._match_characters()
        in_order = self._certain(_merged(self.old, self.new, sorted(self.in_order)))
        return sorted([*in_order, *_merged(self.old, self.new, sorted(self.moved))])

    def _match(self, split: _Split) -> None:
        """Match the units of each gap; what lies between the matches are the new gaps."""
        gaps: list[_Range] = []
        for gap in self.gaps:
            ours, theirs = self._free(split, gap)
            blocks = [_block(ours[i], theirs[j]) for i, j in _pairs(texts(ours), texts(theirs))]
            if split is words:
                blocks = _solid(_merged(self.old, self.new, blocks), gap)
            self.in_order += blocks
            gaps += _between(blocks, gap)
        self.gaps = gaps

    def _match_alike(self) -> None:
        """Match the words of sentences that were edited where they stood."""
        gaps: list[_Range] = []
        for gap in self.gaps:
            ours, theirs = self._free(sentences, gap)
            edited = sorted((i, j, likeness) for likeness, _, i, j in alike(ours, theirs))
            weights = [round(likeness * len(ours[i].text)) for i, _, likeness in edited]
            rising = _heaviest_rising([j for _, j, _ in edited], weights)
            blocks: list[Block] = []
            for i, j, _ in (edited[index] for index in rising):
                blocks += _same_words(ours[i], theirs[j])
            self.in_order += blocks
            gaps += _between(blocks, gap)
        self.gaps = gaps

    def _find_moved(self, split: _Split, *, anywhere: bool) -> None:
        """Take units that are once in all that is left of the old text, and once in what is new.

        With ``anywhere`` also those alone that are once in the whole of both texts.
        """
        ours, theirs = self._left(split, _SHORTEST_UNIQUE_MOVE if anywhere else _SHORTEST_MOVE)
        its = once(theirs)
        both = {text: unit for text, unit in once(ours).items() if text in its}
        repeated = self.repeated if both and anywhere else set()
        for text, unit in both.items():
            if text not in repeated:
                self._move(unit, its[text], [_block(unit, its[text])])

    @cached_property
    def repeated(self) -> set[str]:
        """The sentences that stand more than once in one of the texts."""
        both = (sentences(text, 0, len(text)) for text in (self.old, self.new))
        return often(*both)

    def _certain(self, blocks: Sequence[Block]) -> list[Block]:
        """Without repeated sentences that have other words on both sides now: which are they?"""
        ends = len(self.old), len(self.new)
        around = [Block(0, 0, 0), *blocks, Block(ends[0], ends[0], ends[1])]
        replaced = [min(b.start - a.end, b.target - a.target_end) for a, b in pairwise(around)]
        return [
            block
            for block, before, after in zip(blocks, replaced, replaced[1:], strict=False)
            if block.end - block.start > min(before, after)
            or self.old[block.start : block.end].strip() not in self.repeated
        ]

    def _find_alike_moved(self) -> None:
        """Take sentences that are edited and stand elsewhere, like no other so much."""
        ours, theirs = self._left(sentences)
        for likeness, runner_up, i, j in alike(ours, theirs):
            if likeness >= _ALIKE_MOVED and likeness - runner_up >= _MARGIN:
                self._move(ours[i], theirs[j], _same_words(ours[i], theirs[j]))

    def _grow_moves(self) -> None:
        """Let sentences go along with a neighbour that moved: "Yes." is not everywhere there."""
        if not self.moves:
            return
        ours, theirs = self._left(sentences, shortest=1)
        for step in (1, -1):
            mine, its = neighbours(self.old, ours, step), neighbours(self.new, theirs, step)
            for unit, there in self.moves:  # grows meanwhile
                near = mine.get(unit.end if step > 0 else unit.start)
                near_there = its.get(there.end if step > 0 else there.start)
                if not near or not near_there or near.text != near_there.text:
                    continue
                if not self.taken_old[near.start] and not self.taken_new[near_there.start]:
                    self._move(near, near_there, [_block(near, near_there)])

    def _move(self, unit: Unit, there: Unit, blocks: Iterable[Block]) -> None:
        self.moves.append((unit, there))
        self.moved += [replace(block, move=len(self.moves)) for block in blocks]
        self.taken_old[unit.start : unit.end] = b"\x01" * len(unit.text)
        self.taken_new[there.start : there.end] = b"\x01" * len(there.text)

    def _free(self, split: _Split, gap: _Range) -> tuple[list[Unit], list[Unit]]:
        """The units of a gap, old and new, that have not moved."""
        ours = [u for u in split(self.old, *gap[:2]) if not self.taken_old[u.start]]
        theirs = [u for u in split(self.new, *gap[2:]) if not self.taken_new[u.start]]
        return ours, theirs

    def _left(self, split: _Split, shortest: int = _SHORTEST_MOVE) -> tuple[list[Unit], list[Unit]]:
        """What is left in all gaps together of units that are long enough to have moved."""
        ours: list[Unit] = []
        theirs: list[Unit] = []
        for gap in self.gaps:
            mine, its = self._free(split, gap)
            ours += [unit for unit in mine if len(unit.text) >= shortest]
            theirs += [unit for unit in its if len(unit.text) >= shortest]
        return ours, theirs

    def _match_characters(self) -> None:
        """Match what edited words still share, such as "colour" and "color"."""
        for o1, o2, n1, n2 in self.gaps:
            short = 0 < o2 - o1 <= _CHARACTERS and 0 < n2 - n1 <= _CHARACTERS
            if not short or 1 in self.taken_old[o1:o2] or 1 in self.taken_new[n1:n2]:
                continue
            ours, theirs = self.old[o1:o2], self.new[n1:n2]
            if Indel.normalized_similarity(ours, theirs) < ALIKE:
                continue
            self.in_order += [
                Block(o1 + op.src_start, o1 + op.src_end, n1 + op.dest_start)
                for op in Indel.opcodes(ours, theirs)
                if op.tag == "equal" and op.src_end - op.src_start >= _SHORTEST_RUN
            ]


def _block(ours: Unit, theirs: Unit) -> Block:
    return Block(ours.start, ours.end, theirs.start)


def _between(blocks: Sequence[Block], gap: _Range) -> list[_Range]:
    """What blocks, in order, leave of a gap."""
    edges = [Block(gap[0], gap[0], gap[2]), *blocks, Block(gap[1], gap[1], gap[3])]
    ranges = [(a.end, b.start, a.target_end, b.target) for a, b in pairwise(edges)]
    return [left for left in ranges if left[0] < left[1] or left[2] < left[3]]


def _solid(runs: Sequence[Block], gap: _Range) -> list[Block]:
    """Those of the runs of words in a gap that are no coincidence between larger edits."""
    kept = [Block(gap[0], gap[0], gap[2])]

    def stray(run: Block, after: Block) -> bool:
        length, before = run.end - run.start, kept[-2]
        return length < _SHORTEST_MOVE and length <= min(
            max(run.start - before.end, run.target - before.target_end),
            max(after.start - run.end, after.target - run.target_end),
        )

    for following in (*runs, Block(gap[1], gap[1], gap[3])):
        while len(kept) > 1 and stray(kept[-1], following):
            kept.pop()
        kept.append(following)
    return kept[1:-1]


def _same_words(ours: Unit, theirs: Unit) -> list[Block]:
    mine, its = (words(unit.text, 0, len(unit.text)) for unit in (ours, theirs))
    return [
        Block(ours.start + mine[i].start, ours.start + mine[i].end, theirs.start + its[j].start)
        for i, j in _pairs(texts(mine), texts(its))
    ]


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
    """Blocks in order of the old text, joined where nothing changed between them."""
    merged: list[Block] = []
    for block in blocks:
        before = merged[-1] if merged else None
        if before and before.target_end <= block.target:
            between = old[before.end : block.start]
            together = before.move == block.move or not between.strip()
            if together and between == new[before.target_end : block.target]:
                merged[-1] = Block(before.start, block.end, before.target, before.move)
                continue
        merged.append(block)
    return merged
