"""Which comments of a thread are brought here, where each hangs and in what order. Pure.

Whatever an export holds, what comes out is a forest: every comment that is wanted is in it once,
after what it answers. One that is not wanted, but answered by one that is, keeps its place without
its words. An answer to nothing that is known, and the earliest of comments that answer one another
in a circle, answer the article.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from heapq import heappop, heappush
from typing import NamedTuple


class Leaf(NamedTuple):
    """What is known of a comment before it has its place."""

    id: str
    parent: str | None
    written: datetime
    #: Its place in the export, for those written at one moment.
    order: int
    #: Whether its words are brought here.
    wanted: bool


class Step(NamedTuple):
    """A comment that is to be written; what it answers is here or was written before it."""

    id: str
    parent: str | None
    #: Whether only its place is kept.
    empty: bool


@dataclass(slots=True)
class Plan:
    """The comments to write, in the order of their numbers, and what had to be mended."""

    steps: list[Step]
    #: Answers to what is nowhere, now to the article.
    rerooted: int
    #: Circles that were cut.
    cycles: int


def plan(leaves: Iterable[Leaf], here: Collection[str]) -> Plan:
    """Where the comments hang that are not ``here`` yet; of several with one id, the first.

    They come in the order in which they were written, but for answers that claim to be older
    than what they answer: these come right after it.
    """
    by_id: dict[str, Leaf] = {}
    for leaf in leaves:
        if leaf.id not in here:
            by_id.setdefault(leaf.id, leaf)
    parents = {leaf.id: leaf.parent for leaf in by_id.values()}
    cut = [min((by_id[i] for i in circle), key=_age).id for circle in _circles(parents)]
    parents.update(dict.fromkeys(cut))
    kept = _kept(by_id, parents)
    rerooted = 0
    answers: dict[str, list[str]] = {}
    ready: list[tuple[datetime, int, str]] = []
    for i in kept:
        parent = parents[i]
        if parent is not None and parent in kept:
            answers.setdefault(parent, []).append(i)
            continue
        if parent is not None and parent not in here:
            parents[i] = None
            rerooted += 1
        heappush(ready, (*_age(by_id[i]), i))
    steps = []
    while ready:
        *_, i = heappop(ready)
        steps.append(Step(i, parents[i], not by_id[i].wanted))
        for answer in answers.get(i, ()):
            heappush(ready, (*_age(by_id[answer]), answer))
    return Plan(steps, rerooted, sum(i in kept for i in cut))


def _age(leaf: Leaf) -> tuple[datetime, int]:
    return leaf.written, leaf.order


def _circles(parents: dict[str, str | None]) -> Iterator[list[str]]:
    """The circles among ``parents``. Each has one way out at most, so none shares a comment."""
    done: set[str] = set()
    found = []
    for start in parents:
        trail: dict[str, None] = {}
        at: str | None = start
        while at is not None and at in parents and at not in done and at not in trail:
            trail[at] = None
            at = parents[at]
        if at is not None and at in trail:
            ids = list(trail)
            found.append(ids[ids.index(at) :])
        done.update(trail)
    yield from found


def _kept(by_id: dict[str, Leaf], parents: dict[str, str | None]) -> dict[str, None]:
    """The ids of what is wanted, and of what it answers, in the order of the export."""
    kept: set[str] = set()
    for leaf in by_id.values():
        at: str | None = leaf.id if leaf.wanted else None
        while at is not None and at in by_id and at not in kept:
            kept.add(at)
            at = parents[at]
    return {i: None for i in by_id if i in kept}
