"""What a step may find of words that somebody is about to publish, and what it weighs. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """What is to become of a post, from mild to grave."""

    #: Nothing speaks against it.
    PUBLISH = "publish"
    #: Its author is asked whether to post it all the same.
    NUDGE = "nudge"
    #: It waits for a moderator.
    HOLD = "hold"
    #: It is not taken.
    REFUSE = "refuse"

    @property
    def gravity(self) -> int:
        """The graver, the more."""
        return _ORDER.index(self)


_ORDER = tuple(Outcome)
#: What all signals together add to the priority of a case, at most.
MOST_POINTS = 10.0
#: What one signal adds, at most.
_POINTS = 5.0


@dataclass(frozen=True, slots=True)
class Finding:
    """What one step has found. It is kept, with the revision, as a ``Signal``."""

    outcome: Outcome = Outcome.PUBLISH
    #: How much it speaks against the post by itself, 0 to 1: what ``weight`` is made of. 0: a rule
    #: that holds whatever is said, such as that of an article, or nothing.
    score: float = 0.0
    #: Of what is held: the code in ``forum.discussion.holding.REASONS``; else the step's name.
    code: str = ""
    #: The slug of the rule that it may break, where there is one.
    rule: str = ""
    #: Of what is refused or nudged: what its author is told instead of the usual sentence.
    message: str = ""
    #: What a moderator is shown, as JSON. ``hits`` is a list of what matched, with ``start`` and
    #: ``end`` in code points of ``Revision.text`` where it stands in that.
    evidence: Mapping[str, Any] = field(default_factory=dict)


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """The gravest of ``outcomes``; of none, that it is published."""
    return max(outcomes, key=lambda outcome: outcome.gravity, default=Outcome.PUBLISH)


def weight(score: float) -> float:
    """What a signal with this score adds to the priority of a case: 0 to 5 points."""
    return round(_POINTS * min(1.0, max(0.0, score)), 1)


def points(scores: Iterable[float]) -> float:
    """What signals with these scores add together: their weights' sum, 10 points at most."""
    return round(min(MOST_POINTS, sum(map(weight, scores))), 1)
