"""How urgent a case is, and why: pure, and every point of it can be told.

A case is in a ``Band``: danger to somebody before what a notice says is illegal, and that before
the rest, however long that has waited. Only a notice, with its name and its good faith, puts a case
forward so; no number of flags does.

Within its band, ``points = gravity + 4·log2(1 + Σw) + signals``, where ``w`` is the weight of each
person who flagged it, and half a point more for every hour that it has waited. The logarithm is
what a brigade meets: twenty who flag are not twenty times one. Besides, all who are not ``relied``
on together weigh no more than two newcomers do, and what they alone say it is counts half.

The weight of a person, ``w = clamp(1 + trust + a, 0, 8)`` with ``a = clamp(4·((agreed + 7) /
(agreed + disagreed + 10) − 0.7) / 0.3, −3, 3)``, follows Discourse, where seven in ten is the usual
record of a flagger; here it is a prior, so that neither one flag nor the fifth changes everything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import IntEnum
from math import log2
from typing import NamedTuple

#: Points for twice as much weight behind the flags.
PER_DOUBLING = 4
#: Points for an hour of waiting. Without a cap: within its band nothing starves.
PER_HOUR = 0.5
#: Points that all flags may come to: those of 65,535 times the least weight.
MOST_FLAGS = 64
#: Points that everything a machine says of it may come to.
MOST_SIGNALS = 10
#: What all who are not relied on weigh together, at most.
NOT_RELIED_ON = 2
#: So many more flags that moderators disagreed with than agreed with, and nobody relies on them.
MOSTLY_WRONG = 2
#: The most that one person weighs, and the farthest that their record moves it.
MOST_WEIGHT, FARTHEST = 8, 3

#: Trust in a person: nobody knows them yet; then more and more; those who run the site.
NEW, KNOWN, REGULAR, OLD, STAFF = 0, 1, 2, 3, 5

#: How grave it is what somebody says is wrong with it.
GRAVITY: Mapping[str, float] = {
    "illegal": 25,
    "abuse": 15,
    "spam": 8,
    "misleading": 5,
    "off-topic": 5,
    "other": 5,
    "mis-tagged": 2,
}
#: How grave it is what is known of it otherwise.
DANGER, TRUSTED, NOTICE, APPEAL, WAITS, LOOKED_AT_AGAIN = 40, 35, 25, 20, 5, 5
#: More points than anything has when it comes.
MOST_POINTS = DANGER + MOST_FLAGS + MOST_SIGNALS

#: From such a term of the flags on a post is hidden until a moderator has looked, if so many have
#: flagged it.
HIDING_TERM, HIDING_REPORTERS = 11, 2


class Band(IntEnum):
    """What comes before what, however long either has waited: the greater first."""

    USUAL = 0
    #: A notice says that it is against the law.
    NOTICED = 1
    #: A notice says that somebody's life, or a child, is in danger.
    DANGER = 2


#: Seconds that a band is before the next: more than there will ever be between two cases.
_BAND = 10**11


class Reporter(NamedTuple):
    """Somebody who flagged it, as their record stood when they did."""

    name: str
    trust: int
    #: Of their flags that were decided: how often a moderator saw it as they did, and not.
    agreed: int
    disagreed: int
    #: What they say is wrong with it.
    reason: str
    #: Whether their flags count.
    counts: bool = True

    @property
    def record(self) -> float:
        """What their earlier flags add to their weight."""
        rate = (self.agreed + 7) / (self.agreed + self.disagreed + 10)
        return max(-FARTHEST, min(FARTHEST, 4 * (rate - 0.7) / 0.3))

    @property
    def relied(self) -> bool:
        """Whether what they say counts in full: they are known here, and not mostly wrong."""
        return self.trust != NEW and self.disagreed - self.agreed < MOSTLY_WRONG

    @property
    def weight(self) -> float:
        """From 0 to ``MOST_WEIGHT``."""
        if not self.counts:
            return 0
        return max(0, min(MOST_WEIGHT, 1 + self.trust + self.record))


class Signal(NamedTuple):
    """What a step of the screening found of the text, and for how many points."""

    step: str
    points: float


class Facts(NamedTuple):
    """All that counts."""

    #: One entry for each person.
    reporters: Sequence[Reporter] = ()
    signals: Sequence[Signal] = ()
    #: A notice of illegal content was given; by a trusted flagger; of danger to life or to a child.
    noticed: bool = False
    trusted: bool = False
    dangerous: bool = False
    appealed: bool = False
    #: Its author waits for it to be published.
    waits: bool = False


class Item(NamedTuple):
    """One part of the points: what it is for, and how many."""

    what: str
    points: float


def report_term(reporters: Sequence[Reporter]) -> float:
    """The points for those who flagged it."""
    relied = sum(one.weight for one in reporters if one.relied)
    others = sum(one.weight for one in reporters if not one.relied)
    return min(MOST_FLAGS, PER_DOUBLING * log2(1 + relied + min(others, NOT_RELIED_ON)))


def band_of(facts: Facts) -> Band:
    """What it comes before."""
    if facts.dangerous:
        return Band.DANGER
    return Band.NOTICED if facts.noticed else Band.USUAL


def gravity(facts: Facts) -> Item:
    """The gravest of what is said to be wrong."""
    found = [Item("again", LOOKED_AT_AGAIN)]
    if facts.waits:
        found.append(Item("waits", WAITS))
    if facts.appealed:
        found.append(Item("appeal", APPEAL))
    if facts.noticed:
        found.append(Item("trusted", TRUSTED) if facts.trusted else Item("notice", NOTICE))
    if facts.dangerous:
        found.append(Item("danger", DANGER))
    said = [
        Item(one.reason, GRAVITY.get(one.reason, 0) * (1 if one.relied else 0.5))
        for one in facts.reporters
        if one.weight
    ]
    # That a case is there again says nothing beside what people say.
    found = found[1:] + said or found
    return max(found, key=lambda item: item.points)


def signal_term(signals: Sequence[Signal]) -> float:
    """The points for what machines say."""
    return max(0, min(MOST_SIGNALS, sum(signal.points for signal in signals)))


def items(facts: Facts) -> list[Item]:
    """What the points are for, but for the waiting, to a tenth; they add up to ``points_of``."""
    found = [
        gravity(facts),
        Item("flags", report_term(facts.reporters)),
        Item("signals", signal_term(facts.signals)),
    ]
    # As they are told: who adds them up gets what is stored.
    return [Item(item.what, round(item.points, 1)) for item in found]


def points_of(facts: Facts) -> float:
    """The points of a case that has just come, to a tenth."""
    return round(sum(item.points for item in items(facts)), 1)


def waiting_points(since: datetime, now: datetime) -> float:
    """The points for having waited ``since`` then."""
    return PER_HOUR * max(0, (now - since).total_seconds()) / 3600


def rank_of(since: datetime, points: float, band: int = Band.USUAL) -> int:
    """Where a case stands among those that wait, the smallest first.

    In seconds: when it has waited since, earlier by two hours for each point, and by far for each
    band. Since all gain by waiting alike, the order does not depend on the time; so it can be
    stored, and an index have it.
    """
    return round(since.timestamp() - points / PER_HOUR * 3600) - band * _BAND


def band_at(rank: int) -> Band:
    """The band of what stands at ``rank``."""
    return Band(max(0, min(Band.DANGER, round(-rank / _BAND))))


def ranks_since(moment: datetime) -> list[tuple[int, int]]:
    """Between which ranks, both included, what has waited since ``moment`` or later may stand.

    One pair for each band, in the order of the queue.
    """
    earliest = rank_of(moment, MOST_POINTS)
    return [(earliest - band * _BAND, _BAND // 2 - band * _BAND) for band in reversed(Band)]


def hides(reporters: Sequence[Reporter]) -> bool:
    """Whether those who flagged it are enough to hide it until a moderator has looked."""
    counting = [one for one in reporters if one.weight]
    return (
        len(counting) >= HIDING_REPORTERS
        and any(one.relied for one in counting)
        and report_term(counting) >= HIDING_TERM
    )
