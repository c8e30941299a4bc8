"""Strikes: what stands removed of somebody, weighed, for a time. They propose; moderators decide.

Nothing is stored: strikes are read off the decisions, so that one which is turned back counts no
more from that moment on, and one that has grown old neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from forum.moderation.models import (
    Action,
    Basis,
    Decision,
    Misuse,
    Notice,
    NoticeState,
    Sanction,
    Sanctioning,
)
from forum.moderation.queue.reporters import FlagRecord

if TYPE_CHECKING:
    from forum.accounts.models import User

#: What is a strike while it stands, and what ends it in the same case.
STRIKING = (Action.REMOVE, Action.HIDE_NOTE)
ENDING = (Action.KEEP, Action.RESTORE, Action.SHOW_NOTE)
#: From which weight on what is proposed, and for how many days.
STEPS: tuple[tuple[int, Sanctioning, int | None], ...] = (
    (2, Sanctioning.WARN, None),
    (4, Sanctioning.PREMODERATE, 30),
    (6, Sanctioning.SILENCE, 7),
    (9, Sanctioning.SUSPEND, 30),
    (14, Sanctioning.BAN, None),
)
#: So many flags that were not agreed with, and such a share of those decided about, look like
#: misuse.
UNFOUNDED, UNFOUNDED_SHARE = 8, 0.8
#: Months that the histogram shows.
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Strike:
    """One removal that stands."""

    decision: Decision
    weight: int
    at: datetime
    expires_at: datetime

    @property
    def counts(self) -> bool:
        """Whether it has not grown old."""
        return self.expires_at > timezone.now()


@dataclass(frozen=True, slots=True)
class Month:
    """What was struck in one month."""

    begins: datetime
    strikes: int
    weight: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the record suggests doing. Nothing is done by it."""

    kind: Sanctioning
    days: int | None
    misuse: str = ""
    number: int | None = None
    of: int | None = None
    #: Whether they are counted of notices of illegal content, and not of flags.
    of_notices: bool = False


def strikes_of(person: User, where: Q | None = None) -> list[Strike]:
    """The strikes of ``person``, the latest first, old ones too; ``where``: those of decisions that
    meet it. One query."""
    reversals = Decision.objects.filter(
        overrides=OuterRef("pk"), basis__in=(Basis.UNDO, Basis.REVERT, Basis.APPEAL)
    ).filter(action=Action.REVERSE)
    later = Decision.objects.filter(
        ~Exists(reversals),
        case=OuterRef("case"),
        pk__gt=OuterRef("pk"),
        action__in=(*STRIKING, *ENDING),
    )
    standing = Decision.objects.filter(
        ~Exists(reversals),
        ~Exists(later),
        where or Q(),
        case__post__author=person,
        action__in=STRIKING,
    )
    lasts = timedelta(days=settings.STRIKE_DAYS)
    return [
        Strike(
            decision,
            decision.rule.severity if decision.rule else 1,
            decision.created_at,
            decision.created_at + lasts,
        )
        for decision in standing.select_related("rule", "case").order_by("-id")
    ]


def weight_of(strikes: Sequence[Strike]) -> int:
    """What those that count weigh together."""
    return sum(strike.weight for strike in strikes if strike.counts)


def histogram(strikes: Sequence[Strike]) -> list[Month]:
    """The last months, the earliest first, with what was struck in each."""
    now = timezone.now()
    months = []
    for back in reversed(range(MONTHS)):
        number = now.year * 12 + now.month - 1 - back
        begins = now.replace(
            year=number // 12,
            month=number % 12 + 1,
            day=1,
            hour=0,
            minute=0,
            second=0,
            microsecond=0,
        )
        within = [s for s in strikes if (s.at.year, s.at.month) == (begins.year, begins.month)]
        months.append(Month(begins, len(within), sum(strike.weight for strike in within)))
    return months


def unfounded_notices(person: User, where: Q | None = None) -> tuple[int, int]:
    """How many notices of illegal content that ``person`` gave led to nothing; and how many were
    decided about. ``where``: of notices that meet it. One query."""
    overturned = Decision.objects.filter(
        overrides=OuterRef("decision"), action=Action.REVERSE, basis=Basis.APPEAL
    )
    decided = Notice.objects.filter(where or Q(), notifier=person, state=NoticeState.DECIDED)
    nothing = Q(~Exists(overturned), decision__action__in=ENDING)
    found = decided.aggregate(n=Count("pk"), unfounded=Count("pk", filter=nothing))
    return found["unfounded"], found["n"]


def propose(
    person: User,
    strikes: Sequence[Strike],
    flags: FlagRecord,
    notices: tuple[int, int] = (0, 0),
    where: Q | None = None,
) -> list[Proposal]:
    """What the record of ``person`` suggests: by their strikes, and by how their flags and notices
    fared. ``where``: with an eye to those of their sanctions that meet it.

    Of what is in force already, or stronger, nothing is proposed again. Whoever seems to misuse
    flags or notices is to be warned before their flags are set aside: article 23 of the DSA.
    """
    found = []
    given = Sanction.objects.filter(where or Q(), person=person)
    held = set(given.in_force().values_list("kind", flat=True))
    reached = [step for step in STEPS if step[0] <= weight_of(strikes)]
    if reached:
        _, kind, days = reached[-1]
        ladder = [step[1] for step in STEPS]
        if not any(one in held for one in ladder[ladder.index(kind) :]):
            found.append(Proposal(kind, days))
    if Sanctioning.MUTE_FLAGS in held:
        return found
    judged = flags.agreed + flags.disagreed
    for of_notices, unfounded, of in (
        (False, flags.disagreed, judged),
        (True, *notices),
    ):
        if unfounded < UNFOUNDED or unfounded < UNFOUNDED_SHARE * of:
            continue
        warned = given.filter(kind=Sanctioning.WARN, misuse=Misuse.FLAGS, overturned=False)
        kind, days = (Sanctioning.MUTE_FLAGS, 30) if warned.exists() else (Sanctioning.WARN, None)
        found.append(Proposal(kind, days, Misuse.FLAGS, unfounded, of, of_notices))
    return found
