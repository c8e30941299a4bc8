"""A database for tests: made once, and blank again after a test that commits.

On SQLite the migrations run once for a state of the code, by the worker that comes first; what
they made is kept in pytest's cache and copied for every worker, and after every test that commits
(``transaction=True``, ``live_server``). Where there are no pages to copy, Django flushes every
table; triggers protect the logs during the test, as on a site, and are lifted for the flush.
"""

from __future__ import annotations

import fcntl
import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import TransactionTestCase

from tests import append_only

_ROOT = Path(__file__).parents[1]


def is_sqlite() -> bool:
    """Whether a database is pages that can be copied."""
    return connection.vendor == "sqlite"


def pages_of_now() -> sqlite3.Connection:
    """A copy, in memory, of the whole database as it is."""
    connection.ensure_connection()
    copy = sqlite3.connect(":memory:", check_same_thread=False)
    connection.connection.backup(copy)
    return copy


def put_back(pages: sqlite3.Connection) -> None:
    """Make the database what ``pages`` hold. No transaction may be open."""
    connection.ensure_connection()
    # An open transaction would be waited for without end.
    assert not connection.connection.in_transaction
    pages.backup(connection.connection, sleep=0.01)


def made_before(kept: Path) -> Path:
    """Where the database is kept that the migrations of today's code make, in the folder ``kept``.

    Migrations use other modules, so any change to the code is taken for a change to what they make.
    """
    digest = hashlib.sha256(sqlite3.sqlite_version.encode())
    sources = [_ROOT / "requirements.txt", Path(__file__)]
    for package in ("forum", "annotations"):
        sources += sorted((_ROOT / package).rglob("*.py"))
    for source in sources:
        digest.update(f"{source}\0".encode() + source.read_bytes() + b"\0")
    return kept / f"{digest.hexdigest()[:32]}.sqlite3"


@contextmanager
def one_at_a_time(made: Path) -> Iterator[None]:
    """Let no other process into such a block: the second worker waits for what the first makes."""
    with made.with_name("turn").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield


def bring(made: Path) -> bool:
    """Put what was made before where the tests look for it; false if nothing was."""
    if not is_sqlite() or not made.exists():
        return False
    name = connection.creation._get_test_db_name()  # type: ignore[attr-defined]  # not in the stubs
    for leftover in ("-wal", "-shm"):
        Path(f"{name}{leftover}").unlink(missing_ok=True)
    Path(name).write_bytes(made.read_bytes())
    return True


def keep(made: Path) -> None:
    """Keep the database, as the migrations have made it, for those who come later."""
    for older in made.parent.glob("*.sqlite3"):
        older.unlink(missing_ok=True)
    # Another worker may be at the same: each writes its own, and the last one stays.
    part = made.with_suffix(f".{connection.settings_dict['NAME'].rpartition('/')[2]}")
    with closing(sqlite3.connect(part)) as file:
        connection.connection.backup(file)
    part.replace(made)


@contextmanager
def after_each_that_commits() -> Iterator[None]:
    """Inside the block the database is blank again after a test that commits."""
    flush = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]  # likewise
    blank = pages_of_now() if is_sqlite() else None

    def empty(case: Any) -> None:
        if blank is None:
            with append_only.lifted():
                flush(case)
        else:
            put_back(blank)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty)
        yield
    if blank is not None:
        blank.close()
