"""The words of a text as they count when quotes are compared, and where each of them stands.

Punctuation, white space, case, apostrophes, soft hyphens and the spelling of a character in code
points (NFC or NFD) do not make another word. A number keeps its point or comma.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from sys import getsizeof

from forum.lib.memo import Memo
from forum.lib.searchwords import SINGLES, character_ranges

#: Bytes of words of texts that are remembered: one article serves all the comments on it.
_REMEMBERED = 16_000_000

_APOSTROPHES = "'’‘‛ʼ＇"
_FOLDED_MARKS = (
    dict.fromkeys(map(ord, "“”„‟«»‹›‘’‚‛′″＂＇`´ʼ'"), '"')
    | dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣－"), "-")
    | {ord("…"): "..."}
)
_SPACE = re.compile(r"\s+")


_SYMBOLS = character_ranges("Sm", "Sc", "So") + r"\U0001f000-\U0001faff"
_BREAKS = character_ranges("Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Z", "Cc", "Cs", "Sk")
_LETTER = f"[^{_BREAKS}{_SYMBOLS}{SINGLES}]"
_WORD = re.compile(
    rf"{_LETTER}+(?:(?:['’‘＇]|(?<=\d)[.,:](?=\d)){_LETTER}+)*|[{SINGLES}]|[{_SYMBOLS}]"
)
_SINGLE = re.compile(rf"[{SINGLES}]")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of ``text``, folded; word ``k`` is ``text[starts[k]:ends[k]]``."""

    text: str
    folded: list[str]
    starts: array[int]
    ends: array[int]

    def __len__(self) -> int:
        return len(self.folded)

    def within(self, start: int, end: int) -> tuple[int, int]:
        """The indices, half-open, of the words that begin in ``[start, end)``."""
        return bisect_left(self.starts, start), bisect_left(self.starts, end)

    def gap(self, index: int) -> str:
        """What stands between a word and the next, folded."""
        return fold_marks(self.text[self.ends[index] : self.starts[index + 1]])

    def gaps(self, first: int, last: int) -> list[str]:
        """What stands between the words ``[first, last)``, folded."""
        return [self.gap(index) for index in range(first, last - 1)]


def words_of(text: str) -> Words:
    """The words of ``text``."""
    folded: list[str] = []
    starts, ends = array("L"), array("L")
    for word in _WORD.finditer(text):
        letters = fold_word(word.group())
        if letters:
            folded.append(letters)
            starts.append(word.start())
            ends.append(word.end())
    return Words(text, folded, starts, ends)


def _weigh_words(text: str, words: Words) -> int:
    # The words themselves are shared, mostly, through ``fold_word``.
    return getsizeof(text) + 32 * len(words)


_WORDS: Memo[str, Words] = Memo(_REMEMBERED, _weigh_words)


def remembered_words_of(text: str) -> Words:
    """The same, kept for the next time."""
    words = _WORDS.get(text)
    if words is None:
        words = words_of(text)
        _WORDS.put(text, words)
    return words


@lru_cache(1 << 14)
def fold_word(word: str) -> str:
    """``word`` without case, apostrophes and what cannot be seen; empty if nothing is left."""
    if word.isascii() and word.isalnum():
        return word.lower()
    kept = unicodedata.normalize("NFKC", word).casefold()
    kept = "".join(c for c in kept if c not in _APOSTROPHES and unicodedata.category(c) != "Cf")
    return unicodedata.normalize("NFKC", kept)


def fold_marks(marks: str) -> str:
    """Punctuation with one kind of quotation mark, of dash and of white space.

    White space beside a mark does not count, for quotes lose and gain it.
    """
    if marks == " ":
        return " "
    return "".join(marks.translate(_FOLDED_MARKS).replace("\xad", "").split()) or " "


def fold_text(text: str) -> str:
    """A text with one kind of each mark and of white space, without case."""
    folded = text.translate(_FOLDED_MARKS).replace("\xad", "")
    return unicodedata.normalize("NFKC", _SPACE.sub(" ", folded)).casefold()


def plain(word: str) -> str:
    """A folded word without its accents."""
    if word.isascii():
        return word
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


def breadth(text: str) -> int:
    """How much ``text`` says, in code points of an alphabet: characters that are words say more."""
    return len(text) + (0 if text.isascii() else len(_SINGLE.findall(text)))
