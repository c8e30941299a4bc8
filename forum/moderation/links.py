"""Signed links, by which those without an account read a decision that concerns them."""

from __future__ import annotations

from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from forum.guests.models import GuestResponse
from forum.lib.errors import NotFound
from forum.moderation.models import Decision
from forum.moderation.standing import told

#: Says what a signed pair of numbers is for.
_SALT = "forum.moderation.decision"


def link_of(guest: GuestResponse, decision: Decision) -> str:
    """The path at which ``guest`` reads ``decision`` and can appeal; for nobody else to guess."""
    return reverse("guest-decision", args=[signing.dumps([guest.pk, decision.pk], salt=_SALT)])


def read_link(token: str) -> tuple[GuestResponse, Decision]:
    """What such a link is about. Raises ``NotFound``."""
    try:
        guest_pk, decision_pk = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError):
        raise NotFound(_("This link is not whole.")) from None
    guest = GuestResponse.objects.filter(pk=guest_pk, claimed_by=None).first()
    decision = (
        told(Decision.objects.select_related("case__post__root__article", "rule", "revision"))
        .filter(pk=decision_pk)
        .first()
    )
    if guest is None or decision is None or decision.case.post_id != guest.post_id:
        raise NotFound(_("This link has expired, and what it was about is gone."))
    return guest, decision
