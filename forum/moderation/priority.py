"""How urgent a case is, and why: pure, and every point of it can be told.

A case is in a ``Band``: danger to somebody before what a notice says is illegal, and that before
the rest, however long that has waited. Only a notice, with its name and its good faith, puts a case
forward so; no number of flags does.

Within its band, ``points = gravity + 4·log2(1 + Σw) + signals``, where ``w`` is as much of the
weight of each person who flagged it as counts beside the others (``counted``). The logarithm is
what a brigade meets first: twenty who flag are not twenty times one. But accounts that were made
for it, and left to ripen, add up all the same; so all who are not ``proved`` together weigh no more
than two who are just known here, newcomers among them less than two newcomers, those of them who
joined in the same week as one, and what they alone say it is counts half. What proves somebody is
that moderators agreed with them, which nobody gets by waiting.

What waits gains points, ever more slowly (``waiting_points``): ten for each time that it has waited
twice as long. Each such curve is part of the same one, so no two ever cross (``head_start``).

The weight of a person, ``w = clamp(1 + trust + a, 0, 8)`` with ``a = clamp(4·((agreed + 7) /
(agreed + disagreed + 10) − 0.7) / 0.3, −3, 3)``, follows Discourse, where seven in ten is the usual
record of a flagger; here it is a prior, so that neither one flag nor the fifth changes everything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import IntEnum
from math import log2
from typing import NamedTuple

#: Points for twice as much weight behind the flags.
PER_DOUBLING = 4
#: So many points more stand before what has waited twice as long; what came with none has them
#: after so many hours.
SLOWER_AFTER, FIRST_HOURS = 10, 12
#: Points that all flags may come to: those of nearly eight of the most weight.
MOST_FLAGS = 24
#: Points that everything a machine says of it may come to.
MOST_SIGNALS = 10
#: What all who are not proved weigh together, at most; and those of them who are not relied on.
UNPROVED, UNRELIED = 4, 1.5
#: With so many flags of somebody, and more than seven in ten, moderators agreed: they are proved.
PROVED = 3
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


#: As many points as anything in a band may have when it comes.
MOST_POINTS: Mapping[Band, float] = {
    band: gravest + MOST_FLAGS + MOST_SIGNALS
    for band, gravest in (
        (Band.USUAL, max(*GRAVITY.values(), APPEAL)),
        (Band.NOTICED, TRUSTED),
        (Band.DANGER, DANGER),
    )
}
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
    #: The Monday of the week in which they joined, where that is known.
    joined_week: date | None = None

    @property
    def record(self) -> float:
        """What their earlier flags add to their weight."""
        rate = (self.agreed + 7) / (self.agreed + self.disagreed + 10)
        return max(-FARTHEST, min(FARTHEST, 4 * (rate - 0.7) / 0.3))

    @property
    def relied(self) -> bool:
        """Whether they are known here, and not mostly wrong."""
        return self.trust != NEW and self.disagreed - self.agreed < MOSTLY_WRONG

    @property
    def proved(self) -> bool:
        """Whether what they say counts in full: moderators agreed with them often enough, or they
        run the site."""
        if self.trust == STAFF:
            return self.relied
        return self.relied and self.agreed >= PROVED and self.record > 0

    @property
    def weight(self) -> float:
        """From 0 to ``MOST_WEIGHT``."""
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


def counted(reporters: Sequence[Reporter]) -> list[float]:
    """How much of the weight of each counts beside the others.

    All of those who are proved. The others share ``UNPROVED``, and of this ``UNRELIED`` is for
    those who are not relied on; the heaviest come first, and of those who joined in one week only
    the heaviest counts.
    """
    shares = [0.0] * len(reporters)
    weeks: set[tuple[bool, date]] = set()
    room, rest = float(UNPROVED), UNRELIED
    for place, one in sorted(enumerate(reporters), key=lambda pair: _first(pair[1])):
        if one.proved:
            shares[place] = one.weight
            continue
        if one.joined_week:
            week = (one.relied, one.joined_week)
            if week in weeks:
                continue
            weeks.add(week)
        share = min(one.weight, room if one.relied else min(room, rest))
        shares[place] = share
        room -= share
        if not one.relied:
            rest -= share
    return shares


def _first(one: Reporter) -> tuple[bool, float]:
    return not one.relied, -one.weight


def report_term(reporters: Sequence[Reporter]) -> float:
    """The points for those who flagged it."""
    return min(MOST_FLAGS, PER_DOUBLING * log2(1 + sum(counted(reporters))))


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
        Item(one.reason, GRAVITY.get(one.reason, 0) * (1 if one.proved else 0.5))
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


def head_start(points: float) -> float:
    """For how many seconds a case that came with nothing has waited when it has ``points``."""
    return FIRST_HOURS * 3600 * (2 ** (points / SLOWER_AFTER) - 1)


def waiting_points(points: float, since: datetime, now: datetime) -> float:
    """The points that a case which came with ``points`` has gained by waiting ``since`` then.

    ``10·log2(2^(points / 10) + hours / 12) − points``: with them it stands where another stands
    that comes now with as many.
    """
    hours = max(0, (now - since).total_seconds()) / 3600
    total = SLOWER_AFTER * log2(2 ** (points / SLOWER_AFTER) + hours / FIRST_HOURS)
    return max(0, total - points)


def rank_of(since: datetime, points: float, band: int = Band.USUAL) -> int:
    """Where a case stands among those that wait, the smallest first.

    In seconds: when it has waited since, earlier by its ``head_start``, and by far for each band.
    Points that are gained by waiting come to the same order at any time; so it can be stored, and
    an index have it.
    """
    return round(since.timestamp() - head_start(points)) - band * _BAND


def band_at(rank: int) -> Band:
    """The band of what stands at ``rank``."""
    return Band(max(0, min(Band.DANGER, round(-rank / _BAND))))


def ranks_since(moment: datetime) -> list[tuple[int, int]]:
    """Between which ranks, both included, what has waited since ``moment`` or later may stand.

    One pair for each band, in the order of the queue.
    """
    return [
        (rank_of(moment, MOST_POINTS[band], band), _BAND // 2 - band * _BAND)
        for band in reversed(Band)
    ]


def hides(reporters: Sequence[Reporter]) -> bool:
    """Whether those who flagged it are enough to hide it until a moderator has looked.

    They never are where nobody among them is proved: the others together do not weigh as much.
    """
    counting = [one for one in reporters if one.weight]
    return len(counting) >= HIDING_REPORTERS and report_term(counting) >= HIDING_TERM
