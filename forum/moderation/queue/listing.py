"""The queue as moderators see it: a page of it, what it can be narrowed to, how much waits where.

Every page begins with a place in an index and reads as many cases as it shows: the first costs the
same however many there are, and so does the last.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple, Self

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Substr
from django.utils import timezone
from django.utils.translation import gettext_lazy

from forum.accounts.models import User
from forum.discussion.models import Revision
from forum.moderation.models import (
    Action,
    Case,
    CaseReason,
    Decision,
    Flag,
    FlagReason,
    Queue,
)
from forum.moderation.people.reading import appeals_waiting
from forum.moderation.priority import ranks_since, waiting_points
from forum.moderation.queue.leases import claimant_of, claimed
from forum.moderation.reading import cases_for, why_held
from forum.moderation.roles.scope import parts_of

#: Cases on one page of the queue.
PAGE_SIZE = 25
#: How much of a post the queue shows, in code points.
EXCERPT = 280
#: So many are counted of what waits, and no more.
COUNTED = 99
#: In so many parts of the site, at most, each is looked up by itself.
MOST_PARTS = 100
#: What somebody is deciding, beside the queues.
MINE = "mine"
MINE_LABEL = gettext_lazy("Mine")
TABS = (Queue.REPORTED, Queue.HELD, Queue.APPEALED, Queue.ESCALATED, MINE, Queue.DECIDED)
#: Where the next to be decided is looked for.
_OPEN = (Queue.REPORTED, Queue.HELD)

_PLACE = re.compile(r"(-?[0-9]{1,15})_([0-9]{1,18})")


class Place(NamedTuple):
    """A place in the queue: that of a case."""

    rank: int
    pk: int

    @classmethod
    def parse(cls, written: str) -> Self | None:
        """What an address says; ``None`` for nonsense."""
        found = _PLACE.fullmatch(written)
        return cls(int(found[1]), int(found[2])) if found else None

    def __str__(self) -> str:
        return f"{self.rank}_{self.pk}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the queue is narrowed to."""

    tab: str = Queue.REPORTED
    kind: str = ""
    article: int | None = None
    course: int | None = None
    author: int | None = None
    rule: str = ""
    reason: str = ""
    #: "older-3": waits for more than three days. "newer-1": for less than one.
    age: str = ""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One case of the queue, as a line."""

    case: Case
    excerpt: str
    #: Why it was flagged and how often, the most frequent reason first.
    reasons: list[tuple[str, int]]
    #: The last decision, if there was one.
    decision: Decision | None
    #: Why it was held without a flag, if it waits.
    held: str = ""
    #: Who is deciding it now, if anybody is.
    claimant: User | None = None
    #: Its points when it came, for who reads this.
    points: float = 0
    #: Those that waiting has added.
    waited: float = 0

    @property
    def total(self) -> float:
        """The points that it is listed by, among those of its band."""
        return self.points + self.waited


@dataclass(frozen=True, slots=True)
class QueuePage:
    """A page of the queue, and the places from which its neighbours begin."""

    rows: list[QueueRow]
    before: Place | None = None
    after: Place | None = None


def queue_page(
    moderator: User, wanted: Wanted, *, after: Place | None = None, before: Place | None = None
) -> QueuePage:
    """The page of the queue that begins after a place, or ends before one. Seven queries."""
    back = before is not None and after is None
    shown = in_order(moderator, wanted, PAGE_SIZE + 1, beyond=before if back else after, back=back)
    more = len(shown) > PAGE_SIZE
    shown = shown[:PAGE_SIZE]
    if back:
        shown.reverse()
    if not shown:
        return QueuePage([])
    rank = rank_for(moderator)
    first, last = (Place(getattr(case, rank), case.pk) for case in (shown[0], shown[-1]))
    has_before, has_after = (more, True) if back else (after is not None, more)
    return QueuePage(
        rows_of(moderator, shown), first if has_before else None, last if has_after else None
    )


def rank_for(moderator: User) -> str:
    """What has the place of a case in the queue of ``moderator``: of a part, what is known there.

    Which of two cases comes first would tell the rest.
    """
    return "rank" if moderator.moderates_site else "part_rank"


def found(moderator: User, wanted: Wanted, part: Q | None = None) -> QuerySet[Case]:
    """The cases that ``wanted`` asks for, in no order yet; those in ``part`` alone, if it is
    said."""
    cases = cases_for(moderator, part)
    if wanted.tab == MINE:
        cases = cases.filter(claimed(moderator))
    else:
        cases = cases.filter(queue=wanted.tab)
    if wanted.kind:
        cases = cases.filter(kind=wanted.kind)
    for name in ("article", "course", "author"):
        value = getattr(wanted, name)
        if value is not None:
            cases = cases.filter(**{name: value})
    if wanted.rule:
        cases = cases.filter(rule=wanted.rule)
    if wanted.reason and not moderator.moderates_site:
        reasons = CaseReason.objects.filter(case=OuterRef("pk"), reason=wanted.reason)
        cases = cases.filter(Exists(reasons))
    elif wanted.reason:
        # Both of one row, which has the order as well.
        tab = {} if wanted.tab == MINE else {"reasons__queue": wanted.tab}
        cases = cases.filter(reasons__reason=wanted.reason, **tab)
        # Named, so that what asks for a place asks this row, and not each reason of the case.
        cases = cases.annotate(reason_rank=F("reasons__rank"), reason_case=F("reasons__case"))
    return cases.filter(_of_age(wanted, rank_for(moderator))) if wanted.age else cases


def in_order(
    moderator: User,
    wanted: Wanted,
    number: int,
    *,
    beyond: Place | None = None,
    back: bool = False,
) -> list[Case]:
    """The first ``number`` of the cases that ``wanted`` asks for, after ``beyond``; ``back``, the
    last, before it."""
    shown: list[int] = []
    for stretch in stretches(moderator, wanted, number, beyond=beyond, back=back):
        shown += stretch.values_list("pk", flat=True)[: number - len(shown)]
        if len(shown) == number:
            break
    # Joined with all that is shown, PostgreSQL would begin with every case there is.
    cases = Case.objects.select_related(
        "post__root__article", "post__annotation", "post__note__annotation", "claimed_by"
    ).in_bulk(shown)
    return [cases[pk] for pk in shown]


def stretches(
    moderator: User,
    wanted: Wanted,
    number: int,
    *,
    beyond: Place | None = None,
    back: bool = False,
    where: Q | None = None,
) -> list[QuerySet[Case]]:
    """The cases that ``wanted`` asks for and that meet ``where``, in their order, one after the
    other: the first ``number`` of each are read from one stretch of an index.

    What came lately stands at the end of each band, behind what nobody asked for. And of whoever
    moderates several parts of the site, each part has an order of its own: the first of each are
    looked up, and the first of these are the first of all.
    """
    rank, pk = _order(moderator, wanted)
    order = (f"-{rank}", f"-{pk}") if back else (rank, pk)
    meets = where or Q()
    if beyond:
        side = "lt" if back else "gt"
        past = Q(**{f"{rank}__{side}": beyond.rank}) | Q(**{f"{pk}__{side}": beyond.pk})
        meets &= past & Q(**{f"{rank}__{side}e": beyond.rank})
    parts = [] if moderator.moderates_site or wanted.tab == MINE else parts_of(moderator)
    each = [
        found(moderator, wanted, part).filter(meets).order_by(*order)
        for part in (parts if 0 < len(parts) <= MOST_PARTS else [None])
    ]
    ends = [Q(**{f"{rank}__range": pair}) for pair in _ranks(wanted)] or [Q()]
    there = [[cases.filter(end) for cases in each] for end in (ends[::-1] if back else ends)]
    if len(each) == 1:
        return [cases for (cases,) in there]
    return [
        Case.objects.filter(pk__in=_all_of([cases[:number] for cases in same])).order_by(*order)
        for same in there
    ]


def _all_of(found: Sequence[QuerySet[Case]]) -> RawSQL:
    """The ids of the cases in each of ``found``, which is cut short."""
    texts: list[str] = []
    params: list[Any] = []
    for cases in found:
        sql, its_params = cases.values("pk").query.sql_with_params()
        # SQLite takes no limit in a part of a union, but in what such a part is taken from.
        texts.append(f"SELECT * FROM ({sql}) AS part")  # noqa: S608  # what the ORM wrote
        params += its_params
    return RawSQL(" UNION ALL ".join(texts), params)  # noqa: S611  # what the ORM wrote


def _ranks(wanted: Wanted) -> list[tuple[int, int]]:
    """Between which ranks what is ``wanted`` stands, where it stands in several stretches."""
    side, _, days = wanted.age.partition("-")
    if side != "newer" or wanted.tab == Queue.DECIDED:
        return []
    return ranks_since(timezone.now() - timedelta(days=int(days)))


def _order(moderator: User, wanted: Wanted) -> tuple[str, str]:
    """By what is ordered: that of the row of a reason, where one is wanted, is the same."""
    if wanted.reason and wanted.tab != MINE and moderator.moderates_site:
        return "reason_rank", "reason_case"
    return rank_for(moderator), "pk"


def counts(moderator: User) -> list[tuple[str, str, int | None, bool]]:
    """Each tab: its name, what it is called, how much is in it, and whether there is more."""
    found_in: list[tuple[str, str, int | None, bool]] = []
    for tab in TABS:
        label = str(MINE_LABEL) if tab == MINE else str(Queue(tab).label)
        if tab == Queue.DECIDED:
            found_in.append((tab, label, None, False))
            continue
        number = _count(moderator, tab)
        if tab == Queue.APPEALED:
            number += appeals_waiting(moderator)[: COUNTED + 1].count()
        found_in.append((tab, label, min(number, COUNTED), number > COUNTED))
    return found_in


def waiting(moderator: User) -> int:
    """How many cases are open, as far as is counted."""
    return min(sum(_count(moderator, tab) for tab in _OPEN), COUNTED + 1)


def _count(moderator: User, tab: str) -> int:
    """How many cases are in ``tab``, as far as is counted."""
    (cases,) = stretches(moderator, Wanted(tab), COUNTED + 1)
    return cases[: COUNTED + 1].count()


def _of_age(wanted: Wanted, rank: str) -> Q:
    side, _, days = wanted.age.partition("-")
    moment = timezone.now() - timedelta(days=int(days))
    if wanted.tab == Queue.DECIDED:
        decided = -int(moment.timestamp())
        return Q(**{f"{rank}__{'gte' if side == 'older' else 'lte'}": decided})
    if side == "older":
        # Whatever waits since then stands at least as far in front.
        return Q(waits_since__lte=moment, **{f"{rank}__lte": int(moment.timestamp()) + 1})
    return Q(waits_since__gt=moment)


def rows_of(moderator: User, cases: Sequence[Case]) -> list[QueueRow]:
    """``cases`` as lines, in three queries."""
    ids = [case.pk for case in cases]
    said_in = {case.pk: case.post.note_from_id or case.post_id for case in cases}
    texts = dict(
        Revision.objects.current()
        .visible_to(moderator)
        .filter(post__in=said_in.values())
        .values_list("post", Substr("text", 1, EXCERPT + 1))
    )
    reasons = _reasons(ids)
    decisions = {
        decision.case_id: decision
        for decision in Decision.objects.filter(case__in=ids)
        .exclude(action=Action.HIDE)
        .select_related("rule")
        .order_by("id")
    }
    now, whole = timezone.now(), moderator.moderates_site
    points = {case.pk: case.points if whole else case.part_points for case in cases}
    return [
        QueueRow(
            case=case,
            excerpt=_shorten(texts.get(said_in[case.pk], "")),
            reasons=reasons.get(case.pk, []),
            decision=decisions.get(case.pk),
            held=why_held(moderator, case.post),
            points=points[case.pk],
            waited=round(waiting_points(points[case.pk], case.waits_since, now), 1),
            claimant=claimant_of(case),
        )
        for case in cases
    ]


def _reasons(cases: Collection[int]) -> dict[int, list[tuple[str, int]]]:
    """Reasons and their counts by case."""
    counted_by: dict[int, list[tuple[str, int]]] = defaultdict(list)
    counted = (
        Flag.objects.filter(case__in=cases)
        .order_by()
        .values_list("case", "reason")
        .annotate(n=Count("pk"))
        .order_by("case", "-n", "reason")
    )
    for case, reason, n in counted:
        counted_by[case].append((str(FlagReason(reason).label), n))
    return counted_by


def _shorten(text: str) -> str:
    """``text`` cut to the length the queue shows, with a sign that it was."""
    return text if len(text) <= EXCERPT else text[:EXCERPT].rstrip() + " …"
