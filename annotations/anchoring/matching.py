"""Matching what a comment quotes, or says it does, to a passage of one of its sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from annotations.anchoring.folding import Words, breadth
from annotations.anchoring.pieces import REPLACED, Piece, Reading
from annotations.anchoring.quotation_marks import Claim, Sign
from annotations.anchoring.search import FEW, FLOOR, MARGIN, SHORT, Found, Searched
from annotations.anchoring.slips import SMALL

#: Fewest code points and words of a quote that is short.
_SHORTEST, _FEWEST = 12, 2
#: Words around a quote that tell two places apart when a comment has them too.
_TELLING = 2
#: How like a quote a place must be to be a lookalike, when it is not the place.
_LOOKALIKE = 0.65
#: Quotes that are compared with a source for slips, in one comment.
_COMPARED = 400
#: Places of a piece that are tried as the beginning of a whole.
_TRIED = 20


@dataclass(frozen=True, slots=True)
class Quote:
    """A stretch of a comment that quotes ``source``, by its index; positions are code points.

    ``[comment_start, comment_end)`` of the comment's text, without the quotation marks, says what
    ``[start, end)`` of the source's text says; ``score`` is their similarity, from 0 to 1.
    """

    comment_start: int
    comment_end: int
    source: int
    start: int
    end: int
    score: float


class Doubt(Exception):
    """What is quoted may be from somewhere, and nobody can tell: a lookalike stands there."""


class Ambiguous(Doubt):
    """What is quoted stands in several places."""


class Matcher:
    """Matches readings of one comment to its sources."""

    def __init__(self, comment: Words, sources: Sequence[Searched]) -> None:
        self.comment, self.sources = comment, sources
        #: Comparisons that a hostile comment may still cost.
        self.left = _COMPARED

    def match(self, reading: Reading, claim: Claim) -> list[Quote]:
        """What is quoted in the stretch of the comment that is claimed; nothing if it is nowhere.

        Raises ``Doubt``.
        """
        start, end = claim.start, claim.end
        for piece in (reading.whole, reading.bare):
            verbatim = self._verbatim(piece)
            if verbatim:
                source, found = verbatim
                return [self._quote(source, found, piece, start, end)]
            if reading.bare.words.folded == reading.whole.words.folded:
                break
        if claim.sign is Sign.WIDE:
            return []
        chain = self._chained(reading.pieces, start, end)
        if chain:
            return [chain]
        if not reading.elided:
            near = self._near(reading.whole) or self._near(reading.bare)
            if near:
                return [self._quote(*near, reading.whole, start, end)]
        return list(self._one_by_one(reading.pieces))

    def prefix(self, piece: Piece) -> list[Quote]:
        """What a quote without an end quotes: its longest beginning that stands in one place."""
        words = piece.words
        best: tuple[int, int, int] | None = None
        doubt = False
        for index, source in enumerate(self.sources):
            for at in source.places.get((words.folded[0], words.folded[1]), ())[:100]:
                length = _common(words.folded, source.words.folded, at)
                if best is None or length > best[0]:
                    best, doubt = (length, index, at), False
                elif length == best[0] and index == best[1]:
                    doubt = True
        if best is None or doubt or best[0] < FEW:
            return []
        length, index, at = best
        if words.ends[length - 1] - words.starts[0] < SHORT:
            return []
        start, end = piece.start, piece.at + words.ends[length - 1]
        source = self.sources[index]
        there = source.words.starts[at], source.words.ends[at + length - 1]
        return [Quote(start, end, index, *there, 1.0)]

    def _quote(self, source: int, found: Found, piece: Piece, start: int, end: int) -> Quote:
        extent = self.sources[source].extent(piece.words, found.first, found.last)
        return Quote(start, end, source, *extent, found.score)

    def _verbatim(self, piece: Piece) -> tuple[int, Found] | None:
        """The one place, of the earliest source that has any, where the same words stand."""
        words = piece.words
        if not _says_enough(words):
            return None
        for index, source in enumerate(self.sources):
            places = source.verbatim(words)
            if places is None:
                raise Ambiguous
            if _is_short(words):
                gaps = words.gaps(0, len(words))
                if (
                    len(places) == 1
                    and source.words.gaps(places[0], places[0] + len(words)) != gaps
                ):
                    continue
            if places:
                at = places[0] if len(places) == 1 else self._told_apart(source, piece, places)
                likeness = source.likeness(words, at, at + len(words))
                return index, Found(at, at + len(words), likeness, True)
        return None

    def _told_apart(self, source: Searched, piece: Piece, places: list[int]) -> int:
        """Which of several places has the words around it that the comment has too."""
        first, last = self.comment.within(piece.start, piece.end)
        ours, theirs = self.comment.folded, source.words.folded
        scored = []
        for at in places:
            before = _common(ours[:first][::-1], theirs[:at][::-1], 0)
            after = _common(ours[last:], theirs, at + len(piece.words))
            scored.append((before + after, at))
        scored.sort(reverse=True)
        if scored[0][0] < _TELLING or scored[0][0] == scored[1][0]:
            raise Ambiguous
        return scored[0][1]

    def _near(self, piece: Piece) -> tuple[int, Found] | None:
        """The place that says nearly the same, if it is far enough ahead of all the others."""
        words = piece.words
        if _is_short(words):
            return None
        best: tuple[int, Found] | None = None
        doubt = False
        for index, source in enumerate(self.sources):
            if not (self.left and source.shares(words)):
                continue
            self.left -= 1
            found = source.near(words)
            sure = next((place for place in found if place.sure), None)
            if sure is None or sure.score < FLOOR:
                doubt |= any(place.score >= _LOOKALIKE for place in found)
                continue
            if any(o is not sure and o.score > sure.score - MARGIN for o in found):
                doubt = True
            elif best is None or sure.score > best[1].score:
                best = index, sure
        if best is None and doubt:
            raise Doubt
        return best

    def _chained(self, pieces: list[Piece], start: int, end: int) -> Quote | None:
        """One quote from the first piece to the last if they stand near each other, in order."""
        if len(pieces) < 2:
            return None
        for index, source in enumerate(self.sources):
            chains = list(_chains(pieces, source))
            if len(chains) == 1:
                return self._spanning(index, source, pieces, chains[0], start, end)
            if chains:
                raise Doubt
        return None

    def _one_by_one(self, pieces: list[Piece]) -> Iterator[Quote]:
        """Quotes of those pieces that can stand alone, unless one makes another claim."""
        for piece in pieces:
            if _is_short(piece.words):
                continue
            try:
                found = self._verbatim(piece) or self._near(piece)
            except Ambiguous:
                continue
            if found:
                yield self._quote(*found, piece, piece.start, piece.end)

    def _spanning(
        self,
        index: int,
        source: Searched,
        pieces: list[Piece],
        chain: list[Found],
        start: int,
        end: int,
    ) -> Quote:
        first, _ = source.extent(pieces[0].words, chain[0].first, chain[0].last)
        _, last = source.extent(pieces[-1].words, chain[-1].first, chain[-1].last)
        sizes = [piece.end - piece.start for piece in pieces]
        scores = [size * place.score for size, place in zip(sizes, chain, strict=True)]
        return Quote(start, end, index, first, last, sum(scores) / sum(sizes))


def _chains(pieces: list[Piece], source: Searched) -> Iterator[list[Found]]:
    """All the ways in which the pieces stand in order, none too far from the one before.

    They start from the piece that says most; of the places of another the nearest counts.
    """
    places = [_places(piece, source) for piece in pieces]
    strong = max(
        range(len(pieces)), key=lambda i: (len(places[i]) > 0, breadth(pieces[i].words.text))
    )
    if not _suffice(pieces, pieces[strong]):
        return
    for place in places[strong][:_TRIED]:
        chain = [place]
        for i in range(strong + 1, len(pieces)):
            following = _after(chain[-1], pieces[i], places[i], source)
            if following is None:
                break
            chain.append(following)
        for i in range(strong - 1, -1, -1):
            preceding = _before(chain[0], pieces[i], pieces[i + 1].gap, places[i], source)
            if preceding is None:
                break
            chain.insert(0, preceding)
        if len(chain) == len(pieces):
            yield chain


def _suffice(pieces: list[Piece], strong: Piece) -> bool:
    """Whether pieces together say enough, given the one that says most."""
    if not _is_short(strong.words):
        return True
    words = sum(len(piece.words) for piece in pieces)
    size = sum(piece.end - piece.start for piece in pieces)
    elided = sum(piece.gap > REPLACED for piece in pieces)
    return _says_enough(strong.words) and words >= FEW and size >= SHORT + elided * _SHORTEST


def _places(piece: Piece, source: Searched) -> list[Found]:
    words = piece.words
    verbatim = source.verbatim(words) or []
    if verbatim or _is_short(words):
        return [
            Found(at, at + len(words), source.likeness(words, at, at + len(words)), True)
            for at in verbatim
        ]
    return [place for place in source.near(words) if place.sure and place.score >= FLOOR]


def _after(place: Found, piece: Piece, places: list[Found], source: Searched) -> Found | None:
    """The first place of a piece after ``place``, not too far."""
    words = source.words
    limit = words.ends[place.last - 1] + piece.gap
    if len(piece.words) == 1:
        last = words.within(0, limit)[1]
        places = _single(piece, source, place.last, last)
    return next(
        (
            p
            for p in sorted(places, key=lambda p: p.first)
            if p.first >= place.last and words.starts[p.first] <= limit
        ),
        None,
    )


def _before(
    place: Found, piece: Piece, gap: int, places: list[Found], source: Searched
) -> Found | None:
    """The last place of a piece before ``place``, not too far."""
    words = source.words
    limit = words.starts[place.first] - gap
    if len(piece.words) == 1:
        first = words.within(0, max(0, limit))[1]
        places = _single(piece, source, first, place.first)
    return next(
        (
            p
            for p in sorted(places, key=lambda p: -p.first)
            if p.last <= place.first and words.ends[p.last - 1] >= limit
        ),
        None,
    )


def _single(piece: Piece, source: Searched, first: int, last: int) -> list[Found]:
    word = piece.words.folded[0]
    folded = source.words.folded
    return [Found(at, at + 1, 1.0, True) for at in range(first, last) if folded[at] == word]


def _is_short(words: Words) -> bool:
    return len(words) < FEW or breadth(words.text.strip()) < SHORT


def _says_enough(words: Words) -> bool:
    """Whether words can be a quote at all: two of them, one of content, and not too short."""
    return (
        len(words) >= _FEWEST
        and breadth(words.text[words.starts[0] : words.ends[-1]]) >= _SHORTEST
        and any(word not in SMALL for word in words.folded)
    )


def _common(ours: Sequence[str], theirs: Sequence[str], at: int) -> int:
    """How many words are the same from the beginning of one and from ``at`` of the other on."""
    length = 0
    while length < len(ours) and at + length < len(theirs) and ours[length] == theirs[at + length]:
        length += 1
    return length
