"""SQLite, before whose one lock for writing transactions wait in a queue.

Who finds that lock taken sleeps and looks again, each time for longer, and finds it taken by
whoever came meanwhile: of eight people who post at once one would wait for most of a second, with
the lock free much of that time. So whoever begins a transaction first takes the lock of a file
beside the database (``flock``), for which the kernel keeps a queue and wakes the first in it.

Who writes without a transaction, or is another program, meets SQLite's own lock as before.
"""

from __future__ import annotations

import fcntl
import os

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that queues for its transactions."""

    _turn: int | None = None

    def _start_transaction_under_autocommit(self) -> None:
        self._take_turn()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # not in the stubs
        except BaseException:
            self._end_turn()
            raise

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]  # likewise
        finally:
            self._end_turn()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]  # likewise
        finally:
            self._end_turn()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]  # likewise
        finally:
            self._end_turn()

    def _take_turn(self) -> None:
        if self._turn is not None or self.is_in_memory_db():
            return
        # Opened for each turn: a description that came along through a fork would be one lock.
        turn = os.open(f"{self.settings_dict['NAME']}-queue", os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(turn, fcntl.LOCK_EX)
        except BaseException:
            os.close(turn)
            raise
        self._turn = turn

    def _end_turn(self) -> None:
        turn, self._turn = self._turn, None
        if turn is not None:
            os.close(turn)
