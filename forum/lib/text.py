"""Plain-text rules shared by everything a person can type."""

import re
import unicodedata
from collections.abc import Iterable

from forum.lib.errors import Refused
from forum.lib.words import gettext as _
from forum.lib.words import number

#: Limits in code points. Sanitising costs more than linearly, so length is cut off before it.
COMMENT_LIMIT = 10_000
NOTE_LIMIT = 4_000
ARTICLE_LIMIT = 400_000

WORDS_PER_MINUTE = 230

_SURROGATE = re.compile("[\ud800-\udfff]")
#: Blank to the eye though they count as letters or symbols: Hangul fillers, an empty Braille cell.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")
#: Categories of characters that show nothing by themselves.
_UNSEEN = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Mn", "Me"})
#: Characters that reorder what follows them; harmless in a text, a disguise in a name.
_BIDI_CONTROL = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def clean_source(source: str, *, field: str, limit: int, required: bool = True) -> str:
    """Return what a person typed, fit to be stored: newlines are ``\\n``, nothing else changes.

    ``limit`` is in code points. Raises ``Refused`` naming ``field``.
    """
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    if "\x00" in source:
        raise Refused(field, _("This text holds a NUL character, which cannot be stored."))
    if _SURROGATE.search(source):
        raise Refused(field, _("This text holds half of a character (a lone surrogate)."))
    if len(source) > limit:
        raise Refused(
            field,
            _("This text is %(value)s characters long; the limit is %(limit)s.")
            % {"value": number(len(source)), "limit": number(limit)},
        )
    if required and not source.strip():
        raise Refused(field, _("Please write something first."))
    return source


def clean_line(value: str, *, field: str, limit: int, required: bool = True) -> str:
    """Return one line of text (a title, a name) with its white space folded.

    Control characters and bidirectional controls are dropped: a name must not rearrange the
    words around it. One in which nothing can be seen is empty. Raises ``Refused`` naming
    ``field``.
    """
    value = clean_source(value, field=field, limit=limit * 4, required=False)
    value = _BIDI_CONTROL.sub("", value)
    value = " ".join(value.split())
    value = "".join(c for c in value if unicodedata.category(c) != "Cc")
    if not any(c not in _BLANK and unicodedata.category(c)[0] in "LNPS" for c in value):
        value = ""
    if required and not value:
        raise Refused(field, _("This cannot be empty."))
    if len(value) > limit:
        raise Refused(
            field,
            _("This is %(value)s characters long; the limit is %(limit)s.")
            % {"value": len(value), "limit": limit},
        )
    return value


def check_choice(value: str, among: Iterable[str], *, field: str) -> str:
    """Return ``value``, one of ``among``. Raises ``Refused`` naming ``field`` and what there is."""
    choices = list(among)
    if value not in choices:
        raise Refused(field, _("Choose one of: %(choices)s.") % {"choices": ", ".join(choices)})
    return value


def can_be_seen(text: str) -> bool:
    """Whether anything in ``text`` can be seen: not spaces, controls or lone accents only.

    What Unicode has not assigned yet counts as seen: it may be an emoji of next year.
    """
    return any(
        character not in _BLANK and unicodedata.category(character) not in _UNSEEN
        for character in text
    )


def reading_minutes(text: str) -> int:
    """How many minutes a reader needs for ``text``, at least one."""
    return max(1, round(len(text.split()) / WORDS_PER_MINUTE))
