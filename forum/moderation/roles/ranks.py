"""Who stands above whom in moderation. Pure: it looks at a person's flags and at nothing else."""

from __future__ import annotations

from enum import IntEnum
from typing import Protocol


class Holder(Protocol):
    """What is asked of a person."""

    @property
    def is_superuser(self) -> bool: ...
    @property
    def leads_appeals(self) -> bool: ...
    @property
    def is_moderator(self) -> bool: ...
    @property
    def moderates_parts(self) -> bool: ...


class Rank(IntEnum):
    """From those who moderate nothing upwards. Who teaches or publishes has no rank by that."""

    MEMBER = 0
    #: Of single articles or courses.
    PART_MODERATOR = 1
    MODERATOR = 2
    APPEALS_LEAD = 3
    ADMIN = 4


def rank_of(person: Holder) -> Rank:
    """The highest rank that ``person`` has anywhere."""
    if person.is_superuser:
        return Rank.ADMIN
    if person.leads_appeals:
        return Rank.APPEALS_LEAD
    if person.is_moderator:
        return Rank.MODERATOR
    return Rank.PART_MODERATOR if person.moderates_parts else Rank.MEMBER


def outranks(person: Holder, other: Holder) -> bool:
    """Whether ``person`` stands above ``other``: of equals neither does."""
    return rank_of(person) > rank_of(other)
