"""What is next for a moderator who works through the queue."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Q

from forum.accounts.models import User
from forum.moderation.models import WAITING, Appeal, Case, CaseState, Queue
from forum.moderation.queue.leases import free_for
from forum.moderation.queue.listing import PAGE_SIZE, Wanted, in_order, stretches
from forum.moderation.standing import turned_back_for
from forum.permissions import can

_ANYBODYS = (Wanted(Queue.REPORTED), Wanted(Queue.HELD))


def next_case(moderator: User, wanted: Wanted | None = None) -> Case | None:
    """The first case that ``moderator`` can decide and nobody else is deciding, of what ``wanted``
    asks for; where that is nothing that waits, of what is reported or held."""
    states = [CaseState.OPEN, *([CaseState.ESCALATED] if moderator.decides_appeals else [])]
    free = free_for(moderator) & Q(state__in=states) & ~Q(turned_back_for(moderator))
    for one in [wanted] if wanted and wanted.tab in WAITING else _ANYBODYS:
        for cases in stretches(moderator, one, 1, where=free):
            if first := cases.first():
                return first
    return None


def next_appeal(moderator: User, wanted: Wanted) -> Appeal | None:
    """The first appeal that ``moderator`` may decide, among those of the first page of cases."""
    cases = in_order(moderator, wanted, PAGE_SIZE)
    waiting = Appeal.objects.filter(decision__case__in=[case.pk for case in cases], outcome="")
    by_case: dict[int, list[Appeal]] = defaultdict(list)
    for appeal in waiting.select_related("decision__case__post").order_by("pk"):
        # Those against sanctions are in no case.
        if appeal.decision:
            by_case[appeal.decision.case_id].append(appeal)
    ordered = (appeal for case in cases for appeal in by_case[case.pk])
    return next((one for one in ordered if can(moderator, "appeal.decide", one)), None)


def offers_next(moderator: User, tab: str) -> bool:
    """Whether there may be a next to take for ``moderator`` in ``tab``."""
    if tab in (Queue.APPEALED, Queue.ESCALATED):
        return moderator.decides_appeals
    return tab != Queue.DECIDED
