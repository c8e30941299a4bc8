"""Letting a test's database be emptied although its logs refuse deletion.

A test that commits (``transaction=True``, ``live_server``) is followed by a flush of every
table. Triggers protect the log during the test, as on a site, and are lifted for the flush.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test import TransactionTestCase

from annotations import append_only
from forum.moderation import triggers

#: Every log of the site.
TABLES = triggers.TABLES | append_only.TABLES


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


@contextmanager
def lifted_for_flushes() -> Iterator[None]:
    """Every flush after a committing test finds the protection lifted."""
    flush = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def flush_all(case: Any) -> None:
        with lifted():
            flush(case)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", flush_all)
        yield
