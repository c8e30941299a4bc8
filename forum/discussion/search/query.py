"""What somebody is looking for, read from what they typed. Whatever they type has a meaning."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from forum.lib.errors import Refused
from forum.lib.searchwords import folded_words
from forum.lib.words import gettext as _

#: Code points of what is typed, and the words in it.
QUERY_LIMIT = 300
WORDS_LIMIT = 24
#: Code points of the shortest word that finds the longer ones that begin with it.
LEAST_BEGINNING = 3

_QUOTES = '"“”„«»'
_PART = re.compile(
    rf"(?P<minus>-?)(?:[{_QUOTES}](?P<phrase>[^{_QUOTES}]*)[{_QUOTES}]?|(?P<bare>[^\s{_QUOTES}]+))"
)


@dataclass(frozen=True, slots=True)
class Term:
    """Words that follow one another; with ``open``, the last may be the beginning of one."""

    words: tuple[str, ...]
    open: bool = False

    def matches_at(self, words: Sequence[str], at: int) -> bool:
        """Whether the term stands at ``words[at]``, all of them folded."""
        end = at + len(self.words)
        if end > len(words) or tuple(words[at : end - 1]) != self.words[:-1]:
            return False
        last = words[end - 1]
        return last.startswith(self.words[-1]) if self.open else last == self.words[-1]


@dataclass(frozen=True, slots=True)
class Query:
    """Every one of ``terms`` is to be found, and none of ``without``."""

    terms: tuple[Term, ...] = ()
    without: tuple[Term, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.terms)

    @classmethod
    def parse(cls, written: str) -> Self:
        """What ``written`` asks for: words, "phrases" and, after a minus, what is not wanted.

        A word finds those that begin with it, unless it is quoted or shorter than
        ``LEAST_BEGINNING``; ``climate-change`` is a phrase. Without a word to be found nothing is
        asked for. Raises ``Refused`` naming ``q`` for what is too long.
        """
        if len(written) > QUERY_LIMIT:
            message = _("Look for %(limit)s characters at most; these are %(count)s.")
            raise Refused("q", message % {"limit": QUERY_LIMIT, "count": len(written)})
        terms: dict[bool, dict[Term, None]] = {False: {}, True: {}}
        for part in _PART.finditer(written):
            quoted = part["bare"] is None
            words = tuple(folded_words(part["phrase"] if quoted else part["bare"]))
            if words:
                term = Term(words, open=not quoted and len(words[-1]) >= LEAST_BEGINNING)
                terms[bool(part["minus"])].setdefault(term)
        query = cls(tuple(terms[False]), tuple(terms[True]))
        if sum(len(term.words) for term in query.terms + query.without) > WORDS_LIMIT:
            raise Refused("q", _("Look for %(limit)s words at most.") % {"limit": WORDS_LIMIT})
        return query
