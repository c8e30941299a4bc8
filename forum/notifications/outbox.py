"""E-mail leaves here. A notification is its own message; ``emailed_at`` says that it left."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable, Sequence
from datetime import timedelta
from random import SystemRandom
from uuid import UUID, uuid4

from django.core.mail import EmailMessage
from django.db.models import F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django_tasks import task

from forum.accounts.models import Mute, User
from forum.discussion.models import Post
from forum.lib.interface import spoken_to
from forum.notifications.messages import digest, single
from forum.notifications.models import (
    ALWAYS,
    ERROR_LIMIT,
    OF_DECISIONS,
    OF_OTHERS,
    How,
    NoticeSetting,
    Notification,
)

logger = logging.getLogger(__name__)

#: Messages read at a time.
BATCH = 50
#: How long a message is in the hands of who claimed it: longer than any server takes to answer. Who
#: has not told by then what became of it was killed, and somebody else takes it up.
LEASE = timedelta(minutes=10)
#: A message that did not leave is tried again after so long, then after twice that, and so on.
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
#: After so many times, about three days as mail servers do, it is given up.
MOST_ATTEMPTS = 20
#: A digest leaves when the oldest notice in it has waited so long. So nothing has to be remembered
#: of the last one, and nobody waits longer.
DIGESTS = {How.DAILY: timedelta(days=1), How.WEEKLY: timedelta(days=7)}
#: Notices in one digest.
LONGEST = 200

_chance = SystemRandom()


@task()
def deliver_outbox() -> int:
    """Send the messages that are due, oldest first, and return how many left.

    Each is claimed by a conditional update before it is sent, so two processes never send the
    same one; what a killed process had in hand is due again when its ``LEASE`` is over. A message
    that does not leave is tried again later (``wait_after``); one that has been tried
    ``MOST_ATTEMPTS`` times, or that cannot be written, is given up. On the site it is there all
    along. A server that does not answer ends this run; one that refuses a message does not keep
    the others waiting.
    """
    sent = last = 0
    try:
        while batch := list(_due(How.AT_ONCE, How.NEVER).filter(pk__gt=last)[:BATCH]):
            for notice in batch:
                last = notice.pk
                sent += _deliver([notice], single)
        for how in DIGESTS:
            recipients = _ripe(_due(how), how).order_by("recipient")
            for recipient in list(recipients.values_list("recipient", flat=True).distinct()):
                together = _due(how).filter(recipient=recipient)[:LONGEST]
                sent += _deliver(list(together), digest)
    except _Unreachable:
        return sent
    return sent


def wait_after(attempts: int) -> timedelta:
    """How long a message waits that did not leave ``attempts`` times.

    Twice as long each time, up to ``LONGEST_WAIT``, and by chance up to a half less: what failed
    together is not tried again together.
    """
    wait = min(FIRST_WAIT * 2 ** min(attempts - 1, 30), LONGEST_WAIT)
    return timedelta(seconds=wait.total_seconds() * _chance.uniform(0.5, 1))


def late() -> int:
    """How many messages should have left by now and have not, but for those that are given up."""
    digests = sum(_ripe(_waiting(how), how).count() for how in DIGESTS)
    return _waiting(How.AT_ONCE).count() + digests


def try_at_once() -> int:
    """Let what did not leave be due now, such as when the mail server is well again. How many."""
    resting = Notification.objects.waiting().filter(claim=None, attempts__gt=0)
    return resting.update(next_attempt_at=timezone.now())


def _waiting(*hows: How) -> QuerySet[Notification]:
    """The notices that wait and are wanted so, with their recipients, oldest first."""
    settings = NoticeSetting.objects.filter(person=OuterRef("recipient"), kind=OuterRef("kind"))
    how = Coalesce(Subquery(settings.values("how")), Value(How.AT_ONCE))
    waiting = Notification.objects.waiting().annotate(how=how)
    return waiting.filter(how__in=hows).select_related("recipient").order_by("id")


def _due(*hows: How) -> QuerySet[Notification]:
    return _waiting(*hows).filter(next_attempt_at__lte=timezone.now())


def _ripe(notices: QuerySet[Notification], how: How) -> QuerySet[Notification]:
    """Those that have waited for the digest long enough."""
    return notices.filter(created_at__lte=timezone.now() - DIGESTS[how])


Write = Callable[[Sequence[Notification]], EmailMessage]


def _deliver(notices: Sequence[Notification], write: Write) -> bool:
    """Send ``notices``, all of them to one person, as far as they are wanted and nobody else has
    them; whether anything left."""
    claim = uuid4()
    mine = _claimed(notices, claim)
    wanted = [notice for notice in mine if _is_wanted(notice)]
    left = _send(wanted, write, claim) if wanted else False
    # All that is still in our hands: what left, and what nobody wants.
    done = _held(claim).update(emailed_at=timezone.now(), claim=None)
    if left and not done:
        logger.error("Notification %s took longer to leave than it may", wanted[0].pk)
    return left


def _claimed(notices: Sequence[Notification], claim: UUID) -> list[Notification]:
    """Those of ``notices`` that nobody else has claimed. They are ours until the lease is over."""
    now = timezone.now()
    ids = [notice.pk for notice in notices]
    due = Notification.objects.waiting().filter(pk__in=ids, next_attempt_at__lte=now)
    count = due.update(claim=claim, next_attempt_at=now + LEASE, attempts=F("attempts") + 1)
    if count == len(ids):
        return list(notices)
    still = set(_held(claim).values_list("pk", flat=True)) if count else set()
    return [notice for notice in notices if notice.pk in still]


def _held(claim: UUID) -> QuerySet[Notification]:
    return Notification.objects.filter(claim=claim)


class _Unreachable(Exception):
    """The mail server takes nothing at the moment."""


def _send(notices: Sequence[Notification], write: Write, claim: UUID) -> bool:
    """Send what was claimed and is wanted; whether it left. If not, it is in nobody's hands."""
    ids = [notice.pk for notice in notices]
    try:
        with spoken_to(notices[0].recipient):
            message = write(notices)
        message.send()
    except OSError as error:
        logger.exception("E-mail for notifications %s did not leave", ids)
        _put_back(notices, claim, error)
        if not isinstance(error, REFUSALS_OF_ONE):
            raise _Unreachable from error
        return False
    except Exception as error:
        logger.exception("E-mail for notifications %s cannot be written", ids)
        _give_up(_held(claim).filter(pk__in=ids), error)
        return False
    return True


