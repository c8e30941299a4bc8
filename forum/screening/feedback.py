"""Telling Akismet that it was wrong, once a moderator has decided otherwise.

A table is the outbox, as for e-mails: what is in it leaves after the time in which a decision can
be taken back, if the decision still stands, from whatever process comes first.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from forum.discussion.holding import AKISMET
from forum.discussion.models import Revision, State
from forum.notifications.outbox import LEASE, wait_after
from forum.permissions import UNDO_MINUTES
from forum.screening.akismet import described, submit
from forum.screening.models import Feedback, Signal, Verdict
from forum.screening.outside import Unanswered
from forum.screening.submission import AS_IT_IS

logger = logging.getLogger(__name__)

#: So often it is tried.
_MOST_ATTEMPTS = 6
#: Read at a time.
_BATCH = 20
#: What a post has to be for a verdict on it to stand.
_STANDS = {Verdict.HAM: State.PUBLISHED, Verdict.SPAM: State.REMOVED}


def note_verdict(revision: Revision, *, state: str, rule: str = "") -> None:
    """Have Akismet told, if a decision on ``revision`` says otherwise, in the caller's transaction.

    ``state`` is what the post is now, ``rule`` the slug of that by which it was removed. One query,
    and one more where there is something to tell; none on sites without Akismet.
    """
    if not settings.AKISMET_KEY:
        return
    if state == State.PUBLISHED:
        verdict = Verdict.HAM
    elif state == State.REMOVED and rule in settings.AKISMET_RULES:
        verdict = Verdict.SPAM
    else:
        return
    evidence = Signal.objects.filter(revision=revision, step=AKISMET).values_list("evidence")
    said = next((found.get("spam") for (found,) in evidence), None)
    if said is None or said == (verdict == Verdict.SPAM):
        return
    due = timezone.now() + timedelta(minutes=UNDO_MINUTES)
    Feedback.objects.update_or_create(
        revision=revision, defaults={"verdict": verdict, "next_attempt_at": due, "done_at": None}
    )
    transaction.on_commit(send_feedback.enqueue, robust=True)


@task()
def send_feedback() -> int:
    """Tell Akismet what is due; return how much of it was. A server that fails ends this."""
    sent = last = 0
    if not settings.AKISMET_KEY:
        return sent
    due = Feedback.objects.filter(done_at=None, next_attempt_at__lte=timezone.now())
    due = due.select_related("revision__post").order_by("pk")
    while batch := list(due.filter(pk__gt=last)[:_BATCH]):
        for feedback in batch:
            last = feedback.pk
            if not _claim(feedback):
                continue
            said = feedback.revision.post
            if said.state != _STANDS[Verdict(feedback.verdict)]:
                _done(feedback)
                continue
            try:
                submit(feedback.verdict, described(said, feedback.revision.text, AS_IT_IS))
            except Unanswered as failure:
                logger.warning("Akismet was not told of revision %s: %s", said.pk, failure)
                _put_off(feedback)
                return sent
            _done(feedback)
            sent += 1
    return sent


def _claim(feedback: Feedback) -> bool:
    """Take ``feedback`` in hand, unless somebody else has; whether we did."""
    same = Feedback.objects.filter(pk=feedback.pk, done_at=None, attempts=feedback.attempts)
    feedback.attempts += 1
    later = timezone.now() + LEASE
    return bool(same.update(attempts=feedback.attempts, next_attempt_at=later))


def _put_off(feedback: Feedback) -> None:
    if feedback.attempts >= _MOST_ATTEMPTS:
        _done(feedback)
    else:
        later = timezone.now() + wait_after(feedback.attempts)
        Feedback.objects.filter(pk=feedback.pk).update(next_attempt_at=later)


def _done(feedback: Feedback) -> None:
    Feedback.objects.filter(pk=feedback.pk).update(done_at=timezone.now())
