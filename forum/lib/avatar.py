"""Pictures that stand for people: their initials on a colour of their own, drawn here.

A picture is what its address says, so nobody has to be looked up to draw one, and it can be kept
for ever. Nothing about a person is sent anywhere.
"""

from __future__ import annotations

import hashlib
import unicodedata
from html import escape

#: White on each of these has a contrast of 7 to 1 or more.
COLOURS = (
    "#7a1f2b",
    "#1f4e79",
    "#1f5a38",
    "#5b3a7d",
    "#6b4300",
    "#0d565c",
    "#812a63",
    "#44515c",
)
#: In place of letters, of a name that has none.
_NOTHING = "·"
#: Letters that are drawn at most.
LETTERS = 2

_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48">'
    '<circle cx="24" cy="24" r="24" fill="{colour}"/>'
    '<text x="24" y="24" dy=".36em" text-anchor="middle" fill="#fff" font-size="{size}"'
    ' font-family="system-ui, sans-serif" font-weight="600">{letters}</text></svg>'
)


def initials(name: str) -> str:
    """The first letters of the first and the last word of ``name``, as capitals if there are."""
    words = [_first_letter(word) for word in unicodedata.normalize("NFC", name).split()]
    letters = [letter for letter in words if letter]
    if not letters:
        return _NOTHING
    chosen = letters if len(letters) == 1 else [letters[0], letters[-1]]
    # Some small letters are two capitals.
    return "".join(letter.upper()[0] for letter in chosen)


def colour_of(username: str) -> int:
    """Which of ``COLOURS`` the account has: always the same, whatever name it shows."""
    return hashlib.sha256(username.encode()).digest()[0] % len(COLOURS)


def is_drawable(letters: str) -> bool:
    """Whether ``letters`` are what ``initials`` might answer."""
    if letters == _NOTHING:
        return True
    return 0 < len(letters) <= LETTERS and all(map(_is_letter, letters))


def svg(colour: int, letters: str) -> str:
    """The picture. Raises ``ValueError`` for letters or a colour that nobody has."""
    if not (0 <= colour < len(COLOURS) and is_drawable(letters)):
        raise ValueError("There is no such picture.")
    size = 20 if len(letters) > 1 else 24
    return _SVG.format(colour=COLOURS[colour], letters=escape(letters), size=size)


def _first_letter(word: str) -> str:
    return next((letter for letter in word if _is_letter(letter)), "")


def _is_letter(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "LN"
