"""The yearly report: its figures against a small world that was counted by hand."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from forum.discussion.models import Post
from forum.moderation.actions import decide
from forum.moderation.actions import reverse as turn_back
from forum.moderation.models import (
    Appeal,
    Case,
    Category,
    Decision,
    Flag,
    Notice,
    Order,
    Sanction,
)
from forum.moderation.transparency.report import Figure, count, report_of
from forum.moderation.transparency.template import tables
from tests import factories

YEAR = 2026
THEN = datetime(YEAR, 3, 1, 12, tzinfo=UTC)


class _Clock:
    """A clock that stands still."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture(autouse=True)
def _counted_anew():
    cache.clear()


@pytest.fixture
def at(monkeypatch):
    """What is done next is done so many hours after the first of March."""

    def set_clock(hours: float = 0) -> None:
        moment = THEN + timedelta(hours=hours)
        for model in (Notice, Decision, Appeal, Case, Flag):
            for field in model._meta.concrete_fields:
                if field.default is timezone.now or isinstance(field.default, _Clock):
                    clock = _Clock(moment)
                    monkeypatch.setattr(field, "default", clock)
                    monkeypatch.setitem(field.__dict__, "_get_default", clock)

    return set_clock


def settle(post: Post, moderator, action="remove", **fields) -> Decision:
    case, _new = Case.objects.get_or_create(post=post)
    case.refresh_from_db()
    if action != "keep":
        fields = {"reason": "For reasons."} | fields
    return decide(moderator=moderator, case=case, action=action, version=case.version, **fields)


@pytest.fixture
def punish(rules, alice):
    """Give Alice a sanction that began then."""

    def give(kind: str, number: int, **fields) -> None:
        names = {"person_name": "Alice", "moderator_name": "Carol", "reason": "For reasons."}
        Sanction.objects.create(
            person=alice,
            kind=kind,
            number=number,
            rule=rules["civility"],
            created_at=THEN,
            **names | fields,
        )

    return give


@pytest.fixture
def world(at, article, carol, mallory, frances, rules, sam, settings, punish):
    """Three notices, three measures of the site's own, two appeals, a reversal, an order."""
    settings.TRUSTED_FLAGGERS = ["hotline.example.org"]
    posts = [factories.make_comment(article) for _n in range(6)]
    # Notices: one removed by law after 2 hours, one kept after 6, one waiting.
    at(0)
    factories.make_trusted_notice(posts[0])
    factories.make_notice(posts[1], category="VIOLENCE")
    factories.make_notice(posts[2], category="VIOLENCE")
    at(2)
    settle(posts[0], carol, legal_ground="§ 186 StGB", category="ILLEGAL_OR_HARMFUL_SPEECH")
    at(6)
    kept = settle(posts[1], carol, "keep")
    # Its own: two removals for advertising, of which readers flagged one, and a locked thread.
    factories.make_flag(posts[3])
    settle(posts[3], carol, rule=rules["no-advertising"])
    lifted = settle(posts[4], mallory, rule=rules["no-advertising"])
    settle(posts[5], mallory, "lock", rule=rules["civility"])
    turn_back(decision=lifted, moderator=frances, basis="revert")
    # Of a course: counted nowhere.
    note = factories.make_annotation(article, author=sam)
    factories.make_notice(note)
    settle(note, carol, rule=rules["civility"])
    course = sam.memberships.get().course
    Post.objects.filter(pk=note.pk).update(audience="course", course=course)
    # Appeals: one upheld after 48 hours, one waiting.
    notice = Notice.objects.filter(decision=kept).get()
    at(10)
    Appeal.objects.create(
        decision=kept,
        party="notifier",
        notice=notice,
        text="No.",
        outcome="upheld",
        answer="It stays.",
        decided_at=THEN + timedelta(hours=58),
        decided_by=mallory,
    )
    Appeal.objects.create(decision=lifted, party="author", text="Why?")
    weighed = {"misuse_number": 3, "misuse_of": 4, "gravity": "Grave.", "intent": "On purpose."}
    punish("silence", 1, expires_at=THEN + timedelta(days=9))
    punish("warn", 2)
    punish(
        "suspend",
        3,
        expires_at=THEN + timedelta(days=9),
        category="VIOLENCE",
        misuse="content",
        **weighed,
    )
    punish("mute-flags", 4, expires_at=THEN + timedelta(days=9), misuse="flags", **weighed)
    # A ban that still waits for a second moderator is none.
    punish("ban", 5)
    Order.objects.create(
        kind="act",
        member_state="DE",
        authority="A court",
        category="VIOLENCE",
        received_at=THEN,
        acknowledged_at=THEN + timedelta(hours=1),
        effected_at=THEN + timedelta(hours=5),
    )
    Order.objects.create(
        kind="act",
        member_state="FR",
        authority="Another",
        category="VIOLENCE",
        received_at=datetime(2025, 12, 31, 23, 59, tzinfo=UTC),
    )


