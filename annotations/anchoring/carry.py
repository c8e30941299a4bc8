"""Carrying passages from one revision of a text to the next."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from itertools import accumulate

from rapidfuzz.distance import Indel

from annotations.anchoring.locate import locate
from annotations.anchoring.selectors import describe

#: The least share of a passage that must survive an edit for the note to stay with it.
SURVIVAL_FLOOR = 0.5

_WORD = re.compile(r"\w+|\s+|[^\w\s]")
#: Steps of one ``carry``, about a second. Prose needs a hundredth of it, "a b a b …" any number,
#: and whoever writes that must not hold up the site, for an edit is one transaction.
_STEPS = 10_000_000
#: Where those are used up: words times words that the plain comparison may look at, 50 MB.
_PLAIN = 400_000_000


@dataclass(frozen=True, slots=True)
class Carried:
    """Where a passage stands now. ``start`` and ``end`` are ``None`` when it is orphaned.

    ``state`` is ``exact``, ``moved``, ``changed`` or ``orphaned``; ``score``, from 0 to 1, is the
    share of the passage that survived; ``runner_up`` is the score of the next best place known.
    """

    start: int | None
    end: int | None
    state: str
    score: float
    runner_up: float
    method: str


@dataclass(frozen=True, slots=True)
class _Block:
    """``old[start:start+size] == new[target:target+size]``."""

    start: int
    target: int
    size: int


ORPHANED = Carried(None, None, "orphaned", 0.0, 0.0, "diff")


def carry(old_text: str, new_text: str, spans: Sequence[tuple[int, int]]) -> list[Carried]:
    """Place each of ``spans`` of ``old_text`` in ``new_text``, in the same order.

    One diff, by paragraphs and inside changed ones by words, serves all spans. A passage whose
    words all survive in a row keeps its place; one that was edited follows the edit as long as
    enough of it is left; one that vanished is looked for elsewhere, word for word.
    """
    blocks = _matching_blocks(old_text, new_text)
    starts = [block.start for block in blocks]
    return [_carry_one(old_text, new_text, blocks, starts, span) for span in spans]


def _carry_one(
    old: str, new: str, blocks: list[_Block], starts: list[int], span: tuple[int, int]
) -> Carried:
    start, end = span
    pieces = _pieces(blocks, starts, start, end)
    survived = sum(size for _, _, size in pieces) / (end - start)
    if pieces:
        first, last = pieces[0], pieces[-1]
        new_start, new_end = first[1], last[1] + last[2]
        if new[new_start:new_end] == old[start:end]:
            return Carried(new_start, new_end, "exact", 1.0, 0.0, "diff")
    elsewhere = locate(describe(old, start, end), new)
    if elsewhere and survived < 1.0:
        return Carried(*elsewhere, "moved", 1.0, survived, "quote")
    # What was typed in the middle belongs to the passage; what grew beyond all measure does not.
    if pieces and survived >= SURVIVAL_FLOOR and new_end - new_start <= 3 * (end - start):
        return Carried(new_start, new_end, "changed", survived, 0.0, "diff")
    return ORPHANED


def _pieces(
    blocks: list[_Block], starts: list[int], start: int, end: int
) -> list[tuple[int, int, int]]:
    """The parts of ``[start, end)`` that survive, as (place in old, place in new, length)."""
    pieces = []
    for block in blocks[max(0, bisect_right(starts, start) - 1) :]:
        if block.start >= end:
            break
        begin = max(start, block.start)
        size = min(end, block.start + block.size) - begin
        if size > 0:
            pieces.append((begin, block.target + begin - block.start, size))
    return pieces


def _matching_blocks(old: str, new: str) -> list[_Block]:
    comparison = _Comparison()
    blocks: list[_Block] = []
    old_lines, new_lines = old.splitlines(keepends=True), new.splitlines(keepends=True)
    old_at, new_at = _offsets(old_lines), _offsets(new_lines)
    at_old = at_new = 0
    ends = (len(old_lines), len(new_lines), 0)
    for i, j, size in (*comparison.matches(None, old_lines, new_lines), ends):
        if at_old < i and at_new < j:
            words = (old_at[at_old], old_at[i], new_at[at_new], new_at[j])
            blocks += _word_blocks(comparison, old, new, *words)
        at_old, at_new = i + size, j + size
        if size:
            blocks.append(_Block(old_at[i], new_at[j], old_at[at_old] - old_at[i]))
    return blocks


def _word_blocks(
    comparison: _Comparison, old: str, new: str, o1: int, o2: int, n1: int, n2: int
) -> list[_Block]:
    old_words, new_words = _WORD.findall(old[o1:o2]), _WORD.findall(new[n1:n2])
    old_at, new_at = _offsets(old_words, o1), _offsets(new_words, n1)
    return [
        _Block(old_at[i], new_at[j], old_at[i + size] - old_at[i])
        for i, j, size in comparison.matches(str.isspace, old_words, new_words)
    ]


class _Exhausted(Exception):  # noqa: N818  # a turn of the road, not an error
    """The steps of a comparison are used up."""


class _Comparison:
    """Finds what two texts share, piece after piece, within the steps that one carrying has."""

    def __init__(self) -> None:
        self.left = _STEPS

    def matches(
        self, junk: Callable[[str], bool] | None, old: Sequence[str], new: Sequence[str]
    ) -> list[tuple[int, int, int]]:
        """What stands in both, in order, as (place in old, place in new, how many)."""
        try:
            found = _Counting(self, junk, old, new).get_matching_blocks()
        except _Exhausted:
            return list(_plain_matches(old, new))
        return [(i, j, size) for i, j, size in found if size]


class _Counting(SequenceMatcher[str]):
    """Counts its steps: for each word one, and one for each of its places in the other text."""

    def __init__(
        self,
        comparison: _Comparison,
        junk: Callable[[str], bool] | None,
        old: Sequence[str],
        new: Sequence[str],
    ) -> None:
        super().__init__(junk, old, new, autojunk=False)
        self._comparison = comparison
        self._steps = [0, *accumulate(1 + len(self.b2j.get(word, ())) for word in old)]

    def find_longest_match(
        self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None
    ) -> Match:
        end = len(self._steps) - 1 if ahi is None else ahi
        self._comparison.left -= self._steps[end] - self._steps[alo]
        if self._comparison.left < 0:
            raise _Exhausted
        return super().find_longest_match(alo, ahi, blo, bhi)


def _plain_matches(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """The same, less carefully chosen and fast; of endless texts only what both begin with."""
    if len(old) * len(new) <= _PLAIN:
        for step in Indel.opcodes(old, new):
            if step.tag == "equal":
                yield step.src_start, step.dest_start, step.src_end - step.src_start
        return
    differing = (i for i, (ours, theirs) in enumerate(zip(old, new, strict=False)) if ours != theirs)
    same = next(differing, min(len(old), len(new)))
    if same:
        yield 0, 0, same


def _offsets(parts: Sequence[str], base: int = 0) -> list[int]:
    offsets = [base]
    for part in parts:
        offsets.append(offsets[-1] + len(part))
    return offsets
