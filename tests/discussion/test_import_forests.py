"""Any forest of comments is imported whole: nobody is lost, and the second time changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from forum.discussion.importers.forest import Leaf, plan
from forum.discussion.models import Post, Revision
from tests.discussion.exports_of_others import by_id, import_wordpress, item, said, state, wxr
from tests.properties import given, settings, st

START = datetime(2014, 3, 1, tzinfo=UTC)
ODD = ("0000-00-00 00:00:00", "", "2999-01-01 00:00:00", "never")
IDS = st.integers(1, 14)


def leaves(shape):
    return [
        Leaf(
            f"c{i}", f"c{parent}" if parent else None, START + timedelta(hours=hour), place, wanted
        )
        for place, (i, parent, hour, wanted) in enumerate(shape)
    ]


SHAPES = st.lists(
    st.tuples(
        IDS, st.one_of(st.none(), IDS, st.integers(15, 18)), st.integers(0, 5), st.booleans()
    ),
    max_size=14,
)


@settings(max_examples=400)
@given(shape=SHAPES, here=st.sets(st.integers(1, 17).map("c{}".format), max_size=4))
def test_a_plan_loses_nobody_and_everything_comes_after_what_it_answers(shape, here):
    given_leaves = leaves(shape)
    planned = plan(given_leaves, here)
    first: dict[str, Leaf] = {}
    for leaf in given_leaves:
        first.setdefault(leaf.id, leaf)
    ids = [step.id for step in planned.steps]
    assert len(ids) == len(set(ids))
    assert not here & set(ids)
    assert {i for i, leaf in first.items() if leaf.wanted and i not in here} == {
        step.id for step in planned.steps if not step.empty
    }
    written = set(here)
    for step in planned.steps:
        assert step.parent is None or step.parent in written
        # It answers what it says it answers, or what it says is nowhere or answers it in the end.
        assert step.parent in (None, first[step.id].parent)
        written.add(step.id)
    # A place is kept only for somebody.
    parents = {step.parent for step in planned.steps}
    assert all(step.id in parents for step in planned.steps if step.empty)
    moved = sum(s.parent is None and first[s.id].parent is not None for s in planned.steps)
    assert moved == planned.rerooted + planned.cycles
    # Those that answer nothing but the article, or one another in order, are in order of date.
    for one, other in zip(planned.steps, planned.steps[1:], strict=False):
        if other.parent != one.id:
            ages = [(first[s.id].written, first[s.id].order) for s in (one, other)]
            assert ages[0] < ages[1] or any(s.parent for s in (one, other))
    # The order of the export decides nothing that dates decide.
    if len({leaf.written for leaf in first.values()}) == len(first) == len(given_leaves):
        again = plan([leaf._replace(order=-leaf.order) for leaf in reversed(given_leaves)], here)
        assert again == planned
    # What is here once is not written again.
    assert plan(given_leaves, here | set(ids)).steps == []


COMMENTS = st.lists(
    st.tuples(
        IDS,
        st.integers(0, 18),
        st.one_of(st.integers(0, 9).map("2014-03-0{} 09:00:00".format), st.sampled_from(ODD)),
        st.sampled_from(["1", "1", "1", "0", "spam", "trash"]),
        st.sampled_from(["words", "words", "", "<p></p>", "x" * 60_000]),
    ),
    max_size=14,
)


@settings(max_examples=25)
@given(first=COMMENTS, more=COMMENTS)
@pytest.mark.django_db
def test_whatever_is_imported_is_imported_once(tmp_path_factory, first, more):
    from django.db import transaction

    from tests.factories import make_user

    folder = tmp_path_factory.mktemp("exports")
    with transaction.atomic():
        make_user("root", is_superuser=True)
        _import_twice(folder, first, more)
        transaction.set_rollback(True)


def _import_twice(folder, first, more):
    export = wxr(item(1, *written(first)))
    counted = import_wordpress(folder, export)
    assert sum(counted["comments"].values()) == len(first)
    words = {f"comment/{i}" for i, *_, content in first_of(first) if content == "words"}
    thrown = {f"comment/{i}" for i, _, _, approved, _ in first_of(first) if approved not in "01"}
    here = {p.source_id: p for p in Post.objects.filter(kind="comment").exclude(state="erased")}
    assert set(here) == words - thrown
    whole()
    before = state()
    again = import_wordpress(folder, export)
    assert state() == before
    assert set(again["comments"]) <= {"here", "spam", "trash", "empty", "too_long", "repeated"}
    numbers = dict(Post.objects.filter(kind="comment").values_list("source_id", "number"))
    import_wordpress(folder, wxr(item(1, *written([*more, *first]))))
    for source_id, number in numbers.items():
        assert by_id(str(source_id)).number == number
    whole()


def written(comments):
    return [
        said(i, parent, date=when, date_gmt=when, approved=approved, content=content)
        for i, parent, when, approved, content in comments
    ]


def first_of(comments):
    seen: dict[int, Any] = {}
    for comment in comments:
        seen.setdefault(comment[0], comment)
    return seen.values()


def whole():
    """The thread is one: numbered from 1, each in place, each with its words."""
    article = by_id("post/1").article
    comments = list(Post.objects.filter(kind="comment").order_by("number"))
    assert [c.number for c in comments] == list(range(1, article.last_number + 1))
    places = {article.pk: None} | {c.pk: c for c in comments}
    for comment in comments:
        above = places[comment.parent_id]
        assert comment.depth == (above.depth + 1 if above else 0)
        assert above is None or (above.number or 0) < (comment.number or 0)
    assert Revision.objects.filter(post__in=comments).count() == len(comments)
