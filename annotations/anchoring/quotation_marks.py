"""Where a comment says that it quotes: quotation marks, ``<q>`` and ``<blockquote>``.

Readings are generous, for what is no quote is found in no source: a mark that may open one or
close one is tried as both. Apostrophes, inches and feet, code and addresses are left out as far
as their surroundings give them away.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Container, Iterator
from dataclasses import dataclass, field, replace
from enum import Enum, auto

from annotations.anchoring.units import paragraphs, sentences
from forum.lib.pieces import pieces_of

_ADDRESS = re.compile(r"(?:https?://|www\.)(?:[^\s<>\"“”«»]|[\"“”«»](?=[\w/]))+")
_DOUBLE, _SINGLE = '"“”„‟＂', "'‘’‚‛"
_ANGLES = {"«": "»", "»": "«", "‹": "›", "›": "‹"}
_CORNERS = {"「": "」", "『": "』", "《": "》", "〈": "〉"}
_CORNER_OF = {close: open for open, close in _CORNERS.items()}
_ALL = _DOUBLE + _SINGLE + "".join((*_ANGLES, *_CORNERS, *_CORNER_OF)) + "`"
_CLUSTER = re.compile(f"[{_ALL}]+")
_MARK = re.compile(f"``|''|[{_ALL}]")
_SPACES = " \t\n\f\r\xa0\u2009\u202f\u3000"
_OPENING = "([{-–—/¿¡"
#: Farthest apart, in code points, that the two marks of a quote may be.
_FARTHEST = 4_000
#: Open marks that a closing one is tried with, and closing ones that a single one is.
_OPEN_TRIED, _CLOSE_TRIED = 3, 6
#: Marks before the one that a closing mark belongs to, which it may belong to as well.
_WIDE = 3
#: Shortest quote, in code points: six ideographs.
_SHORTEST = 6
#: How often, on average, a character may lie between two marks.
_MOST = 10


@dataclass(frozen=True, slots=True)
class Stretch:
    """``[start, end)`` of a comment's text, in code points."""

    start: int
    end: int


@dataclass(slots=True)
class Outline:
    """Where the elements lie that matter here."""

    blockquotes: list[Stretch] = field(default_factory=list)
    quotes: list[Stretch] = field(default_factory=list)
    #: Code and addresses, in order, none over another.
    foreign: list[Stretch] = field(default_factory=list)

    def in_foreign(self, position: int) -> bool:
        """Whether a position lies in code or in an address."""
        index = bisect_right(self.foreign, position, key=lambda stretch: stretch.start) - 1
        return index >= 0 and position < self.foreign[index].end


class Sign(Enum):
    """What says that a stretch is a quote."""

    #: A pair of marks, or ``<q>``.
    MARKS = auto()
    #: Marks that may be apostrophes.
    MAYBE = auto()
    BLOCK = auto()
    #: A mark that nothing closes: the quote ends nobody knows where.
    OPEN = auto()
    #: Two marks that have others between them, which may be part of what is quoted.
    WIDE = auto()


@dataclass(frozen=True, slots=True)
class Claim:
    """What is said to be a quote, and by what."""

    start: int
    end: int
    sign: Sign = Sign.MARKS


def outline_of(html: str, text: str) -> Outline:
    """Where quotes, code and addresses lie in the text of canonical HTML."""
    outline = Outline()
    foreign: list[Stretch] = [Stretch(*a.span()) for a in _ADDRESS.finditer(text)]
    lists = {
        "blockquote": outline.blockquotes,
        "q": outline.quotes,
        "code": foreign,
        "pre": foreign,
        "kbd": foreign,
        "samp": foreign,
    }
    for name, stretch in _elements(html, lists.keys()):
        lists[name].append(stretch)
    for stretch in sorted(foreign, key=lambda s: (s.start, -s.end)):
        if not outline.foreign or stretch.start >= outline.foreign[-1].end:
            outline.foreign.append(stretch)
    return outline


def _elements(html: str, names: Container[str]) -> Iterator[tuple[str, Stretch]]:
    """The elements of canonical HTML that are in ``names`` and not empty, inner ones first."""
    opened: list[tuple[str, int]] = []
    waiting: list[str] = []
    end = 0
    for token, start, text in pieces_of(html):
        if text:
            opened += [(name, start) for name in waiting]
            waiting = []
            end = start + len(text)
        elif token.group(2) in names:
            if not token.group(1):
                waiting.append(token.group(2))
            elif waiting:
                waiting.pop()
            elif opened:
                name, first = opened.pop()
                yield name, Stretch(first, end)


def claims_of(text: str, outline: Outline, *, wide: bool = False) -> list[Claim]:
    """What a comment says it quotes, each stretch once; ``wide`` ones if asked for.

    Of a blockquote that is each line, and each sentence, for it may hold several passages.
    """
    found: dict[tuple[int, int], Claim] = {}
    for block in outline.blockquotes:
        lines = paragraphs(text, block.start, block.end)
        for unit in [*lines, *sentences(text, block.start, block.end)]:
            _claim(found, text, Claim(unit.start, unit.end, Sign.BLOCK), _ALL + _SPACES)
    for quote in outline.quotes:
        _claim(found, text, Claim(quote.start, quote.end), _SPACES)
    left = _MOST * (len(text) + _FARTHEST)
    for claim in _Scanner(text, outline).claims():
        size = claim.end - claim.start
        if size <= _FARTHEST and (wide or claim.sign is not Sign.WIDE):
            _claim(found, text, claim, _SPACES)
            left -= size
        if left < 0:
            break
    return list(found.values())