def figures(year: int = YEAR) -> dict[tuple[str, str, str, str], float]:
    return {(f.section, f.what, f.of, f.among): f.value for f in count(year)}


def test_every_figure(world):
    assert figures() == {
        ("orders", "act", "", ""): 1,
        ("orders", "act", "DE", ""): 1,
        ("orders", "act", "VIOLENCE", ""): 1,
        ("orders", "act-acknowledge", "", ""): 1.0,
        ("orders", "act-effect", "", ""): 5.0,
        ("orders", "inform", "", ""): 0,
        ("notices", "received", "", ""): 3,
        ("notices", "trusted-flagger", "", ""): 1,
        ("notices", "decided", "", ""): 2,
        ("notices", "action", "illegal", ""): 1,
        ("notices", "action", "incompatible", ""): 0,
        ("notices", "action", "none", ""): 1,
        ("notices", "automatic", "", ""): 0,
        ("notices", "time", "", ""): 4.0,
        ("notices", "category", "VIOLENCE", ""): 2,
        ("notices", "category-time", "VIOLENCE", ""): 6.0,
        ("notices", "category", "ILLEGAL_OR_HARMFUL_SPEECH", ""): 1,
        ("notices", "category-time", "ILLEGAL_OR_HARMFUL_SPEECH", ""): 2.0,
        ("own-initiative", "measures", "", ""): 3,
        ("own-initiative", "flagged-by-readers", "", ""): 1,
        ("own-initiative", "found-automatically", "", ""): 0,
        ("own-initiative", "decided-automatically", "", ""): 0,
        ("own-initiative", "ground", "incompatible", ""): 3,
        ("own-initiative", "restriction", "remove", "OTHER_VIOLATION_TC"): 2,
        ("own-initiative", "restriction", "lock", "OTHER_VIOLATION_TC"): 1,
        ("automated", "held", "", ""): 0,
        ("automated", "held-let-stand", "", ""): 0,
        ("automated", "hidden", "", ""): 0,
        ("automated", "hidden-let-stand", "", ""): 0,
        ("complaints", "filed", "", ""): 2,
        ("complaints", "against", "keep", ""): 1,
        ("complaints", "against", "remove", ""): 1,
        ("complaints", "party", "author", ""): 1,
        ("complaints", "party", "notifier", ""): 1,
        ("complaints", "outcome", "upheld", ""): 1,
        ("complaints", "outcome", "waiting", ""): 1,
        ("complaints", "time", "", ""): 48.0,
        ("accounts", "sanctions", "", ""): 2,
        ("accounts", "restriction", "silence", "OTHER_VIOLATION_TC"): 1,
        ("accounts", "restriction", "suspend", "VIOLENCE"): 1,
        ("misuse", "content", "", ""): 1,
        ("misuse", "content", "suspend", ""): 1,
        ("misuse", "flags", "", ""): 1,
        ("misuse", "flags", "mute-flags", ""): 1,
        ("reversals", "decisions", "", ""): 1,
        ("reversals", "basis", "revert", ""): 1,
        ("reversals", "sanctions", "", ""): 0,
        ("reversals", "sanctions-in-part", "", ""): 0,
        ("moderators", "active", "", ""): 3,
    }


