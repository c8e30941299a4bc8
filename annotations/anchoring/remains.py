"""What two texts have left to match, and what is known of all their words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import pairwise

from annotations.anchoring.likeness import Likeness
from annotations.anchoring.ordering import Range, Run, grams, merged, pairs
from annotations.anchoring.words import Part, Words

#: Words in a row that tell a passage from others when no other place has them; and the same
#: where, as in Chinese, every character is a word.
_TELLING, _TELLING_CHARACTERS = 3, 8

#: Cuts the words from one to another into sentences or paragraphs.
Split = Callable[[Words, int, int], list[Part]]


class Remains:
    """The gaps between what was matched in order, less the words that moved."""

    def __init__(self, old: Words, new: Words) -> None:
        self.old, self.new = old, new
        self.gaps: list[Range] = [(0, len(old), 0, len(new))]
        #: The words that moved: they take no further part.
        self.taken_old, self.taken_new = bytearray(len(old)), bytearray(len(new))

    def take(self, move: Range) -> None:
        """Leave out from now on what moved."""
        o1, o2, n1, n2 = move
        self.taken_old[o1:o2] = b"\x01" * (o2 - o1)
        self.taken_new[n1:n2] = b"\x01" * (n2 - n1)

    def taken(self, part: Range) -> bool:
        """Whether any word of a stretch has moved, on either side."""
        o1, o2, n1, n2 = part
        return 1 in self.taken_old[o1:o2] or 1 in self.taken_new[n1:n2]

    def same_words(self, part: Range) -> list[Run]:
        """The words, in order, that two stretches share."""
        o1, o2, n1, n2 = part
        found = pairs(self.old.says[o1:o2], self.new.says[n1:n2])
        return merged([Run(o1 + i, o1 + i + 1, n1 + j) for i, j in found])

    def alike(
        self, ours: Sequence[Part], theirs: Sequence[Part]
    ) -> list[tuple[float, float, int, int]]:
        """Those that are one edited: likeness, the runner-up's, and both indices."""
        if not ours or not theirs:
            return []
        return self._likeness.pairs(
            [self.old.says[unit.start : unit.end] for unit in ours],
            [self.new.says[unit.start : unit.end] for unit in theirs],
        )

    @cached_property
    def _likeness(self) -> Likeness:
        return Likeness(self.old.says, self.new.says)

    def free(self, split: Split, gap: Range) -> tuple[list[Part], list[Part]]:
        """The units of a gap, old and new, that have not moved."""
        ours = [u for u in split(self.old, *gap[:2]) if not self.taken_old[u.start]]
        theirs = [u for u in split(self.new, *gap[2:]) if not self.taken_new[u.start]]
        return ours, theirs

    def left(self, split: Split, shortest: int) -> tuple[list[Part], list[Part]]:
        """What is left in all gaps together of units that are long enough to have moved."""
        ours: list[Part] = []
        theirs: list[Part] = []
        for gap in self.gaps:
            mine, its = self.free(split, gap)
            ours += [unit for unit in mine if len(unit.says) >= shortest]
            theirs += [unit for unit in its if len(unit.says) >= shortest]
        return ours, theirs

    def free_words(self, gaps: Iterable[Range]) -> tuple[list[int], list[int]]:
        """The words of gaps that have not moved; a -1 stands between gaps, and for what moved."""
        ours: list[int] = []
        theirs: list[int] = []
        for gap in gaps:
            ours += [-1 if self.taken_old[i] else i for i in range(*gap[:2])]
            theirs += [-1 if self.taken_new[j] else j for j in range(*gap[2:])]
            ours.append(-1)
            theirs.append(-1)
        return ours, theirs

    def says(self, ours: Sequence[int], theirs: Sequence[int]) -> tuple[list[str], list[str]]:
        """What words say; nothing equals what stands for none."""
        return (
            [self.old.says[i] if i >= 0 else "\x00 old" for i in ours],
            [self.new.says[j] if j >= 0 else "\x00 new" for j in theirs],
        )

    def apart(self, one: Run, other: Run) -> tuple[int, int]:
        """How much stands between two runs, in the old text and in the new."""
        return (
            self.old.size(one.end, other.start),
            self.new.size(one.target_end, other.target),
        )

    def parted(self, one: Run, other: Run) -> bool:
        """Whether a sentence ends between two runs, in the old text or in the new."""
        return self.old.ends_within(one.end, other.start) or self.new.ends_within(
            one.target_end, other.target
        )

    def telling(self, run: Run) -> bool:
        """Whether a run has words in a row that stand nowhere else in either text."""
        said = self.old.says[run.start : run.end]
        characters = self.old.size(run.start, run.end) < 2 * len(said)
        length = min(_TELLING_CHARACTERS if characters else _TELLING, len(said))
        return any(all(text.once(gram) for text in self._standing) for gram in grams(said, length))

    @cached_property
    def _standing(self) -> tuple[Standing, Standing]:
        """Where words stand in each text."""
        return Standing(self.old.says), Standing(self.new.says)

    @cached_property
    def repeated(self) -> set[str]:
        """The sentences that stand more than once in one of the texts."""
        counted = [
            Counter(unit.says for unit in words.sentences(0, len(words)))
            for words in (self.old, self.new)
        ]
        return {says for counter in counted for says, count in counter.items() if count > 1}


class Standing:
    """Whether words in a row stand in one place only of a text, whatever their number."""

    def __init__(self, says: Sequence[str]) -> None:
        self.says = says
        self._pairs: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
        for at, two in enumerate(pairwise(says)):
            self._pairs[two].append(at)

    def once(self, gram: tuple[str, ...]) -> bool:
        """Whether they do. Looked up by the two neighbours among them that are rarest."""
        if len(gram) == 1:
            return self._alone[gram[0]] == 1
        nowhere: list[int] = []
        where = [self._pairs.get(two, nowhere) for two in pairwise(gram)]
        skip = min(range(len(where)), key=lambda index: len(where[index]))
        size, sought, found = len(gram), list(gram), 0
        for at in where[skip]:
            if at >= skip and self.says[at - skip : at - skip + size] == sought:
                found += 1
                if found > 1:
                    break
        return found == 1

    @cached_property
    def _alone(self) -> Counter[str]:
        return Counter(self.says)