def _claim(found: dict[tuple[int, int], Claim], text: str, claim: Claim, around: str) -> None:
    """Add a claim without what is ``around`` it, if it is long enough and there is none yet."""
    quote = text[claim.start : claim.end]
    start = claim.start + len(quote) - len(quote.lstrip(around))
    end = claim.end - len(quote) + len(quote.rstrip(around))
    known = found.get((start, end))
    if end - start >= _SHORTEST and (known is None or claim.sign.value < known.sign.value):
        found[start, end] = replace(claim, start=start, end=end)


@dataclass(slots=True)
class _Opened:
    """Where a quote may begin, where its line ends, and how often it was closed."""

    start: int
    line_end: int
    closed: int = 0


class _Scanner:
    """Reads the marks of a text from left to right."""

    def __init__(self, text: str, outline: Outline) -> None:
        self.text, self.outline = text, outline
        self.double: list[_Opened] = []
        self.single: list[_Opened] = []
        #: Double marks that were closed, in the same line.
        self.passed: list[_Opened] = []
        #: Open marks that say which way they look, whatever stands between them and the next.
        self.curly: list[int] = []
        self.angles: list[tuple[str, int]] = []
        self.corners: list[tuple[str, int]] = []
        self.line_end = -1

    def claims(self) -> Iterator[Claim]:
        """The stretches between marks, some of them many times."""
        text = self.text
        for cluster in _CLUSTER.finditer(text):
            at, end = cluster.span()
            if at > self.line_end:
                yield from self._next_line(at)
            before, after = text[at - 1 : at], text[end : end + 1]
            between_letters = before.isalnum() and after.isalnum()
            if self.outline.in_foreign(at) or (between_letters and cluster.group() in _SINGLE):
                continue
            opens = bool(after.strip()) and (not before.strip() or before in _OPENING)
            closes = bool(before.strip()) and not after.isalnum()
            for mark in _MARK.finditer(text, at, end):
                yield from self._read(mark.group(), *mark.span(), opens, closes)
        yield from self._unclosed()

    def _read(self, mark: str, start: int, end: int, opens: bool, closes: bool) -> Iterator[Claim]:
        if mark in _CORNERS:
            self.corners.append((mark, end))
        elif mark in _CORNER_OF:
            if self.corners and self.corners[-1][0] == _CORNER_OF[mark]:
                yield Claim(self.corners.pop()[1], start)
        elif mark in _ANGLES:
            inner = self.angles[-1][0] if self.angles else ""
            if inner and (inner == _ANGLES[mark] or (closes and not opens)):
                yield Claim(self.angles.pop()[1], start)
            else:
                self.angles.append((mark, end))
        elif mark in _DOUBLE or len(mark) == 2:
            yield from self._read_curly(mark, start, end)
            yield from self._read_double(mark, start, end, opens, closes)
        elif mark in _SINGLE:
            if closes:
                yield from _closed(self.single, start, Sign.MAYBE, Sign.MAYBE)
            if opens:
                self.single = [*self.single[1 - _OPEN_TRIED :], _Opened(end, self.line_end)]

    def _read_curly(self, mark: str, start: int, end: int) -> Iterator[Claim]:
        if mark == "“":
            self.curly = [*self.curly[1 - _OPEN_TRIED :], end]
        elif mark == "”" and self.curly:
            yield Claim(self.curly.pop(), start)

    def _read_double(
        self, mark: str, start: int, end: int, opens: bool, closes: bool
    ) -> Iterator[Claim]:
        if closes:
            yield from (Claim(opened.start, start, Sign.WIDE) for opened in self.passed)
        looks_open = opens and mark in "“„``"
        if self.double and (closes or not opens) and not looks_open:
            yield from _closed(self.double, start, Sign.MARKS, Sign.WIDE)
            if not (self.text[start - 1].isdigit() and mark in '"”'):  # or it is inches
                self.passed = [*self.passed[1 - _WIDE :], self.double.pop()]
        elif opens or not closes:
            self.double = [*self.double[1 - 2 * _OPEN_TRIED :], _Opened(end, self.line_end)]

    def _next_line(self, at: int) -> Iterator[Claim]:
        """Only what double marks opened may go on in another line."""
        yield from self._unclosed()
        end = self.text.find("\n", at)
        self.line_end = len(self.text) if end < 0 else end
        self.single, self.passed, self.curly = [], [], []

    def _unclosed(self) -> Iterator[Claim]:
        for mark in self.double:
            if not mark.closed:
                mark.closed = 1
                yield Claim(mark.start, min(mark.line_end, mark.start + _FARTHEST), Sign.OPEN)
        self.double = self.double[-_OPEN_TRIED:]


def _closed(opened: list[_Opened], end: int, sign: Sign, others: Sign) -> Iterator[Claim]:
    """The quotes that a mark may end: what was opened last, and what was before that."""
    for mark in reversed(opened[-_OPEN_TRIED:]):
        if mark.closed < _CLOSE_TRIED:
            mark.closed += 1
            yield Claim(mark.start, end, sign if mark is opened[-1] else others)
