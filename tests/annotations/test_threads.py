"""Threads: nesting what comes flat, putting it in order, walking it for a page, parting it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from forum.discussion.threads import (
    FIRST,
    NESTED,
    PAGE,
    Sort,
    arranged,
    build,
    cut,
    places,
    steps,
    walk,
    with_surroundings,
)
from tests.properties import given, st


@dataclass(frozen=True)
class Row:
    id: int
    parent_id: int | None = None

    @property
    def number(self) -> int:
        return self.id * 10


def brackets(walked) -> str:
    """The thread as a page nests it: brackets are lists, what stands aside is in braces."""
    out = ""
    for step in walked:
        name = f"{{{step.row.id}}}" if step.aside else f"{step.row.id}"
        out += f" {name}" + ("[" if step.opens else "") + "]" * len(step.closes)
    return out.strip()


def drawn(rows: list[Row]) -> str:
    return brackets(walk(build(rows)))


def rows_of(parents: list[int]) -> list[Row]:
    return [
        Row(number, parent if 0 < parent < number else None)
        for number, parent in enumerate(parents, start=1)
    ]


FORESTS = st.lists(st.integers(min_value=0, max_value=30), max_size=40).map(rows_of)
#: How many responses a discussion begins with, and how many come with each further part.
SIZES = st.fixed_dictionaries({"first": st.integers(1, 12), "page": st.integers(1, 12)})
CHAIN = [Row(number, number - 1 or None) for number in range(1, 5_001)]
#: 1[ 2[ 3] 4] 5[ 6] 7
SMALL = [Row(1), Row(2, 1), Row(3, 2), Row(4, 1), Row(5), Row(6, 5), Row(7)]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], ""),
        ([Row(1), Row(2)], "1 2"),
        (SMALL, "1[ 2[ 3] 4] 5[ 6] 7"),
        ([Row(1), Row(2, 1), Row(3, 2)], "1[ 2[ 3]]"),
    ],
)
def test_answers_stand_under_what_they_answer(rows, expected):
    assert drawn(rows) == expected


def test_an_answer_to_what_is_not_shown_stands_at_the_top():
    assert drawn([Row(5, 4), Row(6, 5)]) == "5[ 6]"


def test_lists_nest_so_deep_and_go_on_in_the_deepest():
    assert drawn(CHAIN[:8]) == "1[ 2[ 3[ 4[ 5[ 6 7 8]]]]]"
    # What is answered comes before its answers, and they before the next answer to the same.
    rows = [*CHAIN[:7], Row(8, 6), Row(9, 7)]
    assert drawn(rows) == "1[ 2[ 3[ 4[ 5[ 6 7 9 8]]]]]"
    assert [step.to for step in walk(build(rows))] == [0, 10, 20, 30, 40, 50, 60, 70, 60]


def test_depth_costs_no_recursion():
    found = list(walk(build(CHAIN)))
    assert [step.row.id for step in found] == list(range(1, 5_001))
    assert len(found[-1].closes) == NESTED


@given(FORESTS)
def test_every_row_comes_once_and_every_list_that_opens_closes(rows):
    found = list(walk(build(rows)))
    assert sorted(step.row.id for step in found) == [row.id for row in rows]
    height = 0
    for step in found:
        assert step.level == height
        height += step.opens - len(step.closes)
        assert 0 <= height <= NESTED
    assert height == 0


# Order


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        (Sort.OLDEST, "1[ 2[ 3] 4] 5[ 6] 7"),
        (Sort.NEWEST, "7 5[ 6] 1[ 2[ 3] 4]"),
        (Sort.DISCUSSED, "1[ 2[ 3] 4] 5[ 6] 7"),
        (Sort.ENDORSED, "7 1[ 2[ 3] 4] 5[ 6]"),
    ],
)
def test_answers_to_the_article_come_in_the_order_that_is_asked_for(sort, expected):
    assert brackets(walk(arranged(build(SMALL), sort, {7: 2, 3: 5}))) == expected


def test_the_most_discussed_have_most_answers_at_any_depth():
    rows = [Row(1), Row(2, 1), Row(3), Row(4, 3), Row(5, 4), Row(6)]
    assert brackets(walk(arranged(build(rows), Sort.DISCUSSED, {}))) == "3[ 4[ 5]] 1[ 2] 6"


# Parts


def ids(walked, part) -> list[int]:
    return [place.row.id for place in walked[part.start : part.stop]]


FLAT = list(places(build([Row(number) for number in range(1, 41)])))


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ({}, 1, 10),
        ({"after": 10}, 11, 20),
        # The rest would be half as many or less.
        ({"after": 26}, 27, 40),
        ({"after": 24}, 25, 34),
        ({"after": 40}, 0, 0),
        ({"before": 31}, 21, 30),
        ({"before": 14}, 1, 13),
        ({"at": 20}, 20, 29),
        ({"at": 4}, 1, 10),
        ({"at": 38}, 38, 40),
        ({"after": 99}, 1, 10),
        ({"before": 99}, 1, 10),
        ({"at": 99}, 1, 10),
    ],
)
def test_a_long_discussion_is_cut_into_parts(asked, first, last):
    found = ids(FLAT, cut(FLAT, first=10, page=10, **asked))
    assert found == list(range(first, last + 1)) if first else not found


def test_a_part_around_an_answer_begins_with_what_it_answers():
    rows = [Row(number) for number in range(1, 21)]
    rows += [Row(21, 20), Row(22, 21), *(Row(number) for number in range(23, 60))]
    walked = list(places(build(rows)))
    assert ids(walked, cut(walked, first=10, page=10, at=22))[:3] == [20, 21, 22]


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ({}, 1, 4),
        ({"after": 4}, 5, 14),
        ({"at": 20}, 20, 23),
        # At an end as much more as half of what is shown, not of a further part.
        ({"at": 4}, 4, 7),
        ({"at": 3}, 1, 4),
        ({"at": 35}, 35, 40),
        ({"at": 34}, 34, 37),
        ({"before": 20}, 10, 19),
    ],
)
def test_a_discussion_begins_with_less_than_the_parts_that_follow(asked, first, last):
    found = ids(FLAT, cut(FLAT, first=4, page=10, **asked))
    assert found == list(range(first, last + 1))


def test_of_a_long_discussion_a_phone_lays_out_few_at_first():
    walked = list(places(build(Row(number) for number in range(1, 3_001))))
    assert len(cut(walked, first=FIRST, page=PAGE)) <= 150
    assert len(cut(walked, first=FIRST, page=PAGE, at=2_500)) <= 150
    assert len(cut(walked[:150], first=FIRST, page=PAGE)) == 150


@given(FORESTS, SIZES)
def test_going_on_from_part_to_part_shows_everything_once(rows, sizes):
    walked = list(places(build(rows)))
    found = ids(walked, cut(walked, **sizes))
    while found and (more := ids(walked, cut(walked, **sizes, after=found[-1]))):
        found += more
    assert found == [place.row.id for place in walked]


@given(FORESTS, SIZES, st.integers(1, 40))
def test_so_does_going_both_ways_from_anywhere(rows, sizes, start):
    walked = list(places(build(rows)))
    found = ids(walked, cut(walked, **sizes, at=start))
    assert start > len(rows) or start in found
    while found and (more := ids(walked, cut(walked, **sizes, before=found[0]))):
        found = more + found
    while found and (more := ids(walked, cut(walked, **sizes, after=found[-1]))):
        found += more
    assert found == [place.row.id for place in walked]


@given(FORESTS, st.lists(st.integers(0, 60), max_size=20), SIZES)
def test_what_comes_meanwhile_makes_nothing_be_lost_or_come_twice(rows, later, sizes):
    """Whoever goes on behind what they have meets all the rest of what there was."""
    parents = [*(row.parent_id or 0 for row in rows), *later]
    grown = rows_of(parents)
    before, after = (list(places(build(some))) for some in (rows, grown))
    found = ids(before, cut(before, **sizes))
    while found and (more := ids(after, cut(after, **sizes, after=found[-1]))):
        found += more
    assert len(set(found)) == len(found)
    assert {row.id for row in rows} <= set(found)


@pytest.mark.parametrize(
    ("shown", "siblings", "expected"),
    [
        ({3}, False, "{1}[ {2}[ 3]]"),
        ({4, 5}, False, "{1}[ 4] 5"),
        ({4}, True, "{1}[ {2} 4]"),
        ({5}, True, "{1} 5"),
        ({6}, True, "{5}[ 6]"),
        (set(), True, ""),
    ],
)
def test_some_come_with_what_says_where_they_belong(shown, siblings, expected):
    walked = list(places(build(SMALL)))
    found = with_surroundings(walked, shown, siblings=siblings)
    aside = {place.row.id for place in found} - shown
    assert brackets(steps(found, aside)) == expected


@given(FORESTS, st.sets(st.integers(1, 40)))
def test_each_of_them_has_all_that_stands_above_it(rows, shown):
    walked = list(places(build(rows)))
    found = with_surroundings(walked, shown, siblings=True)
    here = {place.row.id for place in found}
    assert shown & {row.id for row in rows} <= here
    assert all(place.above is None or place.above.id in here for place in found)
    full = {step.row.id: step.level for step in steps(walked)}
    assert {step.row.id: step.level for step in steps(found)} == {i: full[i] for i in here}
