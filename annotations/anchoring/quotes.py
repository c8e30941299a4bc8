"""Finding which passages of some texts a comment quotes.

What stands between quotation marks or in a ``<blockquote>`` is looked for, the longest first, so
that a quote inside one that was found is part of it; what a comment has word for word without any
marks is looked for last. Nothing is linked in doubt.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import replace

from annotations.anchoring.folding import words_of
from annotations.anchoring.matching import Doubt, Matcher, Quote
from annotations.anchoring.pieces import Reading, reading_of
from annotations.anchoring.quotation_marks import Claim, Sign, claims_of, outline_of
from annotations.anchoring.search import Pair, Searched, pairs_of
from annotations.anchoring.unmarked import unmarked

__all__ = ["Quote", "find_quotes"]

#: What part of a quote that is found nowhere must be verbatim for that part to be linked.
_MOST_OF = 0.75


def find_quotes(html: str, text: str, sources: Sequence[str]) -> list[Quote]:
    """The quotes of a comment, given as canonical HTML and its text, in order; none overlap.

    ``sources`` come in order of preference: of two that say the same the earlier one is quoted.
    """
    return _Finder(html, text, sources).find()


class _Finder:
    def __init__(self, html: str, text: str, sources: Sequence[str]) -> None:
        self.text = text
        self.outline = outline_of(html, text)
        self.comment = words_of(text)
        claims = claims_of(text, self.outline, wide=True)
        # What may be no quote at all waits for the others.
        claims.sort(key=lambda c: (c.sign is Sign.OPEN, c.start - c.end, c.start))
        self.readings = {claim: reading_of(text, claim.start, claim.end) for claim in claims}
        wanted: set[Pair] = set(pairs_of(self.comment))
        for reading in self.readings.values():
            wanted.update(*(pairs_of(piece.words) for piece in (reading.whole, reading.bare)))
        self.sources = [Searched(source, wanted) for source in sources]
        self.matcher = Matcher(self.comment, self.sources)
        self.found: list[Quote] = []
        #: The code points that belong to a quote, and those where no other is looked for.
        self.taken, self.closed = bytearray(len(text)), bytearray(len(text))
        #: Where the quotes that are in doubt begin and end: marks that are spent.
        self.doubted: set[tuple[str, int]] = set()
        #: How long the shortest quote is, over each code point, that was found nowhere.
        self.unfound = array("L", [0]) * len(text)

    def find(self) -> list[Quote]:
        for claim, reading in self.readings.items():
            if reading.pieces and len(reading.whole.words) > 1 and self._is_free(claim):
                self._look_for(claim, reading)
        self._look_for_unmarked()
        self.found.sort(key=lambda quote: quote.comment_start)
        return self._joined()

    def _is_free(self, claim: Claim) -> bool:
        spent = {("start", claim.start), ("end", claim.end)} & self.doubted
        return not spent and self.taken.find(1, claim.start, claim.end) < 0

    def _look_for(self, claim: Claim, reading: Reading) -> None:
        try:
            quotes = self.matcher.match(reading, claim)
        except Doubt:
            if claim.sign is Sign.MARKS:
                self.doubted |= {("start", claim.start), ("end", claim.end)}
            if claim.sign is not Sign.WIDE:
                _fill(self.closed, claim.start, claim.end)
            return
        if claim.sign is Sign.OPEN and not quotes:
            quotes = self.matcher.prefix(reading.whole)
        for quote in quotes:
            self._take(quote)
        if claim.sign is Sign.MARKS and not quotes:
            size = claim.end - claim.start
            self.unfound[claim.start : claim.end] = array("L", [size]) * size

    def _take(self, quote: Quote) -> None:
        self.found.append(quote)
        _fill(self.taken, quote.comment_start, quote.comment_end)
        _fill(self.closed, quote.comment_start, quote.comment_end)

    def _look_for_unmarked(self) -> None:
        for stretch in self.outline.foreign:
            _fill(self.closed, stretch.start, stretch.end)
        for quote in unmarked(self.comment, self.sources, self.closed):
            start = quote.comment_start
            if quote.comment_end - start >= _MOST_OF * self.unfound[start]:
                self._take(quote)

    def _joined(self) -> list[Quote]:
        """With neighbouring sentences of a blockquote that are so in the source made one."""
        joined: list[Quote] = []
        for quote in self.found:
            if joined and self._go_together(joined[-1], quote):
                last = joined.pop()
                sizes = last.end - last.start, quote.end - quote.start
                score = (last.score * sizes[0] + quote.score * sizes[1]) / sum(sizes)
                quote = replace(last, comment_end=quote.comment_end, end=quote.end, score=score)
            joined.append(quote)
        return joined

    def _go_together(self, one: Quote, other: Quote) -> bool:
        if one.source != other.source or one.end > other.start:
            return False
        source = self.sources[one.source].text
        return (
            not self.text[one.comment_end : other.comment_start].strip(" ")
            and not source[one.end : other.start].strip(" ")
            and any(
                block.start <= one.comment_start and other.comment_end <= block.end
                for block in self.outline.blockquotes
            )
        )


def _fill(flags: bytearray, start: int, end: int) -> None:
    flags[start:end] = b"\x01" * (end - start)
