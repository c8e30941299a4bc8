"""Turning back everything that one moderator decided, as one bulk that can be turned back itself.

Each decision is turned back in a transaction of its own (``reversing.in_bulk``), so that others go
on writing meanwhile; what cannot be is reported with its reason. Long lists come in steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from forum.accounts.models import User
from forum.lib.errors import Conflict, NotFound
from forum.moderation.actions import reverse_all
from forum.moderation.deciding import Done, gone_back
from forum.moderation.models import Action, Basis, Bulk, Decision
from forum.permissions import require

#: Decisions turned back at once: what one request can wait for.
STEP = 200


@dataclass(frozen=True, slots=True)
class Step:
    """What became of one stretch of the list."""

    done: Done
    #: How many decisions are still to come; and the id below which they are.
    left: int
    below: int


def standing_of(person: User, since: datetime | None) -> QuerySet[Decision]:
    """What ``person`` decided on review since then and nobody has turned back, the latest first.

    What they decided on appeals is not among it: two other people wait for that to hold.
    """
    again = Decision.objects.filter(action=Action.REVERSE, overrides=OuterRef("pk"))
    turned = Decision.objects.filter(action=Action.REVERSE, overrides=OuterRef("pk"))
    mine = Decision.objects.filter(moderator=person, basis=Basis.REVIEW)
    if since:
        mine = mine.filter(created_at__gte=since)
    return (
        mine.exclude(action=Action.REVERSE)
        # Turned back, unless that was turned back as well.
        .exclude(Exists(turned.filter(~Exists(again))))
        .order_by("-pk")
    )


def by_action(decisions: QuerySet[Decision]) -> list[tuple[str, int]]:
    """How many there are of each action, in words."""
    counted = decisions.order_by().values_list("action").annotate(n=Count("pk")).order_by("-n")
    return [(str(Action(action).label), number) for action, number in counted]


def revert(
    *,
    reverter: User,
    person: User,
    since: datetime | None,
    reason: str,
    bulk: Bulk | None = None,
    below: int | None = None,
) -> Step:
    """Turn back one stretch of what ``person`` decided; ``bulk`` and ``below`` go on with the next.

    Raises what ``permissions`` raises, and ``NotFound`` for a bulk that is somebody else's.
    """
    require(reverter, "moderator.revert", person)
    if bulk and bulk.moderator_id != reverter.pk:
        raise NotFound(_("There is no such list."))
    standing = standing_of(person, since)
    if below is not None:
        standing = standing.filter(pk__lt=below)
    some = list(standing.select_related("case__post", "moderator")[:STEP])
    done = reverse_all(some, moderator=reverter, basis=Basis.REVERT, reason=reason, bulk=bulk)
    last = some[-1].pk if some else 0
    return Step(done, standing.filter(pk__lt=last).count(), last)


def undo_revert(*, person: User, bulk: Bulk, below: int | None = None) -> Step:
    """Turn back one stretch of a bulk of reversals: what they turned back stands as before.

    ``below`` goes on with the next. Without it, what somebody else has begun, and left, goes on
    where they were. Raises ``Conflict``, which says by whom, where all of it has been put back,
    ``NotFound`` for another bulk, and what ``permissions`` raises.
    """
    require(person, "oversight.all")
    if bulk.undoes_id is not None:
        raise Conflict(_("This has been turned back already."))
    if not reverts().filter(pk=bulk.pk).exists():
        raise NotFound(_("There is no such list."))
    require(person, "bulk.revert", bulk)
    begun = Bulk.objects.filter(undoes=bulk).first()
    left = bulk.decisions.order_by("-pk")
    if begun:
        # The latest first: what is before the first that was put back nobody has come to.
        first = begun.decisions.order_by("overrides").values("overrides")[:1]
        left = left.filter(pk__lt=first)
    if below is not None:
        left = left.filter(pk__lt=below)
    some = list(left.select_related("case__post", "moderator")[:STEP])
    if begun and not some:
        raise gone_back(bulk)
    done = reverse_all(some, moderator=person, basis=Basis.REVERT, undoes=bulk, bulk=begun)
    last = some[-1].pk if some else 0
    return Step(done, bulk.decisions.filter(pk__lt=last).count(), last)


def reverts() -> QuerySet[Bulk]:
    """Bulks of what was turned back, the latest first: with the ``number`` of decisions in each,
    and whether some are ``left`` where it has been put back."""
    reversals = Decision.objects.filter(bulk=OuterRef("pk"), basis=Basis.REVERT)
    put_back = Decision.objects.filter(bulk__undoes=OuterRef("bulk"), overrides__lte=OuterRef("pk"))
    found = Bulk.objects.filter(Exists(reversals), undoes=None)
    return (
        found.annotate(number=Count("decisions"), left=Exists(reversals.filter(~Exists(put_back))))
        .select_related("undone_by")
        .order_by("-pk")
    )
