"""What left its place in the run of a text: paragraphs, sentences and longer runs of words."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from annotations.anchoring.blocks import Passage, blocks_of, joined
from annotations.anchoring.ordering import Range, Run, shared_runs
from annotations.anchoring.remains import Remains, Split
from annotations.anchoring.words import Part, Words

#: Shortest unit that can be said to have moved, in code points: "Yes." is everywhere.
_SHORTEST = 20
#: The same for a sentence that is once in the whole of both texts.
_SHORTEST_UNIQUE = 10
#: The same for words that are no whole sentence.
_SHORTEST_RUN = 40
#: Least likeness of a sentence that was moved and edited, and how far it is ahead of the next.
_ALIKE, _MARGIN = 0.75, 0.1


class Moves:
    """Finds what moved among the remains of two texts; the passes may come in any order."""

    def __init__(self, remains: Remains) -> None:
        self.remains = remains
        self.old, self.new = remains.old, remains.new
        #: What moved, from and to.
        self.moves: list[Range] = []

    def find(self, split: Split, *, anywhere: bool = False) -> None:
        """Take units that are once in all that is left of the old text, and once in what is new.

        With ``anywhere`` only those that are once in the whole of both texts.
        """
        ours, theirs = self.remains.left(split, _SHORTEST_UNIQUE if anywhere else _SHORTEST)
        its = _once(theirs)
        for says, unit in _once(ours).items():
            if says in its and not (anywhere and says in self.remains.repeated):
                self._move(unit.beside(its[says]))

    def find_alike(self) -> None:
        """Take sentences that are edited and stand elsewhere, like no other so much."""
        ours, theirs = self.remains.left(Words.sentences, _SHORTEST)
        for likeness, runner_up, i, j in self.remains.alike(ours, theirs):
            if likeness >= _ALIKE and likeness - runner_up >= _MARGIN:
                self._move(ours[i].beside(theirs[j]))

    def grow(self) -> None:
        """Let sentences go along with a neighbour that moved: "Yes." is not everywhere there."""
        if not self.moves:
            return
        ours, theirs = self.remains.left(Words.sentences, 1)
        for step in (1, -1):
            mine = {unit.start if step > 0 else unit.end: unit for unit in ours}
            its = {unit.start if step > 0 else unit.end: unit for unit in theirs}
            for move in self.moves:  # grows meanwhile
                near = mine.get(move[1] if step > 0 else move[0])
                there = its.get(move[3] if step > 0 else move[2])
                if not near or not there or near.says != there.says:
                    continue
                if not self.remains.taken(near.beside(there)):
                    self._move(near.beside(there))

    def find_runs(self) -> None:
        """Take longer runs of words that are once in what is left, and stand elsewhere."""
        ours, theirs = self.remains.free_words(self.remains.gaps)
        for run in shared_runs(*self.remains.says(ours, theirs)):
            start, target, length = ours[run.start], theirs[run.target], run.end - run.start
            move = (start, start + length, target, target + length)
            long = self.old.size(*move[:2]) >= _SHORTEST_RUN
            if long and not self.remains.taken(move) and self.remains.telling(Run(*move[:3])):
                self._move(self._widened(move))

    def _widened(self, move: Range) -> Range:
        """A move with the rest of its sentence, where that was edited on the way."""
        o1, o2, n1, n2 = move
        ours = _overlap(self.old.sentence_of(o1, o2), self._gap(0, o1)[:2])
        theirs = _overlap(self.new.sentence_of(n1, n2), self._gap(2, n1)[2:])
        most = self.old.size(o1, o2)
        before = ours[0], o1, theirs[0], n1
        after = o2, ours[1], n2, theirs[1]
        if self._edited(before, most):
            o1, n1 = ours[0], theirs[0]
        if self._edited(after, most):
            o2, n2 = ours[1], theirs[1]
        return o1, o2, n1, n2

    def _gap(self, side: int, word: int) -> Range:
        """The gap that a word of the old text (side 0) or the new (side 2) is in."""
        gaps = self.remains.gaps
        return gaps[bisect_right(gaps, word, key=lambda gap: gap[side]) - 1]

    def _edited(self, part: Range, most: int) -> bool:
        """Whether a stretch may be an edit of no more than so many code points."""
        o1, o2, n1, n2 = part
        sizes = self.old.size(o1, o2), self.new.size(n1, n2)
        return min(sizes) > 0 and max(sizes) <= most and not self.remains.taken(part)

    def _move(self, move: Range) -> None:
        self.moves.append(move)
        self.remains.take(move)

    def passages(self) -> list[Passage]:
        """What moved, in order of the old text; to be asked for when all else was matched."""
        return [self._passage(frame) for frame in self._frames()]

    def _frames(self) -> list[Range]:
        """The moves, those made one that went together, with what was edited between them."""
        frames: list[Range] = []
        for move in sorted(self.moves):
            last = frames[-1] if frames else None
            if last and self._together(last, move):
                frames[-1] = (last[0], move[1], last[2], move[3])
            else:
                frames.append(move)
        return frames

    def _together(self, one: Range, other: Range) -> bool:
        ours, theirs = (one[1], other[0]), (one[3], other[2])
        if theirs[0] > theirs[1] or not self._unmatched(ours, theirs):
            return False
        edited = max(self.old.size(*ours), self.new.size(*theirs))
        return edited <= min(self.old.size(*one[:2]), self.old.size(*other[:2]))

    def _unmatched(self, ours: tuple[int, int], theirs: tuple[int, int]) -> bool:
        """Whether two stretches hold nothing that was matched."""
        in_gaps = all(
            start == end or _within(self.remains.gaps, side, start, end)
            for side, (start, end) in ((0, ours), (2, theirs))
        )
        return in_gaps and 1 not in self.remains.taken_new[slice(*theirs)]

    def _passage(self, frame: Range) -> Passage:
        runs = self.remains.same_words(frame)
        here, there = self.old, self.new
        edges = (
            here.starts[frame[0]],
            here.ends[frame[1] - 1],
            there.starts[frame[2]],
            there.ends[frame[3] - 1],
        )
        blocks = blocks_of(here, there, runs)
        return Passage(edges, joined(here.text, there.text, blocks, edges))


def _overlap(one: Sequence[int], other: Sequence[int]) -> tuple[int, int]:
    return max(one[0], other[0]), min(one[1], other[1])


def _within(gaps: Sequence[Range], side: int, start: int, end: int) -> bool:
    at = bisect_right(gaps, start, key=lambda gap: gap[side]) - 1
    return at >= 0 and end <= gaps[at][side + 1]


def _once(units: Iterable[Part]) -> dict[str, Part]:
    """The units that none of the others equals."""
    found: dict[str, Part | None] = {}
    for unit in units:
        found[unit.says] = None if unit.says in found else unit
    return {says: unit for says, unit in found.items() if unit}
