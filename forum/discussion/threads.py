"""Threads: a flat list of responses made into a tree, and walked for a page. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, Protocol, TypeVar


class Row(Protocol):
    """What a thread needs to know of a response."""

    @property
    def id(self) -> int: ...

    @property
    def parent_id(self) -> int | None: ...


R = TypeVar("R", bound=Row)

_NONE = range(0)


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


def build(rows: Iterable[R]) -> list[Node[R]]:
    """Nest ``rows``. One whose parent is not among them stands at the top. Linear."""
    nodes = {row.id: Node(row) for row in rows}
    top: list[Node[R]] = []
    for node in nodes.values():
        parent = nodes.get(node.row.parent_id) if node.row.parent_id is not None else None
        (top if parent is None or parent is node else parent.answers).append(node)
    return top


def walk(nodes: Sequence[Node[R]]) -> Iterator[Step[R]]:
    """The responses as they are read, each before its answers. Depth costs no recursion."""
    waiting = [(node, 0) for node in reversed(nodes)]
    while waiting:
        node, ending = waiting.pop()
        if node.answers:
            # The last answer ends this list, and whatever its own parent was to end.
            last = len(node.answers) - 1
            for place in range(last, -1, -1):
                waiting.append((node.answers[place], ending + 1 if place == last else 0))
        yield Step(node.row, bool(node.answers), _NONE if node.answers else range(ending))
