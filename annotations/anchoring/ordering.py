"""Which units of two sequences belong together: a patience diff, and its tools.

Units that occur once on both sides fix the order first, so that repeated units fall into place
between them; the rest is a longest common subsequence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz.distance import Indel

#: Units times units that a plain comparison may look at: 50 MB, a fraction of a second.
_PLAIN = 400_000_000
#: Words in a row that two stretches hardly share by chance.
RUN = 5

#: A stretch of the old and the stretch of the new in its place: old from, to, new from, to.
Range = tuple[int, int, int, int]


class Run(NamedTuple):
    """The words ``[start, end)`` of the old text say what as many from ``target`` on say."""

    start: int
    end: int
    target: int

    @property
    def target_end(self) -> int:
        """The word after the run in the new text."""
        return self.target + self.end - self.start


def merged(runs: Sequence[Run]) -> list[Run]:
    """Runs in order, joined where nothing stands between them on either side."""
    joined: list[Run] = []
    for run in runs:
        before = joined[-1] if joined else None
        if before and before.end == run.start and before.target_end == run.target:
            joined[-1] = Run(before.start, run.end, before.target)
        else:
            joined.append(run)
    return joined


def between(runs: Sequence[Run], gap: Range) -> list[Range]:
    """What runs, in order, leave of a gap."""
    edges = [Run(gap[0], gap[0], gap[2]), *runs, Run(gap[1], gap[1], gap[3])]
    ranges = [(a.end, b.start, a.target_end, b.target) for a, b in pairwise(edges)]
    return [left for left in ranges if left[0] < left[1] or left[2] < left[3]]


def pairs(ours: Sequence[str], theirs: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Index pairs of equal units, rising on both sides."""
    stack: list[Range] = [(0, len(ours), 0, len(theirs))]
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


def _cut(ours: Sequence[str], theirs: Sequence[str], rest: Range) -> list[Range]:
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
    ours: Sequence[str], theirs: Sequence[str], rest: Range
) -> list[tuple[int, int]]:
    """The heaviest rising sequence of units that occur once on each side of ``rest``.

    Each weighs as much as the text it brings along: itself, and the repeated units that stand
    around it on both sides. So a short paragraph moves past a long one, not the other way.
    """
    a1, a2, b1, b2 = rest
    mine, its = Counter(ours[a1:a2]), Counter(theirs[b1:b2])
    where = {theirs[j]: j for j in range(b1, b2) if its[theirs[j]] == 1 and mine[theirs[j]] == 1}
    found = [(i, where[ours[i]]) for i in range(a1, a2) if ours[i] in where]

    def brought(i: int, j: int, step: int) -> int:
        i, j, weight = i + step, j + step, 0
        while a1 <= i < a2 and b1 <= j < b2 and ours[i] == theirs[j] and ours[i] not in where:
            i, j, weight = i + step, j + step, weight + len(ours[i])
        return weight

    weights = [1 + len(ours[i]) + brought(i, j, -1) + brought(i, j, 1) for i, j in found]
    return [found[index] for index in heaviest_rising([j for _, j in found], weights)]


def heaviest_rising(values: Sequence[int], weights: Sequence[int]) -> list[int]:
    """Indices of the rising subsequence of distinct ``values`` with the greatest total weight."""
    if len(values) < 2:
        return list(range(len(values)))
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


def grams(says: Sequence[str], length: int) -> Iterator[tuple[str, ...]]:
    """Every ``length`` words in a row."""
    return zip(*(says[skip:] for skip in range(length)), strict=False)


def shared_runs(ours: Sequence[str], theirs: Sequence[str]) -> list[Run]:
    """Runs of at least ``RUN`` words that begin alike in one place only on each side.

    In order of ``ours``. None overlap there, but two may in ``theirs``.
    """
    if min(len(ours), len(theirs)) < RUN:
        return []
    mine, its = Counter(grams(ours, RUN)), Counter(grams(theirs, RUN))
    where = {gram: j for j, gram in enumerate(grams(theirs, RUN)) if its[gram] == 1 == mine[gram]}
    runs: list[Run] = []
    end = 0
    for i, gram in enumerate(grams(ours, RUN) if where else ()):
        if i < end or gram not in where:
            continue
        first, last, shift = i, i + RUN, where[gram] - i
        while first > end and first + shift > 0 and ours[first - 1] == theirs[first + shift - 1]:
            first -= 1
        most = min(len(ours), len(theirs) - shift)
        while last < most and ours[last] == theirs[last + shift]:
            last += 1
        runs.append(Run(first, last, first + shift))
        end = last
    return runs
