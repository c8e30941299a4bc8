"""Turning back everything that one moderator decided, as one bulk that can be turned back itself.

Each decision is turned back in a transaction of its own (``deciding.in_bulk``), so that others go
on writing meanwhile; what cannot be is reported with its reason. Long lists come in steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from forum.accounts.models import User
from forum.lib.errors import Conflict, NotFound
from forum.moderation.actions import reverse_all
from forum.moderation.deciding import Done, gone_back
from forum.moderation.models import Action, Appeal, Basis, Bulk, Decision, Outcome
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
    mine = Decision.objects.filter(moderator=person, basis=Basis.REVIEW)
    if since:
        mine = mine.filter(created_at__gte=since)
    return mine.exclude(action=Action.REVERSE).exclude(_is_turned_back()).order_by("-pk")


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
    with all that has not been put back. Raises ``Conflict``, which says by whom, where all of it
    has been, ``NotFound`` for another bulk, and what ``permissions`` raises.
    """
    require(person, "oversight.all")
    if bulk.undoes_id is not None:
        raise Conflict(_("This has been turned back already."))
    if not _of_reversals().filter(pk=bulk.pk).exists():
        raise NotFound(_("There is no such list."))
    require(person, "bulk.revert", bulk)
    begun = Bulk.objects.filter(undoes=bulk).first()
    left = bulk.decisions.exclude(_is_turned_back()).order_by("-pk")
    if below is not None:
        left = left.filter(pk__lt=below)
    some = list(left.select_related("case__post", "moderator")[:STEP])
    if begun and not some:
        raise gone_back(bulk)
    done = reverse_all(some, moderator=person, basis=Basis.REVERT, undoes=bulk, bulk=begun)
    last = some[-1].pk if some else 0
    return Step(done, left.filter(pk__lt=last).count(), last)


def reverts_for(person: User) -> QuerySet[Bulk]:
    """Bulks of what was turned back, the latest first.

    Each with the ``number`` of decisions in it, how many of these have not been put back
    (``stays``), and whether ``person`` can do that with any (``left``).
    """
    stays = _reversals().exclude(_is_turned_back())
    count = stays.order_by().values("bulk").annotate(n=Count("pk")).values("n")
    return (
        _of_reversals()
        .annotate(
            number=Count("decisions"),
            stays=Coalesce(Subquery(count), 0),
            left=Exists(stays.filter(_can_be_put_back(person))),
        )
        .select_related("undone_by", "moderator")
        .order_by("-pk")
    )


def _of_reversals() -> QuerySet[Bulk]:
    return Bulk.objects.filter(Exists(_reversals()), undoes=None)


def _reversals() -> QuerySet[Decision]:
    """Those of the bulk that is asked about."""
    return Decision.objects.filter(bulk=OuterRef("pk"), basis=Basis.REVERT)


def _is_turned_back() -> Exists:
    """The condition on decisions that one was turned back, and that this was not as well."""
    again = Decision.objects.filter(action=Action.REVERSE, overrides=OuterRef("pk"))
    turning = Decision.objects.filter(action=Action.REVERSE, overrides=OuterRef("pk"))
    return Exists(turning.filter(~Exists(again)))


def _can_be_put_back(person: User) -> Q:
    """The condition on reversals that nothing that has become of the post or the case since keeps
    ``person`` from turning them back, nor whose it is."""
    later = Decision.objects.filter(case=OuterRef("case"), pk__gt=OuterRef("pk"))
    stands = later.exclude(_is_turned_back()).filter(
        ~Q(action=Action.REVERSE, overrides__gt=OuterRef("pk"))
    )
    upheld = Appeal.objects.filter(decision=OuterRef("pk"), outcome=Outcome.UPHELD)
    others = Q(case__post__author=None) | ~Q(case__post__author=person)
    return Q(~Exists(stands), ~Exists(upheld), others, case__post__state=F("state_after"))
