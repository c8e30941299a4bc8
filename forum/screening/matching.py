"""Finding the words of long lists in a text, however they are disguised. Pure.

A ``Matcher`` is made once of all words and reads a text once, whatever their number: it is the
automaton of Aho and Corasick (1975) over skeletons (``folding``). What it finds is compared letter
by letter with the word that was looked for, which throws out what only shares its skeleton.
"""

from __future__ import annotations

import unicodedata
from collections import deque
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from forum.screening.folding import (
    BETWEEN,
    Letter,
    Placed,
    Run,
    end_of,
    hidden_words,
    skeletons_of,
    turned_round,
    words_of,
)
from forum.screening.lookalikes import LETTERS

#: Stands between readings of a text that have nothing to do with one another.
_APART = "\x00"
#: Stands at either end of a word for "anything may stand here".
ANYTHING = "*"
#: Letters of a word that are drawn out are so many at least.
_DRAWN_OUT = 3
#: Bits that a code point takes.
_BITS = 21
_LATIN = "LATIN"


class Hit(NamedTuple):
    """A word that was found: which one, by its number, and where, as ``text[start:end]``."""

    word: int
    start: int
    end: int


class _Pattern(NamedTuple):
    number: int
    #: What a skeleton has to hold.
    skeleton: str
    #: A run for each character of it; ``None`` between words.
    runs: tuple[Run | None, ...]
    #: The script it is written in, if that is one.
    script: str

    @property
    def is_whole(self) -> bool:
        """Whether it is found between the ends of words alone."""
        return self.skeleton[0] == self.skeleton[-1] == BETWEEN


class _Reading(NamedTuple):
    """A text as skeletons: all its words as they stand, then those that are hidden."""

    skeleton: str
    #: Which word each stretch of it is, from where in ``skeleton`` on.
    placed: Sequence[tuple[int, Placed]]

    def runs(self) -> list[tuple[Run, int] | None]:
        """A run and what its positions lack, for each character of the skeleton."""
        found: list[tuple[Run, int] | None] = [None] * len(self.skeleton)
        for place, (word, offset) in self.placed:
            for index, run in enumerate(word.runs):
                found[place + index] = run, offset
        return found


class Matcher:
    """Finds ``words`` in texts. A word that has nothing to look for is never found.

    A word is found as a whole, between the ends of words; with ``*`` at an end, there within a
    word, too. Several words are found one after the other, whatever stands between them but
    letters and digits.
    """

    def __init__(self, words: Sequence[str]) -> None:
        self._whole, self._within = _Automaton(), _Automaton()
        #: With what whatever is found as a whole begins.
        self._first: set[str] = set()
        for number, word in enumerate(words):
            pattern = _pattern(number, word)
            if pattern is None:
                continue
            if pattern.is_whole:
                self._whole.add(pattern)
                self._first.add(pattern.skeleton.split(BETWEEN)[1])
            else:
                self._within.add(pattern)
        self._whole.link()
        self._within.link()

    def __bool__(self) -> bool:
        return bool(self._whole) or bool(self._within)

    def find(self, text: str) -> list[Hit]:
        """Every word in ``text``, in the order of where it begins. A place counts once a word."""
        if not self:
            return []
        if not self._within:
            # Nearly every text is done with here.
            skeletons = skeletons_of(text)
            if skeletons is not None and self._first.isdisjoint(skeletons):
                return []
        reading = _read(text)
        if not self._within and self._first.isdisjoint(
            placed.word.skeleton for _place, placed in reading.placed
        ):
            return []
        runs: list[tuple[Run, int] | None] | None = None
        found: set[Hit] = set()
        for automaton in (self._whole, self._within):
            for end, pattern in automaton.walk(reading.skeleton):
                if runs is None:
                    runs = reading.runs()
                here = runs[end - len(pattern.skeleton) : end]
                if _says(pattern, here, text):
                    stands = [run for run in here if run is not None]
                    start = min(run.start + offset for run, offset in stands)
                    end = end_of(text, max(run.end + offset for run, offset in stands))
                    found.add(Hit(pattern.number, start, end))
        return sorted(found, key=lambda hit: (hit.start, hit.end, hit.word))


