"""Finding what a comment takes over word for word without any marks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from annotations.anchoring.folding import Words
from annotations.anchoring.matching import Quote
from annotations.anchoring.search import Searched, pairs_of

#: Shortest stretch without marks that counts as a quote, in code points.
LEAST = 40
#: A pair of words in more places than this is followed from none of them.
_FOLLOWED = 50


@dataclass(frozen=True, slots=True)
class _Run:
    """The words ``[first, last)`` of a comment, which a source has ``offset`` further on."""

    source: int
    first: int
    last: int
    offset: int

    def is_within(self, other: _Run) -> bool:
        """Whether another run of the same source has all its words, in another place."""
        return (
            self.source == other.source
            and self.offset != other.offset
            and other.first <= self.first
            and self.last <= other.last
        )


def unmarked(comment: Words, sources: Sequence[Searched], closed: bytearray) -> Iterator[Quote]:
    """The stretches that a source has too, with the same marks between the words; longest first.

    None of them has a code point that is ``closed``, and none stands in a source twice.
    """

    def size(run: _Run) -> int:
        return comment.ends[run.last - 1] - comment.starts[run.first]

    runs = [
        run
        for index, source in enumerate(sources)
        for run in _runs(comment, source, index)
        if size(run) >= LEAST
    ]
    runs.sort(key=lambda run: (-size(run), run.source, run.first))
    closed = closed[:]
    for run in runs:
        start, end = comment.starts[run.first], comment.ends[run.last - 1]
        if closed.find(1, start, end) >= 0:
            continue
        closed[start:end] = b"\x01" * (end - start)
        if not any(run.is_within(other) for other in runs):
            words = sources[run.source].words
            first, last = run.first + run.offset, run.last + run.offset
            yield Quote(start, end, run.source, words.starts[first], words.ends[last - 1], 1.0)


def _runs(comment: Words, source: Searched, index: int) -> Iterator[_Run]:
    """The longest runs of words and marks that both have."""
    theirs = source.words
    #: Offset → where the last run that was found there ends.
    done: dict[int, int] = {}
    for middle, pair in enumerate(pairs_of(comment)):
        places = source.places.get(pair, ())
        for at in places if len(places) <= _FOLLOWED else ():
            offset = at - middle
            if done.get(offset, 0) > middle:
                continue
            first = last = middle
            while _goes_on(comment, theirs, first - 1, first - 1 + offset):
                first -= 1
            while _goes_on(comment, theirs, last, last + offset):
                last += 1
            done[offset] = last + 1
            if last > first:
                yield _Run(index, first, last + 1, offset)


def _goes_on(ours: Words, theirs: Words, index: int, at: int) -> bool:
    """Whether two texts agree from one word to the next, with what stands between."""
    return (
        0 <= index < len(ours) - 1
        and 0 <= at < len(theirs) - 1
        and ours.folded[index] == theirs.folded[at]
        and ours.folded[index + 1] == theirs.folded[at + 1]
        and ours.gap(index) == theirs.gap(at)
    )
