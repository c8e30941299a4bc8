"""E-mail leaves here. A notification is its own message; ``emailed_at`` says that it left."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable, Sequence
from datetime import timedelta

from django.core.mail import EmailMessage
from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django_tasks import task

from forum.accounts.models import User
from forum.discussion.models import Post
from forum.notifications.messages import digest, single
from forum.notifications.models import How, NoticeSetting, Notification, NotificationKind

logger = logging.getLogger(__name__)

#: Messages read at a time.
BATCH = 50
#: How long a message is tried again whose recipient the mail server refuses; as mail servers do.
GIVE_UP_AFTER = timedelta(days=3)
#: A digest leaves when the oldest notice in it has waited so long. So nothing has to be remembered
#: of the last one, and nobody waits longer.
DIGESTS = {How.DAILY: timedelta(days=1), How.WEEKLY: timedelta(days=7)}
#: Notices in one digest.
LONGEST = 200
#: What is told only while its recipient may read the post that it is about. Of decisions people
#: hear whatever became of the post.
_WHILE_READ = (NotificationKind.REPLY, NotificationKind.FOLLOWED)


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
    try:
        while batch := list(_wanted(How.AT_ONCE, How.NEVER).filter(pk__gt=last)[:BATCH]):
            for notice in batch:
                last = notice.pk
                sent += _send(_claimed([notice]), single)
        for how, age in DIGESTS.items():
            old = _wanted(how).filter(created_at__lte=timezone.now() - age).order_by("recipient")
            for recipient in list(old.values_list("recipient", flat=True).distinct()):
                together = _wanted(how).filter(recipient=recipient)[:LONGEST]
                sent += _send(_claimed(list(together)), digest)
    except _Unreachable:
        return sent
    return sent


def _wanted(*hows: How) -> QuerySet[Notification]:
    """The notices that wait and are wanted so, with their recipients, oldest first."""
    settings = NoticeSetting.objects.filter(person=OuterRef("recipient"), kind=OuterRef("kind"))
    how = Coalesce(Subquery(settings.values("how")), Value(How.AT_ONCE))
    waiting = Notification.objects.filter(emailed_at=None).annotate(how=how)
    return waiting.filter(how__in=hows).select_related("recipient").order_by("id")


def _claimed(notices: Sequence[Notification]) -> list[Notification]:
    """Those of ``notices`` that nobody else has claimed. They are ours from now on."""
    now = timezone.now()
    mine = [notice.pk for notice in notices]
    unsent = Notification.objects.filter(pk__in=mine, emailed_at=None)
    if unsent.update(emailed_at=now) == len(mine):
        return list(notices)
    # Somebody has some of them: of a few at the same moment, those that bear it.
    left = Notification.objects.filter(pk__in=mine, emailed_at=now)
    still = set(left.values_list("pk", flat=True))
    return [notice for notice in notices if notice.pk in still]


class _Unreachable(Exception):
    """The mail server takes nothing at the moment."""


def _send(
    notices: Sequence[Notification], write: Callable[[Sequence[Notification]], EmailMessage]
) -> bool:
    """Send what was claimed, all of it to one person, if it is wanted; whether it left."""
    notices = [notice for notice in notices if _is_due(notice)]
    if not notices:
        return False
    try:
        write(notices).send()
    except OSError as error:
        ids = [notice.pk for notice in notices]
        logger.exception("E-mail for notifications %s did not leave", ids)
        alone = isinstance(error, _REFUSALS_OF_ONE)
        if not (alone and notices[0].created_at < timezone.now() - GIVE_UP_AFTER):
            Notification.objects.filter(pk__in=ids).update(emailed_at=None)
        if not alone:
            raise _Unreachable from error
        return False
    except Exception:
        logger.exception("E-mail for notification %s cannot be written", notices[0].pk)
        return False
    return True


def _is_due(notice: Notification) -> bool:
    """Whether its recipient wants it, and may read what it is about."""
    recipient: User = notice.recipient
    if not (recipient.email and recipient.email_notices and recipient.is_active):
        return False
    if getattr(notice, "how", How.AT_ONCE) == How.NEVER:
        return False
    if notice.kind in _WHILE_READ and notice.post_id is not None:
        return Post.objects.visible_to(recipient).filter(pk=notice.post_id).exists()
    return True


#: What a mail server says about one message or its recipient, not about itself.
_REFUSALS_OF_ONE = (
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPDataError,
    smtplib.SMTPNotSupportedError,
)
