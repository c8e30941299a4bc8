"""The demo, told once and put back as often as it is wanted.

Telling it takes seconds, because everybody in it does what they did through the actions. What a
snapshot holds is the rows themselves, so a test that gets them back has the very same site.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import FileField, Model

from tests.blank import is_sqlite, pages_of_now, put_back

#: What Django fills by itself, with keys that may change at each flush.
FILLED = {"contenttypes.contenttype", "auth.permission"}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The rows and uploaded files of a site."""

    #: Table → its columns and rows, as the database gives them.
    rows: dict[str, tuple[list[str], list[tuple[Any, ...]]]]
    #: Name → content.
    files: dict[str, bytes]

    @classmethod
    def take(cls) -> Snapshot:
        """All there is on this site now."""
        rows: dict[str, tuple[list[str], list[tuple[Any, ...]]]] = {}
        files: dict[str, bytes] = {}
        quote = connection.ops.quote_name
        with connection.cursor() as cursor:
            for model in _models():
                table = model._meta.db_table
                # In the order they came: what a post hangs on has to be there before it.
                key = quote(str(model._meta.pk.column))
                cursor.execute(f"SELECT * FROM {quote(table)} ORDER BY {key}")
                found = cursor.fetchall()
                if found:
                    rows[table] = [column[0] for column in cursor.description], found
                    _check_keys(model)
        for model in _models():
            for field in model._meta.fields:
                if isinstance(field, FileField):
                    for name in model._default_manager.values_list(field.name, flat=True):
                        if name:
                            files[name] = _content(name)
        return cls(rows, files)

    def restore(self) -> None:
        """Put all of it on an empty site. Nothing that follows a change follows this one."""
        quote = connection.ops.quote_name
        with transaction.atomic(), connection.cursor() as cursor:
            for table, (columns, rows) in self.rows.items():
                names = ", ".join(map(quote, columns))
                places = ", ".join(["%s"] * len(columns))
                cursor.executemany(
                    f"INSERT INTO {quote(table)} ({names}) VALUES ({places})",
                    rows,
                )
            # A key given by hand is not counted.
            for statement in connection.ops.sequence_reset_sql(no_style(), _models()):
                cursor.execute(statement)
        self.restore_files()

    def restore_files(self) -> None:
        """Put the uploaded files back that are there no more."""
        for name, content in self.files.items():
            if not default_storage.exists(name):
                default_storage.save(name, ContentFile(content))


_demo: Snapshot | None = None
_pages: sqlite3.Connection | None = None


def bring_demo() -> None:
    """The demo on an empty site: told the first time in a process, put back from then on.

    Outside a transaction it is put back in whole pages where a database is made of them.
    """
    global _demo, _pages
    inside = connection.in_atomic_block or not is_sqlite()
    if _demo is None:
        call_command("seed_demo", verbosity=0)
        _demo = Snapshot.take()
    elif inside or _pages is None:
        _demo.restore()
    else:
        put_back(_pages)
        _demo.restore_files()
    if not inside and _pages is None:
        _pages = pages_of_now()


def _models() -> list[type[Model]]:
    """Every model that has a table of its own, those behind many-to-many fields among them."""
    models = apps.get_models(include_auto_created=True)
    return [
        model
        for model in models
        if model._meta.managed and not model._meta.proxy and model._meta.label_lower not in FILLED
    ]


def _check_keys(model: type[Model]) -> None:
    """Rows that lead to what Django fills could lead elsewhere when they come back."""
    for field in model._meta.fields:
        if field.related_model and field.related_model._meta.label_lower in FILLED:
            raise RuntimeError(f"{model._meta.label} leads to what a snapshot leaves out.")


def _content(name: str) -> bytes:
    with default_storage.open(name) as file:
        return bytes(file.read())
