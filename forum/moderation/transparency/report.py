"""The yearly transparency report (articles 15 and 24 (1)), counted from the record itself.

Only what everybody could read is counted: courses are no public. A year is counted by when
something came in, or was decided; times by the median, in hours.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from forum.moderation.models import (
    Action,
    Appeal,
    Basis,
    Decision,
    Flag,
    Ground,
    Misuse,
    Notice,
    Order,
    Sanction,
    Sanctioning,
)
from forum.moderation.transparency.accuracy import Accuracy, of_checks, of_hiding
from forum.moderation.transparency.measures import in_year, is_for_everybody, restrictions
from forum.moderation.transparency.sanctions import holds_for_everybody, restrictions_of_people

#: Seconds that the numbers of a year are remembered.
REMEMBERED = 3_600
#: The first year that there is a report of.
_FIRST = 2_020

Rows = Iterable[tuple[Hashable, timedelta | None]]


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of the report. Its names are codes, for programs; pages put words to them."""

    section: str
    what: str
    #: What it is broken down by; empty: all of it.
    of: str = ""
    among: str = ""
    value: float = 0
    unit: str = "count"


def report_of(year: int) -> list[Figure]:
    """The figures of ``year``, remembered for an hour. Raises ``ValueError`` for a year to come."""
    if not _FIRST <= year <= timezone.now().year:
        raise ValueError(year)
    key = f"transparency:{year}"
    found: list[Figure] | None = cache.get(key)
    if found is None:
        found = list(count(year))
        cache.set(key, found, REMEMBERED)
    return found


def years() -> list[int]:
    """The years since something was decided, noticed or ordered, and this one; the latest first."""
    began = (
        Decision.objects.aggregate(first=Min("created_at")),
        Notice.objects.aggregate(first=Min("created_at")),
        Order.objects.aggregate(first=Min("received_at")),
    )
    now = timezone.now().year
    first = min((each["first"].year for each in began if each["first"]), default=now)
    return list(range(now, max(_FIRST, first) - 1, -1))


def count(year: int) -> Iterator[Figure]:
    """The figures of ``year``, counted now, in a fixed number of queries."""
    yield from _orders(in_year(year, Order.objects.all(), "received_at"))
    public = Notice.objects.filter(is_for_everybody("case__post"))
    yield from _notices(in_year(year, public, "created_at"))
    yield from _measures(in_year(year, restrictions(), "created_at"))
    yield from _accuracy("held", of_checks(year))
    yield from _accuracy("hidden", of_hiding(year))
    yield from _complaints(complaints(year))
    decided = Decision.objects.filter(is_for_everybody("case__post"))
    yield from _reversals(in_year(year, decided, "created_at"))
    public_sanctions = Sanction.objects.filter(holds_for_everybody())
    yield from _overturned(in_year(year, public_sanctions, "lifted_at"))
    yield from _sanctions(in_year(year, restrictions_of_people(), "since"))
    yield from _misuse(misuses(year))
    yield from _moderators(in_year(year, Decision.objects.all(), "created_at"))


def complaints(year: int) -> QuerySet[Appeal]:
    """The appeals filed in ``year`` against what was decided about posts and about people."""
    of_people = Q(sanction__isnull=False) & holds_for_everybody("sanction__")
    of_posts = Q(decision__isnull=False) & is_for_everybody("decision__case__post")
    return in_year(year, Appeal.objects.filter(of_posts | of_people), "filed_at")


def _orders(orders: QuerySet[Order]) -> Iterator[Figure]:
    """Article 15 (1) (a): orders by kind, member state and category, and how fast."""
    rows = list(
        orders.values_list(
            *("kind", "member_state", "category", "received_at", "acknowledged_at", "effected_at")
        )
    )
    for kind in ("act", "inform"):
        mine = [row for row in rows if row[0] == kind]
        yield Figure("orders", kind, value=len(mine))
        for state, number in _sorted(Counter(row[1] for row in mine)):
            yield Figure("orders", kind, of=state, value=number)
        for category, number in _sorted(Counter(row[2] for row in mine)):
            yield Figure("orders", kind, of=category, value=number)
        for what, column in (("acknowledge", 4), ("effect", 5)):
            took = [row[column] - row[3] for row in mine if row[column]]
            yield from _median("orders", f"{kind}-{what}", took)


def _notices(notices: QuerySet[Notice]) -> Iterator[Figure]:
    """Article 15 (1) (b): notices by category, by basis of what was done, and how fast."""
    rows = list(
        notices.values_list(
            *("category", "is_trusted", "created_at", "decided_at"),
            *("decision__ground", "decision__basis"),
        )
    )
    yield Figure("notices", "received", value=len(rows))
    yield Figure("notices", "trusted-flagger", value=sum(row[1] for row in rows))
    decided = [row for row in rows if row[3]]
    yield Figure("notices", "decided", value=len(decided))
    bases = Counter(row[4] or "none" for row in decided)
    for basis in (Ground.LAW.value, Ground.TERMS.value, "none"):
        yield Figure("notices", "action", of=basis, value=bases[basis])
    automatic = sum(row[5] == Basis.AUTOMATIC for row in decided)
    yield Figure("notices", "automatic", value=automatic)
    yield from _median("notices", "time", [row[3] - row[2] for row in decided])
    took: dict[str, list[timedelta]] = defaultdict(list)
    for row in decided:
        took[row[0]].append(row[3] - row[2])
    for category, number in _sorted(Counter(row[0] for row in rows)):
        yield Figure("notices", "category", of=category, value=number)
        yield from _median("notices", "category-time", took[category], of=category)


