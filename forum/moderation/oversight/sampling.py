"""Drawing decisions by lot for a second look, at the moment when they are made."""

from __future__ import annotations

import secrets

from django.conf import settings

from forum.moderation.models import Action, Basis, Decision, SecondReview

#: Tickets of the lottery: the share is understood to a hundredth of a percent.
_TICKETS = 10_000
#: What settles nothing, or is no judgement of a text.
_NOT_DRAWN = (Action.ESCALATE, Action.REVERSE, Action.LOCK, Action.UNLOCK)


def draw(decision: Decision) -> None:
    """Have ``decision`` looked at a second time, with the chance of ``SECOND_REVIEW_SHARE``.

    Whether it was drawn is kept, so that nobody can choose later what is looked at.
    """
    if decision.basis != Basis.REVIEW or decision.action in _NOT_DRAWN:
        return
    if secrets.randbelow(_TICKETS) < settings.SECOND_REVIEW_SHARE * _TICKETS:
        SecondReview.objects.create(decision=decision)
