"""Describing a passage: where it is and what it says (W3C Web Annotation selectors)."""

from dataclasses import dataclass

#: Code points of context kept on either side of a quote.
CONTEXT = 32


@dataclass(frozen=True, slots=True)
class Selector:
    """A position selector and a quote selector in one. Positions are code points, ``[start, end)``.

    ``exact`` may be all there is: for a quote from elsewhere ``start`` is only a hint, or
    ``None``.
    """

    exact: str
    prefix: str = ""
    suffix: str = ""
    start: int | None = None
    end: int | None = None


def describe(text: str, start: int, end: int) -> Selector:
    """Describe ``text[start:end]``. Raises ``ValueError`` for a passage that is not in ``text``."""
    if not 0 <= start < end <= len(text):
        raise ValueError(f"[{start}, {end}) is no passage of a text of {len(text)} code points")
    return Selector(
        exact=text[start:end],
        prefix=text[max(0, start - CONTEXT) : start],
        suffix=text[end : end + CONTEXT],
        start=start,
        end=end,
    )
