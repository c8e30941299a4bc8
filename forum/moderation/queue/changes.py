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
#: What is logged of a decision.
_DECISIONS = (EventKind.DECIDED, EventKind.ESCALATED, EventKind.UNDONE)


@dataclass(frozen=True, slots=True)
class Changes:
    """What is new in a case."""

    #: Of the log, the oldest first.
    events: list[Event] = field(default_factory=list)
    #: What differs between the words, if they do.
    text: list[Segment] = field(default_factory=list)
    #: What people have decided, the oldest first.
    decisions: list[Decision] = field(default_factory=list)
    #: The last that a person decided, new or not.
    decision: Decision | None = None

    @property
    def beside(self) -> list[Event]:
        """What is new beside the decisions, each of which says more than its line of the log; that
        somebody took the case to decide it is no news then."""
        if not self.decisions:
            return self.events
        return [one for one in self.events if one.kind not in (*_DECISIONS, EventKind.CLAIMED)]


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
    by_people = Decision.objects.filter(case=case).exclude(action=Action.HIDE)
    latest = by_people.select_related("rule", "revision").order_by("-pk")[:_TOLD]
    decisions = list(latest)[::-1]
    # Each decision is one line of the log: so many of them are new.
    new = sum(event.kind in _DECISIONS for event in found)
    return Changes(
        found,
        _diff(moderator, case, revision),
        decisions[max(len(decisions) - new, 0) :],
        decisions[-1] if decisions else None,
    )


def _diff(moderator: User, case: Case, revision: int) -> list[Segment]:
    readable = Revision.objects.visible_to(moderator).filter(post=case.post_id)
    read = readable.filter(pk=revision).first()
    if read is None or read.superseded_at is None:
        return []
    current = readable.current().first()
    if current is None or current.text == read.text:
        return []
    return fold(word_diff(read.text, current.text))
