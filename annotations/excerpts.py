"""A passage with a little of the text around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from annotations.placement.placing import Extent

#: Code points of text that are shown on either side of a passage.
_AROUND = 60


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Words with a little of what stands around them."""

    lead: str
    words: str
    tail: str
    #: How the paragraph before theirs ends.
    above: str

    @property
    def neighbour(self) -> str:
        """Where it stands, in words: after these, else before those."""
        if self.lead.strip():
            return _("after “%(lead)s”") % {"lead": self.lead.strip()}
        return (
            (_("before “%(tail)s”") % {"tail": self.tail.strip()})
            if self.tail.strip()
            else _("in a paragraph of its own")
        )


def excerpt(text: str, at: Extent, around: int = _AROUND) -> Excerpt | None:
    """What stands at ``at`` in ``text``, with what surrounds it in the same paragraph."""
    if at is None:
        return None
    start, end = at
    above = text.rfind("\n", 0, start)
    return Excerpt(
        lead=_before(text, start, around),
        words=text[start:end],
        tail=_after(text, end, around),
        above=_before(text, max(0, above), around),
    )


# Whole words only, where the script parts words.


def _before(text: str, end: int, around: int) -> str:
    words = text[max(0, end - around) : end].rpartition("\n")[2]
    return "…\u00a0" + (words.partition(" ")[2] or words) if len(words) == around else words


def _after(text: str, start: int, around: int) -> str:
    words = text[start : start + around].partition("\n")[0]
    return (words.rpartition(" ")[0] or words) + "\u00a0…" if len(words) == around else words