def test_appeals_against_sanctions_are_complaints_too(punish, alice):
    punish("silence", 1, expires_at=THEN + timedelta(days=9))
    punish("suspend", 2, expires_at=THEN + timedelta(days=9))
    wrong, right = Sanction.objects.order_by("pk")
    lifted = {"lifted_at": THEN + timedelta(hours=6), "lifted_by_name": "Mallory"}
    Sanction.objects.filter(pk=wrong.pk).update(lifted_reason="No.", overturned=True, **lifted)
    answered = {"answer": "No.", "decided_at": THEN + timedelta(hours=6)}
    of_alice = {"party": "person", "appellant": alice, "text": "No.", "filed_at": THEN}
    Appeal.objects.create(sanction=wrong, outcome="overturned", **of_alice | answered)
    Appeal.objects.create(sanction=right, **of_alice)
    found = figures()
    assert found["complaints", "filed", "", ""] == 2
    assert found["complaints", "party", "person", ""] == 2
    assert found["complaints", "against", "silence", ""] == 1
    assert found["complaints", "against", "suspend", ""] == 1
    assert found["complaints", "outcome", "overturned", ""] == 1
    assert found["complaints", "outcome", "waiting", ""] == 1
    assert found["complaints", "time", "", ""] == 6.0
    assert found["reversals", "sanctions", "", ""] == 1


@pytest.fixture
def programs(at, article, carol, mallory, frances, rules):
    """Of three that a check had held two were let through; of two that the site hid, one; and one
    that nobody has looked at yet."""
    at(0)
    wrong, right, again, *hidden = (factories.make_comment(article) for _n in range(6))
    for post in (wrong, right, again):
        Post.objects.filter(pk=post.pk).update(state="held", held_for="words")
        post.refresh_from_db()
    settle(wrong, carol, "keep")
    settle(right, carol, rule=rules["civility"])
    # What is turned back is counted as it was decided in the end.
    first = settle(again, carol, rule=rules["civility"])
    turn_back(decision=first, moderator=frances, basis="revert")
    settle(again, mallory, "keep")
    for post in hidden:
        case = factories.make_flag(post).case
        Post.objects.filter(pk=post.pk).update(state="hidden")
        Decision.objects.create(
            case=case,
            revision=post.current,
            moderator_name="The site",
            action="hide",
            state_before="published",
            state_after="hidden",
            basis="automatic",
            ground="incompatible",
            category="NOT_SPECIFIED_NOTICE",
        )
    settle(hidden[0], carol, "keep")
    settle(hidden[1], carol, rule=rules["civility"])


class TestPrograms:
    def test_how_often_they_were_wrong(self, programs):
        counted = {key[1]: value for key, value in figures().items() if key[0] == "automated"}
        assert counted == {
            "held": 3,
            "held-let-stand": 2,
            "held-error": 66.7,
            "hidden": 2,
            "hidden-let-stand": 1,
            "hidden-error": 50.0,
        }

    def test_on_the_page_and_in_the_template(self, programs, client):
        page = unescape(" ".join(client.get(f"/transparency/{YEAR}/").content.decode().split()))
        assert 'Share of errors</th><td class="num">66.7 %' in page
        told = {row[4]: row[6] for row in tables(YEAR)["8_automated_means"][1]}
        assert told["Accuracy of the automated means - Precision"] == 0.4
        assert told["Accuracy of the automated means - Recall"] == ""


def test_another_year_has_nothing_of_it(world):
    assert set(figures(2024).values()) == {0}
    assert figures(2025)["orders", "act", "", ""] == 1


