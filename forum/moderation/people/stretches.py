"""Lists of a page that go on past the latest."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from django.db.models import QuerySet


class _Numbered(Protocol):
    @property
    def pk(self) -> Any: ...


Row = TypeVar("Row", bound=_Numbered)

#: So many are on a page.
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Stretch(Generic[Row]):
    """A page of a list, the latest first. It begins where the one before ended, so that nothing is
    met twice while more comes in."""

    rows: list[Row]
    #: What the next page is asked for by: the number of the last row; 0 where there is no more.
    earlier: int
    #: Whether it is not the first.
    is_later: bool


def stretch(
    rows: QuerySet[Any], below: int, load: Callable[[QuerySet[Any]], Iterable[Row]] = list
) -> Stretch[Row]:
    """The latest of ``rows``, or of those with a number ``below``, as ``load`` reads them."""
    if below:
        rows = rows.filter(pk__lt=below)
    loaded = list(load(rows.order_by("-id")[: SHOWN + 1]))
    shown = loaded[:SHOWN]
    return Stretch(shown, shown[-1].pk if len(loaded) > SHOWN else 0, is_later=bool(below))
