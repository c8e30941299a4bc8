"""The second moderator: a ban that was proposed is approved, or refused."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from forum.accounts.models import User
from forum.lib.deadlocks import tried_again
from forum.lib.interface import spoken_by_site
from forum.lib.text import NOTE_LIMIT, clean_source
from forum.moderation.models import EventKind, Outcome, Sanction
from forum.moderation.people.bookkeeping import gone_ahead, log, person_of, settle, summary
from forum.moderation.people.lifting import end, end_meanwhile
from forum.moderation.people.telling import tell, tell_of_end
from forum.permissions import require, require_still


def approve(*, moderator: User, sanction: Sanction) -> None:
    """Put a proposed ban in force. Raises ``Conflict``, and what ``permissions`` raises."""
    require(moderator, "sanction.approve", sanction)
    now = timezone.now()

    def act() -> None:
        person = person_of(sanction)
        require_still(moderator, "sanction.approve", sanction)
        waiting = Sanction.objects.proposed().filter(pk=sanction.pk)
        if not waiting.update(
            approved_by=moderator, approved_by_name=moderator.public_name, approved_at=now
        ):
            raise gone_ahead(sanction)
        sanction.refresh_from_db()
        with spoken_by_site():
            end_meanwhile(
                sanction,
                moderator,
                _("The ban it stood for was approved."),
                outcome=Outcome.VARIED,
            )
        settle(person)
        log(EventKind.APPROVED, moderator, sanction, summary(sanction))
        tell(sanction)

    tried_again(act)


def refuse(*, moderator: User, sanction: Sanction, reason: str) -> None:
    """Let a proposed ban lapse, and the suspension that stood for it. Raises ``Refused``,
    ``Conflict``, and what ``permissions`` raises."""
    require(moderator, "sanction.approve", sanction)
    reason = clean_source(reason, field="reason", limit=NOTE_LIMIT).strip()

    def act() -> None:
        person = person_of(sanction)
        require_still(moderator, "sanction.approve", sanction)
        end(Sanction.objects.proposed(), sanction, moderator, reason, overturned=False)
        stood = end_meanwhile(sanction, moderator, reason, outcome=Outcome.OVERTURNED)
        settle(person)
        with spoken_by_site():
            said = _("The ban is refused: %(reason)s") % {"reason": reason}
        log(EventKind.LIFTED, moderator, sanction, said)
        # Of a ban that nobody else wanted they have not been told.
        if stood:
            tell_of_end(stood, reason=reason)

    tried_again(act)
