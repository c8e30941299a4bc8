"""Which sentences of two revisions are the same ones edited."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from heapq import nlargest
from itertools import pairwise
from math import log

from rapidfuzz.distance import Indel

#: Least likeness, from 0 to 1, at which two sentences are one that was edited.
ALIKE = 0.5
#: Two words in a row that stand in more sentences than this say little about any of them.
_RARE = 16
#: Words times words of two sentences that are compared.
_PLAIN = 1_000_000
#: Sentences sharing the most pairs of words that are compared in full.
_COMPARED = 4


class Likeness:
    """Compares sentences by the words they share, as much as each of those tells.

    A word tells as much as it surprises after the word before it: a rare one more than a common
    one, and the rest of a stock phrase next to nothing.
    """

    def __init__(self, old: Sequence[str], new: Sequence[str]) -> None:
        self._single = Counter(old) | Counter(new)
        self._double = Counter(pairwise(old)) | Counter(pairwise(new))
        self._total = max(len(old), len(new)) + 1
        #: What a word tells after another, as far as it has been asked for.
        self._after: dict[tuple[str, str], float] = {}

    def of(self, ours: Sequence[str], theirs: Sequence[str]) -> float:
        """From 0 to 1: how much of what both tell is in order in the other as well."""
        mine, its = self._tells(ours), self._tells(theirs)
        shared = sum(
            sum(mine[op.src_start : op.src_end]) + sum(its[op.dest_start : op.dest_end])
            for op in Indel.opcodes(ours, theirs)
            if op.tag == "equal"
        )
        together = sum(mine) + sum(its)
        return shared / together if together else 0.0

    def _tells(self, words: Sequence[str]) -> list[float]:
        alone = [-log(self._single[word] / self._total) for word in words[:1]]
        after = self._after
        return alone + [after[two] if two in after else self._told(two) for two in pairwise(words)]

    def _told(self, two: tuple[str, str]) -> float:
        """What the second of two words tells after the first."""
        count, first, second = self._double[two], self._single[two[0]], self._single[two[1]]
        # Of the other places where the first word stands, in how many does the second follow?
        told = -log((count - 1 + second / self._total) / max(first, count))
        self._after[two] = told
        return told

    def pairs(
        self, ours: Sequence[Sequence[str]], theirs: Sequence[Sequence[str]]
    ) -> list[tuple[float, float, int, int]]:
        """Sentences alike, none in two pairs: likeness, the runner-up's, and both indices."""
        found = self._found(ours, theirs)
        pairs: list[tuple[float, int, int]] = []
        others: defaultdict[tuple[str, int], list[float]] = defaultdict(list)
        taken: set[tuple[str, int]] = set()
        for likeness, i, j in sorted(found, key=lambda pair: (-pair[0], *pair[1:])):
            others["old", i].append(likeness)
            others["new", j].append(likeness)
            if likeness >= ALIKE and not taken & {("old", i), ("new", j)}:
                pairs.append((likeness, i, j))
                taken |= {("old", i), ("new", j)}
        return [
            (likeness, max([0.0, *others["old", i][1:2], *others["new", j][1:2]]), i, j)
            for likeness, i, j in pairs
        ]

    def _found(
        self, ours: Sequence[Sequence[str]], theirs: Sequence[Sequence[str]]
    ) -> Iterable[tuple[float, int, int]]:
        """Only sentences that share rare pairs of words, and of those the likeliest few."""
        standing: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for j, sentence in enumerate(theirs):
            for two in set(pairwise(sentence)):
                standing[two].append(j)
        for i, sentence in enumerate(ours):
            sharing: dict[int, int] = {}
            for two in set(pairwise(sentence)):
                these = standing.get(two, ())
                if len(these) <= _RARE:
                    for j in these:
                        sharing[j] = sharing.get(j, 0) + 1
            for j in nlargest(_COMPARED, sharing, key=sharing.__getitem__):
                if len(sentence) * len(theirs[j]) <= _PLAIN:
                    yield self.of(sentence, theirs[j]), i, j
