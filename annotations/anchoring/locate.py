"""Finding a described passage in a text it may not come from."""

from __future__ import annotations

from annotations.anchoring.selectors import Selector

#: A quote with no context to confirm it must be at least this long to be trusted, in code points.
UNCONFIRMED_LENGTH = 20
#: What stands in more places than this ("a" in a long text) is not looked for in each.
_MOST_PLACES = 1_000


def locate(selector: Selector, text: str) -> tuple[int, int] | None:
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
    agreeing = _common(before[::-1], selector.prefix[::-1]) + _common(after, selector.suffix)
    return agreeing + (selector.start == at)


def _common(one: str, other: str) -> int:
    """How many code points two strings have in common from their start."""
    for length, (ours, theirs) in enumerate(zip(one, other, strict=False)):
        if ours != theirs:
            return length
    return min(len(one), len(other))
