"""What is read of people: by themselves, and by moderators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from forum.accounts.models import User
from forum.discussion.windows import is_over
from forum.moderation.models import (
    Appeal,
    Sanction,
    Sanctioning,
)
from forum.moderation.people.standing import appeal_until
from forum.moderation.people.statements import lines, redress, subject
from forum.moderation.people.stretches import Stretch, stretch


@dataclass(frozen=True, slots=True)
class Held:
    """One sanction, as the person who has it reads it."""

    sanction: Sanction
    subject: str
    lines: list[tuple[str, str]]
    in_force: bool
    #: The appeal against it, if there is one.
    appeal: Appeal | None = None

    @property
    def pk(self) -> int:
        """The number of the sanction."""
        return self.sanction.pk

    @property
    def redress(self) -> str:
        """What they can do about it, in words; nothing once it was lifted, or they have."""
        over = self.sanction.lifted_at or self.appeal or is_over(appeal_until(self.sanction))
        return "" if over else redress(self.sanction)

    @property
    def to_acknowledge(self) -> bool:
        """Whether it is a warning that waits for that."""
        return self.in_force and self.sanction.kind == Sanctioning.WARN

    @property
    def over_since(self) -> datetime | None:
        """When it ended, if it has."""
        sanction = self.sanction
        if self.in_force:
            return None
        return sanction.lifted_at or sanction.acknowledged_at or sanction.expires_at


@dataclass(frozen=True, slots=True)
class OwnStanding:
    """What is in force against somebody, and what was."""

    now: list[Held]
    past: Stretch[Held]


def own_standing(person: User, *, below: int = 0) -> OwnStanding:
    """What ``person`` reads of their sanctions; of those that hold no more, the ones ``below`` that
    number, or the latest. Six queries. Of a ban that another moderator has
    yet to look at, or did not want, they are told nothing: it is not, and maybe never will be."""
    told = Sanction.objects.filter(person=person).exclude(kind=Sanctioning.BAN, approved_at=None)
    now = held(told.in_force().order_by("-id"))
    past = told.exclude(pk__in=[one.pk for one in now])
    return OwnStanding(now, stretch(past, below, held))


def held(rows: QuerySet[Sanction]) -> list[Held]:
    """``rows`` with what they say, whether they hold, and the appeals against them. Three
    queries."""
    loaded = list(
        rows.select_related(*("rule", "course", "article", "person", "moderator", "decision__case"))
    )
    appeals = {one.sanction_id: one for one in Appeal.objects.filter(sanction__in=loaded)}
    holding = set(
        Sanction.objects.in_force()
        .filter(pk__in=[row.pk for row in loaded])
        .values_list("pk", flat=True)
    )
    return [
        Held(row, subject(row), lines(row), row.pk in holding, appeals.get(row.pk))
        for row in loaded
    ]


def appeals_waiting(moderator: User) -> QuerySet[Appeal]:
    """The appeals against sanctions that wait in the part of the site that is theirs, the oldest
    first: none of their own, and none of whoever is gone."""
    theirs = sanctions_within(moderator, "sanction__")
    found = Appeal.objects.filter(theirs, outcome="", sanction__person__isnull=False)
    found = found.exclude(sanction__person=moderator)
    return found.select_related("sanction").order_by("filed_at", "pk")


def sanctions_within(moderator: User, sanction: str = "") -> Q:
    """The condition that what ``sanction`` leads to holds in a part of the site that is theirs, as
    ``standing.reaches`` asks of one."""
    if moderator.moderates_site:
        return Q()
    parts = moderator.moderated_parts
    article = Q(**{f"{sanction}article__in": parts.articles})
    return article | Q(**{f"{sanction}course__in": parts.courses})


def counts(begin: datetime, end: datetime) -> dict[tuple[str, str], int]:
    """How many sanctions were given from ``begin`` until before ``end``, by kind and by the misuse
    that they are about, which may be none. Bans count once they are approved, and only the
    suspension that stood for one is left out where it was. For the transparency report."""
    given = (
        Sanction.objects.filter(created_at__gte=begin, created_at__lt=end)
        .exclude(kind=Sanctioning.BAN, approved_at=None)
        .exclude(pending__approved_at__isnull=False)
        .order_by()
        .values_list("kind", "misuse")
        .annotate(n=Count("pk"))
    )
    return {(kind, misuse): n for kind, misuse, n in given}
