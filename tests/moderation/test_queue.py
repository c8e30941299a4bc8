"""The queue of cases, and the rules by which they are decided."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from forum.discussion.models import Post
from forum.moderation.actions import decide
from forum.moderation.models import Case, Rule
from tests import factories

QUEUE = "/moderation/"


def listed(page) -> list[int]:
    return [row.case.pk for row in page.context["rows"]]


@pytest.fixture
def cases(article, rules, carol) -> dict[str, Case]:
    """Four cases, of two kinds: three open, one decided."""
    spam = factories.make_comment(article, source="Buy tickets.")
    note = factories.make_annotation(article)
    found = {
        "spam": factories.make_flag(spam, reason="spam").case,
        "note": factories.make_flag(note, reason="mis-tagged").case,
        "rude": factories.make_flag(factories.make_comment(article), reason="abuse").case,
        "kept": factories.make_flag(factories.make_comment(article), reason="spam").case,
    }
    factories.make_flag(spam, reason="spam")
    factories.make_flag(spam, reason="abuse")
    decide(moderator=carol, case=found["kept"], action="keep", version=1)
    return found


def test_open_cases_stand_oldest_first(as_, cases, carol):
    page = as_(carol).get(QUEUE)
    assert page.status_code == 200
    assert listed(page) == [cases["spam"].pk, cases["note"].pk, cases["rude"].pk]


def test_a_row_says_what_and_why(as_, cases, carol):
    page = as_(carol).get(QUEUE)
    spam, note, _ = page.context["rows"]
    assert spam.reasons == [("It is spam or advertising", 2), ("It attacks a person", 1)]
    assert (spam.excerpt, note.excerpt) == ("Buy tickets.", "Who is everyone?")
    text = page.content.decode()
    for words in ("Response 1", ">Note<", "everyone knows", "Who pays for the bridge"):
        assert words in text


def test_a_long_post_is_cut(as_, article, carol):
    factories.make_flag(factories.make_comment(article, source="word " * 200))
    (row,) = as_(carol).get(QUEUE).context["rows"]
    assert row.excerpt.endswith("word …")
    assert len(row.excerpt) < 300


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("state=open", ["spam", "note", "rude"]),
        ("state=decided", ["kept"]),
        ("kind=comment", ["spam", "rude"]),
        ("kind=annotation", ["note"]),
        ("reason=abuse", ["spam", "rude"]),
        ("reason=spam&state=decided", ["kept"]),
        ("kind=annotation&reason=spam", []),
        ("state=closed&kind=essay&reason=rude&page=x", ["spam", "note", "rude"]),
        ("page=999", ["spam", "note", "rude"]),
    ],
)
def test_it_can_be_narrowed(as_, cases, carol, query, expected):
    page = as_(carol).get(f"{QUEUE}?{query}")
    assert page.status_code == 200
    assert listed(page) == [cases[name].pk for name in expected]


def test_decided_cases_stand_latest_decision_first(as_, cases, carol, rules):
    decide(
        moderator=carol,
        case=cases["rude"],
        action="remove",
        version=1,
        rule=rules["civility"],
        reason="An insult.",
    )
    decide(moderator=carol, case=cases["note"], action="keep", version=1)
    page = as_(carol).get(f"{QUEUE}?state=decided")
    assert listed(page) == [cases["note"].pk, cases["rude"].pk, cases["kept"].pk]
    assert "Remove by rule 1, Carol Kidd" in " ".join(page.content.decode().split())


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "No flags are waiting"),
        ("?state=decided", "Nothing has been decided yet"),
        ("?kind=annotation", "No case is like that"),
    ],
)
def test_an_empty_queue_says_so(as_, carol, query, words):
    assert words in as_(carol).get(QUEUE + query).content.decode()


def test_what_nobody_may_read_is_not_listed(as_, cases, carol):
    Post.objects.filter(pk=cases["spam"].post_id).update(state="erased")
    page = as_(carol).get(QUEUE)
    assert cases["spam"].pk not in listed(page)
    assert "Buy tickets." not in page.content.decode()


def test_pages(as_, article, carol):
    for _ in range(27):
        factories.make_flag(factories.make_comment(article))
    first, second = as_(carol).get(QUEUE), as_(carol).get(f"{QUEUE}?page=2")
    assert (len(listed(first)), len(listed(second))) == (25, 2)
    assert max(listed(first)) < min(listed(second))
    assert b"Page 1 of 2" in first.content


@pytest.mark.parametrize("state", ["open", "decided"])
def test_its_queries_do_not_grow_with_it(as_, article, carol, state):
    def add(number: int) -> None:
        for _ in range(number):
            post = factories.make_annotation(article), factories.make_comment(article)
            for flagged in post:
                case = factories.make_flag(flagged).case
                factories.make_flag(flagged, reason="abuse")
                if state == "decided":
                    decide(moderator=carol, case=case, action="keep", version=2)

    moderator = as_(carol)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert moderator.get(f"{QUEUE}?state={state}").status_code == 200
        return len(queries)

    add(1)
    count()
    few = count()
    add(10)
    assert count() == few


class TestLadder:
    def test_nobody_in_particular_logs_in_first(self, client):
        assert client.get(QUEUE)["Location"].startswith(reverse("account_login"))

    def test_only_moderators(self, as_, alice, dan, erin, carol, frances):
        for person in (alice, dan, erin):
            assert as_(person).get(QUEUE).status_code == 403
        for person in (carol, frances):
            assert as_(person).get(QUEUE).status_code == 200

    def test_another_method(self, as_, carol):
        assert as_(carol).post(QUEUE).status_code == 405


class TestRules:
    def test_everybody_reads_the_rules_in_force(self, client, rules):
        Rule.objects.filter(slug="lawful").update(retired_at=timezone.now())
        page = client.get(reverse("rules"))
        assert page.status_code == 200
        text = page.content.decode()
        assert "Argue with the argument" in text
        assert "Nothing unlawful" not in text

    def test_a_site_without_rules_says_so(self, client, db):
        assert b"There are no rules yet" in client.get(reverse("rules")).content

    def test_another_method(self, client, db):
        assert client.post(reverse("rules")).status_code == 405
