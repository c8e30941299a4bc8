"""Which notices a person wants by e-mail, and the links in them that stop one kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from forum.accounts.models import User
from forum.lib.errors import NotFound
from forum.notifications.models import CHOSEN, How, NoticeSetting, NotificationKind

#: Says what a signed text is for.
_SALT = "forum.notifications.stop"


def settings_of(person: User) -> dict[NotificationKind, How]:
    """How ``person`` wants each kind that one chooses about. One query."""
    chosen = dict(person.notice_settings.values_list("kind", "how"))
    return {kind: How(chosen.get(kind, How.AT_ONCE)) for kind in CHOSEN}


def choose(person: User, chosen: Mapping[NotificationKind, How]) -> None:
    """Let ``person`` have each of these kinds so."""
    NoticeSetting.objects.bulk_create(
        [NoticeSetting(person=person, kind=kind, how=how) for kind, how in chosen.items()],
        update_conflicts=True,
        unique_fields=["person", "kind"],
        update_fields=["how"],
    )


def link_to_stop(person: User, kinds: Iterable[str]) -> str:
    """The whole address that stops these kinds for ``person``, whoever opens it. It stays good."""
    token = signing.dumps([person.pk, sorted(kinds)], salt=_SALT)
    return settings.SITE_URL + reverse("notifications-stop", args=[token])


def read_link(token: str) -> tuple[User, list[NotificationKind]]:
    """Whom such a link is for and what it stops. Raises ``NotFound``: we did not make it."""
    try:
        pk, kinds = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        raise NotFound(
            _("This link is not whole. Log in to choose which e-mails you get.")
        ) from None
    person = User.objects.filter(pk=pk).first()
    if person is None:
        raise NotFound(_("This account is gone, and gets no e-mails."))
    return person, [NotificationKind(kind) for kind in kinds if kind in CHOSEN]
