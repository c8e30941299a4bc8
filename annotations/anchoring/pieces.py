"""What a quote leaves out and puts in: "…" and "[the bridge]", and the pieces between them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from annotations.anchoring.folding import Words, words_of

_ELLIPSIS = r"[\[(]\s?(?:…|\.\s?\.\s?\.)\.?\s?[\])]|…|\.\s?\.\s?\.(?:\s?\.)?"
_INSERTION = r"\[[^\[\]\n]{0,100}\]"
_JOINT = re.compile(f"(?P<ellipsis>{_ELLIPSIS})|{_INSERTION}")
#: "[T]he", "close[d]".
_ALTERED = re.compile(r"\[(\w{1,12})\](?=\w)|(?<=\w)\[(\w{1,12})\]")
#: Joins two parts of a word, and does not count as a character of it.
_GLUE = "\u2060"
#: The most code points that "…" stands for, and that an insertion does.
_LEFT_OUT, REPLACED = 400, 80


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a comment, from ``at`` on, that stand in a row in what is quoted.

    ``gap`` is how many code points of it there may be before them, after the piece before.
    """

    words: Words
    at: int
    gap: int = 0

    @property
    def start(self) -> int:
        """Where its first word begins, in the comment."""
        return self.at + self.words.starts[0]

    @property
    def end(self) -> int:
        """Where its last word ends."""
        return self.at + self.words.ends[-1]


@dataclass(frozen=True, slots=True)
class Reading:
    """The words between two marks: as they stand, without insertions, and in pieces."""

    whole: Piece
    bare: Piece
    pieces: list[Piece]
    elided: bool


def reading_of(text: str, start: int, end: int) -> Reading:
    """Read ``[start, end)`` of a comment's text. Brackets inside a word are passed over."""
    quote = _ALTERED.sub(_glued, text[start:end])
    pieces: list[Piece] = []
    kept: list[str] = []
    elided = False
    at = gap = 0
    for joint in _JOINT.finditer(quote):
        if _add(pieces, quote[at : joint.start()], start + at, gap):
            gap = 0
        ellipsis = joint.group("ellipsis") is not None
        elided |= ellipsis
        gap = max(gap, _LEFT_OUT if ellipsis else REPLACED)
        kept += [quote[at : joint.start()], " " * (joint.end() - joint.start())]
        at = joint.end()
    _add(pieces, quote[at:], start + at, gap)
    bare = "".join([*kept, quote[at:]])
    return Reading(Piece(words_of(quote), start), Piece(words_of(bare), start), pieces, elided)


def _glued(letters: re.Match[str]) -> str:
    return f"{_GLUE}{letters.group(1) or letters.group(2)}{_GLUE}"


def _add(pieces: list[Piece], quote: str, at: int, gap: int) -> bool:
    words = words_of(quote)
    if len(words):
        pieces.append(Piece(words, at, gap))
    return len(words) > 0