def test_it_costs_the_same_however_much_there_is(world, article, carol, rules):
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            list(count(YEAR))
        return len(asked)

    few = cost()
    for _n in range(3):
        settle(factories.make_comment(article), carol, rule=rules["civility"])
    assert cost() == few <= 11


def test_it_is_remembered(world, client):
    report_of(YEAR)
    with CaptureQueriesContext(connection) as asked:
        report_of(YEAR)
    assert len(asked) == 0


class TestPages:
    def test_everybody_reads_it(self, client, world, settings):
        settings.CONTACT_AUTHORITIES = "authorities@example.org\nin German"
        page = client.get(f"/transparency/{YEAR}/")
        text = unescape(" ".join(page.content.decode().split()))
        assert 'Median time to decide</th><td class="num">4.0 h' in text
        assert "Restriction: Remove, Another breach of the rules of the site" in text
        assert "authorities@example.org<br>in German" in text
        for name in ("Nora", "Hotline", "Carol", "Alice"):
            assert name not in text

    def test_as_a_table(self, client, world):
        answer = client.get(reverse("transparency-csv", args=[YEAR]))
        written = answer.content.decode()
        assert answer["Content-Type"].startswith("text/csv")
        assert "\r\n" in written
        rows = list(csv.DictReader(io.StringIO(written)))
        found = {
            (row["section"], row["indicator"], row["of"], row["among"]): float(row["value"])
            for row in rows
        }
        assert found == figures()
        assert {row["unit"] for row in rows} == {"count", "hours"}

    def test_an_order_begins_a_year(self, client, world):
        assert client.get(f"/transparency/{YEAR}/").context["years"][-1] == 2025

    def test_every_figure_has_words(self, client, world):
        from forum.moderation.transparency.report_views import _INDICATORS, _SECTIONS

        for figure in count(YEAR):
            assert isinstance(figure, Figure)
            assert figure.section in _SECTIONS
            assert (figure.section, figure.what) in _INDICATORS

    @pytest.mark.parametrize("year", [0, 1, 2019, 9999, 10**17])
    def test_years_that_have_none(self, client, db, year):
        assert client.get(f"/transparency/{year}/").status_code == 404
        assert client.get(f"/transparency/{year}.csv").status_code == 404

    def test_this_year_is_first(self, client, db):
        now = timezone.now().year
        page = client.get("/transparency/")
        assert page.context["year"] == now
        assert page.context["years"] == [now]
        assert b"The year is not over yet" in page.content


