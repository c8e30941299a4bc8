"""Deciding a case: the post, the case, the decision and the log move together, or none of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from forum.accounts.models import User, shown_name
from forum.discussion.holding import ASKED, EDITED, REASONS
from forum.discussion.models import Post, State
from forum.discussion.telling import tell_of_edit, tell_of_release
from forum.discussion.writing.revisions import bump_activity
from forum.lib.deadlocks import tried_again
from forum.lib.errors import Conflict, PostilError, Refused
from forum.lib.text import NOTE_LIMIT, check_choice, clean_line, clean_source
from forum.moderation.effects import Effect, effect_of, put
from forum.moderation.models import (
    RESTRICTIONS,
    Action,
    Basis,
    Bulk,
    Case,
    CaseState,
    Category,
    Decision,
    EventKind,
    Ground,
    Rule,
)
from forum.moderation.oversight.sampling import draw
from forum.moderation.queue.placing import place
from forum.moderation.record import log, move, summary
from forum.moderation.telling import tell
from forum.moderation.transitions import ImpossibleTransition, after
from forum.permissions import require, require_still
from forum.screening.feedback import note_verdict

#: What somebody can decide about a case; a reversal is of a decision, and the site
#: hides by itself.
CHOICES = [action for action in Action.values if action not in (Action.REVERSE, Action.HIDE)]
#: The same with what each is called.
LABELLED = [(action, Action(action).label) for action in CHOICES]
#: What settles whether a post may be read: it waits for nothing after that.
_SETTLING = (Action.KEEP, Action.REMOVE, Action.RESTORE, Action.HIDE_NOTE, Action.RETAG)
#: Code points of the name of a law.
_LAW_LIMIT = 500
#: What posts are held for without anybody, or anything, having found fault with their words.
_NO_FAULT = ("", "asked", "edited", "guest", "imported", "newcomer", "premoderated")


@dataclass(frozen=True, slots=True)
class Done:
    """What became of many cases, or decisions, that were taken up in one go."""

    #: ``None`` where nothing could be done.
    bulk: Bulk | None = None
    decisions: list[Decision] = field(default_factory=list)
    #: What could not be done, by the case, and why.
    refusals: list[tuple[Case, PostilError]] = field(default_factory=list)


def decide(
    *,
    moderator: User,
    case: Case,
    action: str,
    version: int,
    rule: Rule | None = None,
    reason: str = "",
    note: str = "",
    tags: Sequence[str] = (),
    hide: bool = False,
    legal_ground: str = "",
    category: str = "",
    basis: Basis = Basis.REVIEW,
    overrides: Decision | None = None,
    bulk: Bulk | None = None,
) -> Decision:
    """Decide ``case`` as it stood at ``version``; tell its author and its flaggers.

    ``tags`` are those that a note gets (``retag``); ``hide`` says that what its author is asked to
    change is hidden until then. A restriction rests on ``rule``, or on the law ``legal_ground``,
    and gives a public ``reason``; its ``category`` is the rule's unless it is said.

    Raises ``Refused`` naming what is missing, ``Conflict`` when the case was decided or has changed
    since, or when the action makes no sense any more.
    """
    if basis != Basis.APPEAL:
        # Whoever decides an appeal was asked for that.
        require(moderator, "case.decide", case)
    check_choice(action, CHOICES, field="action")
    reason = clean_source(reason, field="reason", limit=NOTE_LIMIT, required=False).strip()
    note = clean_source(note, field="note", limit=NOTE_LIMIT, required=False).strip()
    law = clean_line(legal_ground, field="legal_ground", limit=_LAW_LIMIT, required=False)
    grounds = grounds_of(action, rule, reason, law, category)
    undecided = [case.state] if case.state == CaseState.ESCALATED else [CaseState.OPEN]
    escalated = action == Action.ESCALATE
    was = dict(vars(case))

    def act() -> Decision:
        if basis != Basis.APPEAL:
            require_still(moderator, "case.decide", case)
        stood = case.state
        to = CaseState.ESCALATED if escalated else CaseState.DECIDED
        move(case, version, before=undecided, after=to, by=moderator)
        if case.appealed_at and basis != Basis.APPEAL:
            raise Conflict(_("An appeal waits in this case: that is what has to be decided."))
        post = Post.objects.select_related("author").get(pk=case.post_id)
        waited_for = post.held_for
        try:
            state = after(action, post.state, hide=hide)
        except ImpossibleTransition as impossible:
            raise Conflict(str(impossible), {"post_state": post.state}) from None
        waits_for = _waits_for(action, state, waited_for)
        effect: Effect = effect_of(action, post, tags=tags)
        decision = Decision.objects.create(
            case=case,
            revision=post.current,
            moderator=moderator,
            moderator_name=moderator.public_name,
            action=action,
            rule=rule,
            reason=reason,
            note=note,
            state_before=post.state,
            state_after=state,
            basis=basis,
            overrides=overrides,
            bulk=bulk,
            effect=effect | _waited(waited_for, waits_for) | _moved("case", stood, to),
            detected_automatically=waited_for in REASONS and waited_for not in _NO_FAULT,
            **grounds,
        )
        draw(decision)
        put_state(post, state, waits_for)
        put(post, effect)
        note_verdict(decision.revision, state=state, rule=rule.slug if rule else "")
        bump_activity(post)
        log(
            case,
            EventKind.ESCALATED if escalated else EventKind.DECIDED,
            moderator,
            summary(decision),
        )
        place(case)
        if not escalated and basis != Basis.APPEAL:
            tell(decision, post, waited=bool(waited_for))
        if state == State.PUBLISHED and decision.state_before == State.HELD:
            tell_of_release(post)
        elif state == State.PUBLISHED and waited_for in (ASKED, EDITED):
            tell_of_edit(post)
        return decision

    def act_afresh() -> Decision:
        try:
            return act()
        except Exception:
            # Nothing has happened to it, whoever tries again.
            vars(case).update(was)
            raise

    # Whoever erases the account of this moderator may wait for us, and we for them.
    return tried_again(act_afresh)


def decide_all(
    *, moderator: User, cases: Iterable[tuple[Case, int]], action: str, **choice: Any
) -> Done:
    """Decide many cases alike, each as it stood at its version, in one ``Bulk``.

    What ``decide`` takes beside, all of them get. Each is decided for itself: what cannot be is
    reported, and keeps none of the others.
    """

    def one(case: Case, version: int) -> Callable[[Bulk], Decision]:
        return lambda bulk: decide(
            moderator=moderator, case=case, action=action, version=version, bulk=bulk, **choice
        )

    return in_bulk(moderator, [(case, one(case, version)) for case, version in cases])


def in_bulk(
    moderator: User,
    acts: Iterable[tuple[Case, Callable[[Bulk], Decision]]],
    *,
    undoes: Bulk | None = None,
    bulk: Bulk | None = None,
) -> Done:
    """Run ``acts``, each in a transaction of its own. The first that succeeds makes the bulk, where
    it is not one that was begun already. Raises ``Conflict`` where somebody else turns back
    ``undoes`` at the same time and was faster."""
    done = Done()

    def one(act: Callable[[Bulk], Decision]) -> tuple[Bulk, Decision]:
        made = bulk or _begin(moderator, undoes)
        return made, act(made)

    for case, act in acts:
        try:
            bulk, decision = tried_again(partial(one, act))
            done.decisions.append(decision)
        except _Beaten:
            raise gone_back(undoes) from None
        except PostilError as refusal:
            done.refusals.append((case, refusal))
    return Done(bulk, done.decisions, done.refusals)


def gone_back(bulk: Bulk | None) -> Conflict:
    """That ``bulk`` has been turned back already, and by whom."""
    by = Bulk.objects.filter(undoes=bulk).first() if bulk else None
    if by is None:
        return Conflict(_("This has been turned back already."))
    return Conflict(
        _("%(moderator_name)s has turned this back already.")
        % {"moderator_name": shown_name(by.moderator_name)},
        {"bulk": by.pk},
    )


class _Beaten(Exception):
    """Of two who turn back one bulk, this is the second."""


def _begin(moderator: User, undoes: Bulk | None) -> Bulk:
    try:
        with transaction.atomic():
            return Bulk.objects.create(
                moderator=moderator, moderator_name=moderator.public_name, undoes=undoes
            )
    except IntegrityError:
        if undoes is None:
            raise
        raise _Beaten from None


def put_state(post: Post, state: str, waits_for: str) -> None:
    """Put ``post``, as it was looked at, into ``state``. Raises ``Conflict`` if it has changed."""
    same = Post.objects.filter(pk=post.pk, state=post.state, held_for=post.held_for)
    if not same.update(state=state, held_for=waits_for):
        raise Conflict(_("The post changed while you decided; look at it again."))
    post.state, post.held_for = state, waits_for


def _waits_for(action: str, state: str, waited_for: str) -> str:
    """What a post waits for after ``action``, in ``state``."""
    if action == Action.ASK_REVISION:
        # What nobody has seen keeps its reason; what others have is hidden until it is changed.
        return ASKED if state == State.HIDDEN else waited_for
    if action in _SETTLING:
        # Decided, it waits for nothing; what nobody has seen and nobody will keeps its reason.
        return waited_for if state == State.REMOVED else ""
    return waited_for


def grounds_of(
    action: str, rule: Rule | None, reason: str, law: str, category: str
) -> dict[str, str]:
    """What a restriction rests on, for its statement of reasons. Raises ``Refused``."""
    if action not in RESTRICTIONS:
        return {}
    if rule is None and not law:
        if action == Action.REMOVE:
            raise Refused("rule", _("A removal names the rule it rests on."))
        raise Refused("rule", _("This restricts somebody: name the rule it rests on."))
    if not reason:
        if action == Action.REMOVE:
            raise Refused("reason", _("A removal gives its author a reason."))
        raise Refused("reason", _("This restricts somebody: give its author a reason."))
    if category:
        check_choice(category, Category.values, field="category")
    return {
        "ground": Ground.LAW if law else Ground.TERMS,
        "category": category or (rule.category if rule else Category.NOT_SPECIFIED),
        "legal_ground": law,
    }


def _waited(before: str, after: str) -> Effect:
    """What a post waited for, and does now; also where that stays, as its statement says it."""
    return {"held_for": [before, after]} if before or after else {}


def _moved(name: str, before: str, after: str) -> Effect:
    return {name: [before, after]} if before != after else {}
