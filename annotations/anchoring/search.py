"""Finding the words of a quote in a text: the same words first, then the same with slips.

The words that two texts share in pairs lead to the places worth a look; from the longest run that
is the same a comparison grows outwards, from one differing hunk to the next. So the cost depends
on what is shared, and no quote is held against the whole of a text.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from sys import getsizeof

from rapidfuzz.distance import Indel

from annotations.anchoring.folding import (
    Words,
    breadth,
    fold_marks,
    remembered_words_of,
)
from annotations.anchoring.slips import SMALL, Hunk, Tally, cost, judge
from forum.lib.memo import Memo

Pair = tuple[str, str]

#: A quote shorter than this, in code points or in words, has to be verbatim.
SHORT, FEW = 20, 4
#: Least similarity, from 0 to 1, of a quote with slips and the passage.
FLOOR = 0.8
#: The least likeness of what differs only in what folding does away with.
FOLDED = 0.995
#: How far it must be ahead of every other place.
MARGIN = 0.05
#: Code points of a quote to one slip; the first is free.
_PER_SLIP = 22
#: Shortest quote that may have another word in it, and the words of content kept for each.
_LONG, _KEPT = 40, 4
#: What looks like the quote and makes another claim, or has another word, is less like it.
_CLAIM_PENALTY, _SWAP_PENALTY, _MARKS_PENALTY = 0.15, 0.03, 0.01
#: Longest stretch of differing words.
_HUNK = 5
#: A pair of words that stands in more places than this ("of the" in a book) leads nowhere.
_OFTEN = 100
#: And if all of a quote's pairs stand in more than this, so may the quote.
_EVERYWHERE = 1_000
#: Least part of a quote's pairs of words that a text must have too.
_SHARED = 0.3
#: Of texts up to this length, in code points, all pairs are remembered, up to so many bytes:
#: some 30 articles of 20,000 characters, or one of 50,000 in Chinese.
_PLACED, _REMEMBERED = 50_000, 16_000_000
#: Places for a quote's pairs that are looked at, and runs of the same words that are grown.
_PLACES, _RUNS = 600, 8


@dataclass(frozen=True, slots=True)
class Found:
    """A place ``[first, last)``, in words, that says what a quote says, or nearly."""

    first: int
    last: int
    score: float
    #: Whether all that differs is slips.
    sure: bool

    def overlaps(self, other: Found) -> bool:
        """Whether two places have words in common."""
        return self.first < other.last and other.first < self.last


@dataclass(frozen=True, slots=True)
class _Run:
    """The words ``[first, last)`` of a quote, that are those of a text ``offset`` further on."""

    offset: int
    first: int
    last: int


def _places(pairs: Iterable[tuple[int, Pair]]) -> dict[Pair, list[int]]:
    places: dict[Pair, list[int]] = {}
    for at, pair in pairs:
        places.setdefault(pair, []).append(at)
    return places


def _weigh(text: str, places: dict[Pair, list[int]]) -> int:
    # Measured: nearly all of it is what holds a pair. Where characters are words, there are many.
    return getsizeof(text) + 220 * len(places) + 10 * sum(map(len, places.values()))


_PLACES_IN: Memo[str, dict[Pair, list[int]]] = Memo(_REMEMBERED, _weigh)


def _remembered_places(text: str) -> dict[Pair, list[int]]:
    """Where all pairs of words in ``text`` stand, for the comments that will be made on it."""
    places = _PLACES_IN.get(text)
    if places is None:
        places = _places(enumerate(pairwise(remembered_words_of(text).folded)))
        _PLACES_IN.put(text, places)
    return places


class Searched:
    """A text, and where the pairs of words stand that quotes ask for."""

    def __init__(self, text: str, wanted: Set[Pair]) -> None:
        self.text = text
        self.words = remembered_words_of(text)
        if len(text) <= _PLACED:
            self.places = _remembered_places(text)
        else:
            pairs = enumerate(pairwise(self.words.folded))
            self.places = _places((at, pair) for at, pair in pairs if pair in wanted)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """All its words."""
        return frozenset(self.words.folded)

    def verbatim(self, quote: Words) -> list[int] | None:
        """Where the same words stand, as indices of words; ``None`` if all over the place."""
        sought = quote.folded
        rarest, places = 0, None
        for i, pair in enumerate(pairwise(sought)):
            these = self.places.get(pair)
            if these is None:
                return []
            if places is None or len(these) < len(places):
                rarest, places = i, these
        if places is None:
            return []
        if len(places) > _EVERYWHERE:
            return None
        ours, size = self.words.folded, len(sought)
        starts = [at - rarest for at in places if at >= rarest]
        return [at for at in starts if ours[at] == sought[0] and ours[at : at + size] == sought]

    def shares(self, quote: Words) -> bool:
        """Whether so much of a quote stands in the text that it may be from there."""
        shared = sum(pair in self.places for pair in pairs_of(quote))
        return shared > 0 and shared >= _SHARED * (len(quote) - 1)

    def near(self, quote: Words) -> list[Found]:
        """Where nearly the same words stand, the likeliest place first, none over another."""
        found: list[Found] = []
        for run in self._runs(quote):
            hunks = _grown(quote.folded, self.words.folded, run)
            if hunks is not None:
                found.append(self._weigh(quote, hunks))
        found.sort(key=lambda place: (not place.sure, -place.score, place.first))
        kept: list[Found] = []
        for place in found:
            if not any(place.overlaps(other) for other in kept):
                kept.append(place)
        return sorted(kept, key=lambda place: (-place.score, not place.sure))

    def extent(self, quote: Words, first: int, last: int) -> tuple[int, int]:
        """The code points of a place, with the marks at its ends that the quote has too."""
        start, end = self.words.starts[first], self.words.ends[last - 1]
        before = quote.text[: quote.starts[0]]
        while before and start and _same_mark(before[-1], self.text[start - 1]):
            before, start = before[:-1], start - 1
        after = quote.text[quote.ends[-1] :]
        while after and end < len(self.text) and _same_mark(after[0], self.text[end]):
            after, end = after[1:], end + 1
        return start, end

    def likeness(self, quote: Words, first: int, last: int) -> float:
        """The similarity, from 0 to 1, of a quote and a place that has the same words."""
        start, end = self.extent(quote, first, last)
        if self.text[start:end] == quote.text.strip():
            return 1.0
        same = quote.gaps(0, len(quote)) == self.words.gaps(first, last)
        return FOLDED if same else 1.0 - _MARKS_PENALTY

    def _runs(self, quote: Words) -> list[_Run]:
        """A run of the same words in each of the likeliest places."""
        pairs = sorted(
            (len(places), i, places)
            for i, pair in enumerate(pairwise(quote.folded))
            if 0 < len(places := self.places.get(pair, [])) <= _OFTEN
        )
        hits: list[tuple[int, int]] = []
        for count, i, places in pairs:
            if len(hits) + count > _PLACES:
                break
            hits += [(at - i, i) for at in places]
        runs: list[_Run] = []
        for offset, i in sorted(hits):
            last = runs[-1] if runs else None
            if last and last.offset == offset and last.last == i + 1:
                runs[-1] = _Run(offset, last.first, i + 2)
            else:
                runs.append(_Run(offset, i, i + 2))
        return _likeliest(runs, quote)

    def _weigh(self, quote: Words, hunks: list[Hunk]) -> Found:
        """How alike a quote and a place are, given all that differs; the ends are hunks too."""
        head, tail = hunks[0], hunks[-1]
        tally = Tally()
        for hunk in hunks:
            tally.add(judge(quote, self.words, hunk, self.vocabulary))
        ends = Tally()
        for hunk in (head, tail):
            ends.add(judge(quote, self.words, hunk, self.vocabulary))
        first, last = head.first, tail.last
        said, stands = quote.folded, self.words.folded[first:last]
        score = Indel.normalized_similarity(" ".join(said), " ".join(stands))
        score -= _MARKS_PENALTY + _SWAP_PENALTY * tally.swaps
        score -= _CLAIM_PENALTY if tally.another_claim else 0
        changed = {i for h in hunks for i in range(h.quote_first, h.quote_last)}
        kept = sum(w not in SMALL for i, w in enumerate(said) if i not in changed)
        length = breadth(quote.text.strip())
        sure = (
            not tally.another_claim
            and length >= SHORT
            and len(said) >= FEW
            and tally.slips <= max(1, length // _PER_SLIP)
            and (not tally.swaps or (length >= _LONG and kept >= _KEPT * tally.swaps))
            and not ends.swaps
        )
        return Found(first, last, max(0.0, score), sure)


def _likeliest(runs: Sequence[_Run], quote: Words) -> list[_Run]:
    """Of the places that share most with a quote, each the run that says most.

    ``runs`` come in order of their offsets; those of one place have nearly the same.
    """
    offsets = [run.offset for run in runs]
    sizes = [quote.ends[run.last - 1] - quote.starts[run.first] for run in runs]
    totals = [0, *accumulate(sizes)]
    ranked = []
    for index, offset in enumerate(offsets):
        low, high = bisect_left(offsets, offset - _HUNK), bisect_right(offsets, offset + _HUNK)
        ranked.append((totals[high] - totals[low], sizes[index], -index))
    kept: list[_Run] = []
    for _, _, index in sorted(ranked, reverse=True):
        run = runs[-index]
        if all(abs(run.offset - other.offset) > _HUNK for other in kept):
            kept.append(run)
        if len(kept) == _RUNS:
            break
    return kept


def _grown(quote: list[str], text: list[str], run: _Run) -> list[Hunk] | None:
    """What differs around a run of the same words; ``None`` if it is too much.

    The first and the last hunk are the quote's ends, empty if they agree.
    """
    first, last, at = run.first, run.last, run.first + run.offset
    end = last + run.offset
    reach = first + _HUNK * (first // 2 + 1)
    before = _grow(quote[:first][::-1], text[max(0, at - reach) : at][::-1])
    rest = len(quote) - last
    after = _grow(quote[last:], text[end : end + rest + _HUNK * (rest // 2 + 1)])
    if before is None or after is None:
        return None
    hunks = [Hunk(first - b, first - a, at - d, at - c) for a, b, c, d in reversed(before)]
    return hunks + [Hunk(last + a, last + b, end + c, end + d) for a, b, c, d in after]


def _grow(quote: list[str], text: list[str]) -> list[tuple[int, int, int, int]] | None:
    """The hunks of a quote and a text that begin at the same place; the last one is the end."""
    hunks: list[tuple[int, int, int, int]] = []
    i = j = 0
    while True:
        while i < len(quote) and j < len(text) and quote[i] == text[j]:
            i, j = i + 1, j + 1
        if i == len(quote):
            return [*hunks, (i, i, j, j)]
        step = _resync(quote, text, i, j)
        if step is None:
            return None
        hunks.append((i, i + step[0], j, j + step[1]))
        i, j = i + step[0], j + step[1]
        if i == len(quote):
            return hunks


def _resync(quote: list[str], text: list[str], i: int, j: int) -> tuple[int, int] | None:
    """How many words of a quote and of a text differ before they agree again, or end."""
    best: tuple[int, int, int] | None = None
    rest = len(quote) - i
    for a in range(min(_HUNK, rest) + 1):
        for b in range(min(_HUNK, len(text) - j) + 1):
            if (a or b) and (a == rest or _agree(quote, text, i + a, j + b)):
                price = cost(quote[i : i + a], text[j : j + b])
                if best is None or (price, a + b) < (best[0], best[1] + best[2]):
                    best = price, a, b
    return best and best[1:]


def _agree(quote: list[str], text: list[str], i: int, j: int) -> bool:
    if j >= len(text) or quote[i] != text[j]:
        return False
    return i + 1 == len(quote) or (j + 1 < len(text) and quote[i + 1] == text[j + 1])


def _same_mark(one: str, other: str) -> bool:
    return not one.isspace() and not other.isspace() and fold_marks(one) == fold_marks(other)


def pairs_of(words: Words) -> Iterable[Pair]:
    """The pairs of neighbours."""
    return pairwise(words.folded)
