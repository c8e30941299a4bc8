"""The queue of cases, and the rules by which they are decided."""

from __future__ import annotations

from datetime import timedelta

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
    """Four cases, of two kinds: three that wait, one decided."""
    spam = factories.make_comment(article, source="Buy tickets.")
    note = factories.make_annotation(article)
    rude = factories.make_comment(article, author=factories.make_user("ann"))
    found = {
        "spam": factories.make_flag(spam, reason="spam").case,
        "note": factories.make_flag(note, reason="mis-tagged").case,
        "rude": factories.make_flag(rude, reason="abuse").case,
        "kept": factories.make_flag(factories.make_comment(article), reason="spam").case,
    }
    factories.make_flag(spam, reason="spam")
    factories.make_flag(spam, reason="abuse")
    decide(moderator=carol, case=found["kept"], action="keep", version=1)
    return found


def test_cases_that_wait_stand_by_their_priority(as_, cases, carol):
    page = as_(carol).get(QUEUE)
    assert page.status_code == 200
    # Three who flag, one who says it attacks a person, a tag that does not fit.
    assert listed(page) == [cases["spam"].pk, cases["rude"].pk, cases["note"].pk]


def test_a_row_says_what_and_why(as_, cases, carol):
    page = as_(carol).get(QUEUE)
    spam, _, note = page.context["rows"]
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
        ("tab=reported", ["spam", "rude", "note"]),
        ("tab=decided", ["kept"]),
        ("tab=held", []),
        ("kind=comment", ["spam", "rude"]),
        ("kind=annotation", ["note"]),
        ("reason=abuse", ["spam", "rude"]),
        ("reason=spam&tab=decided", ["kept"]),
        ("kind=annotation&reason=spam", []),
        ("author=ann", ["rude"]),
        ("author=nobody", []),
        ("article=1234567", ["spam", "rude", "note"]),
        ("age=older-1", []),
        ("age=newer-1", ["spam", "rude", "note"]),
        ("age=newer-1&tab=decided", ["kept"]),
        ("age=older-3&tab=decided", []),
        ("rule=civility", []),
        ("tab=closed&kind=essay&reason=rude&after=x&before=1_x", ["spam", "rude", "note"]),
        ("after=99999999999_1", []),
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
    page = as_(carol).get(f"{QUEUE}?tab=decided")
    assert listed(page) == [cases["note"].pk, cases["rude"].pk, cases["kept"].pk]
    assert "Remove by rule 1, Carol Kidd" in " ".join(page.content.decode().split())


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "No flags are waiting"),
        ("?tab=decided", "Nothing has been decided yet"),
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


def test_pages_begin_where_the_last_ended(as_, article, carol):
    flagger = factories.make_user()
    made = [
        factories.make_flag(factories.make_comment(article, author=flagger)).case.pk
        for _ in range(55)
    ]
    moderator = as_(carol)
    pages, address = [], QUEUE
    while address:
        page = moderator.get(address).context["page"]
        pages.append(page)
        address = page.after and f"{QUEUE}?after={page.after}"
    sizes = [len(page.rows) for page in pages]
    assert sizes == [25, 25, 5]
    read = [row.case.pk for page in pages for row in page.rows]
    assert sorted(read) == sorted(made)
    back = moderator.get(f"{QUEUE}?before={pages[2].before}").context["page"]
    assert [row.case.pk for row in back.rows] == read[25:50]
    first = moderator.get(f"{QUEUE}?before={back.before}").context["page"]
    assert ([row.case.pk for row in first.rows], first.before) == (read[:25], None)
    # What is decided meanwhile moves nothing else.
    gone = Case.objects.get(pk=read[0])
    decide(moderator=carol, case=gone, action="keep", version=gone.version)
    again = moderator.get(f"{QUEUE}?after={pages[0].after}").context["page"]
    assert [row.case.pk for row in again.rows] == read[25:50]


def test_pages_of_what_it_is_narrowed_to(as_, article, carol):
    people = [factories.make_user() for _ in range(3)]
    for number in range(60):
        post = factories.make_comment(article, author=people[0])
        # Several reasons, of which one is asked for; one of them also stands in another band.
        for person, reason in zip(people[1:], ("spam", "abuse"), strict=True):
            factories.make_flag(post, flagger=person, reason=reason)
        if number % 20 == 0:
            factories.make_notice(post)
    found = list(Case.objects.order_by("rank", "pk").values_list("pk", flat=True))
    moderator = as_(carol)
    for query in ("reason=spam", "reason=spam&age=newer-1", "age=newer-1"):
        read, address = [], f"{QUEUE}?{query}"
        while address:
            page = moderator.get(address).context["page"]
            read.append([row.case.pk for row in page.rows])
            address = page.after and f"{QUEUE}?{query}&after={page.after}"
        assert [len(each) for each in read] == [25, 25, 10], query
        assert [pk for each in read for pk in each] == found, query
        back = moderator.get(f"{QUEUE}?{query}&before={page.before}").context["page"]
        assert [row.case.pk for row in back.rows] == read[1], query


def test_what_was_given_notice_of_stands_first_and_says_so(as_, cases, carol):
    urgent = cases["note"]
    factories.make_notice(urgent.post, category="SELF_HARM")
    factories.make_notice(cases["rude"].post)
    Case.objects.filter(pk=cases["spam"].pk).update(waits_since=timezone.now() - timedelta(days=90))
    page = as_(carol).get(QUEUE)
    assert listed(page) == [urgent.pk, cases["rude"].pk, cases["spam"].pk]
    text = page.content.decode()
    for words in ("Danger to somebody", "Notice of illegal content"):
        assert text.count(words) == 1


@pytest.mark.parametrize("tab", ["reported", "decided"])
def test_its_queries_do_not_grow_with_it(as_, article, carol, tab):
    def add(number: int) -> None:
        for _ in range(number):
            post = factories.make_annotation(article), factories.make_comment(article)
            for flagged in post:
                case = factories.make_flag(flagged).case
                factories.make_flag(flagged, reason="abuse")
                if tab == "decided":
                    decide(moderator=carol, case=case, action="keep", version=2)

    moderator = as_(carol)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert moderator.get(f"{QUEUE}?tab={tab}").status_code == 200
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
        assert 'id="rule-lawful"' not in text

    def test_a_site_without_rules_says_so(self, client, db):
        assert b"There are no rules yet" in client.get(reverse("rules")).content

    def test_another_method(self, client, db):
        assert client.post(reverse("rules")).status_code == 405
