"""How right programs were (article 15 (1) (e)): what people decided about what these had found.

Only what was found can be counted. What no program found and nobody flagged, nobody has looked at:
how much of it they should have found is not known here.
"""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Exists, F, OuterRef, Q, Subquery

from forum.moderation.models import RESTRICTIONS, Action, Decision
from forum.moderation.transparency.measures import in_year, is_for_everybody

#: What a person has decided that found nothing wrong.
_LETS_STAND = (Action.KEEP, Action.RESTORE)


class Accuracy(NamedTuple):
    """How many a person has decided about, and how many of these they let stand."""

    decided: int
    let_stand: int

    @property
    def error(self) -> float:
        """The share that was let stand, from 0 to 1; of nothing, 0."""
        return self.let_stand / self.decided if self.decided else 0.0

    def __add__(self, other: object) -> Accuracy:
        if not isinstance(other, Accuracy):
            return NotImplemented
        return Accuracy(self.decided + other.decided, self.let_stand + other.let_stand)


def of_checks(year: int) -> Accuracy:
    """Of what a check held before it was published, as it was decided in ``year``. One query."""
    turned_back = Decision.objects.filter(overrides=OuterRef("pk"), action=Action.REVERSE)
    found = Decision.objects.filter(
        ~Exists(turned_back),
        is_for_everybody("case__post"),
        detected_automatically=True,
        action__in=(*_LETS_STAND, *RESTRICTIONS),
    )
    return _counted(in_year(year, found, "created_at").values_list("action", flat=True))


def of_hiding(year: int) -> Accuracy:
    """Of what the site hid in ``year`` until a moderator has looked, and one has. One query."""
    answers = Decision.objects.filter(
        Q(action__in=(*_LETS_STAND, *RESTRICTIONS))
        | Q(action=Action.REVERSE, overrides=OuterRef("pk")),
        case=OuterRef("case"),
        pk__gt=OuterRef("pk"),
    )
    hidden = Decision.objects.filter(is_for_everybody("case__post"), action=Action.HIDE)
    answered = in_year(year, hidden, "created_at").annotate(
        answer=Subquery(answers.order_by("pk").values("action")[:1])
    )
    return _counted(answered.exclude(answer=None).values_list(F("answer"), flat=True))


def _counted(actions: object) -> Accuracy:
    decided = list(actions)  # type: ignore[call-overload]
    right = sum(action in RESTRICTIONS for action in decided)
    return Accuracy(len(decided), len(decided) - right)