def _measures(decisions: QuerySet[Decision]) -> Iterator[Figure]:
    """Article 15 (1) (c) and (e): what the site did without a notice, and what machines found."""
    before: dict[str, Any] = {"case": OuterRef("case"), "created_at__lte": OuterRef("created_at")}
    rows = list(
        decisions.annotate(
            noticed=Exists(Notice.objects.filter(**before)),
            flagged=Exists(Flag.objects.filter(**before)),
        ).values_list(
            *("action", "category", "ground", "detected_automatically", "basis"),
            *("noticed", "flagged", "overrides__overrides__action"),
        )
    )
    own = [row for row in rows if not row[5]]
    yield Figure("own-initiative", "measures", value=len(own))
    yield Figure("own-initiative", "flagged-by-readers", value=sum(row[6] for row in own))
    yield Figure("own-initiative", "found-automatically", value=sum(row[3] for row in own))
    yield Figure(
        "own-initiative",
        "decided-automatically",
        value=sum(row[4] == Basis.AUTOMATIC for row in own),
    )
    for ground, number in _sorted(Counter(row[2] for row in own)):
        yield Figure("own-initiative", "ground", of=ground, value=number)
    restricted = Counter(
        ((row[7] or row[0]) if row[0] == Action.REVERSE else row[0], row[1]) for row in own
    )
    for (action, category), number in _sorted(restricted):
        yield Figure("own-initiative", "restriction", of=action, among=category, value=number)


def _accuracy(what: str, accuracy: Accuracy) -> Iterator[Figure]:
    """Article 15 (1) (e): how often a program was wrong, as far as people have looked."""
    yield Figure("automated", what, value=accuracy.decided)
    yield Figure("automated", f"{what}-let-stand", value=accuracy.let_stand)
    if accuracy.decided:
        share = round(100 * accuracy.error, 1)
        yield Figure("automated", f"{what}-error", value=share, unit="percent")


def _complaints(appeals: QuerySet[Appeal]) -> Iterator[Figure]:
    """Article 15 (1) (d): complaints by who complained, against what, what became of them, and how
    fast."""
    columns = ("party", "outcome", "filed_at", "decided_at", "decision__action", "sanction__kind")
    rows = list(appeals.values_list(*columns))
    yield Figure("complaints", "filed", value=len(rows))
    for party, number in _sorted(Counter(row[0] for row in rows)):
        yield Figure("complaints", "party", of=party, value=number)
    for against, number in _sorted(Counter(row[4] or row[5] for row in rows)):
        yield Figure("complaints", "against", of=against, value=number)
    for outcome, number in _sorted(Counter(row[1] or "waiting" for row in rows)):
        yield Figure("complaints", "outcome", of=outcome, value=number)
    yield from _median("complaints", "time", [row[3] - row[2] for row in rows if row[3]])


def _reversals(decisions: QuerySet[Decision]) -> Iterator[Figure]:
    """How many decisions were turned back, on what occasion."""
    turned = decisions.filter(action=Action.REVERSE).exclude(basis=Basis.UNDO)
    bases = Counter(turned.values_list("basis", flat=True))
    yield Figure("reversals", "decisions", value=sum(bases.values()))
    for basis, number in _sorted(bases):
        yield Figure("reversals", "basis", of=basis, value=number)


def _overturned(sanctions: QuerySet[Sanction]) -> Iterator[Figure]:
    """How many sanctions were found to have been wrong, and how many too hard."""
    found = sanctions.filter(overturned=True).exclude(pending__approved_at__isnull=False)
    counted = found.aggregate(all=Count("pk"), varied=Count("instead"))
    yield Figure("reversals", "sanctions", value=counted["all"] - counted["varied"])
    yield Figure("reversals", "sanctions-in-part", value=counted["varied"])


def misuses(year: int) -> QuerySet[Sanction]:
    """What was taken against misuse (article 23) in ``year``, but warnings: no ban that still waits
    for a second moderator or got none."""
    given = Sanction.objects.exclude(kind=Sanctioning.BAN, approved_at=None)
    given = given.exclude(misuse="").exclude(kind=Sanctioning.WARN)
    return in_year(year, given, "created_at")


def _sanctions(sanctions: QuerySet[Sanction]) -> Iterator[Figure]:
    """Article 15 (1) (c): what was kept from people, by kind and category."""
    kinds = Counter(sanctions.values_list("kind", "category"))
    yield Figure("accounts", "sanctions", value=sum(kinds.values()))
    for (kind, category), number in _sorted(kinds):
        yield Figure("accounts", "restriction", of=kind, among=category, value=number)


def _misuse(sanctions: QuerySet[Sanction]) -> Iterator[Figure]:
    """Article 24 (1) (b): suspensions for misuse (article 23), by what was misused and kind."""
    kinds = Counter(sanctions.values_list("misuse", "kind"))
    for misuse in Misuse.values:
        of_it = {kind: number for (what, kind), number in kinds.items() if what == misuse}
        yield Figure("misuse", misuse, value=sum(of_it.values()))
        for kind, number in _sorted(Counter(of_it)):
            yield Figure("misuse", misuse, of=kind, value=number)


def _moderators(decisions: QuerySet[Decision]) -> Iterator[Figure]:
    """How many people decided. Whose account is gone counts by the name that is left."""
    people = decisions.exclude(basis=Basis.AUTOMATIC).values_list("moderator", "moderator_name")
    yield Figure("moderators", "active", value=len(set(people.distinct())))


def _median(section: str, what: str, took: list[timedelta], *, of: str = "") -> Iterator[Figure]:
    """The median of ``took``, in hours; nothing of nothing."""
    if took:
        hours = median(each.total_seconds() for each in took) / 3_600
        yield Figure(section, what, of=of, value=round(hours, 1), unit="hours")


def _sorted(counted: Counter[Any]) -> list[tuple[Any, int]]:
    return sorted(counted.items(), key=lambda item: (-item[1], str(item[0])))
