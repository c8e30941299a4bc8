"""What is remembered, and for how long."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import NamedTuple

from forum.lib.memo import Memo, weight_of


def memo(most: int = 10) -> Memo[str, str]:
    return Memo(most, lambda key, value: len(value))


def test_what_was_put_is_found_until_it_is_forgotten():
    kept = memo()
    assert kept.get("a") is None
    kept.put("a", "one")
    assert kept.get("a") == "one"
    kept.forget("a")
    kept.forget("a")
    assert kept.get("a") is None
    assert (len(kept), kept.weight) == (0, 0)


def test_what_was_used_least_lately_goes_first():
    kept = memo(9)
    for key in "abc":
        kept.put(key, "two")
    kept.get("a")
    kept.put("d", "two")
    assert [key for key in "abcd" if kept.get(key)] == ["a", "c", "d"]
    assert kept.weight == 9


def test_one_key_is_weighed_once():
    kept = memo()
    for value in ("one", "other", "x"):
        kept.put("a", value)
    assert (kept.get("a"), kept.weight, len(kept)) == ("x", 1, 1)


def test_what_is_too_heavy_is_not_remembered_and_replaces_what_was():
    kept = memo(4)
    kept.put("a", "one")
    kept.put("a", "other")
    assert kept.get("a") is None
    assert kept.weight == 0


def test_nothing_is_left_when_it_is_cleared():
    kept = memo()
    kept.put("a", "one")
    kept.clear()
    assert (len(kept), kept.weight) == (0, 0)


class Row(NamedTuple):
    words: str
    inner: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    words: str


def test_bytes_are_weighed_not_signs():
    plain, wide = "a" * 1000, "a" * 999 + "🚸"
    for hold in (Row, Held, lambda words: (("deep", (words,)),), lambda words: Row("", (words,))):
        weighs = weight_of(hold(plain), None)
        assert 1000 < weighs < 2000
        assert weight_of(hold(wide), None) - weighs == sys.getsizeof(wide) - sys.getsizeof(plain)
        assert weight_of(None, hold(plain)) == weighs
    # Once, however often it stands there.
    assert weight_of((plain, Row(plain, (plain,))), plain) < 2000
