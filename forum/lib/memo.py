"""What was worked out before, remembered by what it was worked out from."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Memo(Generic[K, V]):
    """Values by their keys, for all threads of a process; what was used least lately goes first.

    ``weigh`` says how much memory a value and its key take, in bytes, about; together they
    take ``most`` bytes at most. A value that is heavier than that is not remembered.
    """

    def __init__(self, most: int, weigh: Callable[[K, V], int]) -> None:
        self._most = most
        self._weigh = weigh
        self._values: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._lock = Lock()
        #: What the values weigh together, in bytes.
        self.weight = 0

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: K) -> V | None:
        """The value under ``key``, if it is remembered."""
        with self._lock:
            found = self._values.get(key)
            if found is None:
                return None
            self._values.move_to_end(key)
            return found[0]

    def put(self, key: K, value: V) -> None:
        """Remember ``value`` under ``key``, in place of what stood there."""
        weight = self._weigh(key, value)
        with self._lock:
            self._drop(key)
            if weight > self._most:
                return
            self._values[key] = value, weight
            self.weight += weight
            while self.weight > self._most:
                self._drop(next(iter(self._values)))

    def forget(self, key: K) -> None:
        """Have no value under ``key``."""
        with self._lock:
            self._drop(key)

    def clear(self) -> None:
        """Have no values at all."""
        with self._lock:
            self._values.clear()
            self.weight = 0

    def _drop(self, key: K) -> None:
        found = self._values.pop(key, None)
        if found is not None:
            self.weight -= found[1]
