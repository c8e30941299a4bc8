"""The words of a text as they count when it is searched, and where each of them stands.

Case, accents, width, soft hyphens and the spelling of a character in code points (NFC or NFD) do
not make another word; whatever is neither letter nor digit parts words. Scripts that are written
without spaces are taken character by character. A folded word holds letters, digits and the marks
that its script cannot do without, and nothing else: it is safe in any query language.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

#: Scripts that are written without spaces: each character counts as a word.
SINGLES = (
    r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u30fa\u30fc-\u30ff"
    r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
#: Code points of a word that count. What a database calls a word has a limit, too.
WORD_LIMIT = 100

#: Combining classes of marks that make another letter: nuktas, the voicing of kana, viramas.
_LETTER_MAKING = (0, 7, 8, 9)


def character_ranges(*categories: str) -> str:
    """The characters of the basic plane in ``categories``, for the inside of a regex's class."""
    spans: list[list[int]] = []
    for code in range(0x10000):
        if not unicodedata.category(chr(code)).startswith(categories):
            continue
        if spans and spans[-1][1] == code - 1:
            spans[-1][1] = code
        else:
            spans.append([code, code])
    return "".join(rf"\u{low:04x}-\u{high:04x}" for low, high in spans)


_LETTER = rf"[^\W_{SINGLES}]"
#: What may stand within a word and is no letter: marks, joiners, soft hyphens.
_WITHIN = rf"[{character_ranges('M')}\u00ad\u200c\u200d]"
_WORD = re.compile(rf"{_LETTER}+(?:{_WITHIN}+{_LETTER}*)*|[{SINGLES}]{_WITHIN}*")


class Word(NamedTuple):
    """A word of a text: ``text[start:end]``, folded."""

    start: int
    end: int
    folded: str


def words_of(text: str) -> Iterator[Word]:
    """The words of ``text`` in order."""
    for found in _WORD.finditer(text):
        if folded := fold(found.group()):
            yield Word(found.start(), found.end(), folded)


def folded_words(text: str) -> list[str]:
    """The same, folded, without their places."""
    return [folded for found in _WORD.findall(text) if (folded := fold(found))]


@lru_cache(1 << 14)
def fold(word: str) -> str:
    """``word`` as it counts, at most ``WORD_LIMIT`` code points; empty if nothing of it does."""
    if word.isascii():
        return word[:WORD_LIMIT].lower()
    apart = unicodedata.normalize("NFKD", word).casefold()
    kept = (c for c in unicodedata.normalize("NFKD", apart) if _counts(c))
    return unicodedata.normalize("NFC", "".join(kept))[:WORD_LIMIT]


def _counts(character: str) -> bool:
    if character.isalnum():
        return True
    is_mark = unicodedata.category(character)[0] == "M"
    return is_mark and unicodedata.combining(character) in _LETTER_MAKING
