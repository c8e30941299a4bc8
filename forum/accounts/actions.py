"""What people do to their own accounts."""

from __future__ import annotations

import re
import time
import unicodedata
from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth import HASH_SESSION_KEY
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from forum.accounts.models import NAME_LIMIT, Session, User
from forum.lib.errors import NotFound, Refused
from forum.lib.text import clean_line

#: Seconds for which a used code of an app is remembered; it would be taken for ninety.
CODE_REMEMBERED = 120
#: Sessions that are told of; who has more ends all others at once.
SESSIONS_LISTED = 50
#: How long somebody waits who has downloaded their data, before they can do so again.
EXPORT_WAIT = timedelta(minutes=10)


def begin_export(person: User) -> int:
    """Note that ``person`` downloads their data; 0, or how many seconds they have to wait."""
    now = timezone.now()
    rested = Q(exported_at=None) | Q(exported_at__lte=now - EXPORT_WAIT)
    if User.objects.filter(rested, pk=person.pk).update(exported_at=now):
        return 0
    last = User.objects.values_list("exported_at", flat=True).get(pk=person.pk)
    left = last + EXPORT_WAIT - now if last else timedelta()
    return max(1, round(left.total_seconds()))


def save_settings(
    *, person: User, display_name: str, email_notices: bool, show_picture: bool
) -> None:
    """Change how ``person`` is named and told things. Raises ``Refused``.

    Two people may have one name; nobody may pass for the account that has it as its own.
    """
    name = clean_line(display_name, field="display_name", limit=NAME_LIMIT, required=False)
    if is_a_user_name(name, but=person):
        raise Refused("display_name", _("This is somebody else’s user name. Choose another name."))
    person.display_name = name
    person.email_notices = email_notices
    person.show_picture = show_picture
    person.save(update_fields=["display_name", "email_notices", "show_picture"])


def choose_language(person: User, language: str) -> None:
    """Speak ``language``, which the site offers, to ``person``; in e-mails too."""
    person.language = language
    person.save(update_fields=["language"])


def is_a_user_name(name: str, *, but: User | None = None) -> bool:
    """Whether ``name`` looks like the user name of anybody ``but`` one person. One query."""
    others = User.objects.exclude(pk=but.pk) if but else User.objects.all()
    return others.filter(username__iexact=_to_the_eye(name)).exists()


def _to_the_eye(name: str) -> str:
    """``name`` without what nobody sees, and with wide or bold letters as plain ones."""
    plain = unicodedata.normalize("NFKC", name)
    return "".join(c for c in plain if unicodedata.category(c) != "Cf").strip()


def ask_for_address(person: User, email: str) -> EmailAddress:
    """Note that ``person`` wants another address, in place of what they asked for before.

    Until it is confirmed all stays as it is, with an address that was never confirmed too.
    """
    with transaction.atomic():
        asked = EmailAddress.objects.filter(user=person, verified=False)
        asked.exclude(email__iexact=person.email).delete()
        address, _ = EmailAddress.objects.get_or_create(user=person, email=email.lower())
        return address


def take_address(person: User, address: EmailAddress) -> str | None:
    """Make ``address`` confirmed, and the only one of ``person``; return the one before, or "".

    ``None`` if it is another account's meanwhile: then nothing changes. To confirm the address one
    has leaves alone what else was asked for.
    """
    try:
        with transaction.atomic():
            before = User.objects.select_for_update().get(pk=person.pk).email
            if not address.set_verified():
                return None
            address.set_as_primary()
            if before.lower() != address.email.lower():
                EmailAddress.objects.filter(user=person).exclude(pk=address.pk).delete()
    except IntegrityError:
        return None
    return before


def has_confirmed_address(person: User) -> bool:
    """Whether the address of ``person`` is theirs for sure."""
    confirmed = EmailAddress.objects.filter(user=person, verified=True)
    return bool(confirmed.filter(email__iexact=person.email).exists())


def use_code_once(authenticator: Authenticator, code: str) -> bool:
    """Note that ``code`` is used; whether it had not been. Recovery codes are used up anyway."""
    if authenticator.type != Authenticator.Type.TOTP:
        return True
    digits, now = re.sub(r"\D", "", code), time.time()
    with transaction.atomic():
        row = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
        used = {
            other: at
            for other, at in row.data.get("used", {}).items()
            if now < at + CODE_REMEMBERED
        }
        if digits in used:
            return False
        row.data["used"] = used | {digits: now}
        row.save(update_fields=["data"])
    return True


def remove_second_factor(person: User) -> int:
    """Let ``person`` log in by their password alone; return how many things they had beside it."""
    held = Authenticator.objects.filter(user=person)
    return int(held.delete()[0])


def sessions_of(person: User) -> list[Session]:
    """The sessions in which ``person`` is logged in, lately used ones first. One query.

    Those whose password has been changed since they began are none, though their rows may stay.
    """
    hashes = [person.get_session_auth_hash(), *person.get_session_auth_fallback_hash()]
    rows = Session.objects.filter(user=person, expire_date__gt=timezone.now())
    return [
        row
        for row in rows.order_by("-seen_at", "-began_at")[:SESSIONS_LISTED]
        if _has_hash(row, hashes)
    ]


def end_session(*, person: User, handle: str) -> Session:
    """Log ``person`` out of the session that goes by ``handle``. Raises ``NotFound``."""
    for row in sessions_of(person):
        if constant_time_compare(row.handle, handle):
            row.delete()
            return row
    raise NotFound("This session has ended already.")


def end_other_sessions(*, person: User, but: str | None) -> int:
    """Log ``person`` out everywhere but in the session with the key ``but``; return of how many."""
    ended, _ = Session.objects.filter(user=person).exclude(session_key=but or "").delete()
    return ended


def _has_hash(row: Session, hashes: list[str]) -> bool:
    own = row.get_decoded().get(HASH_SESSION_KEY, "")
    return any(constant_time_compare(own, known) for known in hashes)
