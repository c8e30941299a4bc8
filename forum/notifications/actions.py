"""Telling people things, on the site at once and by e-mail after the transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from forum.accounts.models import User
from forum.discussion.models import Post
from forum.lib.insert import insert_unless_there
from forum.notifications.models import Notification, NotificationKind
from forum.notifications.outbox import deliver_outbox

SUBJECT_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell one person; a repeated ``key`` says it is the same thing."""

    recipient: User
    kind: NotificationKind
    key: str
    subject: str
    body: str
    path: str
    post: Post | None = None


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
    notify_all([Notice(recipient, kind, key, subject, body, path, post)])


def notify_all(notices: Iterable[Notice]) -> None:
    """Tell many people at once, as ``notify`` does one, in a handful of queries."""
    rows = [
        Notification(
            recipient=notice.recipient,
            kind=notice.kind,
            key=notice.key,
            subject=notice.subject[:SUBJECT_LIMIT],
            body=notice.body,
            path=notice.path,
            post=notice.post,
        )
        for notice in notices
        if notice.recipient.is_active
    ]
    if len(rows) == 1:
        insert_unless_there(rows[0])
    else:
        Notification.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    if rows:
        transaction.on_commit(deliver_outbox.enqueue, robust=True)


def mark_all_read(recipient: User, *, up_to: int) -> int:
    """Mark what ``recipient`` has been shown, up to notification ``up_to``; return how many."""
    return Notification.objects.filter(recipient=recipient, read_at=None, pk__lte=up_to).update(
        read_at=timezone.now()
    )
