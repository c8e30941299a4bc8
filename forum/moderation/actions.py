"""Flagging, deciding, reopening. Each writes the post's state, the case and its log together."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.db.models import F

from forum.accounts.models import User
from forum.discussion.models import Post, Revision, State
from forum.discussion.revisions import bump_activity
from forum.lib.errors import Conflict, Refused
from forum.lib.text import NOTE_LIMIT, clean_source
from forum.moderation.models import (
    Action,
    Case,
    CaseEvent,
    CaseState,
    Decision,
    EventKind,
    Flag,
    FlagReason,
    Rule,
)
from forum.moderation.transitions import ImpossibleTransition, after
from forum.notifications.actions import notify
from forum.notifications.models import NotificationKind
from forum.permissions import require


def flag_post(*, flagger: User, post: Post, reason: str, note: str = "") -> tuple[Flag, bool]:
    """Flag the current revision of ``post``; return the flag and whether it is new.

    One person flags one revision once: the second time gives back the first flag. A flag opens
    a case; a case that was decided is opened again by a reason or a revision that it has not
    seen, and only then: "reviewed, it stays" holds against more of the same.
    """
    require(flagger, "post.flag", post)
    if reason not in FlagReason.values:
        raise Refused("reason", f"Choose one of: {', '.join(FlagReason.values)}.")
    note = clean_source(note, field="note", limit=NOTE_LIMIT, required=False)
    revision = post.current
    try:
        with transaction.atomic():
            flag = _flag(flagger, post, revision, reason, note)
    except IntegrityError:
        # Either this person flagged it already, or another opened the case a moment before us.
        earlier = Flag.objects.filter(flagger=flagger, revision=revision).first()
        if earlier:
            return earlier, False
        with transaction.atomic():
            flag = _flag(flagger, post, revision, reason, note)
    return flag, True


def decide(
    *,
    moderator: User,
    case: Case,
    action: str,
    version: int,
    rule: Rule | None = None,
    reason: str = "",
    note: str = "",
) -> Decision:
    """Decide ``case`` as it stood at ``version``; tell its author and its flaggers.

    Raises ``Refused`` when a removal has no rule or no public reason, ``Conflict`` when the
    case was decided or has changed since, or when the action makes no sense any more.
    """
    require(moderator, "case.decide", case)
    if action not in Action.values:
        raise Refused("action", f"Choose one of: {', '.join(Action.values)}.")
    reason = clean_source(reason, field="reason", limit=NOTE_LIMIT, required=False).strip()
    note = clean_source(note, field="note", limit=NOTE_LIMIT, required=False).strip()
    if action == Action.REMOVE and rule is None:
        raise Refused("rule", "A removal names the rule it rests on.")
    if action == Action.REMOVE and not reason:
        raise Refused("reason", "A removal gives its author a reason.")
    with transaction.atomic():
        _close(case, version)
        post = Post.objects.select_related("author").get(pk=case.post_id)
        try:
            state = after(action, post.state)
        except ImpossibleTransition as impossible:
            raise Conflict(str(impossible), {"post_state": post.state}) from None
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
        )
        if not Post.objects.filter(pk=post.pk, state=post.state).update(state=state):
            raise Conflict("The post changed while you decided; look at it again.")
        post.state = state
        bump_activity(post)
        _log(case, EventKind.DECIDED, moderator, _summary(decision))
        _tell(decision, post)
    return decision


def reopen(*, moderator: User, case: Case, version: int, reason: str) -> None:
    """Open a decided case again, so that it can be decided anew. Raises ``Conflict``."""
    require(moderator, "case.reopen", case)
    reason = clean_source(reason, field="reason", limit=NOTE_LIMIT).strip()
    with transaction.atomic():
        decided = Case.objects.filter(pk=case.pk, version=version, state=CaseState.DECIDED)
        if not decided.update(state=CaseState.OPEN, version=F("version") + 1):
            raise _gone_ahead(case)
        _log(case, EventKind.REOPENED, moderator, reason)
    case.refresh_from_db()


def open_cases(posts: Sequence[Post], *, reason: str) -> None:
    """Open a case for each of ``posts``, which are new and held, in the caller's transaction.

    Nobody flagged them: the log says ``reason``.
    """
    for case in Case.objects.bulk_create([Case(post=post) for post in posts]):
        _log(case, EventKind.OPENED, None, reason)


def note_new_revision(old: Revision | None, new: Revision) -> None:
    """Follow an edit: whoever has the case open must not decide on words they have not read."""
    if old is None:
        return
    case = Case.objects.filter(post_id=new.post_id, state=CaseState.OPEN).first()
    if case is None:
        return
    Case.objects.filter(pk=case.pk).update(version=F("version") + 1)
    _log(case, EventKind.EDITED, new.editor, f"Revision {new.number} replaced {old.number}.")


def _flag(flagger: User, post: Post, revision: Revision, reason: str, note: str) -> Flag:
    case, opened = Case.objects.get_or_create(post=post)
    fresh = opened or _is_news(case, revision, reason)
    flag = Flag.objects.create(
        case=case,
        revision=revision,
        flagger=flagger,
        flagger_name=flagger.public_name,
        reason=reason,
        note=note,
    )
    if opened:
        _log(case, EventKind.OPENED, flagger)
    else:
        # Counted first: this waits for a decision that is just being made, so that the next
        # statement sees it and opens the case again.
        Case.objects.filter(pk=case.pk).update(version=F("version") + 1)
        decided = Case.objects.filter(pk=case.pk, state=CaseState.DECIDED)
        if fresh and decided.update(state=CaseState.OPEN):
            _log(case, EventKind.REOPENED, flagger, "A flag with a new reason or on a new text.")
    _log(case, EventKind.FLAGGED, flagger, flag.get_reason_display())
    return flag


def _is_news(case: Case, revision: Revision, reason: str) -> bool:
    return not case.flags.filter(revision=revision, reason=reason).exists()


def _close(case: Case, version: int) -> None:
    """Compare and set: of two moderators who decide at once, one does."""
    undecided = Case.objects.filter(pk=case.pk, version=version, state=CaseState.OPEN)
    if not undecided.update(state=CaseState.DECIDED, version=F("version") + 1):
        raise _gone_ahead(case)
    case.refresh_from_db()


def _gone_ahead(case: Case) -> Conflict:
    now = Case.objects.get(pk=case.pk)
    last = now.decisions.last()
    if now.state == CaseState.DECIDED and last:
        message = f"{last.moderator_name} has decided this case already: {last.action}."
    else:
        message = "This case has changed since you opened it; look at it again."
    return Conflict(message, {"version": now.version, "state": now.state})


def _log(case: Case, kind: EventKind, actor: User | None, detail: str = "") -> None:
    CaseEvent.objects.create(
        case=case,
        kind=kind,
        actor=actor,
        actor_name=actor.public_name if actor else "The site",
        detail=detail,
    )


def _summary(decision: Decision) -> str:
    parts = [decision.get_action_display()]
    if decision.rule:
        parts.append(f"{decision.rule} (version {decision.rule.version})")
    if decision.reason:
        parts.append(decision.reason)
    return ". ".join(part.rstrip(".") for part in parts) + "."


#: What the author reads, by action.
_TO_AUTHOR = {
    Action.KEEP: "was flagged; a moderator looked at it and it stays",
    Action.REMOVE: "was removed by a moderator",
    Action.RESTORE: "was restored by a moderator",
}
#: The same, where it has been waiting for this.
_RELEASED = "was held for review; a moderator looked at it and it is published"
_TO_FLAGGERS = {
    Action.KEEP: "A moderator looked at what you flagged and decided to keep it.",
    Action.REMOVE: "A moderator looked at what you flagged and removed it.",
    Action.RESTORE: "A moderator looked again at what you flagged and restored it.",
}


def _tell(decision: Decision, post: Post) -> None:
    """Notify the author and everybody who flagged this post, and log that they were told."""
    action = Action(decision.action)
    why = f"\n\nRule: {decision.rule}" if decision.rule else ""
    why += f"\n\nReason: {decision.reason}" if decision.reason else ""
    told = []
    if post.author:
        held = action == Action.KEEP and decision.state_before == State.HELD
        what = f"Your {post.noun} {_RELEASED if held else _TO_AUTHOR[action]}"
        notify(
            post.author,
            kind=NotificationKind.DECISION,
            key=f"decision:{decision.pk}",
            subject=what,
            body=f"{what}.{why}",
            path=post.get_absolute_url(),
            post=post,
        )
        told.append("the author")
    flaggers = User.objects.filter(flags__case=decision.case).distinct()
    for flagger in flaggers:
        notify(
            flagger,
            kind=NotificationKind.OUTCOME,
            key=f"outcome:{decision.pk}",
            subject=_TO_FLAGGERS[action],
            body=_TO_FLAGGERS[action] + why,
            path=post.get_absolute_url(),
            post=post,
        )
    if flaggers:
        told.append(f"{len(flaggers)} who flagged it")
    if told:
        _log(decision.case, EventKind.NOTIFIED, None, "Told " + " and ".join(told) + ".")
