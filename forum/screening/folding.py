"""Words as they are meant, however they are disguised, and where they stand in what was typed.

Width, style, case, accents, marks on top of marks, characters that nobody sees, look-alikes of
other scripts, digits and symbols for letters, letters drawn out, letters with spaces or dots
between them: all of it comes to the same *skeleton*. A skeleton says less than the words did, so
that whatever is found in it is looked at again (``matching``). Pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from forum.lib.searchwords import SINGLES, character_ranges
from forum.screening.lookalikes import CLASSES, LEET, LETTERS, enclosed

#: Combining classes of marks that make another letter.
_LETTER_MAKING = (0, 7, 8, 9)
#: Letters and marks that nobody sees: fillers, inherent vowels, selectors of variants.
_UNSEEN = frozenset("\u115f\u1160\u3164\uffa0\u034f\u17b4\u17b5\u180b\u180c\u180d\u180e\u180f")
_BOXED = r"\u249c-\u24e9\U0001f130-\U0001f189\U0001f1e6-\U0001f1ff"
_LETTER = rf"(?:[^\W_{SINGLES}]|[{_BOXED}])"
_FAR_AWAY = r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
_WITHIN = rf"[{character_ranges('M', 'Cf')}{_FAR_AWAY}]"
_ON_A_LETTER = re.compile(rf"{_WITHIN}*")
_TOKEN = re.compile(rf"{_LETTER}+(?:{_WITHIN}+{_LETTER}*)*|[{SINGLES}]{_WITHIN}*")
#: What may stand between the letters of a word to hide it, and counts for nothing.
_JOINERS = "-._~*‐‑·•"
#: Symbols that are read as letters where they stand in a word.
_SYMBOLS = "".join(c for c in LEET if not c.isdigit())
#: At the end of a word these are punctuation.
_ENDINGS = _JOINERS + "!¡|+"
_SYMBOL_OR_JOINER = re.compile(rf"[{re.escape(_JOINERS + _SYMBOLS)}]")
#: The same where it hides something: not at the end of a sentence, but for "sh1+" and "sh!+".
_HIDING = re.compile(
    rf"[{re.escape(_JOINERS + _SYMBOLS)}](?=[^\s{re.escape(_ENDINGS)}])|[@$€£¥¢§]|[\d!¡|]\+"
)
#: What is shown from right to left whatever it is made of, so that it reads the other way round.
_TURNED_ROUND = re.compile("\u202e([^\u202c\n]+)")
_DISGUISE = re.compile(rf"[\d{re.escape(_SYMBOLS)}]")
_STRETCH = re.compile(rf"(?:{_LETTER}|{_WITHIN}|[{re.escape(_JOINERS + _SYMBOLS)}])+", re.UNICODE)
#: So many letters standing alone one after the other are a word, with so much between two of them.
_SPACED, _GAP = 3, 3


class Letter(NamedTuple):
    """One letter of a word, and where it stands."""

    #: As it is compared first: see ``lookalikes``.
    skeleton: str
    #: As it is without its disguise in Unicode, look-alikes and digits as they are.
    plain: str
    #: As it was typed.
    typed: str
    start: int
    end: int


class Run(NamedTuple):
    """Letters that are alike, one after the other: one character of a skeleton."""

    letters: tuple[Letter, ...]

    @property
    def start(self) -> int:
        """Where it begins, in code points of the word's stretch."""
        return min(self.letters[0].start, self.letters[-1].start)

    @property
    def end(self) -> int:
        """Where it ends."""
        return max(self.letters[0].end, self.letters[-1].end)


class Word(NamedTuple):
    """A word's skeleton, with a run for each of its characters."""

    skeleton: str
    runs: tuple[Run, ...]
    #: How many letters it has; written in a script without spaces, each is a word and this is 0.
    letters: int


class Placed(NamedTuple):
    """A word, and what has to be added to the positions in it."""

    word: Word
    offset: int


#: What stands between words in a skeleton.
BETWEEN = " "


def words_of(text: str) -> list[Placed]:
    """The words of ``text`` as they stand, in order, each with its place."""
    found = []
    for match in _TOKEN.finditer(text):
        word = fold(match.group())
        if word.skeleton:
            found.append(Placed(word, match.start()))
    return found


def end_of(text: str, end: int) -> int:
    """Where what ends at ``end`` does with all that stands on its last letter, and is not seen."""
    found = _ON_A_LETTER.match(text, end)
    return found.end() if found else end


def skeletons_of(text: str) -> set[str] | None:
    """The skeletons of the words of ``text``; ``None`` where some may be hidden.

    A quick look: nothing of it says where they stand.
    """
    if _HIDING.search(text) or _TURNED_ROUND.search(text):
        return None
    words = list(map(fold, _TOKEN.findall(text)))
    if sum(word.letters == 1 for word in words) >= _SPACED:
        return None
    return {word.skeleton for word in words}


