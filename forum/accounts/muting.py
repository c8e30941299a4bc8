"""Muting a person for oneself: what they write is folded, and nothing of theirs is told."""

from __future__ import annotations

from collections.abc import Collection

from forum.accounts.models import Mute, User
from forum.permissions import require


def mute(*, person: User, other: User) -> bool:
    """Fold what ``other`` writes, for ``person`` alone; whether that is new."""
    require(person, "person.mute", other)
    _, new = Mute.objects.get_or_create(person=person, muted=other)
    return new


def unmute(*, person: User, other: User) -> bool:
    """Fold it no longer; whether it was."""
    gone, _ = Mute.objects.filter(person=person, muted=other).delete()
    return bool(gone)


def mutes(person: User, other: int | None) -> bool:
    """Whether ``person`` has muted the person whose id is ``other``. One query."""
    return Mute.objects.filter(person=person, muted=other).exists()


def muted_by(person: User) -> list[User]:
    """Those whom ``person`` has muted, by name. One query."""
    return list(User.objects.filter(muted_by__person=person).order_by("username"))


def muted_among(person: User, others: Collection[int]) -> set[int]:
    """Which of ``others``, by their ids, ``person`` has muted. One query."""
    found = Mute.objects.filter(person=person, muted__in=others)
    return set(found.values_list("muted", flat=True))
