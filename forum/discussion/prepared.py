"""Prepared queries for whoever reads: made into SQL once for readers of the same rights."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.db.models import Model, QuerySet

from forum.discussion.visibility import Rights, Standing
from forum.lib.prepared import Prepared

if TYPE_CHECKING:
    from forum.discussion.visibility import Reader

M = TypeVar("M", bound=Model)


class PreparedFor(Generic[M]):
    """A ``Prepared`` query whose ``build`` first gets a reader to ask ``visible_to`` with."""

    def __init__(self, build: Callable[..., QuerySet[M, Any]]) -> None:
        def build_for(rights: Rights, *, reader: int = 0, **values: Any) -> QuerySet[M, Any]:
            return build(Standing(rights, reader), **values)

        self._prepared = Prepared(build_for)

    def rows(self, reader: Reader, **values: int | str) -> list[tuple[Any, ...]]:
        """The rows of a ``values_list`` that ``reader`` may read, as the database has them."""
        rights, who = _asked(reader)
        return self._prepared.rows(rights, **who, **values)

    def converted(self, reader: Reader, **values: int | str) -> list[list[Any]]:
        """The rows of a ``values_list`` that ``reader`` may read, as the query set would give
        them."""
        rights, who = _asked(reader)
        return self._prepared.converted(rights, **who, **values)

    def instances(self, reader: Reader, **values: int | str) -> list[M]:
        """The instances that ``reader`` may read, with what ``select_related`` names."""
        rights, who = _asked(reader)
        return self._prepared.instances(rights, **who, **values)

    def instance(self, reader: Reader, **values: int | str) -> M | None:
        """The first of the instances, if there is one."""
        found = self.instances(reader, **values)
        return found[0] if found else None


def _asked(reader: Reader) -> tuple[Rights, dict[str, int]]:
    """The kind of query, and who it is run for: where nobody is signed in, it does not ask."""
    rights, pk = Standing.of(reader)
    return rights, {"reader": pk} if rights.signed_in else {}
