"""What a new text would do, asked before it is published."""

from __future__ import annotations

import pytest

from forum.discussion.models import Revision
from tests.factories import ARTICLE_TEXT, make_annotation

EDITED = ARTICLE_TEXT.replace("- the ferry that ran until last spring\n", "").replace(
    "repairs of 1989", "repairs of 1990"
)
CHANGED = "the “temporary” repairs of 1989 still hold"


@pytest.fixture
def path(article):
    return f"/api/v1/articles/{article.slug}/carry-report/"


def test_it_tells_what_would_become_of_each_note(as_, path, article, alice, dan):
    kept = make_annotation(article, author=alice)
    changed = make_annotation(article, quote=CHANGED, author=alice)
    lost = make_annotation(article, quote="the ferry that ran until last spring", author=alice)
    answer = as_(dan).post(path, {"source": EDITED})
    assert answer.status_code == 200
    told = answer.json()
    current = article.post.current
    assert told["revision"] == current.pk
    assert told["counts"]["annotations"] == {
        "exact": 1, "moved": 0, "changed": 1, "orphaned": 1, "found": 0,
    }  # fmt: skip
    assert set(told["counts"]["quotes"].values()) == {0}
    (one,) = told["changed"]
    assert one["annotation"] == changed.pk
    assert one["before"]["quote"] == CHANGED
    assert current.text[one["before"]["start"] : one["before"]["end"]] == CHANGED
    assert one["after"]["quote"] == CHANGED.replace("1989", "1990")
    assert 0.6 <= one["score"] < 1
    (gone,) = told["orphaned"]
    assert (gone["annotation"], gone["after"]) == (lost.pk, None)
    assert kept.pk not in [row["annotation"] for row in told["changed"] + told["orphaned"]]
    assert Revision.objects.filter(post=article.pk).count() == 1


def test_a_private_note_is_counted_and_not_shown(as_, path, article, alice, dan):
    make_annotation(article, quote=CHANGED, author=alice, audience="private")
    told = as_(dan).post(path, {"source": EDITED}).json()
    assert told["counts"]["annotations"]["changed"] == 1
    assert told["changed"] == []


def test_the_present_text_touches_nothing(as_, path, article, alice, dan):
    make_annotation(article, author=alice)
    told = as_(dan).post(path, {}).json()
    assert told["counts"]["annotations"]["exact"] == 1
    assert told["changed"] == told["orphaned"] == []


@pytest.mark.parametrize(
    ("sent", "field"),
    [({"source": ""}, "source"), ({"source": 3}, "source"), ({"format": "word"}, "format")],
)
def test_what_cannot_be_taken_names_its_field(as_, path, dan, sent, field):
    answer = as_(dan).post(path, sent)
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]


def test_ladder(as_, path, alice, carol):
    assert as_().post(path, {}).status_code == 401
    for person in (alice, carol):
        assert as_(person).post(path, {"source": EDITED}).status_code == 403
