"""Ending sanctions before their time; and the appeals against them that this answers."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from forum.accounts.models import User
from forum.lib.deadlocks import tried_again
from forum.lib.errors import Conflict
from forum.lib.interface import spoken_by_site
from forum.lib.text import NOTE_LIMIT, clean_source
from forum.moderation.answering import answer_those
from forum.moderation.models import EventKind, Outcome, Sanction, Sanctioning
from forum.moderation.people.bookkeeping import gone_ahead, log, person_of, settle
from forum.moderation.people.setting_aside import revive
from forum.moderation.people.telling import counting_again, tell_of_end
from forum.permissions import require, require_still


def lift(*, moderator: User, sanction: Sanction, reason: str, overturned: bool = False) -> None:
    """End a sanction before its time. ``overturned`` says that it should not have been: then what
    it replaced holds again, for as long as that was to last, and flags that it set aside count.

    Raises ``Refused`` naming ``reason``, ``Conflict`` where it is in force no more, and what
    ``permissions`` raises.
    """
    require(moderator, "sanction.lift", sanction)
    reason = clean_source(reason, field="reason", limit=NOTE_LIMIT).strip()

    def act() -> None:
        person_of(sanction)
        require_still(moderator, "sanction.lift", sanction)
        revived = overturn_or_lift(sanction, moderator, reason, overturned=overturned)
        tell_of_end(sanction, reason=reason, revived=revived)

    # Flags that count again take cases, whose moderators may wait for the account.
    tried_again(act)


def overturn_or_lift(
    sanction: Sanction, moderator: User, reason: str, *, overturned: bool, revives: bool = True
) -> int:
    """As ``lift``, for whoever has asked already whether ``moderator`` may, and tells the person:
    in the caller's transaction. Returns how many of their flags count again, which they do not
    unless it ``revives`` them."""
    person = person_of(sanction)
    if sanction.is_proposed:
        raise Conflict(_("This ban has not been approved yet: refuse it."))
    # What has run out can still be found to have been wrong.
    open_ones = Sanction.objects.filter(lifted_at=None)
    if not overturned:
        open_ones = open_ones.in_force()
    end(open_ones, sanction, moderator, reason, overturned=overturned)
    settle(person)
    wrongly = overturned and revives and sanction.kind == Sanctioning.MUTE_FLAGS
    revived = revive(sanction) if wrongly else 0
    with spoken_by_site():
        said = _("Overturned: %(reason)s") % {"reason": reason} if overturned else reason
        if revived:
            said += " " + counting_again(revived)
        answer = _("It was lifted before anybody had decided about the appeal.")
    log(EventKind.LIFTED, moderator, sanction, said)
    outcome = Outcome.OVERTURNED if overturned else Outcome.VARIED
    answer_those(sanction.appeals.all(), moderator, outcome, answer)
    return revived


def end(
    among: QuerySet[Sanction], sanction: Sanction, moderator: User, reason: str, *, overturned: bool
) -> None:
    """Compare and set: of two who lift it, one does."""
    if not among.filter(pk=sanction.pk).update(
        lifted_by=moderator,
        lifted_by_name=moderator.public_name,
        lifted_at=timezone.now(),
        lifted_reason=reason,
        overturned=overturned,
    ):
        raise gone_ahead(sanction)
    sanction.refresh_from_db()


def end_meanwhile(
    ban: Sanction, moderator: User, reason: str, *, outcome: Outcome
) -> Sanction | None:
    """End the suspension that stands for ``ban``, and return it if there is one. ``outcome`` is
    that of an appeal against it which waits."""
    standing = Sanction.objects.filter(pending=ban, lifted_at=None).first()
    if standing:
        # What it replaced holds again: it has been put in nothing's place.
        end(Sanction.objects.filter(lifted_at=None), standing, moderator, reason, overturned=True)
        answer_those(standing.appeals.all(), moderator, outcome, reason)
    return standing
