"""E-mail leaves here. A notification is its own message; ``emailed_at`` says that it left."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Generator, Iterable, Sequence
from contextlib import closing
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from forum.notifications.models import Notification

logger = logging.getLogger(__name__)

#: Messages handled in one go, so that no web request sends for long.
BATCH = 50
#: Messages claimed at once: as many at most are lost on the way when a process is killed.
CLAIMED = 8
#: How long a message is tried again whose recipient the mail server refuses; as mail servers do.
GIVE_UP_AFTER = timedelta(days=3)


@task()
def deliver_outbox() -> int:
    """Send the messages that wait, oldest first, and return how many left.

    Each is claimed by a conditional update before it is sent, so two processes never send the
    same one; a few at a time, for whatever is written down keeps other writers waiting. A message
    that does not leave goes back and waits for the next round. A server that does not answer ends
    this one; a server that refuses one message does not keep the others waiting, and one refused
    for ``GIVE_UP_AFTER`` is given up. On the site it is there all along.
    """
    sent = 0
    waiting = Notification.objects.filter(emailed_at=None).select_related("recipient")
    # Closed when a server does not answer, so that what was claimed for it goes back.
    with closing(_claimed(list(waiting.order_by("id")[:BATCH]))) as claimed:
        for notification in claimed:
            recipient = notification.recipient
            if not (recipient.email and recipient.email_notices and recipient.is_active):
                continue
            try:
                _message(notification).send()
            except OSError as error:
                logger.exception("E-mail for notification %s did not leave", notification.pk)
                alone = isinstance(error, _REFUSALS_OF_ONE)
                if not (alone and notification.created_at < timezone.now() - GIVE_UP_AFTER):
                    _give_back([notification])
                if not alone:
                    break
            else:
                sent += 1
    return sent


#: What a mail server says about one message or its recipient, not about itself.
_REFUSALS_OF_ONE = (
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPDataError,
    smtplib.SMTPNotSupportedError,
)


def _claimed(waiting: Sequence[Notification]) -> Generator[Notification, None, None]:
    """Those of ``waiting`` that nobody else sends; claimed ones that are not asked for go back."""
    for begin in range(0, len(waiting), CLAIMED):
        now = timezone.now()
        with transaction.atomic():
            ours = [n for n in waiting[begin : begin + CLAIMED] if _claim(n, now)]
        try:
            while ours:
                yield ours.pop(0)
        finally:
            if ours:
                _give_back(ours)


def _claim(notification: Notification, now: datetime) -> bool:
    unsent = Notification.objects.filter(pk=notification.pk, emailed_at=None)
    return unsent.update(emailed_at=now) == 1


def _give_back(notifications: Iterable[Notification]) -> None:
    pks = [notification.pk for notification in notifications]
    Notification.objects.filter(pk__in=pks).update(emailed_at=None)


def _message(notification: Notification) -> EmailMessage:
    link = settings.SITE_URL + notification.path
    return EmailMessage(
        subject=f"[{settings.SITE_NAME}] {' '.join(notification.subject.split())}",
        body=f"{notification.body}\n\n{link}\n",
        to=[notification.recipient.email],
    )
