"""What moderators did in a period, in figures: a fixed number of queries, however many they are.

*Handled* are decisions about cases on review; what was escalated, and what turned something back,
is not counted. The time is from when the case was opened, or opened again, to the decision.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    Case,
    Count,
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce, RowNumber

from forum.accounts.models import User, shown_name
from forum.moderation.models import (
    Action,
    Appeal,
    Basis,
    Decision,
    Event,
    EventKind,
    Outcome,
    SecondReview,
)
from forum.moderation.oversight.agreement import krippendorff_alpha

#: Somebody's account or, where that is gone, their name in the record.
Key = tuple[int | None, str]


@dataclass(slots=True)
class Figures:
    """What one moderator did."""

    account: int | None
    name: str
    username: str = ""
    handled: int = 0
    #: From a case being opened to the decision; of an even number the mean of the middle two.
    median: timedelta | None = None
    #: Decisions that somebody appealed against, and those appeals that were overturned or varied.
    appealed: int = 0
    overturned: int = 0
    #: Taken back by themselves soon after; turned back by somebody above them.
    undone: int = 0
    reverted: int = 0
    #: Drawn for a second look that was taken; of these, those with which it agreed.
    reviewed: int = 0
    agreed: int = 0


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far first and second decisions agree."""

    #: Decisions that were looked at twice: all the rest rests on these.
    number: int
    agreed: int
    #: Krippendorff's alpha, where it is defined.
    alpha: float | None

    @property
    def share(self) -> float | None:
        """Observed agreement, 0 to 1."""
        return self.agreed / self.number if self.number else None


@dataclass(slots=True)
class _Rows:
    rows: dict[Key, Figures] = field(default_factory=dict)

    def of(self, account: int | None, name: str) -> Figures:
        key = (account, "" if account else name)
        return self.rows.setdefault(key, Figures(account, name))


def figures(*, since: datetime | None, moderator: User | None = None) -> list[Figures]:
    """What moderators have done since then, or only ``moderator``, who handled most first."""
    decided = _decided(since, moderator)
    found = _Rows()
    for account, name, number in _counted(decided, "moderator_id", "moderator_name"):
        row = found.of(account, name)
        row.handled += number
        row.name = name
    for account, name, waited in _medians(decided):
        found.of(account, name).median = waited
    appeals = Appeal.objects.filter(decision__in=decided.values("pk"))
    about = ("decision__moderator_id", "decision__moderator_name", "outcome")
    for account, name, outcome, number in _counted(appeals, *about):
        row = found.of(account, name)
        row.appealed += number
        if outcome in (Outcome.OVERTURNED, Outcome.VARIED):
            row.overturned += number
    turned = Decision.objects.filter(
        action=Action.REVERSE,
        basis__in=(Basis.UNDO, Basis.REVERT),
        overrides__in=decided.values("pk"),
    )
    about = ("overrides__moderator_id", "overrides__moderator_name", "basis")
    for account, name, basis, number in _counted(turned, *about):
        row = found.of(account, name)
        if basis == Basis.UNDO:
            row.undone += number
        else:
            row.reverted += number
    reviews = _reviews(decided)
    about = ("decision__moderator_id", "decision__moderator_name", "agrees")
    for account, name, agrees, number in _counted(reviews, *about):
        row = found.of(account, name)
        row.reviewed += number
        row.agreed += number if agrees else 0
    _name(found.rows.values())
    return sorted(found.rows.values(), key=lambda row: (-row.handled, row.name))


def agreement(*, since: datetime | None, moderator: User | None = None) -> Agreement:
    """How far second looks agree with what was decided."""
    counted = _counted(_reviews(_decided(since, moderator)), "decision__action", "action")
    pairs: dict[tuple[str, str], int] = {
        (first, second): number for first, second, number in counted
    }
    agreed = sum(number for (first, second), number in pairs.items() if first == second)
    return Agreement(sum(pairs.values()), agreed, krippendorff_alpha(pairs))


def _decided(since: datetime | None, moderator: User | None) -> QuerySet[Decision]:
    decided = Decision.objects.filter(basis=Basis.REVIEW).exclude(
        action__in=(Action.REVERSE, Action.ESCALATE)
    )
    if since:
        decided = decided.filter(created_at__gte=since)
    return (decided.filter(moderator=moderator) if moderator else decided).order_by()


def _reviews(decided: QuerySet[Decision]) -> QuerySet[SecondReview]:
    return SecondReview.objects.filter(
        decision__in=decided.values("pk"), reviewed_at__isnull=False
    ).order_by()


def _counted(rows: QuerySet[Any], *fields: str) -> QuerySet[Any, tuple[Any, ...]]:
    counted: QuerySet[Any, tuple[Any, ...]]
    counted = rows.order_by().values_list(*fields).annotate(number=Count("pk"))
    return counted


def _medians(decided: QuerySet[Decision]) -> Iterable[tuple[int | None, str, timedelta]]:
    """The median of the times of each moderator, by the middle row or the middle two of them."""
    opened = Event.objects.filter(
        case=OuterRef("case"),
        kind__in=(EventKind.OPENED, EventKind.REOPENED),
        created_at__lte=OuterRef("created_at"),
    ).order_by("-created_at")
    began = Coalesce(
        Subquery(opened.values("created_at")[:1]), "case__opened_at", output_field=DateTimeField()
    )
    waited = ExpressionWrapper(F("created_at") - F("began"), output_field=DurationField())
    # Of an account that is gone only the name tells whose it was.
    gone = Case(When(moderator=None, then=F("moderator_name")), default=Value(""))
    who: Any = [F("moderator_id"), gone]
    placed = decided.annotate(began=began).annotate(waited=waited)
    placed = placed.annotate(
        place=Window(RowNumber(), partition_by=who, order_by=[F("waited"), F("pk")]),
        number=Window(Count("pk"), partition_by=who),
    )
    middle = placed.annotate(double=F("place") * 2).filter(
        Q(double__gte=F("number")), Q(double__lte=F("number") + 2)
    )
    times: dict[tuple[int | None, str], list[timedelta]] = defaultdict(list)
    for account, name, waited in middle.values_list("moderator_id", "moderator_name", "waited"):
        times[account, "" if account else name].append(waited)
    for (whose, name), some in times.items():
        yield whose, name, sum(some, timedelta()) / len(some)


def _name(rows: Iterable[Figures]) -> None:
    """Call those who still have an account as they are called now, and others former members."""
    rows = list(rows)
    people = User.objects.in_bulk([row.account for row in rows if row.account])
    for row in rows:
        person = people.get(row.account or 0)
        if person:
            row.name, row.username = person.public_name, person.username
        else:
            row.name = shown_name(row.name)
