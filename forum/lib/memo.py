"""What was worked out before, remembered by what it was worked out from."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import fields, is_dataclass
from sys import getsizeof
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


#: Bytes that hold an entry in its place, about.
_ENTRY = 300
_PLAIN = (str, int, bytes, type(None))


def weight_of(key: object, value: object) -> int:
    """The bytes that an entry takes, with all that its tuples and data classes hold."""
    weight, seen, held = _ENTRY, set(), [key, value]
    while held:
        one = held.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        weight += getsizeof(one)
        if isinstance(one, tuple):
            held += one
        elif not isinstance(one, _PLAIN) and is_dataclass(one):
            held += [getattr(one, field.name) for field in fields(one)]
    return weight


class Memo(Generic[K, V]):
    """Values by their keys, for all threads of a process; what was used least lately goes first.

    ``weigh`` says how much memory a value and its key take, in bytes, about; together they
    take ``most`` bytes at most. A value that is heavier than that is not remembered.
    """

    def __init__(self, most: int, weigh: Callable[[K, V], int]) -> None:
        #: What they may weigh together, in bytes.
        self.most = most
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
            if weight > self.most:
                return
            self._values[key] = value, weight
            self.weight += weight
            while self.weight > self.most:
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
