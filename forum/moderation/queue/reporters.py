"""Who flags: how far they are trusted, and how their earlier flags fared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from forum.accounts.models import User
from forum.discussion.models import Audience, Kind, Post, State
from forum.moderation.models import Action, Basis, Decision, Flag
from forum.moderation.priority import KNOWN, NEW, OLD, REGULAR, STAFF
from forum.moderation.roles.scope import beside

#: Days of having an account, and published posts, from which on somebody is trusted so far.
TRUSTED_FROM = ((90, 50, OLD), (30, 10, REGULAR), (7, 1, KNOWN))
#: So many of their latest flags tell how flags of theirs fare.
LATEST = 100
#: Who flags words that so many have flagged before shows no judgement of their own.
FIRST = 3
#: What a decision means for those who flagged before it: they were right, or they were not.
AGREES = frozenset({Action.REMOVE, Action.HIDE_NOTE, Action.RETAG, Action.ASK_REVISION})
DISAGREES = frozenset({Action.KEEP, Action.RESTORE, Action.SHOW_NOTE})


class Standing(NamedTuple):
    """How far somebody's flags count: on the whole site, and by what they did in one part of it."""

    trust: int
    agreed: int
    disagreed: int
    part_agreed: int
    part_disagreed: int
    #: The Monday of the week in which they joined.
    joined_week: date


class FlagRecord(NamedTuple):
    """How many flags somebody raised, and with how many of the latest moderators agreed or not."""

    raised: int = 0
    agreed: int = 0
    disagreed: int = 0


def standing_of(flagger: User, post: Post) -> Standing:
    """How far a flag of ``flagger`` on ``post`` counts, as things stand now. Eight queries at
    most.

    Their record is of the flags with which they were among the ``FIRST`` to flag those words.
    Otherwise a hundred accounts would have a good one for each post that all of them flagged.
    """
    whole, part = (
        records({flagger.pk}, where & _among_the_first()).get(flagger.pk, FlagRecord())
        for where in (Q(), beside(post))
    )
    joined = timezone.localdate(flagger.date_joined)
    return Standing(
        _trust(flagger),
        whole.agreed,
        whole.disagreed,
        part.agreed,
        part.disagreed,
        joined - timedelta(days=joined.weekday()),
    )


def records(people: Collection[int], where: Q | None = None) -> dict[int, FlagRecord]:
    """The record of each of ``people`` who has flagged anything. Three queries.

    ``where``: of flags that meet it alone. A flag is judged by the first decision after it that
    says something of it and was not taken back; one that was overturned says the contrary.
    """
    if not people:
        return {}
    flags = Flag.objects.filter(where or Q(), flagger__in=people).order_by()
    raised = dict(flags.values_list("flagger").annotate(n=Count("pk")))
    judged = _judged(flags)
    return {
        person: FlagRecord(number, judged[person, True], judged[person, False])
        for person, number in raised.items()
    }


def _among_the_first() -> Q:
    """The condition on flags that fewer than ``FIRST`` had flagged these words before."""
    before = Flag.objects.filter(revision=OuterRef("revision"), pk__lt=OuterRef("pk"))
    return Q(~Exists(before[FIRST - 1 : FIRST]))


def _judged(flags: QuerySet[Flag]) -> Counter[tuple[int, bool]]:
    """How often moderators agreed with the latest ``flags`` of each person, and how often not."""
    taken_back = Decision.objects.filter(
        overrides=OuterRef("pk"), basis__in=(Basis.UNDO, Basis.REVERT)
    )
    after = Decision.objects.filter(
        ~Exists(taken_back),
        case=OuterRef("case"),
        created_at__gte=OuterRef("created_at"),
        action__in=AGREES | DISAGREES,
    ).order_by("id")
    restored = after.filter(action__in=(Action.RESTORE, Action.SHOW_NOTE))
    place = Window(RowNumber(), partition_by="flagger", order_by="-id")
    latest = flags.annotate(place=place).filter(place__lte=LATEST).values("pk")
    judged = Flag.objects.filter(pk__in=latest).annotate(
        first=Subquery(after.values("pk")[:1]),
        outcome=Subquery(after.values("action")[:1]),
        restored=Exists(restored),
    )
    rows = [row for row in judged.values_list("flagger", "first", "outcome", "restored") if row[2]]
    overturned = set(
        Decision.objects.filter(
            overrides__in={first for _person, first, *_ in rows},
            basis=Basis.APPEAL,
            action=Action.REVERSE,
        ).values_list("overrides", flat=True)
    )
    return Counter(
        (person, (outcome in AGREES and not back) != (first in overturned))
        for person, first, outcome, back in rows
    )


def _trust(person: User) -> int:
    if person.moderates_site or person.publishes:
        return STAFF
    days = (timezone.now() - person.date_joined) / timedelta(days=1)
    published = (
        Post.objects.filter(author=person, state=State.PUBLISHED, audience=Audience.PUBLIC)
        .exclude(kind=Kind.ARTICLE)
        .order_by()
    )
    most = max(posts for _, posts, _ in TRUSTED_FROM)
    written = published[:most].count()
    for since, posts, trust in TRUSTED_FROM:
        if days >= since and written >= posts:
            return trust
    return NEW
