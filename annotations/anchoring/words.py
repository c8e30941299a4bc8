"""A text as words, and what they, its sentences and its paragraphs are compared by.

Words are compared by what they say, not by how they are written: composed or decomposed letters,
ligatures, the style of quotation marks and dashes, and all white space make no difference.
In scripts without spaces between words (Chinese, Japanese, Thai …) every character is a word.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import accumulate, pairwise
from typing import NamedTuple

from annotations.anchoring.units import CLOSING, ENDING, SENTENCE_END

#: Scripts that write no space between words: Thai, Lao, Tibetan, Burmese, Khmer, kana, Han.
_UNSPACED = (
    "\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u312f\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)


def _ranges(*categories: str) -> str:
    """The characters of some Unicode categories, as the inside of a character class."""
    found: list[list[int]] = []
    for point in range(0x10000):
        if unicodedata.category(chr(point)) in categories:
            if found and found[-1][1] == point - 1:
                found[-1][1] = point
            else:
                found.append([point, point])
    return "".join(f"\\u{first:04x}-\\u{last:04x}" for first, last in found)


#: What belongs to the character before it: accents, vowel signs, joiners, skin tones, tags.
_MARKS = _ranges("Mn", "Mc", "Me", "Cf") + "\U0001f3fb-\U0001f3ff\U000e0020-\U000e01ef"
_WORD = re.compile(
    rf"(?:[^\W{_UNSPACED}][{_MARKS}]*)+"
    rf"|[{_UNSPACED}][{_MARKS}]*"
    r"|[\U0001f1e6-\U0001f1ff]{2}"
    rf"|([^\w\s])\1*[{_MARKS}]*(?:(?<=\u200d)[^\w\s][{_MARKS}]*)*"
)
#: What may be written or left out: soft hyphens and the like, Hebrew and Arabic vowel points.
_IGNORED = re.compile(
    rf"[{_ranges('Cf')}\ufe0e\ufe0f\u0591-\u05bd\u05bf\u05c1-\u05c7\u0640\u064b-\u065f\u0670]"
)
_WRITTEN_OTHERWISE = str.maketrans(
    dict.fromkeys('"‘’‚‛“”„‟«»‹›′″`´「」『』', "'") | dict.fromkeys("‐‑‒–—―−", "-")
)
_LINE_END = re.compile(r"\n\s*")
#: The longest line of a text whose lines are broken by hand is this long, in code points.
_SHORTEST_LINE, _LONGEST_LINE = 30, 120
#: How much of it a line must fill to be one of these: an edit may have made it shorter.
_FILLED = 0.75
#: Words of what is sought that are looked up before it is.
_LOOKED_UP = 4


class Part(NamedTuple):
    """A paragraph or a sentence: the words ``[start, end)`` and what they say."""

    says: str
    start: int
    end: int

    def beside(self, other: Part) -> tuple[int, int, int, int]:
        """Where it stands and where another does, in another text."""
        return self.start, self.end, other.start, other.end


@lru_cache(maxsize=1 << 16)
def _fold(word: str) -> str:
    """What a word is compared by."""
    plain = unicodedata.normalize("NFKC", _IGNORED.sub("", word)).translate(_WRITTEN_OTHERWISE)
    # Two hyphens are typed for a dash, three for a long one; more are a rule across the page.
    return sys.intern("-" if plain in ("--", "---") else plain)


class Words:
    """A text cut into words, which are counted from 0."""

    def __init__(self, text: str) -> None:
        self.text = text
        found = list(_WORD.finditer(text))
        #: What each word is compared by, and where it stands, in code points.
        self.says = [_fold(word.group()) for word in found]
        self.starts = [word.start() for word in found]
        self.ends = [word.end() for word in found]
        self._made: dict[tuple[int, int], Part] = {}

    def __len__(self) -> int:
        return len(self.says)

    def within(self, start: int, end: int) -> tuple[int, int]:
        """The words that lie in the characters ``[start, end)`` as a whole."""
        return bisect_left(self.starts, start), bisect_right(self.ends, end)

    def size(self, start: int, end: int) -> int:
        """The length of the words ``[start, end)`` in the text, in code points."""
        return self.ends[end - 1] - self.starts[start] if start < end else 0

    def raw(self, start: int, end: int) -> str:
        """The words ``[start, end)`` as they are written."""
        return self.text[self.starts[start] : self.ends[end - 1]] if start < end else ""

    def paragraphs(self, start: int, end: int) -> list[Part]:
        """The paragraphs of the words ``[start, end)``."""
        return self._parts(self._paragraph_ends, start, end)

    def sentences(self, start: int, end: int) -> list[Part]:
        """Their sentences; a paragraph ends one too."""
        return self._parts(self.sentence_ends, start, end)

    def sentence_of(self, start: int, end: int) -> tuple[int, int]:
        """From the sentence that the word ``start`` is in to that of the word before ``end``."""
        ends = [0, *self.sentence_ends, len(self)]
        return ends[bisect_right(ends, start) - 1], ends[bisect_left(ends, end)]

    def ends_within(self, start: int, end: int) -> bool:
        """Whether a sentence ends before a word from ``start`` to ``end``, both included."""
        return bisect_left(self.sentence_ends, start) < bisect_right(self.sentence_ends, end)

    def cut(self, position: int) -> int | None:
        """The word that the place ``position`` of the text lies inside, if there is one."""
        word = bisect_left(self.starts, position) - 1
        return word if word >= 0 and position < self.ends[word] else None

    def _parts(self, ends: list[int], start: int, end: int) -> list[Part]:
        inner = ends[bisect_right(ends, start) : bisect_left(ends, end)]
        edges = [start, *inner, end] if start < end else []
        return [self._part(a, b) for a, b in pairwise(edges)]

    def _part(self, start: int, end: int) -> Part:
        """The same stretch is asked for by one pass after another: remembered."""
        part = self._made.get((start, end))
        if part is None:
            part = self._made[start, end] = Part(" ".join(self.says[start:end]), start, end)
        return part

    @cached_property
    def _paragraph_ends(self) -> list[int]:
        """The words that paragraphs end before."""
        return sorted({bisect_left(self.starts, at) for at in self._lines()} - {0})

    @cached_property
    def line_ends(self) -> list[int]:
        """The words that lines end before."""
        return sorted({bisect_left(self.starts, m.end()) for m in _LINE_END.finditer(self.text)})

    @cached_property
    def sentence_ends(self) -> list[int]:
        """The words that sentences end before."""
        ends = {bisect_left(self.starts, found.end()) for found in SENTENCE_END.finditer(self.text)}
        return sorted({*ends, *self._paragraph_ends} - {0})

    def sentences_begun(self, start: int, end: int) -> list[int]:
        """Where sentences begin after the place ``start`` of the text and up to ``end``, counted
        from ``start``."""
        begins = self._sentence_starts
        return [
            at - start for at in begins[bisect_right(begins, start) : bisect_right(begins, end)]
        ]

    @cached_property
    def _sentence_starts(self) -> list[int]:
        return [self.starts[word] for word in self.sentence_ends if word < len(self)]

    def _lines(self) -> list[int]:
        """Where lines begin that go on no sentence of the line before.

        A line may be broken by hand, because the next word had no room. How much there is tell
        the lines around it, up to the next blank ones.
        """
        begins: list[int] = []
        block: list[tuple[int, int]] = []  # where its lines start and end
        start = 0
        for space in _LINE_END.finditer(f"{self.text}\n\n"):
            block.append((start, space.start()))
            start = space.end()
            if space.group().count("\n") > 1:
                begins += [*self._unbroken(block), start]
                block = []
        return begins

    def _unbroken(self, block: Sequence[tuple[int, int]]) -> Iterator[int]:
        """Where the lines of a block begin that the line before did have room for."""
        room = max(end - start for start, end in block)
        for (start, end), (begin, stop) in pairwise(block):
            word = self.text[begin:stop].split(None, 1)[:1]
            line = self.text[max(start, end - _LONGEST_LINE) : end].rstrip()
            fits = (
                end - start + 1 + len("".join(word)) <= _FILLED * room
                or not _SHORTEST_LINE <= room <= _LONGEST_LINE
            )
            if fits or line.rstrip(CLOSING).endswith((*ENDING, ":")):
                yield begin


class Said:
    """What a text says from beginning to end, to look for words in."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self._text = f" {' '.join(words.says)} "
        self._places = [0, *accumulate(len(word) + 1 for word in words.says)]
        ends = [0, *words.sentence_ends, *words.line_ends, len(words)]
        self._edges = set(ends)

    def whole(self, start: int, end: int) -> bool:
        """Whether they are whole sentences, or whole lines."""
        return start in self._edges and end in self._edges

    def begins(self, said: Sequence[str]) -> bool:
        """Whether the first few words stand anywhere: of most of what is sought they do not."""
        return len(said) < _LOOKED_UP or tuple(said[:_LOOKED_UP]) in self._begun

    def only(self, said: Sequence[str]) -> int | None:
        """The first of the words that say this, if they do so once."""
        sought = f" {' '.join(said)} "
        at = self._text.find(sought)
        if at < 0 or self._text.find(sought, at + 1) >= 0:
            return None
        return bisect_left(self._places, at)

    @cached_property
    def _begun(self) -> set[tuple[str, ...]]:
        """Every few words in a row."""
        says = self.words.says
        return set(zip(*(says[skip:] for skip in range(_LOOKED_UP)), strict=False))
