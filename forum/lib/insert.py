"""Saving one new row, with an INSERT that is made into SQL once.

Of saving a row nearly all the time goes into putting the statement together, which for one model
is always the same. Whatever everybody writes who posts is saved with this.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Self

from django.db import connection
from django.db.models import Model, sql
from django.db.models.constants import OnConflict
from django.db.transaction import mark_for_rollback_on_error


def insert(row: Model) -> None:
    """What ``row.save(force_insert=True)`` does, for a new ``row`` that the database numbers.

    But no signal is sent: nothing of ours listens to one. Raises ``TypeError`` for a model of
    which an INSERT is not all of it, or may be another each time.
    """
    statement = _Insert.of(type(row))
    params = statement.params(row)
    with mark_for_rollback_on_error(), connection.cursor() as cursor:
        cursor.execute(statement.sql, params)
        (row.pk,) = connection.ops.fetch_returned_insert_columns(cursor, ())  # type: ignore[attr-defined]  # not in the stubs
    _is_saved(row)


def insert_unless_there(row: Model) -> None:
    """What ``bulk_create([row], ignore_conflicts=True)`` does: ``row`` does not learn its id."""
    statement = _Insert.of(type(row), ignoring=True)
    params = statement.params(row)
    with mark_for_rollback_on_error(), connection.cursor() as cursor:
        cursor.execute(statement.sql, params)
    _is_saved(row)


def insert_values(model: type[Model], rows: Sequence[Sequence[Any]]) -> None:
    """Save a few new rows of ``model`` in one statement, without making instances of them.

    Each is what the database takes for every column but the id, in the order of the fields.
    """
    if not rows:
        return
    with mark_for_rollback_on_error(), connection.cursor() as cursor:
        cursor.execute(_statement_for(model, len(rows)), [value for row in rows for value in row])


@cache
def _statement_for(model: type[Model], number: int) -> str:
    quote = connection.ops.quote_name
    fields = _Insert.of(model).fields
    columns = ", ".join(quote(field.column) for field in fields)
    one = f"({', '.join(['%s'] * len(fields))})"
    table = quote(model._meta.db_table)
    values = ", ".join([one] * number)
    return f"INSERT INTO {table} ({columns}) VALUES {values}"  # noqa: S608  # our own names


@dataclass(frozen=True, slots=True)
class _Insert:
    sql: str
    #: All but the id, in the order of the statement's parameters.
    fields: Sequence[Any]

    @classmethod
    @cache
    def of(cls, model: type[Model], *, ignoring: bool = False) -> Self:
        options = model._meta
        fields = [field for field in options.local_concrete_fields if not field.primary_key]
        if options.parents or options.db_returning_fields != [options.pk]:
            raise TypeError(f"Saving a {options.verbose_name} is more than an INSERT.")
        query = sql.InsertQuery(model, on_conflict=OnConflict.IGNORE if ignoring else None)
        # Stands in for whatever is saved: it is of no matter what it holds.
        query.insert_values(fields, [model()], raw=True)
        compiler = query.get_compiler(connection=connection)
        compiler.returning_fields = None if ignoring else [options.pk]
        ((statement, params),) = compiler.as_sql()
        if len(params) != len(fields):
            raise TypeError(f"Not every value of a {options.verbose_name} is a parameter.")
        return cls(statement, fields)

    def params(self, row: Model) -> list[Any]:
        """What ``row`` holds, as the database takes it."""
        if row.pk is not None:
            raise ValueError("This has an id already.")
        row._prepare_related_fields_for_save("insert")  # type: ignore[attr-defined]  # likewise
        return [
            field.get_db_prep_save(field.pre_save(row, add=True), connection)
            for field in self.fields
        ]


def _is_saved(row: Model) -> None:
    row._state.adding = False
    row._state.db = connection.alias
