"""Acknowledging a warning."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from forum.accounts.models import User
from forum.lib.errors import Conflict
from forum.moderation.models import EventKind, Sanction, Sanctioning
from forum.moderation.people.bookkeeping import lock, log, settle
from forum.permissions import require


def acknowledge(*, person: User, sanction: Sanction) -> None:
    """Note that ``person`` has read a warning; a second time changes nothing.

    Raises ``Conflict`` for what is no warning, or was lifted, and what ``permissions`` raises.
    """
    require(person, "sanction.acknowledge", sanction)
    if sanction.kind != Sanctioning.WARN:
        raise Conflict(_("Only a warning is acknowledged."))
    with transaction.atomic():
        lock(person)
        unread = Sanction.objects.filter(pk=sanction.pk, acknowledged_at=None, lifted_at=None)
        if unread.update(acknowledged_at=timezone.now()):
            settle(person)
            log(EventKind.ACKNOWLEDGED, person, sanction, "")
    sanction.refresh_from_db()
    person.refresh_from_db(fields=["is_sanctioned"])