def hidden_words(text: str, plain: Sequence[Placed]) -> Iterator[Placed]:
    """The words of ``text`` that only show when it is read otherwise than ``words_of`` does.

    Those with symbols for letters, those with dots and the like between letters, and those whose
    letters stand apart. ``plain`` is what ``words_of`` has found.
    """
    if _HIDING.search(text):
        for match in _STRETCH.finditer(text):
            stretch = match.group()
            start = match.start() + len(stretch) - len(stretch.lstrip(_ENDINGS))
            whole = stretch.lstrip(_ENDINGS)
            stretch = stretch.strip(_ENDINGS)
            if _SYMBOL_OR_JOINER.search(stretch):
                yield Placed(fold(stretch), start)
            plus = whole.rfind("+")
            if plus >= len(stretch) and _DISGUISE.search(whole, 0, plus):
                yield Placed(fold(whole[: plus + 1]), start)
    if sum(placed.word.letters == 1 for placed in plain) < _SPACED:
        return
    apart: list[Placed] = []
    for placed in plain:
        if placed.word.letters != 1:
            yield from _together(apart)
            apart = []
            continue
        if apart:
            here = placed.offset + placed.word.runs[0].start
            last = apart[-1]
            if here - (last.offset + last.word.runs[-1].end) > _GAP:
                yield from _together(apart)
                apart = []
        apart.append(placed)
    yield from _together(apart)


def turned_round(text: str) -> list[list[Placed]]:
    """What of ``text`` is shown from its end, each stretch as it reads then."""
    found = []
    for match in _TURNED_ROUND.finditer(text):
        shown = match.group(1)[::-1]
        plain = words_of(shown)
        for words in (plain, [*hidden_words(shown, plain)]):
            found.append([_where_it_stands(placed, match.end(1)) for placed in words])
    return found


def _where_it_stands(placed: Placed, end: int) -> Placed:
    """A word of what is read from ``end`` on backwards, with the places that its letters have."""
    word, offset = placed
    runs = tuple(
        Run(
            tuple(
                letter._replace(start=end - offset - letter.end, end=end - offset - letter.start)
                for letter in run.letters
            )
        )
        for run in word.runs
    )
    return Placed(word._replace(runs=runs), 0)


def _together(apart: Sequence[Placed]) -> Iterator[Placed]:
    """The word that letters standing alone make, where there are enough."""
    if len(apart) < _SPACED:
        return
    letters = [
        letter._replace(start=letter.start + offset, end=letter.end + offset)
        for word, offset in apart
        for run in word.runs
        for letter in run.letters
    ]
    yield Placed(_word(letters), 0)


@lru_cache(1 << 14)
def fold(stretch: str) -> Word:
    """The word that ``stretch`` is, symbols read as letters and what joins them as nothing."""
    single = len(stretch) > 0 and bool(_SINGLE.match(stretch))
    return _word(list(_letters(stretch)), single=single)


_SINGLE = re.compile(rf"[{SINGLES}]")


def _letters(stretch: str) -> Iterator[Letter]:
    for place, typed in enumerate(stretch):
        if typed.isascii():
            if typed in LEET:
                yield Letter(LEET[typed], typed, typed, place, place + 1)
            elif typed.isalpha():
                low = typed.lower()
                yield Letter(CLASSES.get(low, low), low, typed, place, place + 1)
            continue
        for plain in _plain(typed):
            alike = LETTERS.get(plain) or LEET.get(plain, plain)
            yield Letter(CLASSES.get(alike, alike), plain, typed, place, place + 1)


@lru_cache(1 << 12)
def _plain(character: str) -> str:
    """What of ``character`` counts: letters, digits, symbols read as letters."""
    if character in _UNSEEN:
        return ""
    if (folded := character.casefold()) in LETTERS:
        # Before its compatibility form, which may look like another letter.
        return folded
    apart = unicodedata.normalize("NFKD", enclosed(character)).casefold()
    return "".join(
        c for c in unicodedata.normalize("NFKD", apart) if c not in _UNSEEN and _counts(c)
    )


def _counts(character: str) -> bool:
    if character.isalnum() or character in LEET:
        return True
    is_mark = unicodedata.category(character) in ("Mn", "Mc")
    variation = "\ufe00" <= character <= "\ufe0f" or character >= "\U000e0100"
    return is_mark and not variation and unicodedata.combining(character) in _LETTER_MAKING


def _word(letters: Sequence[Letter], *, single: bool = False) -> Word:
    runs: list[list[Letter]] = []
    for letter in letters:
        if runs and runs[-1][0].skeleton == letter.skeleton:
            runs[-1].append(letter)
        else:
            runs.append([letter])
    return Word(
        "".join(run[0].skeleton for run in runs),
        tuple(Run(tuple(run)) for run in runs),
        0 if single else len(letters),
    )
