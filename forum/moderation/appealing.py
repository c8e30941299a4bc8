"""Appeals: those whom a decision concerns object to it, and somebody else looks at it again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from forum.accounts.models import User
from forum.discussion.models import Post
from forum.guests.models import GuestResponse
from forum.lib.deadlocks import tried_again
from forum.lib.errors import Conflict, Forbidden, NotFound, Refused
from forum.lib.interface import spoken_by_site, spoken_to
from forum.lib.text import COMMENT_LIMIT, NOTE_LIMIT, check_choice, clean_source
from forum.moderation.answering import answer_those, answered_already
from forum.moderation.deciding import decide
from forum.moderation.models import (
    Action,
    Appeal,
    Basis,
    Case,
    Decision,
    EventKind,
    Notice,
    Outcome,
    Party,
    Rule,
)
from forum.moderation.notices.letters import tell_notifiers_of_appeal
from forum.moderation.queue.placing import place
from forum.moderation.record import log, mark_appealed
from forum.moderation.reversing import reverse as turn_back
from forum.moderation.reviewed import may_stay
from forum.moderation.standing import party_of, restricts
from forum.moderation.statement import as_text, statement_of
from forum.moderation.telling import tell_guest
from forum.notifications.actions import notify
from forum.notifications.models import NotificationKind
from forum.permissions import require, require_appealable, require_still

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def file_appeal(*, decision: Decision, appellant: User, text: str) -> Appeal:
    """Object to ``decision``; the case comes back to the moderators.

    Raises ``Refused`` naming ``text``, ``Conflict`` the second time, and what ``permissions``
    raises.
    """
    require(appellant, "appeal.file", decision)
    party = party_of(appellant, decision)
    if party is None:
        raise NotFound(_("There is no such decision."))
    notice = None
    if party == Party.NOTIFIER:
        given = Notice.objects.filter(case=decision.case_id, notifier=appellant)
        notice = given.order_by("-pk").first()
    return _file(
        decision,
        text,
        party=party,
        name=appellant.public_name,
        appellant=appellant,
        notice=notice,
    )


def file_appeal_as_guest(*, guest: GuestResponse, decision: Decision, text: str) -> Appeal:
    """The same by who wrote it as a guest, for which the signed link speaks (``links``)."""
    require_appealable(decision, Party.AUTHOR)

    def act() -> Appeal:
        appeal = _file(decision, text, party=Party.AUTHOR, name=guest.name, appellant=None)
        # Their address is kept until they have heard.
        GuestResponse.objects.filter(pk=guest.pk).update(decided_at=timezone.now())
        return appeal

    return tried_again(act)


def file_appeal_as_notifier(*, notice: Notice, decision: Decision, text: str) -> Appeal:
    """The same by whoever gave ``notice``, for which its signed link speaks.

    Who asked to be forgotten has nobody to tell: raises ``Forbidden``.
    """
    if decision.case_id != notice.case_id or decision.created_at < notice.created_at:
        raise NotFound(_("There is no such decision."))
    if notice.forgotten_at:
        raise Forbidden(_("We have forgotten who gave this notice."))
    require_appealable(decision, Party.NOTIFIER)
    return _file(
        decision,
        text,
        party=Party.NOTIFIER,
        name=notice.name,
        appellant=notice.notifier,
        notice=notice,
    )


def decide_appeal(
    *,
    moderator: User,
    appeal: Appeal,
    outcome: str,
    answer: str,
    action: str = "",
    rule: Rule | None = None,
    reason: str = "",
    tags: Sequence[str] = (),
    hide: bool = False,
    legal_ground: str = "",
    category: str = "",
) -> Appeal:
    """Decide an appeal, with a written ``answer``; tell everybody concerned.

    *Overturned* turns back what was decided, exactly, and where it was the author who appealed also
    says that the words may stay (``reviewed.may_stay``); *varied* turns it back and decides
    ``action`` instead, as ``decide`` does. Both answer every appeal that waits against the
    decision. Raises ``Refused`` naming what is missing; ``Conflict`` where somebody was faster, or
    something has changed that cannot be turned back.
    """
    require(moderator, "appeal.decide", appeal)
    check_choice(outcome, Outcome.values, field="outcome")
    answer = clean_source(answer, field="answer", limit=NOTE_LIMIT).strip()
    if outcome == Outcome.VARIED and action in ("", Action.ESCALATE):
        raise Refused("action", _("Choose what should become of it instead."))
    decision = appeal.contested

    def instead() -> dict[str, Any] | None:
        if outcome == Outcome.OVERTURNED and clears(appeal):
            return {"action": Action.KEEP, "reason": answer}
        if outcome != Outcome.VARIED:
            return None
        said = {"action": action, "rule": rule, "reason": reason or answer, "tags": tags}
        return said | {"hide": hide, "legal_ground": legal_ground, "category": category}

    def act() -> None:
        require_still(moderator, "appeal.decide", appeal)
        # Then, as whoever decides, turns back or appeals in this case does.
        Case.objects.select_for_update().get(pk=decision.case_id)
        if not Appeal.objects.filter(pk=appeal.pk, outcome="").exists():
            raise answered_already(appeal)
        result = None
        if outcome != Outcome.UPHELD:
            result = _turn_back(decision, moderator, answer, instead())
        _answer(appeal, moderator, outcome, answer, result)
        case = Case.objects.select_related("post__author").get(pk=decision.case_id)
        Case.objects.filter(pk=case.pk).update(version=F("version") + 1)
        mark_appealed(case)
        place(case)
        own = decision.moderator_id == moderator.pk
        with spoken_by_site():
            said = f"{Outcome(outcome).label}. {answer}"
            if own:
                said += " " + _("Decided by whoever made the decision: nobody else moderates here.")
        log(case, EventKind.APPEAL_DECIDED, moderator, said)
        appeal.refresh_from_db()
        _tell(appeal, result or decision, case.post, own=own)

    tried_again(act)
    return appeal


def clears(appeal: Appeal) -> bool:
    """Whether its author is right, if ``appeal`` is, and nothing else keeps the words from staying:
    overturned, they count as reviewed. Two queries at most."""
    return appeal.party == Party.AUTHOR and may_stay(appeal.contested)


def _turn_back(
    decision: Decision, moderator: User, answer: str, instead: dict[str, Any] | None
) -> Decision:
    """Turn ``decision`` back and, where there is something ``instead`` of it, decide that; return
    what stands then."""
    result = turn_back(
        decision=decision,
        moderator=moderator,
        basis=Basis.APPEAL,
        reason=answer,
        for_now=instead is not None,
    )
    if instead is None:
        return result
    case = Case.objects.select_related("post").get(pk=decision.case_id)
    return decide(
        moderator=moderator,
        case=case,
        version=case.version,
        basis=Basis.APPEAL,
        overrides=decision,
        **instead,
    )


def _answer(
    appeal: Appeal, moderator: User, outcome: str, answer: str, result: Decision | None
) -> None:
    """Write the answer to ``appeal`` and, where the decision does not stand, to all against it."""
    which = Q(pk=appeal.pk) if result is None else Q(decision=appeal.decision_id)
    ids = list(Appeal.objects.filter(which, outcome="").values_list("pk", flat=True))
    those = Appeal.objects.filter(pk__in=ids)
    answered = answer_those(those, moderator, outcome, answer, result=result)
    if appeal.pk not in ids or answered != len(ids):
        raise answered_already(appeal)


def _file(
    decision: Decision,
    text: str,
    *,
    party: Party,
    name: str,
    appellant: User | None,
    notice: Notice | None = None,
) -> Appeal:
    text = clean_source(text, field="text", limit=COMMENT_LIMIT).strip()

    def act() -> Appeal:
        # Whoever decides, or turns back, in this case holds its row.
        case = Case.objects.select_for_update().get(pk=decision.case_id)
        require_appealable(decision, party)
        appeal = Appeal.objects.create(
            decision=decision,
            party=party,
            appellant=appellant,
            appellant_name=name,
            notice=notice,
            text=text,
        )
        Case.objects.filter(pk=case.pk).update(version=F("version") + 1)
        mark_appealed(case)
        place(case)
        with spoken_by_site():
            log(case, EventKind.APPEALED, appellant, str(party.label))
        return appeal

    try:
        return tried_again(act)
    except IntegrityError:
        raise Conflict(_("You have appealed against this already."), code="appealed") from None


_TO_AUTHOR: dict[str, _StrPromise] = {
    Outcome.UPHELD: _lazy("On appeal, the decision about your %(noun)s stands"),
    Outcome.OVERTURNED: _lazy("On appeal, the decision about your %(noun)s was turned back"),
    Outcome.VARIED: _lazy("On appeal, something else was decided about your %(noun)s"),
}
_TO_OTHERS: dict[str, _StrPromise] = {
    Outcome.UPHELD: _lazy("On appeal, the decision about what you flagged stands"),
    Outcome.OVERTURNED: _lazy("On appeal, the decision about what you flagged was turned back"),
    Outcome.VARIED: _lazy("On appeal, something else was decided about what you flagged"),
}


def _tell(appeal: Appeal, result: Decision, post: Post, *, own: bool) -> None:
    """Tell the author and everybody who flagged it what became of an appeal, whoever filed it."""

    def body(what: str, party: Party) -> str:
        said = f"{what}\n\n{_('Answer: %(answer)s') % {'answer': appeal.answer}}"
        if restricts(result) and result.pk != appeal.decision_id:
            said += "\n\n" + as_text(statement_of(result, party))
        if own:
            said += "\n\n" + _(
                "Whoever made the decision has decided the appeal as well: nobody else moderates "
                "this site."
            )
        return said

    key = f"appeal:{appeal.pk}"
    path = reverse("decision", args=[result.pk])
    to_author = _TO_AUTHOR[appeal.outcome]
    if post.author:
        with spoken_to(post.author):
            what = to_author % {"noun": post.noun}
            notify(
                post.author,
                kind=NotificationKind.DECISION,
                key=key,
                subject=what,
                body=body(f"{what}.", Party.AUTHOR),
                path=path,
                post=post,
            )
    else:
        tell_guest(result, post, to_author, body, key)
    flaggers = User.objects.filter(flags__case=result.case_id).exclude(pk=post.author_id or 0)
    for flagger in flaggers.distinct():
        with spoken_to(flagger):
            what = str(_TO_OTHERS[appeal.outcome])
            notify(
                flagger,
                kind=NotificationKind.OUTCOME,
                key=key,
                subject=what,
                body=body(f"{what}.", Party.FLAGGER),
                path=path,
                post=post,
            )
    tell_notifiers_of_appeal(appeal, result)
    with spoken_by_site():
        log(result.case, EventKind.NOTIFIED, None, _("Told everybody whom the appeal concerns."))
