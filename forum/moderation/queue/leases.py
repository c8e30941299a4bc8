"""Whether a claim still runs: conditions, worked out when they are asked for."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone

from forum.accounts.models import User
from forum.moderation.models import Case


def free_for(moderator: User) -> Q:
    """The condition that nobody but ``moderator`` has a claim on a case that still runs."""
    mine = Q(claimed_by=None) | Q(claimed_by=moderator)
    return mine | Q(claim_expires_at=None) | Q(claim_expires_at__lte=timezone.now())


def claimed(moderator: User) -> Q:
    """The condition that ``moderator`` has a claim on a case, and that it still runs."""
    return Q(claimed_by=moderator, claim_expires_at__gt=timezone.now())


def claimant_of(case: Case) -> User | None:
    """Who is deciding ``case`` now, if anybody is."""
    if case.claim_expires_at and case.claim_expires_at > timezone.now():
        return case.claimed_by
    return None
