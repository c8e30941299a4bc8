"""Letting a test's database be emptied although its logs refuse deletion."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from annotations import append_only
from forum.moderation import triggers
from forum.screening import append_only as screening

#: Every log of the site.
TABLES = triggers.TABLES | append_only.TABLES | screening.TABLES


@contextmanager
def lifted() -> Iterator[None]:
    """The log can be emptied inside the block and is protected again after it."""
    with connection.schema_editor() as editor:
        triggers.remove(editor, TABLES)
    try:
        yield
    finally:
        with connection.schema_editor() as editor:
            triggers.install(editor, TABLES)
