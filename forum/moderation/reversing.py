"""Turning a decision back: exactly what it changed, and only while nothing else has changed that.

A reversal is a decision as well (``Action.REVERSE``), which says what it overrides; so it can be
turned back itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from forum.accounts.models import User, shown_name
from forum.discussion.models import Post, State
from forum.discussion.writing.revisions import bump_activity
from forum.lib.deadlocks import tried_again
from forum.lib.errors import Conflict
from forum.lib.text import NOTE_LIMIT, clean_source
from forum.moderation.deciding import Done, gone_back, in_bulk, put_state
from forum.moderation.effects import inverse, put
from forum.moderation.models import (
    RESTRICTIONS,
    Action,
    Basis,
    Bulk,
    Case,
    CaseState,
    Decision,
    EventKind,
)
from forum.moderation.notices.letters import reopen_notices
from forum.moderation.queue.placing import place
from forum.moderation.record import UNDECIDED, log, move, settle, summary
from forum.moderation.standing import decided_since, is_passing_on, restricts
from forum.moderation.telling import take_back, tell
from forum.permissions import UNDO_MINUTES, require, require_still

#: How long somebody may take back what they decided.
UNDO_WINDOW = timedelta(minutes=UNDO_MINUTES)


def reverse(
    *,
    decision: Decision,
    moderator: User,
    basis: str,
    bulk: Bulk | None = None,
    reason: str = "",
    for_now: bool = False,
) -> Decision:
    """Put back what ``decision`` changed, and the case to where it was; return the reversal.

    With ``basis`` *undo* by whoever decided, soon; with *revert* by somebody above them; with
    *appeal* by whoever decides that. Those who were told of the decision are told that it was taken
    back; whose e-mail has not left by then never hear of either. ``for_now`` says that something
    else is decided in its place at once, in the same transaction.

    Raises ``Conflict``, which says what has changed since, and what ``permissions`` raises.
    """
    _require(moderator, decision, basis)
    reason = clean_source(reason, field="reason", limit=NOTE_LIMIT, required=False).strip()

    def act() -> Decision:
        _require(moderator, decision, basis, by=require_still)
        case = Case.objects.select_for_update().get(pk=decision.case_id)
        _require_last(decision)
        post = Post.objects.select_related("author").get(pk=case.post_id)
        was_for, is_for = decision.effect.get("held_for", [post.held_for, post.held_for])
        if post.state != decision.state_after or post.held_for != is_for:
            raise _changed(post)
        to, _left_at = decision.effect.get("case", [CaseState.OPEN, CaseState.DECIDED])
        if for_now and to not in UNDECIDED:
            to = CaseState.OPEN
        effect = inverse(decision.effect)
        effect["case"] = [case.state, to]
        # Only what was at stake: not that it waited, where it waits no more either.
        effect = {name: pair for name, pair in effect.items() if pair[0] != pair[1]}
        made = Decision.objects.create(
            case=case,
            revision=post.current,
            moderator=moderator,
            moderator_name=moderator.public_name,
            action=Action.REVERSE,
            reason=reason,
            state_before=post.state,
            state_after=decision.state_before,
            basis=basis,
            overrides=decision,
            bulk=bulk,
            effect=effect,
            **_grounds_again(decision),
        )
        move(case, case.version, before=[case.state], after=to)
        put_state(post, decision.state_before, was_for)
        put(post, inverse(decision.effect))
        bump_activity(post)
        log(case, EventKind.UNDONE, moderator, summary(made))
        # What is only eased, or found to be fine, was answered when it was restricted.
        if to != CaseState.DECIDED and not (for_now and restricts(decision)):
            reopen_notices(decision)
        place(case)
        if is_passing_on(decision):
            return made
        if basis == Basis.APPEAL:
            # Whoever decides the appeal has more to say.
            return made
        if settle(decision, made):
            place(case)
        if basis == Basis.UNDO:
            take_back(made, post)
        else:
            tell(made, post, waited=False)
        return made

    return tried_again(act)


def reverse_all(
    decisions: Iterable[Decision],
    *,
    moderator: User,
    basis: str,
    reason: str = "",
    undoes: Bulk | None = None,
    bulk: Bulk | None = None,
) -> Done:
    """Turn many decisions back in one ``Bulk``, the latest first, each for itself.

    ``bulk`` is one that was begun already, which goes on with these.
    What cannot be turned back any more is reported, and keeps none of the others.
    """
    latest_first = sorted(decisions, key=lambda decision: -decision.pk)

    def one(decision: Decision) -> Callable[[Bulk], Decision]:
        return lambda bulk: reverse(
            decision=decision, moderator=moderator, basis=basis, bulk=bulk, reason=reason
        )

    acts = [(decision.case, one(decision)) for decision in latest_first]
    return in_bulk(moderator, acts, undoes=undoes, bulk=bulk)


def reverse_bulk(*, bulk: Bulk, moderator: User, basis: str, reason: str = "") -> Done:
    """Turn back what was decided in ``bulk``. Raises ``Conflict``, which says by whom, if that has
    been done."""
    if Bulk.objects.filter(undoes=bulk).exists():
        raise gone_back(bulk)
    decisions = bulk.decisions.select_related("case", "moderator")
    return reverse_all(decisions, moderator=moderator, basis=basis, reason=reason, undoes=bulk)


def can_still_be_undone(decision: Decision) -> bool:
    """Whether the time for taking it back has not run out."""
    return timezone.now() < decision.created_at + UNDO_WINDOW


def _require(
    moderator: User, decision: Decision, basis: str, *, by: Callable[..., None] = require
) -> None:
    if basis == Basis.APPEAL:
        appeal = decision.appeals.filter(outcome="").first()
        if appeal is None:
            raise Conflict(_("No appeal against this waits any more."))
        by(moderator, "appeal.decide", appeal)
    elif basis == Basis.UNDO:
        by(moderator, "decision.undo", decision)
    else:
        by(moderator, "decision.revert", decision)


def _require_last(decision: Decision) -> None:
    """Raise ``Conflict`` where something was decided later that still stands."""
    last = decided_since(decision)
    if last is None:
        return
    if last.overrides_id == decision.pk and last.action == Action.REVERSE:
        message = _("%(moderator_name)s has turned this back already.")
    else:
        message = _("%(moderator_name)s has decided later: %(action)s.")
    name = shown_name(last.moderator_name)
    said = {"moderator_name": name, "action": last.get_action_display()}
    raise Conflict(message % said, {"decision": last.pk})


def _grounds_again(decision: Decision) -> dict[str, object]:
    """What a reversal rests on that puts a restriction back into force: what that rested on."""
    restricting = decision.overrides if decision.action == Action.REVERSE else None
    if restricting is None or restricting.action not in RESTRICTIONS:
        return {}
    names = ("rule", "ground", "category", "legal_ground")
    return {name: getattr(restricting, name) for name in names}


def _changed(post: Post) -> Conflict:
    """What has become of a post since it was decided about."""
    if post.state == State.WITHDRAWN:
        message = _("Its author has withdrawn it in the meantime.")
    elif post.state == State.ERASED:
        message = _("Its author’s account has been erased in the meantime.")
    else:
        message = _("It has changed in the meantime (%(state)s).") % {
            "state": State(post.state).label
        }
    return Conflict(message, {"post_state": post.state})
