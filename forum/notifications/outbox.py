"""E-mail leaves here. A notification is its own message; ``emailed_at`` says that it left."""

from __future__ import annotations

import logging
import smtplib
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection
from django.utils import timezone
from django_tasks import task

from forum.lib.prepared import Prepared
from forum.notifications.models import Notification

logger = logging.getLogger(__name__)

#: Messages read at a time.
BATCH = 50
#: How long a message is tried again whose recipient the mail server refuses; as mail servers do.
GIVE_UP_AFTER = timedelta(days=3)


@task()
def deliver_outbox() -> int:
    """Send the messages that wait, oldest first, and return how many left.

    Each is claimed by a conditional update before it is sent, so two processes never send the
    same one, and a killed process loses one at most: the one that was on its way. A message that
    does not leave goes back and waits for the next time. A server that does not answer ends this
    one; a server that refuses one message does not keep the others waiting, and one refused for
    ``GIVE_UP_AFTER``, or that cannot be written, is given up. On the site it is there all along.
    """
    sent = last = 0
    while batch := _waiting_after(last):
        for notification in batch:
            last = notification.pk
            if not _claim(notification):
                continue
            try:
                sent += _send(notification)
            except _Unreachable:
                return sent
    return sent


def _waiting_after(pk: int) -> list[Notification]:
    return _WAITING.instances(after=pk)


_WAITING = Prepared(
    lambda after: (
        Notification.objects.filter(emailed_at=None, pk__gt=after)
        .select_related("recipient")
        .order_by("id")[:BATCH]
    )
)


def _claim(notification: Notification) -> bool:
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [now, notification.pk])
        return bool(cursor.rowcount)


_CLAIM = f"""
    UPDATE {Notification._meta.db_table} SET emailed_at = %s WHERE id = %s AND emailed_at IS NULL
"""  # noqa: S608  # the name of our own table


class _Unreachable(Exception):
    """The mail server takes nothing at the moment."""


def _send(notification: Notification) -> bool:
    """Send a message that was claimed, if it is wanted; whether it left."""
    recipient = notification.recipient
    if not (recipient.email and recipient.email_notices and recipient.is_active):
        return False
    try:
        _message(notification).send()
    except OSError as error:
        logger.exception("E-mail for notification %s did not leave", notification.pk)
        alone = isinstance(error, _REFUSALS_OF_ONE)
        if not (alone and notification.created_at < timezone.now() - GIVE_UP_AFTER):
            Notification.objects.filter(pk=notification.pk).update(emailed_at=None)
        if not alone:
            raise _Unreachable from error
        return False
    except Exception:
        logger.exception("E-mail for notification %s cannot be written", notification.pk)
        return False
    return True


#: What a mail server says about one message or its recipient, not about itself.
_REFUSALS_OF_ONE = (
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPDataError,
    smtplib.SMTPNotSupportedError,
)


def _message(notification: Notification) -> EmailMessage:
    link = settings.SITE_URL + notification.path
    return EmailMessage(
        subject=f"[{settings.SITE_NAME}] {' '.join(notification.subject.split())}",
        body=f"{notification.body}\n\n{link}\n",
        to=[notification.recipient.email],
    )
