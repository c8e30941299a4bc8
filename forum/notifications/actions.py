"""Telling people things, on the site at once and by e-mail after the transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from forum.accounts.models import Mute, User
from forum.discussion.models import Post
from forum.lib.insert import insert_unless_there
from forum.notifications.models import OF_OTHERS, Notification, NotificationKind
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


def notify_all(notices: Iterable[Notice], *, heard: bool = False) -> None:
    """Tell many people at once, as ``notify`` does one, in a handful of queries.

    Nobody is told of what somebody wrote whom they have muted; ``heard`` says that this has been
    asked already (``who_hear``).
    """
    notices = [notice for notice in notices if notice.recipient.is_active]
    muted = set() if heard else _muted(notices)
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
        if _author_and_recipient(notice) not in muted
    ]
    if len(rows) == 1:
        insert_unless_there(rows[0])
    else:
        Notification.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    if rows:
        transaction.on_commit(deliver_outbox.enqueue, robust=True)


def who_hear(author: User, people: Iterable[User | None]) -> set[int]:
    """Which of ``people``, by their ids, are told of what ``author`` writes: neither they nor those
    who have muted them. One query, if there is anybody to ask for."""
    others = {person.pk for person in people if person is not None} - {author.pk}
    if not others:
        return set()
    muted = Mute.objects.filter(muted=author, person__in=others)
    return others - set(muted.values_list("person", flat=True))


def _author_and_recipient(notice: Notice) -> tuple[int, int] | None:
    """Who wrote what ``notice`` tells of, and whom it is told; of what is no post, nobody."""
    if notice.kind in OF_OTHERS and notice.post and notice.post.author_id:
        return notice.post.author_id, notice.recipient.pk
    return None


def _muted(notices: Iterable[Notice]) -> set[tuple[int, int] | None]:
    """Of their authors and recipients, those of whom the second has muted the first."""
    pairs = {pair for notice in notices if (pair := _author_and_recipient(notice))}
    if not pairs:
        return set()
    authors, recipients = zip(*pairs, strict=True)
    found = Mute.objects.filter(muted__in=set(authors), person__in=set(recipients))
    return set(found.values_list("muted", "person"))


def withhold(keys: Iterable[str]) -> list[int]:
    """Take back what is told under ``keys``, in the caller's transaction, where nobody has heard
    of it yet: not on the site, and not by e-mail. Returns the ids of whom it was to be told."""
    unheard = Notification.objects.waiting().filter(key__in=list(keys), read_at=None, claim=None)
    found = list(unheard.select_for_update().values_list("pk", "recipient"))
    Notification.objects.filter(pk__in=[pk for pk, _recipient in found]).delete()
    return [recipient for _pk, recipient in found]


def mark_all_read(recipient: User, *, up_to: int) -> int:
    """Mark what ``recipient`` has been shown, up to notification ``up_to``; return how many."""
    return Notification.objects.filter(recipient=recipient, read_at=None, pk__lte=up_to).update(
        read_at=timezone.now()
    )
