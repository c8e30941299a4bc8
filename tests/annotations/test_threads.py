"""Threads: nesting what comes flat, and walking it for a page."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from forum.discussion.threads import build, walk
from tests.properties import given, st


@dataclass(frozen=True)
class Row:
    id: int
    parent_id: int | None


def drawn(rows: list[Row]) -> str:
    """The thread as a page nests it: brackets are lists."""
    out = ""
    for step in walk(build(rows)):
        out += f" {step.row.id}" + ("[" if step.opens else "") + "]" * len(step.closes)
    return out.strip()


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], ""),
        ([Row(1, None), Row(2, None)], "1 2"),
        ([Row(1, None), Row(2, 1), Row(3, 2), Row(4, 1), Row(5, None)], "1[ 2[ 3] 4] 5"),
        ([Row(1, None), Row(2, 1), Row(3, 2)], "1[ 2[ 3]]"),
    ],
)
def test_answers_stand_under_what_they_answer(rows, expected):
    assert drawn(rows) == expected


def test_an_answer_to_what_is_not_shown_stands_at_the_top():
    assert drawn([Row(5, 4), Row(6, 5)]) == "5[ 6]"


def test_depth_costs_no_recursion():
    rows = [Row(number, number - 1 or None) for number in range(1, 5_001)]
    steps = list(walk(build(rows)))
    assert [step.row.id for step in steps] == list(range(1, 5_001))
    assert len(steps[-1].closes) == 4_999


@given(st.lists(st.integers(min_value=0, max_value=30), max_size=40))
def test_every_row_comes_once_and_every_list_that_opens_closes(parents):
    rows = [
        Row(number, parent if 0 < parent < number else None)
        for number, parent in enumerate(parents, start=1)
    ]
    steps = list(walk(build(rows)))
    assert sorted(step.row.id for step in steps) == [row.id for row in rows]
    height = 0
    for step in steps:
        height += step.opens - len(step.closes)
        assert height >= 0
    assert height == 0
