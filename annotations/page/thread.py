"""The discussion on a reading page: in the order that is wanted and, of a long one, in parts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _lazy

from annotations.page.asking import Wanted
from annotations.page.gathering import Gathered
from annotations.quotations.quotes import Quote
from forum.discussion.reading import CommentRow
from forum.discussion.threads import (
    FIRST,
    PAGE,
    Place,
    Sort,
    Step,
    arranged,
    build,
    cut,
    places,
    steps,
    with_surroundings,
)

#: Responses that are told to machines, at most.
_FIRST = 10

_LABELS = {
    Sort.OLDEST: _lazy("Oldest first"),
    Sort.NEWEST: _lazy("Newest first"),
    Sort.DISCUSSED: _lazy("Most discussed"),
    Sort.ENDORSED: _lazy("Most endorsed"),
}


@dataclass(frozen=True, slots=True)
class Order:
    """An order that the responses can be read in, and what chooses it."""

    label: str
    query: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class More:
    """Responses before or behind those on the page: how many, and what shows them."""

    count: int
    query: str


@dataclass(frozen=True, slots=True)
class Thread:
    """The responses on a page: all there are, or some of a long discussion."""

    steps: Sequence[Step[CommentRow]]
    #: The first of those with words, without marks.
    first: Sequence[CommentRow]
    #: How often each response has been endorsed that has been.
    endorsed: Mapping[int, int]
    #: By response, those of its quotes whose passage is not what it was.
    faded: Mapping[int, tuple[Quote, ...]]
    #: How many can be read, on this page or on others.
    count: int
    orders: Sequence[Order]
    earlier: More | None
    later: More | None
    #: The newest response and the newest words of one when this was made, by their ids.
    newest: int
    newest_words: int

    @property
    def follows(self) -> bool:
        """Whether this is what a page leads on to that was read from the beginning."""
        return self.earlier is not None and (self.earlier.count - FIRST) % PAGE == 0


class Part(NamedTuple):
    """Those responses of a discussion that a page shows."""

    #: All there are, as they are read.
    walked: Sequence[Place[CommentRow]]
    shown: Sequence[Place[CommentRow]]
    #: How many come before and behind them.
    before: int = 0
    behind: int = 0

    @property
    def steps(self) -> Iterable[Step[CommentRow]]:
        """The steps through those shown and, aside, through what says where they belong."""
        if len(self.shown) == len(self.walked):
            return steps(self.walked)
        ids = {place.row.id for place in self.shown}
        # Behind a gap, what was right before says where to go on.
        gaps = not (self.before or self.behind)
        selected = with_surroundings(self.walked, ids, siblings=gaps)
        return steps(selected, {place.row.id for place in selected} - ids)


def part_for(gathered: Gathered, wanted: Wanted, only: Collection[int] | None = None) -> Part:
    """What is ``wanted`` of the discussion: one page of it, or ``only`` those with these ids."""
    rows = [row for row in gathered.comments if row.note_id is None]
    if wanted.upto:
        rows = [row for row in rows if row.id <= wanted.upto]
    walked = list(places(arranged(build(rows), wanted.sort, gathered.endorsed)))
    if only is not None:
        return Part(walked, [place for place in walked if place.row.id in only])
    at, after, before = wanted.at, wanted.after, wanted.before
    cuts = cut(walked, at=at, after=after, before=before, first=FIRST, page=PAGE)
    shown = walked[cuts.start : cuts.stop]
    return Part(walked, shown, cuts.start, len(walked) - cuts.stop)


def thread_of(
    part: Part,
    wanted: Wanted,
    endorsed: Mapping[int, int],
    faded: Mapping[int, tuple[Quote, ...]],
    touched: Collection[int],
    mark: Callable[[CommentRow], CommentRow],
) -> Thread:
    """The discussion as a page shows ``part`` of it; ``mark`` is done to what is ``touched``."""
    walked, shown = part.walked, part.shown
    newest = max((place.row.id for place in walked), default=0)
    # From page to page in one order, however many are posted meanwhile.
    going = wanted.going(0 if wanted.sort == Sort.OLDEST else wanted.upto or newest)
    earlier = later = None
    if part.before:
        earlier = More(part.before, going.query(before=shown[0].row.id))
    if part.behind:
        later = More(part.behind, going.query(after=shown[-1].row.id))
    return Thread(
        steps=[
            step._replace(row=mark(step.row)) if step.row.id in touched else step
            for step in part.steps
        ],
        first=[place.row for place in shown[:_FIRST] if not place.row.stub],
        endorsed=endorsed,
        faded=faded,
        count=sum(not place.row.stub for place in walked),
        orders=_orders(wanted) if len(walked) > 1 else (),
        earlier=earlier,
        later=later,
        newest=newest,
        newest_words=max((place.row.revision_id for place in walked), default=0),
    )


def _orders(wanted: Wanted) -> list[Order]:
    return [
        Order(str(label), wanted.going(0).query(sort=sort), sort == wanted.sort)
        for sort, label in _LABELS.items()
    ]


class News(NamedTuple):
    """The ids of new responses, and of older ones that have other words now."""

    new: frozenset[int]
    edited: frozenset[int]


def news_since(gathered: Gathered, newest: int, newest_words: int) -> News:
    """What has come to a page whose newest response and newest words had these ids."""
    read = [row for row in gathered.comments if row.note_id is None and not row.stub]
    return News(
        frozenset(row.id for row in read if row.id > newest),
        frozenset(row.id for row in read if row.id <= newest and row.revision_id > newest_words),
    )
