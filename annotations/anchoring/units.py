"""The paragraphs, sentences and words of a text, and which of them are equal or alike."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz.distance import Indel

_SENTENCE_END = re.compile(r"(?<=[.!?…。！？])[\"'”’»)\]]*\s+|\n")
_WORD = re.compile(r"\w+|[^\w\s]")
#: Least similarity, from 0 to 1, at which two stretches are the same words edited.
ALIKE = 0.5
#: Two words in a row that stand in more sentences than this say little about any of them.
_RARE = 16
#: Words times words of two sentences that are compared.
_PLAIN_WORDS = 1_000_000
#: Sentences sharing the most pairs of words that are compared in full.
_COMPARED = 4


@dataclass(frozen=True, slots=True)
class Unit:
    """A paragraph, a sentence or a word at its place."""

    text: str
    start: int

    @property
    def end(self) -> int:
        """The place after the unit."""
        return self.start + len(self.text)


def paragraphs(text: str, start: int, end: int) -> list[Unit]:
    """The lines of ``text[start:end]`` that are not blank."""
    units = []
    for line in text[start:end].split("\n"):
        if line and not line.isspace():
            units.append(Unit(line, start))
        start += len(line) + 1
    return units


def sentences(text: str, start: int, end: int) -> list[Unit]:
    """Its sentences, without the space around them; a line ends one too."""
    units = []
    ends = [*(boundary.end() for boundary in _SENTENCE_END.finditer(text, start, end)), end]
    for stop in ends:
        sentence = text[start:stop]
        if sentence and not sentence.isspace():
            units.append(Unit(sentence.strip(), start + len(sentence) - len(sentence.lstrip())))
        start = stop
    return units


def words(text: str, start: int, end: int) -> list[Unit]:
    """Its words and marks of punctuation."""
    return [Unit(word.group(), word.start()) for word in _WORD.finditer(text, start, end)]


def texts(units: Sequence[Unit]) -> list[str]:
    """What the units say."""
    return [unit.text for unit in units]


def once(units: Iterable[Unit]) -> dict[str, Unit]:
    """The units that none of the others equals."""
    found = {unit.text: unit for unit in units}
    repeated = often(units)
    return {text: unit for text, unit in found.items() if text not in repeated}


def neighbours(text: str, units: Sequence[Unit], step: int) -> dict[int, Unit]:
    """Each unit by the place where one ends before it (``step`` 1), or begins after it (-1)."""
    found = {}
    for unit in units:
        at = unit.start if step > 0 else unit.end
        while 0 < at < len(text) and text[at - 1 if step > 0 else at].isspace():
            at -= step
        found[at] = unit
    return found


def often(*sides: Iterable[Unit]) -> set[str]:
    """The units that stand more than once on one of the sides."""
    counted = [Counter(unit.text for unit in units) for units in sides]
    return {text for counter in counted for text, count in counter.items() if count > 1}


def alike(ours: Sequence[Unit], theirs: Sequence[Unit]) -> list[tuple[float, float, int, int]]:
    """Pairs of similar sentences, none in two of them: likeness, the runner-up's, both indices.

    Only sentences that share rare pairs of words are compared, and of those the likeliest few.
    """
    mine, its = ([_WORD.findall(unit.text) for unit in units] for units in (ours, theirs))
    standing: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for j, spoken in enumerate(its):
        for two in set(pairwise(spoken)):
            standing[two].append(j)
    found: list[tuple[float, int, int]] = []
    for i, spoken in enumerate(mine):
        sharing: Counter[int] = Counter()
        for two in set(pairwise(spoken)):
            if len(standing.get(two, ())) <= _RARE:
                sharing.update(standing.get(two, ()))
        for j, _ in sharing.most_common(_COMPARED):
            if len(spoken) * len(its[j]) <= _PLAIN_WORDS:
                found.append((Indel.normalized_similarity(spoken, its[j]), i, j))
    pairs: dict[int, tuple[float, int, int]] = {}
    others: defaultdict[tuple[str, int], list[float]] = defaultdict(list)
    taken: set[int] = set()
    for likeness, i, j in sorted(found, key=lambda pair: (-pair[0], *pair[1:])):
        others["old", i].append(likeness)
        others["new", j].append(likeness)
        if likeness >= ALIKE and i not in pairs and j not in taken:
            pairs[i] = likeness, i, j
            taken.add(j)
    return [
        (likeness, max([0.0, *others["old", i][1:2], *others["new", j][1:2]]), i, j)
        for likeness, i, j in pairs.values()
    ]
