"""Transactions that wait for one another, of which the database breaks one off."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, connection, transaction

_Made = TypeVar("_Made")

#: What PostgreSQL answers whoever it breaks off so that others can go on.
_DEADLOCK = "40P01"
_TRIES = 3


def is_deadlock(error: OperationalError) -> bool:
    """Whether this transaction was broken off so that another could go on."""
    return getattr(error.__cause__, "sqlstate", None) == _DEADLOCK


def tried_again(act: Callable[[], _Made]) -> _Made:
    """What ``act`` returns, which runs in a transaction, and once more if that was broken off.

    It has to start afresh each time, with nothing from the time before. Inside a transaction, which
    is broken off as a whole, there is no second time.
    """
    inside = connection.in_atomic_block
    for left in reversed(range(_TRIES)):
        try:
            with transaction.atomic():
                return act()
        except OperationalError as error:
            if inside or not left or not is_deadlock(error):
                raise
    raise AssertionError("The last try returns or raises.")
