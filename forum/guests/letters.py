"""E-mails to guests: links that are signed, and the outbox that they leave from."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from forum.guests.models import GuestResponse, Letter
from forum.lib.errors import NotFound
from forum.notifications.outbox import LEASE, MOST_ATTEMPTS, REFUSALS_OF_ONE, wait_after

logger = logging.getLogger(__name__)

#: Letters read at a time.
_BATCH = 50
#: That a letter was written is remembered so long.
_REMEMBERED = timedelta(days=30)
#: Each says what a signed number is for.
_CONFIRM, _STOP = "forum.guests.confirm", "forum.guests.stop"


def page_of(guest: GuestResponse) -> str:
    """The path of the page where ``guest`` confirms, and later reads what has become of it."""
    return reverse("guest-response", args=[signing.dumps(guest.pk, salt=_CONFIRM)])


def stop_page_of(guest: GuestResponse) -> str:
    """The path that stops e-mails about ``guest``; it does nothing else."""
    return reverse("guest-stop", args=[signing.dumps(guest.pk, salt=_STOP)])


def read_page(token: str) -> GuestResponse:
    """What such a link is about. Raises ``NotFound``: we did not make it, or nothing is left."""
    return _read(token, _CONFIRM)


def read_stop(token: str) -> GuestResponse:
    """What a link that stops e-mails is about. Raises ``NotFound``."""
    return _read(token, _STOP)


def write_letter(guest: GuestResponse, *, key: str, subject: str, body: str) -> None:
    """Have ``guest`` told something once, after the caller's transaction commits.

    Without an address any more, nothing is written.
    """
    if guest.email:
        queue_letter(to=guest.email, key=key, subject=subject, body=body, stop=stop_page_of(guest))


def queue_letter(*, to: str, key: str, subject: str, body: str, stop: str) -> None:
    """Send ``body`` to the address ``to`` once, after the caller's transaction commits.

    A repeated ``key`` changes nothing. ``stop`` is the path of a page that forgets the address,
    which is said below ``body`` in the language at hand.
    """
    link = settings.SITE_URL + stop
    foot = _("No more e-mails about this, and forget this address: %(link)s") % {"link": link}
    # RFC 3676: what follows such a line is no part of the message.
    said = f"{body}\n\n-- \n{foot}\n"
    letter = Letter(to=to, key=key, subject=" ".join(subject.split())[:200], body=said, stop=stop)
    Letter.objects.bulk_create([letter], ignore_conflicts=True)
    transaction.on_commit(deliver_letters.enqueue, robust=True)


def withhold_letter(key: str) -> bool:
    """Take back the letter of this ``key``, unless it has left or is leaving; whether it was."""
    waiting = Letter.objects.filter(key=key, sent_at=None, attempts=0)
    return bool(waiting.delete()[0])


@task()
def deliver_letters() -> int:
    """Send the letters that are due, oldest first, and return how many left.

    As notifications are: each is claimed before it is sent, so that no two processes send the same;
    one that a killed process had in hand is due again after a while, and one that did not leave
    later and later, until it is given up. A server that takes nothing ends this. Of what has left,
    address and words are gone.
    """
    sent = last = 0
    due = Letter.objects.filter(sent_at=None, next_attempt_at__lte=timezone.now()).order_by("pk")
    while batch := list(due.filter(pk__gt=last)[:_BATCH]):
        for letter in batch:
            last = letter.pk
            if not _claim(letter):
                continue
            try:
                sent += _send(letter)
            except OSError:
                return sent
    return sent


def try_letters_at_once() -> int:
    """Let the letters that did not leave be due now; return how many."""
    resting = Letter.objects.filter(sent_at=None, attempts__gt=0)
    return resting.update(next_attempt_at=timezone.now())


def late_letters() -> int:
    """How many letters have not left that should have by now."""
    return Letter.objects.filter(sent_at=None).count()


def forget_letters() -> int:
    """Forget that old letters were sent; return how many."""
    old = Letter.objects.filter(sent_at__lt=timezone.now() - _REMEMBERED)
    return old.delete()[0]


def _claim(letter: Letter) -> bool:
    """Take ``letter`` in hand, unless somebody else has; whether we did."""
    unclaimed = Letter.objects.filter(pk=letter.pk, sent_at=None, attempts=letter.attempts)
    letter.attempts += 1
    return bool(unclaimed.update(attempts=letter.attempts, next_attempt_at=timezone.now() + LEASE))


def _send(letter: Letter) -> bool:
    """Send what was claimed; whether it left. Raises ``OSError``: the server takes nothing."""
    try:
        _message(letter).send()
    except OSError as error:
        logger.exception("Letter %s did not leave", letter.pk)
        if letter.attempts >= MOST_ATTEMPTS:
            _done(letter)
        else:
            next_time = timezone.now() + wait_after(letter.attempts)
            Letter.objects.filter(pk=letter.pk).update(next_attempt_at=next_time)
        if not isinstance(error, REFUSALS_OF_ONE):
            raise
        return False
    except Exception:
        logger.exception("Letter %s cannot be written", letter.pk)
        _done(letter)
        return False
    _done(letter)
    return True


def _done(letter: Letter) -> None:
    Letter.objects.filter(pk=letter.pk).update(sent_at=timezone.now(), to="", body="")


def _message(letter: Letter) -> EmailMessage:
    stop = settings.SITE_URL + letter.stop
    return EmailMessage(
        subject=f"[{settings.SITE_NAME}] {letter.subject}",
        body=letter.body,
        to=[letter.to],
        headers={
            # RFC 8058: a mail program may post there for its user, without asking anything.
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            # RFC 3834: nobody's absence note answers it.
            "Auto-Submitted": "auto-generated",
        },
    )


def _read(token: str, salt: str) -> GuestResponse:
    try:
        pk = signing.loads(token, salt=salt)
    except signing.BadSignature:
        raise NotFound(_("This link is not whole.")) from None
    found = GuestResponse.objects.select_related("parent", "post").filter(pk=pk).first()
    if found is None:
        raise NotFound(_("This link has expired, and what it was about is gone."))
    return found
