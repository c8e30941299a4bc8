"""Telling people things, on the site at once and by e-mail after the transaction."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from forum.accounts.models import User
from forum.discussion.models import Post
from forum.notifications.models import Notification, NotificationKind
from forum.notifications.outbox import deliver_outbox


def notify(
    recipient: User,
    *,
    kind: NotificationKind,
    key: str,
    subject: str,
    body: str,
    path: str,
    post: Post | None = None,
) -> None:
    """Tell ``recipient`` something once: a repeated ``key`` changes nothing.

    The row is written with the caller's transaction; the e-mail leaves after it commits.
    """
    if not recipient.is_active:
        return
    Notification.objects.bulk_create(
        [
            Notification(
                recipient=recipient,
                kind=kind,
                key=key,
                subject=subject[:200],
                body=body,
                path=path,
                post=post,
            )
        ],
        ignore_conflicts=True,
    )
    transaction.on_commit(deliver_outbox.enqueue)


def mark_all_read(recipient: User, *, up_to: int) -> int:
    """Mark what ``recipient`` has been shown, up to notification ``up_to``; return how many."""
    return Notification.objects.filter(recipient=recipient, read_at=None, pk__lte=up_to).update(
        read_at=timezone.now()
    )