class _Automaton:
    """Finds every one of its patterns in one pass over a skeleton."""

    def __init__(self) -> None:
        self._ends: dict[int, list[_Pattern]] = {}
        #: What follows a state upon a character: of both made one number, for there are many.
        self._next: dict[int, int] = {}
        self._fail = [0]

    def __bool__(self) -> bool:
        return bool(self._ends)

    def walk(self, skeleton: str) -> Iterator[tuple[int, _Pattern]]:
        """Where each pattern ends that ``skeleton`` holds."""
        if not self._ends:
            return
        following, fail, ends = self._next, self._fail, self._ends
        state = 0
        for place, code in enumerate(map(ord, skeleton), 1):
            after = following.get(state << _BITS | code)
            while after is None and state:
                state = fail[state]
                after = following.get(state << _BITS | code)
            state = after or 0
            if state in ends:
                for pattern in ends[state]:
                    yield place, pattern

    def add(self, pattern: _Pattern) -> None:
        """Have ``pattern`` found, once everything is linked."""
        state = 0
        for code in map(ord, pattern.skeleton):
            key = state << _BITS | code
            after = self._next.get(key)
            if after is None:
                after = self._next[key] = len(self._fail)
                self._fail.append(0)
            state = after
        self._ends.setdefault(state, []).append(pattern)

    def link(self) -> None:
        """Say of each state where to go on when nothing follows, and what ends there as well."""
        children: dict[int, list[tuple[int, int]]] = {}
        for key, after in self._next.items():
            children.setdefault(key >> _BITS, []).append((key & (1 << _BITS) - 1, after))
        waiting = deque(after for _code, after in children.get(0, []))
        while waiting:
            state = waiting.popleft()
            for code, after in children.get(state, []):
                waiting.append(after)
                back = self._fail[state]
                while back and back << _BITS | code not in self._next:
                    back = self._fail[back]
                self._fail[after] = self._next.get(back << _BITS | code, 0)
                also = self._ends.get(self._fail[after])
                if also:
                    self._ends[after] = [*self._ends.get(after, []), *also]


def is_findable(word: str) -> bool:
    """Whether there is anything in ``word`` that can be looked for."""
    return _pattern(0, word) is not None


def _pattern(number: int, word: str) -> _Pattern | None:
    word = word.strip()
    bare = word.strip(ANYTHING)
    words = [placed.word for placed in words_of(bare)]
    if not words:
        return None
    runs: list[Run | None] = []
    for one in words:
        runs += [None, *one.runs]
    runs.append(None)
    skeleton = BETWEEN + BETWEEN.join(one.skeleton for one in words) + BETWEEN
    if word.startswith(ANYTHING):
        skeleton, runs = skeleton[1:], runs[1:]
    if word.endswith(ANYTHING):
        skeleton, runs = skeleton[:-1], runs[:-1]
    letters = [letter.plain for run in runs if run for letter in run.letters]
    scripts = {_script(letter) for letter in letters if letter.isalpha()}
    return _Pattern(number, skeleton, tuple(runs), scripts.pop() if len(scripts) == 1 else "")


def _read(text: str) -> _Reading:
    words = words_of(text)
    hidden = sorted(hidden_words(text, words), key=_start)
    readings = [words]
    if hidden:
        readings += _with_hidden(words, hidden)
    readings += turned_round(text)
    placed: list[tuple[int, Placed]] = []
    parts: list[str] = []
    at = 0
    for number, reading in enumerate(readings):
        if number:
            parts += [BETWEEN, _APART]
            at += 2
        for one in reading:
            parts += [BETWEEN, one.word.skeleton]
            at += 1
            placed.append((at, one))
            at += len(one.word.skeleton)
    return _Reading("".join([*parts, BETWEEN]), placed)


