"""Giving notice of illegal content, and forgetting who gave it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from forum.accounts.models import NAME_LIMIT, User
from forum.guests.actions import clean_email, digest_of
from forum.guests.models import Letter
from forum.lib.errors import Refused
from forum.lib.interface import spoken_by_site
from forum.lib.text import NOTE_LIMIT, clean_line, clean_source
from forum.moderation.models import (
    LAW_LIMIT,
    Appeal,
    Case,
    CaseState,
    Category,
    Event,
    EventKind,
    Notice,
)
from forum.moderation.notices.letters import send_receipt
from forum.moderation.queue.placing import place
from forum.moderation.standing import opens_as
from forum.permissions import require

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

    from forum.discussion.models import Post

#: Who gave notice is forgotten so long after the appeal window has closed.
_AFTER_APPEALS = timedelta(days=30)
#: And so long after the notice, if nobody has decided about it.
_NEVER_DECIDED = timedelta(days=730)


def give_notice(
    *,
    post: Post,
    explanation: str,
    category: str,
    good_faith: bool,
    law: str = "",
    offence_against_children: bool = False,
    name: str = "",
    email: str = "",
    trusted_flagger: str = "",
    notifier: User | None = None,
    token: str = "",
    allow: Callable[[str], None] = lambda who: None,
) -> Notice:
    """Take a notice that ``post``, as it stands now, is illegal; open or join its case.

    Whoever has an account is told on the site. Others give ``name`` and ``email``, which article
    16 (2) (c) waives for an ``offence_against_children``. The same ``token`` is the same notice.
    ``allow`` is asked with the address before anything is written, and may raise.
    Raises ``Refused`` naming the field, and what ``permissions`` raises.
    """
    require(notifier or AnonymousUser(), "post.notice", post)
    explanation = clean_source(explanation, field="explanation", limit=NOTE_LIMIT).strip()
    if category not in Category.values:
        raise Refused("category", _("Choose what it is about."))
    if not good_faith:
        raise Refused(
            "good_faith", _("Confirm that what you say is, as far as you know, accurate and whole.")
        )
    law = clean_line(law, field="law", limit=LAW_LIMIT, required=False)
    flagger = clean_line(trusted_flagger, field="trusted_flagger", limit=NAME_LIMIT, required=False)
    name, email = _who(notifier, name, email, waived=offence_against_children)
    revision = (post.note_from or post).current
    allow(email or (f"account {notifier.pk}" if notifier else ""))
    forget_notifiers()
    notice = Notice(
        revision=revision,
        url=settings.SITE_URL + post.get_absolute_url(),
        explanation=explanation,
        category=category,
        law=law,
        offence_against_children=offence_against_children,
        trusted_flagger=flagger,
        is_trusted=bool(flagger) and _is_trusted(notifier),
        notifier=notifier,
        name=name,
        email=email,
        email_digest=digest_of(email) if email else "",
        language=get_language() or "",
        token=token,
    )
    try:
        with transaction.atomic():
            _file(notice, post)
    except IntegrityError:
        earlier = Notice.objects.filter(revision=revision, token=token)
        same = earlier.first() if token else None
        if same is None:
            raise
        return same
    return notice


def kept_for() -> timedelta:
    """How long after the decision it is known who gave notice."""
    return timedelta(days=settings.APPEAL_DAYS) + _AFTER_APPEALS


def forget_notifiers() -> int:
    """Forget who gave the notices whose appeals are over by a month; return how many there were.

    The notice stays: the yearly report counts it.
    """
    now = timezone.now()
    old = Q(decided_at__lt=now - kept_for()) | Q(created_at__lt=now - _NEVER_DECIDED)
    known = Notice.objects.filter(old, forgotten_at=None).exclude(name="", email="")
    with transaction.atomic():
        _forget_names(Appeal.objects.filter(notice__in=known.values("pk"), appellant=None))
        return known.update(name="", email="", email_digest="", forgotten_at=now)


def forget_notifier(notice: Notice) -> None:
    """Forget at once who gave ``notice``: they hear no more of it."""
    with transaction.atomic():
        waiting = Letter.objects.filter(sent_at=None, key__startswith=f"notice:{notice.pk}:")
        waiting.update(sent_at=timezone.now(), to="", body="")
        _forget_names(Appeal.objects.filter(notice=notice))
        Notice.objects.filter(pk=notice.pk, forgotten_at=None).update(
            name="", email="", email_digest="", notifier=None, forgotten_at=timezone.now()
        )
    notice.refresh_from_db()


def _forget_names(appeals: QuerySet[Appeal]) -> None:
    """Take the names of whoever gave notice, and appealed, off their appeals."""
    appeals.update(appellant=None, appellant_name="")


def _who(notifier: User | None, name: str, email: str, *, waived: bool) -> tuple[str, str]:
    """The name and the e-mail address that are kept of whoever gives notice."""
    if notifier:
        return notifier.public_name, ""
    name = clean_line(name, field="name", limit=NAME_LIMIT, required=not waived)
    if waived and not email.strip():
        return name, ""
    return name, clean_email(email)


def _is_trusted(notifier: User | None) -> bool:
    """Whether an address that ``notifier`` has confirmed is, or is at, one that the site knows as a
    trusted flagger's. What anybody can type proves nothing."""
    known = {entry.lower() for entry in settings.TRUSTED_FLAGGERS}
    if notifier is None or not known:
        return False
    confirmed = EmailAddress.objects.filter(user=notifier, verified=True)
    addresses = [address.lower() for address in confirmed.values_list("email", flat=True)]
    return any(one in known or one.partition("@")[2] in known for one in addresses)


def _file(notice: Notice, post: Post) -> None:
    """Write ``notice``, its case and the log, and confirm that it has arrived."""
    case, opened = Case.objects.get_or_create(post=post)
    notice.case = case
    notice.save(force_insert=True)
    actor = notice.notifier
    with spoken_by_site():
        # No name of somebody without an account: the log could never let go of it.
        called = actor.public_name if actor else _("Somebody without an account")
        said = _("Notice %(number)s: %(category)s") % {
            "number": notice.pk,
            "category": notice.get_category_display(),
        }
        again = _("Notice %(number)s has to be decided.") % {"number": notice.pk}
    if opened:
        _log(case, EventKind.OPENED, actor, called)
    else:
        # Counted first: this waits for a decision that is just being made.
        Case.objects.filter(pk=case.pk).update(version=F("version") + 1)
        decided = Case.objects.filter(pk=case.pk, state=CaseState.DECIDED)
        # Each notice is decided (article 16 (6)), even where the same text was before.
        if decided.update(state=opens_as(case)):
            _log(case, EventKind.REOPENED, actor, called, again)
    _log(case, EventKind.NOTICED, actor, called, said)
    place(case)
    send_receipt(notice)


def _log(case: Case, kind: EventKind, actor: User | None, called: str, detail: str = "") -> None:
    Event.objects.create(case=case, kind=kind, actor=actor, actor_name=called, detail=detail)