def _put_back(notices: Sequence[Notification], claim: UUID, error: Exception) -> None:
    """Let what did not leave be tried again later, or give it up."""
    attempts = max(notice.attempts for notice in notices) + 1
    held = _held(claim).filter(pk__in=[notice.pk for notice in notices])
    if attempts >= MOST_ATTEMPTS:
        _give_up(held, error)
    else:
        next_time = timezone.now() + wait_after(attempts)
        held.update(claim=None, next_attempt_at=next_time, error=_said(error))
    # What nobody wants goes with them: whoever ends the run does not come back to it.
    _held(claim).update(emailed_at=timezone.now(), claim=None)


def _give_up(held: QuerySet[Notification], error: Exception) -> None:
    held.update(claim=None, given_up_at=timezone.now(), error=_said(error))


def _said(error: Exception) -> str:
    """What went wrong, for an admin to read."""
    return f"{type(error).__name__}: {error}"[:ERROR_LIMIT]


def _is_wanted(notice: Notification) -> bool:
    """Whether its recipient wants it, and may read what it is about."""
    recipient: User = notice.recipient
    if not (recipient.email and recipient.is_active):
        return False
    if notice.kind in ALWAYS:
        return True
    if not recipient.email_notices:
        return False
    if getattr(notice, "how", How.AT_ONCE) == How.NEVER:
        return False
    if notice.kind in OF_DECISIONS or notice.post_id is None:
        # Of decisions people hear whatever became of the post.
        return True
    muted = Mute.objects.filter(person=recipient, muted__posts=notice.post_id)
    if notice.kind in OF_OTHERS and muted.exists():
        return False
    return Post.objects.visible_to(recipient).filter(pk=notice.post_id).exists()


#: What a mail server says about one message or its recipient, not about itself.
REFUSALS_OF_ONE = (
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPDataError,
    smtplib.SMTPNotSupportedError,
)
