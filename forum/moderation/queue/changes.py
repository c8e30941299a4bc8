"""What has happened in a case since somebody looked at it: told to whoever decided too late."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Q

from forum.accounts.models import User
from forum.discussion.models import Revision
from forum.lib.diff import Segment, fold, word_diff
from forum.moderation.models import Action, Case, Decision, Event, EventKind

#: Lines of the log that are told at most.
_TOLD = 12
#: What changes nothing of what was read.
_QUIET = (EventKind.NOTIFIED, EventKind.SKIPPED, EventKind.RELEASED)


@dataclass(frozen=True, slots=True)
class Changes:
    """What is new, the oldest first; what differs between the words, if they do; and the last that
    a person decided."""

    events: list[Event] = field(default_factory=list)
    text: list[Segment] = field(default_factory=list)
    decision: Decision | None = None


def changes_since(moderator: User, case: Case, *, event: int, revision: int) -> Changes:
    """What has happened in ``case`` after ``event``, by others, and to the words of ``revision``.

    Either may be 0, where a client does not say what it had seen: then the last decision is told.
    """
    own = Q(actor=moderator, kind__in=(EventKind.CLAIMED, EventKind.TAKEN_OVER))
    events = Event.objects.filter(~own, case=case).exclude(kind__in=_QUIET).order_by("-pk")
    if event:
        events = events.filter(pk__gt=event)
    else:
        events = events.filter(kind__in=(EventKind.DECIDED, EventKind.ESCALATED))[:1]
    found = list(events[:_TOLD])[::-1]
    decisions = Decision.objects.filter(case=case).exclude(action=Action.HIDE)
    last = decisions.select_related("rule").order_by("pk").last()
    return Changes(found, _diff(moderator, case, revision), last)


def _diff(moderator: User, case: Case, revision: int) -> list[Segment]:
    readable = Revision.objects.visible_to(moderator).filter(post=case.post_id)
    read = readable.filter(pk=revision).first()
    if read is None or read.superseded_at is None:
        return []
    current = readable.current().first()
    if current is None or current.text == read.text:
        return []
    return fold(word_diff(read.text, current.text))
