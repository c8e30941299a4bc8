"""Who is deciding a case: a lease of ten minutes, so that no two decide it at once.

A claim is no state of a case, and no clock has to end it: whether it still runs is computed when it
is asked for. Whoever has one may decide, and nobody else; what is claimed by nobody anybody may
decide. A decision, or whatever else moves a case on, releases it.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from forum.accounts.models import User
from forum.lib.interface import spoken_by_site
from forum.moderation.models import Case, EventKind
from forum.moderation.queue.leases import claimant_of, claimed, free_for
from forum.moderation.record import UNDECIDED, gone_ahead, log
from forum.permissions import require

#: For how long a case is somebody's, from when they last did something in it.
LEASE = timedelta(minutes=10)


def claim(*, moderator: User, case: Case) -> None:
    """Claim ``case``, or go on having it, for the next ten minutes.

    Raises ``Conflict`` when somebody else has it, or when it is decided.
    """
    require(moderator, "case.decide", case)
    with transaction.atomic():
        # That of the same person who goes on is no news.
        if Case.objects.filter(claimed(moderator), pk=case.pk).update(**_lease(moderator)):
            case.refresh_from_db()
            return
        free = Case.objects.filter(free_for(moderator), pk=case.pk, state__in=UNDECIDED)
        if not free.update(**_lease(moderator)):
            raise gone_ahead(case, moderator)
        log(case, EventKind.CLAIMED, moderator)
    case.refresh_from_db()


def take_over(*, moderator: User, case: Case, claimant: int | None) -> None:
    """Claim ``case`` although ``claimant`` has it, who is known to whoever confirmed that.

    Raises ``Conflict`` when it is somebody else's by now, or decided.
    """
    require(moderator, "case.decide", case)
    theirs = Q(claimed_by=claimant) if claimant else Q(claimed_by=None)
    with transaction.atomic():
        case.refresh_from_db()
        before = claimant_of(case)
        wanted = Case.objects.filter(theirs | free_for(moderator), state__in=UNDECIDED)
        if not wanted.filter(pk=case.pk).update(**_lease(moderator)):
            raise gone_ahead(case, moderator)
        with spoken_by_site():
            said = _("It was %(name)s’s.") % {"name": before.public_name} if before else ""
        log(case, EventKind.TAKEN_OVER if before else EventKind.CLAIMED, moderator, said)
    case.refresh_from_db()


def release(*, moderator: User, case: Case) -> bool:
    """Give up the claim of ``moderator`` on ``case``; whether there was one."""
    with transaction.atomic():
        mine = Case.objects.filter(claimed(moderator), pk=case.pk)
        if not mine.update(claimed_by=None, claim_expires_at=None):
            return False
        log(case, EventKind.RELEASED, moderator)
    case.refresh_from_db()
    return True


def _lease(moderator: User) -> dict[str, object]:
    return {"claimed_by": moderator, "claim_expires_at": timezone.now() + LEASE}
