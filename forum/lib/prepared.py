"""Queries that are made into SQL once, and run with other values each time.

Of a short query nearly all the time goes into putting it together. What is asked for in every
request, or by everybody who posts, is put together once in a process.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from threading import local
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

M = TypeVar("M", bound=Model)

#: Stands for the first whole number in a query, its successors for the others. A row's id could
#: be one of them, but is not.
_NUMBER = 1 << 61


class Prepared(Generic[M]):
    """A query that ``build`` puts together from stand-ins for the values it will be run with.

    ``build`` gets them by name: an ``int`` or a ``str``, with which neither it nor Django may
    compute: each has to come out as a parameter of the query, as it is. Before them ``build`` gets
    what comes before them when it is run: the kind of query, of which there are few. The query
    must hold nothing that another time would be something else.

    Raises ``TypeError`` when a stand-in is no parameter: of a slice, say, or ``name__contains``.
    """

    def __init__(self, build: Callable[..., QuerySet[M, Any]]) -> None:
        self._build = build
        self._made: dict[tuple[Hashable, ...], _Statement[M]] = {}

    def rows(self, *kind: Hashable, **values: int | str) -> list[tuple[Any, ...]]:
        """The rows of a ``values_list``, as the database has them."""
        statement = self._statement(kind, values)
        with connection.cursor() as cursor:
            cursor.execute(statement.sql, statement.filled(values))
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows

    def converted(self, *kind: Hashable, **values: int | str) -> list[list[Any]]:
        """The rows of a ``values_list``, as the query set would give them."""
        return [self._statement(kind, values).converted(row) for row in self.rows(*kind, **values)]

    def instances(self, *kind: Hashable, **values: int | str) -> list[M]:
        """The instances, with what ``select_related`` names."""
        statement = self._statement(kind, values)
        return [statement.instance(row) for row in self.converted(*kind, **values)]

    def _statement(
        self, kind: tuple[Hashable, ...], values: Mapping[str, int | str]
    ) -> _Statement[M]:
        made = self._made.get(kind)
        if made is None:
            made = self._made[kind] = _Statement.of(self._build, kind, values)
        return made


@dataclass(frozen=True, slots=True)
class _Statement(Generic[M]):
    model: type[M]
    sql: str
    params: tuple[Any, ...]
    #: The value that stands in ``params`` for another one → the name of that.
    stand_ins: Mapping[object, str]
    columns: Sequence[Any]
    #: Those that are the instance's own, and the attributes that they are.
    own: slice
    names: Sequence[str]
    #: What makes the related instances of the others.
    related: Sequence[Any]
    #: How a database's values become the attributes', for the connection of each thread.
    here: _Here

    @classmethod
    def of(
        cls,
        build: Callable[..., QuerySet[M, Any]],
        kind: tuple[Hashable, ...],
        values: Mapping[str, int | str],
    ) -> _Statement[M]:
        stand_ins: dict[str, int | str] = {
            name: f"[{name}]" if isinstance(value, str) else _NUMBER + place
            for place, (name, value) in enumerate(values.items())
        }
        query = build(*kind, **stand_ins)
        compiler = query.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        for name, stand_in in stand_ins.items():
            if not _is_whole(stand_in, sql, params):
                raise TypeError(f"“{name}” cannot be prepared: the query computes with it.")
        columns = [column for column, _, _ in compiler.select]
        # A ``values_list`` makes nothing of them.
        instance = compiler.klass_info if query.query.default_cols else None
        places = instance["select_fields"] if instance else range(1)
        own = slice(places[0], places[-1] + 1)
        return cls(
            query.model,
            sql,
            params,
            {value: name for name, value in stand_ins.items()},
            columns,
            own,
            [column.target.attname for column in columns[own]] if instance else [],
            get_related_populators(  # type: ignore[call-arg]  # stubs of a later Django
                instance or {}, compiler.select, connection.alias
            ),
            _Here(),
        )

    def filled(self, values: Mapping[str, int | str]) -> list[Any]:
        """``params`` with ``values`` in their places."""
        names = self.stand_ins
        return [values[names[param]] if param in names else param for param in self.params]

    def converted(self, row: Sequence[Any]) -> list[Any]:
        """``row`` as a query set would give it."""
        cells = list(row)
        for place, functions, column in self.here.converters(self.columns):
            for function in functions:
                cells[place] = function(cells[place], column, connection)
        return cells

    def instance(self, row: Sequence[Any]) -> M:
        """The instance that a converted ``row`` is, with those related to it."""
        made = self.model.from_db(connection.alias, self.names, row[self.own])
        for populator in self.related:
            populator.populate(row, made)
        return made


def _is_whole(stand_in: int | str, sql: str, params: tuple[Any, ...]) -> bool:
    """Whether ``stand_in`` is a parameter, and is in nothing else."""
    said = str(stand_in)
    texts = [sql, *(param for param in params if isinstance(param, str) and param != stand_in)]
    return stand_in in params and not any(said in text for text in texts)


class _Here(local):
    """The columns that need converting, with Django's own functions for it, in one thread.

    Some of them are bound to the connection, which is the thread's own and goes with it.
    """

    of: BaseDatabaseWrapper | None = None
    found: Sequence[tuple[int, Sequence[Callable[..., Any]], Any]] = ()

    def converters(
        self, columns: Sequence[Any]
    ) -> Sequence[tuple[int, Sequence[Callable[..., Any]], Any]]:
        current = connections[DEFAULT_DB_ALIAS]
        if self.of is not current:
            found = []
            for place, column in enumerate(columns):
                functions = [
                    *current.ops.get_db_converters(column),
                    *column.get_db_converters(current),
                ]
                if functions:
                    found.append((place, functions, column))
            self.of, self.found = current, found
        return self.found
