"""Threads: a flat list of responses made into a tree, put in order, and walked for a page. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, NamedTuple, Protocol, TypeVar


class Row(Protocol):
    """What a thread needs to know of a response."""

    @property
    def id(self) -> int: ...

    @property
    def number(self) -> int: ...

    @property
    def parent_id(self) -> int | None: ...


R = TypeVar("R", bound=Row)

_NONE = range(0)
#: Responses that a discussion begins with, about: what a phone reads and lays out before anything
#: of it can be seen (docs/performance.md).
FIRST = 100
#: Responses that come with each further part, about. They can be searched and printed as one, and
#: few discussions are longer.
PAGE = 500
#: Lists of answers stand in one another so many deep. What answers something deeper stands in the
#: deepest of them, right behind it.
NESTED = 5


@dataclass(slots=True)
class Node(Generic[R]):
    """A response and the answers to it, in the order of the rows they came from."""

    row: R
    answers: list[Node[R]] = field(default_factory=list)


class Step(NamedTuple, Generic[R]):
    """One response on the way down a page, for a template that nests lists without recursion.

    ``opens`` says that a list of answers starts beneath it, ``closes`` how many lists end
    after it (a range, so that a template can loop over it).
    """

    row: R
    opens: bool
    closes: range
    #: The number of the response that it answers; 0 for an answer to the article, or in a note's
    #: thread.
    to: int = 0
    #: The lists it stands in, without the outermost.
    level: int = 0
    #: Whether it stands here for those around it only, and is read elsewhere.
    aside: bool = False


def build(rows: Iterable[R]) -> list[Node[R]]:
    """Nest ``rows``. One whose parent is not among them stands at the top. Linear."""
    nodes = {row.id: Node(row) for row in rows}
    top: list[Node[R]] = []
    for node in nodes.values():
        parent = nodes.get(node.row.parent_id) if node.row.parent_id is not None else None
        (top if parent is None or parent is node else parent.answers).append(node)
    return top


class Place(NamedTuple, Generic[R]):
    """Where a response stands: which list it is in, by the response that the list is beneath."""

    row: R
    #: The response that it answers, and the one in whose list it stands: another one, where it
    #: stands too deep for a list of its own.
    to: R | None
    above: R | None
    level: int


def places(nodes: Sequence[Node[R]]) -> Iterator[Place[R]]:
    """The responses as they are read, each before its answers. Depth costs no recursion."""
    waiting: list[tuple[Node[R], R | None, R | None, int]] = [
        (node, None, None, 0) for node in reversed(nodes)
    ]
    while waiting:
        node, to, above, level = waiting.pop()
        yield Place(node.row, to, above, level)
        deeper = level < NESTED
        for answer in reversed(node.answers):
            if deeper:
                waiting.append((answer, node.row, node.row, level + 1))
            else:
                waiting.append((answer, node.row, above, level))


def walk(nodes: Sequence[Node[R]]) -> Iterator[Step[R]]:
    """The steps through all of ``nodes``."""
    return steps(list(places(nodes)))


def steps(walked: Sequence[Place[R]], aside: Collection[int] = ()) -> Iterator[Step[R]]:
    """The steps through ``walked``, or through some of it that has each with those above it.

    Those whose ids are in ``aside`` stand there for others only.
    """
    last = len(walked) - 1
    for index, (row, to, _, level) in enumerate(walked):
        after = walked[index + 1].level if index < last else 0
        opens = after > level
        yield Step(
            row,
            opens,
            _NONE if opens else range(level - after),
            to.number if to is not None else 0,
            level,
            row.id in aside,
        )


class Sort(StrEnum):
    """In which order the answers to the article come; those to a response come as they came."""

    OLDEST = "oldest"
    NEWEST = "newest"
    DISCUSSED = "discussed"
    ENDORSED = "endorsed"


def arranged(
    nodes: Sequence[Node[R]], sort: Sort, endorsements: Mapping[int, int]
) -> list[Node[R]]:
    """``nodes`` in the order of ``sort``; where it makes no difference, as they came.

    ``endorsements`` counts those of each response, by its id.
    """
    if sort == Sort.NEWEST:
        return list(reversed(nodes))
    if sort == Sort.DISCUSSED:
        return sorted(nodes, key=lambda node: -sum(1 for _ in places([node])))
    if sort == Sort.ENDORSED:
        return sorted(nodes, key=lambda node: -endorsements.get(node.row.id, 0))
    return list(nodes)


def cut(
    walked: Sequence[Place[R]],
    *,
    at: int = 0,
    after: int = 0,
    before: int = 0,
    first: int,
    page: int,
) -> range:
    """Which of ``walked`` are shown: about ``first`` of them from the beginning or around the one
    with the id given, or about ``page`` behind or before it.

    What would be left over at an end, if it is half as many at most, is shown as well. An id that
    is not there counts for nothing.
    """
    index = {place.row.id: i for i, place in enumerate(walked)}
    start, many = 0, first
    if after in index:
        start, many = index[after] + 1, page
    elif before in index:
        end = index[before]
        start = end - page
        return range(start if start > page // 2 else 0, end)
    elif at in index:
        start = index[at]
        while walked[start].level and index[at] - start < first // 2:
            start -= 1
        start = start if start > first // 2 else 0
    end = start + many
    return range(start, end if len(walked) - end > many // 2 else len(walked))


def with_surroundings(
    walked: Sequence[Place[R]], shown: Collection[int], *, siblings: bool = False
) -> list[Place[R]]:
    """Of ``walked`` those whose ids are in ``shown``, and whatever stands above one of them.

    With ``siblings`` also what stands right before one of them in its list: who puts them into a
    page that has the others knows where they belong.
    """
    wanted = set(shown)
    by_id = {place.row.id: place for place in walked}
    latest: dict[int, int] = {}
    for place in walked:
        above = place.above.id if place.above is not None else 0
        if place.row.id in shown:
            if siblings and above in latest:
                wanted.add(latest[above])
            higher = place.above
            while higher is not None and higher.id not in wanted:
                wanted.add(higher.id)
                higher = by_id[higher.id].above
        latest[above] = place.row.id
    return [place for place in walked if place.row.id in wanted]
