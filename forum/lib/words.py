"""Words for people, in modules that know no framework: the site says which language is spoken.

Used as ``from forum.lib.words import gettext as _``; ``speak_with`` is called once, when the site
starts. Without it the words stay as they are written, which is English.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class _Speech(NamedTuple):
    one: Callable[[str], str]
    counted: Callable[[str, str, int], str]
    number: Callable[[int], str]


_speech = [_Speech(str, lambda one, many, count: one if count == 1 else many, "{:,}".format)]


def speak_with(
    one: Callable[[str], str],
    counted: Callable[[str, str, int], str],
    number: Callable[[int], str],
) -> None:
    """Translate with ``one``, what depends on a number with ``counted``; write it with "
    "``number``."""
    _speech[0] = _Speech(one, counted, number)


def gettext(message: str) -> str:
    """``message`` in the language of whoever is being answered."""
    return _speech[0].one(message)


def ngettext(one: str, many: str, count: int) -> str:
    """``one`` or ``many``, as ``count`` wants it, in that language."""
    return _speech[0].counted(one, many, count)


def number(value: int) -> str:
    """``value`` with its thousands parted, as that language does."""
    return _speech[0].number(value)