class TestTemplate:
    """The tables of the harmonised template say what the report says."""

    def rows(self, name: str) -> list[dict[str, str]]:
        header, rows = tables(YEAR)[name]
        assert all(len(row) == len(header) for row in rows)
        return [dict(zip(header, map(str, row), strict=True)) for row in rows]

    def of(self, name: str, category: str, column: str) -> dict[str, str]:
        return next(row for row in self.rows(name) if row[column] == category)

    def test_orders(self, world):
        kept = [
            (row["Category of illegal content"], row["Scope"])
            for row in self.rows("3_member_states_orders")
            if row["Number of orders to act against illegal content received"] != "0"
        ]
        assert kept == [
            ("TOTAL", "Total"),
            ("TOTAL", "DE"),
            ("STATEMENT_CATEGORY_VIOLENCE", "Total"),
            ("STATEMENT_CATEGORY_VIOLENCE", "DE"),
        ]
        total = self.of("3_member_states_orders", "TOTAL", "Category of illegal content")
        effect = "Median time to give effect to the order to act against illegal content"
        assert total[effect] == "5.0"
        assert total["Number of orders to provide information"] == "0"
        assert total["Reporting period"] == "2026-01-01/2026-12-31"

    def test_notices(self, world):
        total = self.of("4_notices", "TOTAL", "Category of illegal content")
        said = [value for name, value in total.items() if name.startswith(("Number", "Median"))]
        assert said == ["3", "1", "3", "1", "4.0", "2.0", "1", "1", "0", "0"]
        violence = self.of(
            "4_notices", "STATEMENT_CATEGORY_VIOLENCE", "Category of illegal content"
        )
        assert violence["Number of notices received"] == "2"
        assert violence["Median time to take action"] == "6.0"

    def test_what_was_done_without_a_notice(self, world):
        column = "Category of incompatibility with the provider's terms and conditions"
        total = self.of("6_own_initiative_TC", "TOTAL", column)
        counted = {name: value for name, value in total.items() if value not in ("0", "")}
        assert counted == {
            "Applicability": "All",
            "Service": total["Service"],
            "Reporting period": "2026-01-01/2026-12-31",
            column: "TOTAL",
            "Number of measures taken at the provider's own initiative": "5",
            "Visibility restriction Removal": "2",
            "Visibility restriction Interaction restricted": "1",
            "Provision of the service Suspension": "1",
            "Account restriction Suspension": "1",
        }
        violence = self.of("6_own_initiative_TC", "STATEMENT_CATEGORY_VIOLENCE", column)
        assert violence["Account restriction Suspension"] == "1"
        illegal = self.of("5_own_initiative_illegal", "TOTAL", "Category of illegal content")
        assert illegal["Number of measures taken at the provider's own initiative"] == "0"

    def test_appeals_and_automation(self, world):
        said = [(row["Scope"], row["Value"]) for row in self.rows("7_appeals_and_recidivism")]
        assert said == [
            ("Total number", "2"),
            ("Decisions upheld", "1"),
            ("Decisions reversed", "0"),
            ("Decisions partially reversed", "0"),
            ("Decision omitted", "1"),
            ("Median time", "48.0"),
            ("Total number", "1"),
            ("Total number", "1"),
            ("Total number", "0"),
        ]
        automated = [row["Value"] for row in self.rows("8_automated_means")]
        assert automated == ["0", "5", "0", "2", "", "", ""]

    def test_it_agrees_with_the_report(self, world):
        said = figures()
        total = self.of("4_notices", "TOTAL", "Category of illegal content")
        assert float(total["Number of notices received"]) == said["notices", "received", "", ""]
        own = sum(
            int(row["Number of measures taken at the provider's own initiative"])
            for name in ("5_own_initiative_illegal", "6_own_initiative_TC")
            for row in self.rows(name)
            if "TOTAL" in row.values()
        )
        restricted = said["own-initiative", "measures", "", ""]
        assert own == restricted + said["accounts", "sanctions", "", ""]

    def test_everybody_downloads_it(self, client, world):
        answer = client.get(reverse("transparency-zip", args=[YEAR]))
        assert answer["Content-Type"] == "application/zip"
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            assert archive.namelist() == [f"{name}.csv" for name in tables(YEAR)]
            notices = archive.read("4_notices.csv").decode()
        rows = list(csv.DictReader(io.StringIO(notices)))
        assert len(rows) == 17
        assert {row["Category of illegal content"] for row in rows} == {
            "TOTAL",
            *(f"STATEMENT_CATEGORY_{category}" for category in Category.values),
        }
        assert client.get(reverse("transparency-zip", args=[1999])).status_code == 404

    def test_it_costs_the_same_however_much_there_is(self, world, article, carol, rules):
        def cost() -> int:
            with CaptureQueriesContext(connection) as asked:
                tables(YEAR)
            return len(asked)

        few = cost()
        settle(factories.make_comment(article), carol, rule=rules["civility"])
        assert cost() == few <= 8


def test_no_cell_is_a_formula():
    from forum.lib.tabular import csv_lines

    assert list(csv_lines(["a"], [["=1+1"], ['x,"y"'], [-3]])) == [
        "a\r\n",
        "'=1+1\r\n",
        '"x,""y"""\r\n',
        "-3\r\n",
    ]
