"""The paragraphs and sentences of a text, by the look of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SPACED, _UNSPACED = ".!?…؟۔।॥։።។", "。！？｡"
#: What a sentence ends with, and what may stand between that and the space after it.
ENDING = _SPACED + _UNSPACED
CLOSING = "\"'”’“‘»›«)]」』”）】》〉*_"
#: What may stand before the first word of one.
OPENING = "\"'“‘„‚«‹»›([「『（【《〈"
_CLOSED = f"[{re.escape(CLOSING)}]*"
#: The end of a sentence and the space after it; Chinese and Japanese put none there, so that a
#: mark after it may open the next.
SENTENCE_END = re.compile(
    rf"[{_SPACED}]{_CLOSED}(?:\s+|\Z)|[{_UNSPACED}][\"'”’）)」』】》〉*_]*\s*"
)
_END = re.compile(rf"{SENTENCE_END.pattern}|\n")


@dataclass(frozen=True, slots=True)
class Unit:
    """A paragraph or a sentence at its place."""

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
    ends = [*(boundary.end() for boundary in _END.finditer(text, start, end)), end]
    for stop in ends:
        sentence = text[start:stop]
        if sentence and not sentence.isspace():
            units.append(Unit(sentence.strip(), start + len(sentence) - len(sentence.lstrip())))
        start = stop
    return units
