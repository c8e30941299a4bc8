"""Appeals against sanctions: whoever has one objects to it, and somebody else looks at it again."""

from __future__ import annotations

from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from forum.accounts.models import User
from forum.lib.deadlocks import tried_again
from forum.lib.errors import Conflict, NotFound
from forum.lib.interface import spoken_by_site
from forum.lib.text import COMMENT_LIMIT, NOTE_LIMIT, check_choice, clean_source
from forum.moderation.answering import answer_those, answered_already
from forum.moderation.models import (
    Appeal,
    EventKind,
    Outcome,
    Party,
    Rule,
    Sanction,
    Sanctioning,
)
from forum.moderation.people.bookkeeping import lock, log, person_of
from forum.moderation.people.lifting import overturn_or_lift
from forum.moderation.people.telling import tell_of_answer
from forum.moderation.people.varying import Milder, put_instead
from forum.permissions import require, require_still


def appeal_against(*, sanction: Sanction, appellant: User, text: str) -> Appeal:
    """Object to ``sanction``, once.

    Raises ``Refused`` naming ``text``, ``Conflict`` the second time or where it was lifted, and
    what ``permissions`` raises.
    """
    require(appellant, "sanction.appeal", sanction)
    text = clean_source(text, field="text", limit=COMMENT_LIMIT).strip()
    try:
        with transaction.atomic():
            # Whoever lifts it holds the account's row.
            lock(appellant)
            sanction.refresh_from_db()
            require(appellant, "sanction.appeal", sanction)
            appeal = Appeal.objects.create(
                sanction=sanction,
                party=Party.SANCTIONED,
                appellant=appellant,
                appellant_name=appellant.public_name,
                text=text,
            )
            with spoken_by_site():
                log(EventKind.APPEALED, appellant, sanction, sanction.get_kind_display())
    except IntegrityError:
        raise Conflict(_("You have appealed against this already."), code="appealed") from None
    return appeal


def decide_sanction_appeal(
    *,
    moderator: User,
    appeal: Appeal,
    outcome: str,
    answer: str,
    kind: str = "",
    days: int | None = None,
    rule: Rule | None = None,
    reason: str = "",
    told: Callable[..., object] = tell_of_answer,
) -> Appeal:
    """Decide an appeal against a sanction, with a written ``answer``; tell everybody concerned,
    which is what ``told`` does.

    *Overturned* says that it was wrong from the start: it ends, and what it replaced holds again.
    *Varied* says so as well, and gives something milder in its place at once: ``kind``, for
    ``days`` from now, resting on ``rule`` or on what it rested on; the ``answer`` is its reason
    unless there is one.

    Raises ``Refused`` naming the field, ``Conflict`` where somebody was faster, and what
    ``permissions`` raises.
    """
    require(moderator, "sanction.answer", appeal)
    check_choice(outcome, Outcome.values, field="outcome")
    answer = clean_source(answer, field="answer", limit=NOTE_LIMIT).strip()
    sanction = appeal.sanction
    if sanction is None:
        raise NotFound(_("There is no such appeal."))

    # Flags that go on being set aside, only for a shorter time, do not count in between.
    stays_aside = outcome == Outcome.VARIED and kind == Sanctioning.MUTE_FLAGS

    def act() -> None:
        # First of all, as whoever lifts or appeals does.
        person_of(sanction)
        require_still(moderator, "sanction.answer", appeal)
        # Compare and set: of two who decide at once, one does.
        those = Appeal.objects.filter(pk=appeal.pk)
        if not answer_those(those, moderator, outcome, answer):
            raise answered_already(appeal)
        revived = 0
        instead = None
        if outcome != Outcome.UPHELD:
            revived = overturn_or_lift(
                sanction, moderator, answer, overturned=True, revives=not stays_aside
            )
        if outcome == Outcome.VARIED:
            milder = Milder(kind, days, reason or answer, rule)
            instead = put_instead(moderator, sanction, milder)
        appeal.refresh_from_db()
        judges = [one for one in (sanction.moderator, sanction.approved_by) if one]
        own = moderator in judges
        with spoken_by_site():
            said = f"{Outcome(outcome).label}. {answer}"
            if own:
                said += " " + _("Decided by whoever gave it: nobody else could.")
        log(EventKind.APPEAL_DECIDED, moderator, sanction, said)
        others = [one for one in judges if one != moderator]
        told(appeal, others, own=own, revived=revived, instead=instead)

    tried_again(act)
    return appeal
