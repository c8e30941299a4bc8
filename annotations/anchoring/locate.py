"""Finding a described passage in a text it may not come from.

A lost passage is shown and repaired, one in a wrong place misleads: what is in doubt is not found.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from annotations.anchoring.blocks import common
from annotations.anchoring.folding import Words, breadth, fold_text, words_of
from annotations.anchoring.search import FLOOR, FOLDED, MARGIN, Searched, pairs_of
from annotations.anchoring.selectors import CONTEXT, Selector

#: A quote with no context to confirm it must be at least this long to be trusted, in code points.
UNCONFIRMED_LENGTH = 20
#: What stands in more places than this ("a" in a long text) is not looked for in each.
_MOST_PLACES = 1_000
#: Code points of context, folded, that have to agree to mean anything.
_TELLING = 4
_HEAD, _TAIL = re.compile(r"\w+\Z"), re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Located:
    """A passage found at ``[start, end)``, in code points.

    ``score`` is its similarity to the quote, from 0 to 1, and ``runner_up`` that of the likest
    other place. ``method`` is ``exact``, ``folded`` (the same words and marks, but for case,
    white space and the style of quotes and dashes) or ``fuzzy`` (with slips).
    """

    start: int
    end: int
    score: float
    runner_up: float
    method: str


def locate(selector: Selector, text: str) -> Located | None:
    """Where ``text`` says what ``selector`` quotes, or ``None`` when in doubt.

    Context and position tell equal places apart. They never make other words the quote.
    """
    places = _occurrences(selector.exact, text)
    if places:
        found = locate_exact(selector, text)
        return Located(*found, 1.0, float(len(places) > 1), "exact") if found else None
    selector = _in_whole_words(selector)
    quote = words_of(selector.exact)
    if len(quote) < 2:
        return None
    searched = Searched(text, set(pairs_of(quote)))
    verbatim = searched.verbatim(quote)
    if verbatim is None:
        return None
    return _the_same(selector, quote, searched, verbatim) if verbatim else _alike(quote, searched)


def locate_exact(selector: Selector, text: str) -> tuple[int, int] | None:
    """Where ``selector.exact`` stands in ``text``, word for word, or ``None`` when in doubt.

    Of several places the one whose surroundings agree best wins; a tie is a doubt. A short
    quote found once still needs some of its context around it.
    """
    places = _occurrences(selector.exact, text)
    if not 0 < len(places) <= _MOST_PLACES:
        return None
    scored = sorted(((_agreement(selector, text, at), at) for at in places), reverse=True)
    best, at = scored[0]
    if len(scored) > 1 and scored[1][0] == best:
        return None
    if best == 0 and len(selector.exact) < UNCONFIRMED_LENGTH:
        return None
    return at, at + len(selector.exact)


def _the_same(
    selector: Selector, quote: Words, searched: Searched, places: list[int]
) -> Located | None:
    """The one of several places of the same words that has the likest surroundings, and marks."""
    scored = []
    for at in places:
        start, end = searched.extent(quote, at, at + len(quote))
        context = _folded_agreement(selector, searched.text, start, end)
        scored.append((context, searched.likeness(quote, at, at + len(quote)), start, end))
    scored.sort(reverse=True)
    context, score, start, end = scored[0]
    runner_up = max((other[1] for other in scored[1:]), default=0.0)
    if len(scored) > 1 and scored[1][:2] == (context, score):
        return None
    if context == 0 and breadth(selector.exact.strip()) < UNCONFIRMED_LENGTH:
        return None
    return Located(start, end, score, runner_up, "folded" if score >= FOLDED else "fuzzy")


def _alike(quote: Words, searched: Searched) -> Located | None:
    """The place that says the same with slips, if no other is nearly as like."""
    found = searched.near(quote)
    best = next((place for place in found if place.sure), None)
    if best is None or best.score < FLOOR:
        return None
    runner_up = max((place.score for place in found if place is not best), default=0.0)
    if runner_up > best.score - MARGIN:
        return None
    return Located(*searched.extent(quote, best.first, best.last), best.score, runner_up, "fuzzy")


def _in_whole_words(selector: Selector) -> Selector:
    """The same with the rest of the words that the ends of the quote cut."""
    quote, prefix, suffix = selector.exact, selector.prefix, selector.suffix
    start = selector.start
    head = _HEAD.search(prefix) if quote[:1].isalnum() else None
    tail = _TAIL.match(suffix) if quote[-1:].isalnum() else None
    if head:
        quote, prefix = head.group() + quote, prefix[: head.start()]
        start = None if start is None else start - len(head.group())
    if tail:
        quote, suffix = quote + tail.group(), suffix[tail.end() :]
    return Selector(quote, prefix, suffix, start)


def _folded_agreement(selector: Selector, text: str, start: int, end: int) -> int:
    """``_agreement``, folded; a letter or two in common say nothing."""
    # White space at the edge may have been the quote's own, which its words leave out.
    before = fold_text(text[max(0, start - 2 * CONTEXT) : start]).rstrip()
    after = fold_text(text[end : end + 2 * CONTEXT]).lstrip()
    agreeing = common(before[::-1], fold_text(selector.prefix).rstrip()[::-1])
    agreeing += common(after, fold_text(selector.suffix).lstrip())
    return (agreeing if agreeing >= _TELLING else 0) + (selector.start == start)


def _occurrences(quote: str, text: str) -> list[int]:
    places: list[int] = []
    at = text.find(quote) if quote else -1
    while at >= 0 and len(places) <= _MOST_PLACES:
        places.append(at)
        at = text.find(quote, at + 1)
    return places


def _agreement(selector: Selector, text: str, at: int) -> int:
    """How many code points of context agree around ``at``, plus one for the very same place."""
    end = at + len(selector.exact)
    before = text[max(0, at - len(selector.prefix)) : at]
    after = text[end : end + len(selector.suffix)]
    agreeing = common(before[::-1], selector.prefix[::-1]) + common(after, selector.suffix)
    return agreeing + (selector.start == at)
