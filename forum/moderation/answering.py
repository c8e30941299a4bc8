"""The answer to an appeal, whatever that is against: given once, by whoever is first."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from forum.accounts.models import User, shown_name
from forum.lib.errors import Conflict
from forum.moderation.models import Appeal, Decision


def answer_those(
    appeals: QuerySet[Appeal],
    moderator: User,
    outcome: str,
    answer: str,
    *,
    result: Decision | None = None,
) -> int:
    """Answer those of ``appeals`` that wait; how many they were. Of two who do so at once, one
    answers."""
    return appeals.filter(outcome="").update(
        outcome=outcome,
        answer=answer,
        decided_by=moderator,
        decided_by_name=moderator.public_name,
        decided_at=timezone.now(),
        result=result,
    )


def answered_already(appeal: Appeal) -> Conflict:
    """That somebody was faster, who it was, and how they decided."""
    now = Appeal.objects.get(pk=appeal.pk)
    said = {
        "moderator_name": shown_name(now.decided_by_name),
        "outcome": now.get_outcome_display(),
    }
    return Conflict(
        _("%(moderator_name)s has decided this appeal already: %(outcome)s.") % said,
        {"outcome": now.outcome},
    )