def _with_hidden(words: Sequence[Placed], hidden: Sequence[Placed]) -> list[list[Placed]]:
    """The text read with what is hidden in place of the words that stand there, so that several
    words are found of which some are hidden; and alone each that shares its place with another."""
    whole: list[Placed] = []
    alone: list[list[Placed]] = []
    end, plain = -1, deque(words)
    for one in hidden:
        if _start(one) < end:
            alone.append([one])
            continue
        while plain and _start(plain[0]) < _start(one):
            whole.append(plain.popleft())
        whole.append(one)
        end = one.offset + one.word.runs[-1].end
        while plain and _start(plain[0]) < end:
            plain.popleft()
    return [[*whole, *plain], *alone]


def _start(placed: Placed) -> int:
    return placed.offset + placed.word.runs[0].start


def _says(pattern: _Pattern, here: Sequence[tuple[Run, int] | None], text: str) -> bool:
    """Whether what stands ``here`` is ``pattern``, and not something that has its skeleton."""
    letters = digits = total = 0
    alike: list[Letter] = []
    for wanted, found in zip(pattern.runs, here, strict=True):
        if wanted is None or found is None:
            if (wanted is None) != (found is None):
                return False
            continue
        pairs = _pairs(wanted.letters, found[0].letters)
        if pairs is None:
            return False
        for want, got in pairs:
            total += 1
            letters += got.plain.isalpha() or want.plain == got.plain
            if want.plain == got.plain:
                continue
            if not _may_be(want, got):
                return False
            if got.plain.isalpha():
                if _script(got.plain) != _script(want.plain):
                    alike.append(got)
            else:
                digits += got.plain.isdigit()
    # "455" is a number, and "$$$" is money, whatever they look like.
    if digits * 2 > total or not letters:
        return False
    return not alike or not _is_another_script(pattern, here, text)


def _pairs(wanted: Sequence[Letter], found: Sequence[Letter]) -> list[tuple[Letter, Letter]] | None:
    """Which letter stands for which; ``None`` where there are too many, or too few."""
    if len(wanted) == len(found):
        return list(zip(wanted, found, strict=True))
    if len(found) < len(wanted):
        return None
    these = [list(group) for _plain, group in groupby(wanted, key=lambda one: one.plain)]
    those = [list(group) for _plain, group in groupby(found, key=lambda one: one.plain)]
    if len(these) != len(those):
        return None
    pairs = []
    for want, got in zip(these, those, strict=True):
        if len(got) != len(want) and (len(got) < _DRAWN_OUT or len(got) < len(want)):
            return None
        pairs += [(want[0], one) for one in got]
    return pairs


def _may_be(want: Letter, got: Letter) -> bool:
    """Whether ``got``, which is another letter, can have been typed for ``want``."""
    if not want.plain.isalpha():
        return False
    if not got.plain.isalpha():
        return True
    wanted, letter = LETTERS.get(want.plain, want.plain), LETTERS.get(got.plain, got.plain)
    if wanted == letter:
        return True
    # A small "l" looks like a capital "I", and the other way round.
    return (wanted, letter) == ("i", "l") or ((wanted, letter) == ("l", "i") and got.typed == "I")


def _is_another_script(
    pattern: _Pattern, here: Sequence[tuple[Run, int] | None], text: str
) -> bool:
    """Whether it is a word of its own, in a script in which ``text`` is written."""
    scripts = {
        _script(letter.plain)
        for found in here
        if found
        for letter in found[0].letters
        if letter.plain.isalpha()
    }
    if len(scripts) != 1:
        return False
    (script,) = scripts
    if script == _LATIN:
        # Among the look-alikes of Latin letters are Latin ones.
        return pattern.script not in ("", _LATIN)
    folded = unicodedata.normalize("NFKD", text).casefold()
    return any(c not in LETTERS and c.isalpha() and _script(c) == script for c in set(folded))


@lru_cache(1 << 12)
def _script(letter: str) -> str:
    """The first word of the letter's name in Unicode, which is its script or close to it."""
    return unicodedata.name(letter, "UNKNOWN").split()[0]
