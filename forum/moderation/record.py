"""Cases move on by compare and set, and everything that happens in one goes into the log."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import F, Min
from django.utils.translation import gettext as _

from forum.accounts.models import User, shown_name
from forum.lib.errors import Conflict
from forum.lib.interface import spoken_by_site
from forum.moderation.models import (
    Appeal,
    Case,
    CaseState,
    Decision,
    Event,
    EventKind,
    Outcome,
)
from forum.moderation.queue.leases import claimant_of, free_for

#: A case that waits for somebody to decide it.
UNDECIDED = (CaseState.OPEN, CaseState.ESCALATED)


def log(case: Case, kind: EventKind, actor: User | None, detail: str = "") -> None:
    """Write a line of the log; ``detail`` is in the language of the site."""
    Event.objects.create(
        case=case,
        kind=kind,
        actor=actor,
        actor_name=actor.public_name if actor else _("The site"),
        detail=detail,
    )


def move(
    case: Case,
    version: int,
    *,
    before: Collection[str],
    after: str,
    by: User | None = None,
    **changes: object,
) -> None:
    """Compare and set: of two who decide at once, one does. The other gets a ``Conflict``.

    With ``by``, nobody else may have a claim on it. Nobody has one on a case that has moved on.
    """
    same = Case.objects.filter(pk=case.pk, version=version, state__in=before)
    if by:
        same = same.filter(free_for(by))
    released = {"claimed_by": None, "claim_expires_at": None}
    if not same.update(state=after, version=F("version") + 1, **(released | changes)):
        raise gone_ahead(case, by)
    case.refresh_from_db()


def gone_ahead(case: Case, by: User | None = None) -> Conflict:
    """What has happened in ``case`` since somebody, ``by`` it may be, looked at it."""
    now = Case.objects.select_related("claimed_by").get(pk=case.pk)
    last = now.decisions.last()
    claimant = claimant_of(now)
    other = claimant if claimant != by else None
    if now.state == CaseState.DECIDED and last:
        message = _("%(moderator_name)s has decided this case already: %(action)s.") % {
            "moderator_name": shown_name(last.moderator_name),
            "action": last.get_action_display(),
        }
    elif now.state == CaseState.CLOSED:
        message = _("Its author has withdrawn it in the meantime.")
    elif other:
        message = _("%(name)s is deciding this case.") % {"name": other.public_name}
    else:
        message = _("This case has changed since you opened it; look at it again.")
    details: dict[str, object] = {"version": now.version, "state": now.state}
    return Conflict(message, details | ({"claimed_by": other.public_name} if other else {}))


def settle(decision: Decision, result: Decision) -> int:
    """Answer the appeals that wait against ``decision``, which has been turned back; how many."""
    with spoken_by_site():
        answer = _("It was turned back before anybody had decided about the appeal.")
    waiting = Appeal.objects.filter(decision=decision, outcome="")
    answered = waiting.update(
        outcome=Outcome.OVERTURNED,
        answer=answer,
        decided_by=result.moderator,
        decided_by_name=result.moderator_name,
        decided_at=result.created_at,
        result=result,
    )
    if answered:
        mark_appealed(decision.case)
    return answered


def mark_appealed(case: Case) -> None:
    """Keep with ``case`` since when an appeal waits in it, in the caller's transaction."""
    waiting = Appeal.objects.filter(decision__case=case, outcome="")
    first = waiting.aggregate(first=Min("filed_at"))["first"]
    Case.objects.filter(pk=case.pk).update(appealed_at=first)
    case.appealed_at = first


def summary(decision: Decision) -> str:
    """A decision as the log says it."""
    with spoken_by_site():
        parts = [decision.get_action_display()]
        if decision.rule:
            said = {"rule": decision.rule, "version": decision.rule.version}
            parts.append(_("%(rule)s (version %(version)s)") % said)
    if decision.legal_ground:
        parts.append(decision.legal_ground)
    if decision.reason:
        parts.append(decision.reason)
    return ". ".join(part.rstrip(".") for part in parts) + "."
