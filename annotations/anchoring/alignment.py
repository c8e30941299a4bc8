"""Aligning two revisions of a text: which stretches of the old one live on, and where.

Each pass works only on what the ones before it could not match: paragraphs, then sentences, then
the words of sentences that are alike, then runs of words that stand in one place only, then the
words left over; what is left of a changed word is matched by characters. A paragraph, a sentence
or a run of words that has left its place and stands once in what is new, whole or edited, has
moved. Stray words that two unrelated stretches share ("the", "and") are no match, nor is a stock
phrase whose surroundings are all new.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise

from rapidfuzz.distance import Indel

from annotations.anchoring.blocks import Block, Passage, blocks_of, joined
from annotations.anchoring.likeness import ALIKE
from annotations.anchoring.moves import Moves
from annotations.anchoring.ordering import (
    Range,
    Run,
    between,
    heaviest_rising,
    merged,
    pairs,
    shared_runs,
)
from annotations.anchoring.remains import Remains, Split
from annotations.anchoring.words import Words

#: The longest stretch of changed words that is compared by characters, in words and in code
#: points: longer ones have as much in common by chance.
_FEW_WORDS, _CHARACTERS = 4, 200
#: Shortest common run of characters that counts inside edited words, in code points.
_SHORTEST_RUN = 3
#: Shortest run of words that counts between larger edits whatever it says, in code points.
_SHORTEST_SOLID = 20


def align(old: Words, new: Words) -> list[Passage]:
    """What the texts share: first what kept its order, then each stretch that moved.

    The moved ones are in order of ``old``; no block overlaps another in either text. The cost
    grows with what was edited.
    """
    return _Alignment(old, new).passages()


class _Alignment:
    def __init__(self, old: Words, new: Words) -> None:
        self.old, self.new = old, new
        self.remains = Remains(old, new)
        self.moves = Moves(self.remains)
        #: Runs of words in order, and those of them in sentences surely edited where they stood.
        self.runs: list[Run] = []
        self.edited: list[Run] = []
        #: Gaps in which no sentence is another one edited.
        self.unlike: set[Range] = set()

    def passages(self) -> list[Passage]:
        self._fill(partial(self._same, Words.paragraphs))
        self.moves.find(Words.paragraphs)
        self._fill(partial(self._same, Words.sentences))
        # Of a repeated sentence one that is edited where it stood is likelier than one that went.
        self.moves.find(Words.sentences, anywhere=True)
        self.moves.grow()
        self._fill(self._alike)
        # Again for the rest of one that was made two, or of two that were made one.
        self._fill(self._alike)
        self.moves.find(Words.sentences)
        self.moves.find_alike()
        self.moves.grow()
        self._fill(self._shared)
        self.moves.find_runs()
        self._fill(self._words)
        characters, runs = self._characters(), self._certain()
        # What is in doubt where it is may have gone along with what moved.
        self.remains.gaps = between(runs, (0, len(self.old), 0, len(self.new)))
        self.moves.grow()
        blocks = [*blocks_of(self.old, self.new, runs), *characters]
        return [self._in_order(blocks), *self.moves.passages()]

    def _in_order(self, blocks: Sequence[Block]) -> Passage:
        old, new = self.old.text, self.new.text
        frame = (0, len(old), 0, len(new))
        return Passage(frame, joined(old, new, sorted(blocks), frame))

    def _fill(self, find: Callable[[Range], list[Run]]) -> None:
        """Match what ``find`` finds in each gap; what lies between are the new gaps."""
        gaps: list[Range] = []
        for gap in self.remains.gaps:
            if gap[0] == gap[1] or gap[2] == gap[3]:
                # Words on one side only: most gaps, after the first passes.
                gaps.append(gap)
                continue
            runs = find(gap)
            self.runs += runs
            gaps += between(runs, gap)
        self.remains.gaps = gaps

    def _same(self, split: Split, gap: Range) -> list[Run]:
        """The units that are the same."""
        ours, theirs = self.remains.free(split, gap)
        return [
            Run(ours[i].start, ours[i].end, theirs[j].start)
            for i, j in pairs([u.says for u in ours], [u.says for u in theirs])
        ]

    def _alike(self, gap: Range) -> list[Run]:
        """The words of sentences that were edited where they stood."""
        if gap in self.unlike:
            return []
        ours, theirs = self.remains.free(Words.sentences, gap)
        alike = sorted((i, j, like) for like, _, i, j in self.remains.alike(ours, theirs))
        if not alike:
            self.unlike.add(gap)
        weights = [round(like * len(ours[i].says)) for i, _, like in alike]
        rising = heaviest_rising([j for _, j, _ in alike], weights)
        runs: list[Run] = []
        for i, j, _ in (alike[index] for index in rising):
            same = self.remains.same_words(ours[i].beside(theirs[j]))
            runs += same
            self.edited += same if any(map(self.remains.telling, same)) else []
        return runs

    def _shared(self, gap: Range) -> list[Run]:
        """The runs of words that are once in the gap, on both sides."""
        ours, theirs = self.remains.free_words([gap])
        shared = shared_runs(*self.remains.says(ours, theirs))
        rising = heaviest_rising([run.target for run in shared], [r.end - r.start for r in shared])
        runs: list[Run] = []
        reached = 0
        for run in (shared[index] for index in rising):
            first = run.start + max(reached - run.target, 0)
            shift = run.target - run.start
            runs += [Run(ours[i], ours[i] + 1, theirs[i + shift]) for i in range(first, run.end)]
            reached = max(reached, run.target_end)
        return self._solid(merged(runs), gap)

    def _words(self, gap: Range) -> list[Run]:
        """The words left over, but for stray ones."""
        ours, theirs = self.remains.free_words([gap])
        found = pairs(*self.remains.says(ours, theirs))
        runs = [Run(ours[i], ours[i] + 1, theirs[j]) for i, j in found]
        return self._solid(merged(runs), gap)

    def _solid(self, runs: Sequence[Run], gap: Range) -> list[Run]:
        """Those of the runs of words in a gap that are no coincidence between larger edits."""
        kept = [Run(gap[0], gap[0], gap[2])]
        for following in (*runs, Run(gap[1], gap[1], gap[3])):
            while len(kept) > 1 and self._stray(kept[-2], kept[-1], following):
                kept.pop()
            kept.append(following)
        return kept[1:-1]

    def _stray(self, before: Run, run: Run, after: Run) -> bool:
        length = self.old.size(run.start, run.end)
        small = length < _SHORTEST_SOLID or not self.remains.telling(run)
        beside = [(before, run), (run, after)]
        marks = not any(map(str.isalnum, "".join(self.old.says[run.start : run.end])))
        if marks and any(self.remains.apart(before, run)):
            # Full stops and the like: part of their own sentence, whatever stands next to them.
            beside = [two for two in beside if not self.remains.parted(*two)]
        return small and all(length <= max(self.remains.apart(*two)) for two in beside)

    def _certain(self) -> list[Run]:
        """The runs but for what stands in several places and has other words on both sides now."""
        runs = merged(sorted(self.runs))
        edited = bytearray(len(self.old))
        for run in self.edited:
            edited[run.start : run.end] = b"\x01" * (run.end - run.start)
        around = [Run(0, 0, 0), *runs, Run(len(self.old), len(self.old), len(self.new))]
        replaced = [min(self.remains.apart(one, other)) for one, other in pairwise(around)]
        telling = [1 in edited[run.start : run.end] or self.remains.telling(run) for run in runs]
        before = _since(replaced[:-1], telling)
        after = _since(replaced[:0:-1], telling[::-1])[::-1]
        return [
            run
            for run, tells, ahead, behind in zip(runs, telling, before, after, strict=True)
            if tells or self.old.size(run.start, run.end) > min(ahead, behind)
        ]

    def _characters(self) -> list[Block]:
        """What edited words still share, such as "colour" and "color"."""
        blocks: list[Block] = []
        for o1, o2, n1, n2 in self.remains.gaps:
            ours, theirs = self.old.raw(o1, o2), self.new.raw(n1, n2)
            few = 0 < o2 - o1 <= _FEW_WORDS and 0 < n2 - n1 <= _FEW_WORDS
            if (
                not few
                or len(ours + theirs) > 2 * _CHARACTERS
                or self.remains.taken((o1, o2, n1, n2))
            ):
                continue
            if Indel.normalized_similarity(ours, theirs) < ALIKE:
                continue
            start, target = self.old.starts[o1], self.new.starts[n1]
            blocks += [
                Block(
                    start + op.src_start,
                    start + op.src_end,
                    target + op.dest_start,
                    target + op.dest_end,
                )
                for op in Indel.opcodes(ours, theirs)
                if op.tag == "equal" and op.src_end - op.src_start >= _SHORTEST_RUN
            ]
        return blocks


def _since(replaced: Sequence[int], telling: Sequence[bool]) -> list[int]:
    """How much was replaced before each run since the last one that tells where it is."""
    found: list[int] = []
    total = 0
    for amount, tells in zip(replaced, telling, strict=True):
        total += amount
        found.append(total)
        total = 0 if tells else total
    return found
