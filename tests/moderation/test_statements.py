"""Statements of reasons for the Transparency Database: complete, valid, and without names."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from forum.accounts.erasing import erase_account
from forum.discussion.models import Post
from forum.moderation.actions import decide
from forum.moderation.actions import reverse as turn_back
from forum.moderation.models import Case, Event, Sanction
from forum.moderation.transparency.measures import statements
from forum.moderation.transparency.schema import BATCH, CONDITIONAL, FIELDS, faults
from forum.moderation.transparency.statements import (
    EMAIL,
    NAME,
    RESTRICTS,
    Measure,
    scrub,
    statement_of,
)
from tests import factories
from tests.moderation.transparency_rules import RULES, refusals

VECTORS = json.loads(
    (Path(__file__).parent.parent / "vectors" / "statements.json").read_text(encoding="utf-8")
)
MEASURE = Measure(
    puid="decision-1",
    restriction="remove",
    noun="response",
    illegal=False,
    category="ILLEGAL_OR_HARMFUL_SPEECH",
    ground="Rule 1: Argue with the argument (version 2)",
    ground_url="https://example.org/rules/civility/2/",
    reason="It insults a person.",
    source="TYPE_OTHER_NOTIFICATION",
    found_by_machine=False,
    decided_by_machine=False,
    written_on=date(2026, 11, 1),
    decided_on=date(2026, 11, 3),
    language="de-CH",
)


def measure(**changed) -> Measure:
    days = {key: date.fromisoformat(changed[key]) for key in changed if key.endswith("_on")}
    return replace(MEASURE, **changed | days)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_the_payload_to_the_letter(vector):
    statement = statement_of(measure(**vector["measure"]))
    assert statement == vector["statement"]
    assert faults(statement) == refusals(statement) == []


def test_our_table_says_what_the_rules_of_the_database_say():
    assert FIELDS.keys() == RULES.keys()
    for name, field in FIELDS.items():
        said = dict(rule.partition(":")[::2] for rule in RULES[name])
        assert field.required == ("required" in said), name
        assert field.is_list == ("list" in said), name
        assert field.is_date == ("date" in said), name
        assert field.is_url == ("url" in said), name
        assert field.limit == int(said.get("max", 0)), name
        if "in" in said:
            assert field.values == set(said["in"].split()), name
    with_others = {
        (other, f"{name} {value}") for name, value, others in CONDITIONAL for other in others
    }
    assert with_others == {
        (name, rule.removeprefix("if:"))
        for name, rules in RULES.items()
        for rule in rules
        if rule.startswith("if:")
    }


texts = st.text(max_size=6_000)


@given(
    restriction=st.sampled_from(sorted(RESTRICTS)),
    illegal=st.booleans(),
    reason=texts,
    ground=st.text(min_size=1, max_size=900).filter(lambda ground: ground.strip()),
    language=st.text(max_size=6),
    source=st.sampled_from(
        ["ARTICLE_16", "TRUSTED_FLAGGER", "TYPE_OTHER_NOTIFICATION", "VOLUNTARY"]
    ),
    machine=st.booleans(),
    written=st.dates(),
    decided=st.dates(),
    ended=st.none() | st.dates(),
    url=st.sampled_from(
        ["", "x", "https://", "https://example.org/ü", f"https://e.org/{'x' * 600}"]
    ),
    flagger=st.sampled_from(["", " ", "Hotline", "h" * 600]),
    names=st.lists(st.text(max_size=20), max_size=3),
)
def test_whatever_was_decided_is_taken(
    restriction,
    illegal,
    reason,
    ground,
    language,
    source,
    machine,
    written,
    decided,
    ended,
    url,
    flagger,
    names,
):
    made = replace(
        MEASURE,
        restriction=restriction,
        illegal=illegal,
        reason=reason,
        ground=ground,
        language=language,
        source=source,
        found_by_machine=machine,
        decided_by_machine=machine,
        written_on=written,
        decided_on=decided,
        ended_on=ended,
        ground_url=url,
        flagger=flagger,
        names=names,
    )
    statement = statement_of(made)
    assert faults(statement) == refusals(statement) == []


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Write to ada@example.org.", f"Write to {EMAIL}."),
        ("a.b+c@sub.example.co.uk!", f"{EMAIL}!"),
        ("As @ada_b said", f"As {NAME} said"),
        ("Ada Byron insults ada", f"{NAME} insults {NAME}"),
        ("ADA BYRON's words", f"{NAME}'s words"),
        ("Adaptation stays", "Adaptation stays"),
        ("See https://x.org/people/ada/ there", f"See {NAME} there"),
        ("Nothing here", "Nothing here"),
    ],
)
def test_names_are_taken_out(said, left):
    assert scrub(said, ["Ada Byron", "ada", ""]) == left


@given(st.text(max_size=300), st.lists(st.text(max_size=12), max_size=4))
def test_taking_names_out_leaves_no_address(said, names):
    found = scrub(f"{said} someone@example.org {said}", names)
    assert "someone@example.org" not in found


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"puid": "a b"}, "puid"),
        ({"category": "STATEMENT_CATEGORY_NONSENSE"}, "category"),
        ({"decision_visibility": None}, "nothing is restricted"),
        ({"decision_visibility": "DECISION_VISIBILITY_OTHER"}, "list"),
        ({"decision_visibility": ["DECISION_VISIBILITY_OTHER"]}, "other is missing"),
        ({"incompatible_content_ground": ""}, "ground is missing"),
        ({"illegal_content_legal_ground": "x"}, "is there"),
        ({"application_date": "2019-12-31"}, "before 2020-01-01"),
        ({"application_date": "03.11.2026"}, "no date"),
        ({"application_date": "2026-02-30"}, "no date"),
        ({"end_date_visibility_restriction": "2038-01-02"}, "after 2038-01-01"),
        ({"territorial_scope": ["DE", "US"]}, "cannot be US"),
        ({"territorial_scope": []}, "missing"),
        ({"content_language": "XX"}, "cannot be XX"),
        ({"category_specification": ["KEYWORD_RUDENESS"]}, "cannot be"),
        ({"decision_monetary": "DECISION_MONETARY_OTHER"}, "other is missing"),
        ({"decision_ground_reference_url": "rules/1"}, "no address"),
        ({"decision_facts": "  "}, "missing"),
        ({"end_date_visibility_restriction": "2026-11-02"}, "before application_date"),
        ({"decision_facts": "f" * 5_001}, "5001"),
        ({"incompatible_content_explanation": "f" * 2_001}, "2001"),
        ({"automated_detection": True}, "no text"),
        ({"author": "Alice"}, "no field"),
    ],
)
def test_what_the_database_would_refuse(change, fault):
    statement = statement_of(MEASURE) | change
    assert any(fault in said for said in faults(statement))
    # Of keywords and languages the rules have a form, and we a list.
    if not {"category_specification", "content_language", "automated_detection"} & change.keys():
        assert refusals(statement)


def test_an_end_beyond_all_dates_is_left_out():
    assert "end_date_visibility_restriction" not in statement_of(
        replace(MEASURE, ended_on=date(2040, 1, 1))
    )


def test_the_law_has_no_page_among_our_rules():
    assert "decision_ground_reference_url" not in statement_of(replace(MEASURE, illegal=True))


def test_every_field_that_must_be_there_is_asked_for():
    whole = statement_of(MEASURE)
    for name, field in FIELDS.items():
        if field.required:
            assert faults({key: value for key, value in whole.items() if key != name}), name


# Of what is in the database


@pytest.fixture
def remove(carol, rules):
    def about(post: Post, **fields):
        case, _new = Case.objects.get_or_create(post=post)
        case.refresh_from_db()
        return decide(
            moderator=carol,
            case=case,
            action=fields.pop("action", "remove"),
            version=case.version,
            **{"rule": rules["civility"], "reason": "It insults Bob Cratchit, @bob."} | fields,
        )

    return about


def exported(*period: str) -> list[dict[str, Any]]:
    out = StringIO()
    call_command("export_statements", *period, stdout=out)
    found = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [faults(statement) for statement in found] == [[]] * len(found)
    assert [refusals(statement) for statement in found] == [[]] * len(found)
    return found


class TestExport:
    def test_a_removal(self, remove, comment, settings):
        settings.SITE_URL = "https://example.org"
        decision = remove(comment)
        [statement] = exported()
        assert statement["puid"] == f"decision-{decision.pk}"
        assert statement["decision_visibility"] == ["DECISION_VISIBILITY_CONTENT_REMOVED"]
        assert statement["decision_ground_reference_url"].endswith("/rules/civility/1/")
        assert statement["source_type"] == "SOURCE_VOLUNTARY"
        assert statement["automated_decision"] == "AUTOMATED_DECISION_NOT_AUTOMATED"
        assert statement["application_date"] == f"{timezone.now():%Y-%m-%d}"
        assert "end_date_visibility_restriction" not in statement

    def test_nobody_is_named(self, remove, comment, bob, alice):
        factories.make_flag(comment, flagger=bob)
        remove(comment, reason="Alice Liddell (alice) insults Bob Cratchit, bob@example.org, @x.")
        said = json.dumps(exported())
        for name in ("Alice", "alice", "Liddell", "Bob", "bob", "Cratchit", "@", "Carol"):
            assert name not in said, name

    def test_where_it_came_from(self, remove, article, settings):
        settings.TRUSTED_FLAGGERS = ["hotline.example.org"]
        sources = []
        for how in ("nothing", "flag", "notice", "trusted"):
            post = factories.make_comment(article)
            if how == "flag":
                factories.make_flag(post)
            if how in ("notice", "trusted"):
                factories.make_flag(post)
                factories.make_notice(post)
            if how == "trusted":
                factories.make_trusted_notice(post)
            remove(post)
            sources.append(exported()[-1]["source_type"])
        assert sources == [
            "SOURCE_VOLUNTARY",
            "SOURCE_TYPE_OTHER_NOTIFICATION",
            "SOURCE_ARTICLE_16",
            "SOURCE_TRUSTED_FLAGGER",
        ]
        assert [one.get("source_identity") for one in exported()] == [None, None, None, "Hotline"]

    def test_what_was_hidden_automatically_ends_with_the_next_decision(
        self, remove, article, monkeypatch
    ):
        monkeypatch.setattr("forum.moderation.queue.hiding.hides", lambda _reporters: True)
        posts = [factories.make_comment(article) for _n in range(2)]
        for post in posts:
            factories.make_flag(post)
        hidden, _other = exported()
        assert hidden["automated_decision"] == "AUTOMATED_DECISION_FULLY"
        assert "until a moderator has looked" in hidden["decision_facts"]
        assert "end_date_visibility_restriction" not in hidden
        remove(posts[0], action="keep", rule=None)
        remove(posts[1])
        ends = [one.get("end_date_visibility_restriction") for one in exported()]
        today = f"{timezone.now():%Y-%m-%d}"
        assert ends == [today, today, None]

    def test_what_is_against_the_law(self, remove, comment):
        remove(comment, rule=None, legal_ground="§ 186 StGB", category="ILLEGAL_OR_HARMFUL_SPEECH")
        [statement] = exported()
        assert statement["decision_ground"] == "DECISION_GROUND_ILLEGAL_CONTENT"
        assert statement["illegal_content_legal_ground"] == "§ 186 StGB"
        assert "incompatible_content_ground" not in statement

    def test_its_end(self, remove, article, carol, rules):
        reversed_, restored, stands = (factories.make_comment(article) for _n in range(3))
        turn_back(decision=remove(reversed_), moderator=carol, basis="undo")
        remove(restored)
        Case.objects.filter(post=restored).update(state="open")
        remove(restored, action="restore", rule=None)
        remove(stands)
        ends = [one.get("end_date_visibility_restriction") for one in exported()]
        today = f"{timezone.now():%Y-%m-%d}"
        assert ends == [today, today, None]

    def test_what_is_put_back_into_force_is_another(self, remove, comment, carol):
        first = remove(comment)
        back = turn_back(decision=first, moderator=carol, basis="undo")
        again = turn_back(decision=back, moderator=carol, basis="undo")
        found = exported()
        assert [one["puid"] for one in found] == [f"decision-{first.pk}", f"decision-{again.pk}"]
        assert found[1]["decision_visibility"] == ["DECISION_VISIBILITY_CONTENT_REMOVED"]
        assert found[1]["incompatible_content_explanation"]

    def test_each_restriction(self, remove, article, carol, rules):
        note = factories.make_annotation(article)
        remove(note, action="hide-note")
        remove(factories.make_annotation(article), action="retag", tags=["missing-factor"])
        remove(factories.make_comment(article), action="lock")
        remove(factories.make_comment(article), action="ask-revision", hide=True)
        # Neither hides anything, and what is kept needs no statement.
        remove(factories.make_comment(article), action="ask-revision")
        remove(factories.make_comment(article), action="keep", rule=None)
        assert [
            one["decision_visibility"][0].rpartition("VISIBILITY_")[2] for one in exported()
        ] == [
            "CONTENT_DISABLED",
            "OTHER",
            "CONTENT_INTERACTION_RESTRICTED",
            "CONTENT_DISABLED",
        ]

    def test_again_it_is_the_same(self, remove, comment):
        remove(comment)
        assert exported() == exported()

    def test_as_what_the_database_takes_in_one_request(self, remove, article):
        for _n in range(3):
            remove(factories.make_comment(article))
        out = StringIO()
        call_command("export_statements", "--batches", stdout=out)
        [line] = out.getvalue().splitlines()
        assert json.loads(line) == {"statements": exported()}
        assert BATCH == 100

    def test_of_a_period(self, remove, comment):
        remove(comment)
        today = f"{timezone.now():%Y-%m-%d}"
        assert len(exported("--since", today)) == 1
        assert exported("--until", today) == []
        with pytest.raises(CommandError):
            call_command("export_statements", "--since", "yesterday")

    def test_what_was_erased_says_so(self, remove, comment, alice):
        remove(comment)
        erase_account(person=alice, posts="erased")
        [statement] = exported()
        assert "erased with the account" in str(statement["incompatible_content_explanation"])

    @pytest.mark.parametrize("audience", ["course", "private"])
    def test_never_of_what_not_everybody_reads(self, remove, article, sam, audience):
        note = factories.make_annotation(article, author=sam)
        remove(note)
        course = sam.memberships.get().course if audience == "course" else None
        Post.objects.filter(pk=note.pk).update(audience=audience, course=course)
        assert exported() == []

    def test_nor_of_what_hangs_on_a_draft(self, remove, article):
        remove(factories.make_comment(article))
        Post.objects.filter(pk=article.post.pk).update(state="draft")
        assert exported() == []

    def test_it_is_streamed_at_the_same_cost(self, remove, article):
        def cost() -> int:
            with CaptureQueriesContext(connection) as asked:
                list(statements())
            return len(asked)

        remove(factories.make_comment(article))
        few = cost()
        for _n in range(3):
            post = factories.make_comment(article)
            factories.make_flag(post)
            remove(post)
        assert cost() <= few + 2
        assert cost() == cost()


class TestPages:
    def test_admins_look_and_download(self, as_, frances, remove, comment):
        remove(comment)
        client = as_(frances)
        page = client.get(reverse("statements"))
        assert page.context["number"] == 1
        assert b"decision-" in page.content
        answer = client.get(reverse("statements-download"))
        [line] = b"".join(answer.streaming_content).splitlines()
        assert faults(json.loads(line)) == []
        assert Event.objects.get(kind="exported").actor == frances
        assert client.get(reverse("statements"), {"since": "nonsense"}).status_code == 400
        nonsense = client.get(reverse("statements-download"), {"since": "nonsense"})
        assert (nonsense.status_code, nonsense["Content-Type"][:9]) == (400, "text/html")

    def test_they_are_looked_through_without_being_opened(
        self, as_, frances, remove, comment, article, monkeypatch
    ):
        remove(comment)
        client = as_(frances)
        page = client.get(reverse("statements")).content.decode()
        assert '<p lang="en">Kind of content: response. ' in page
        assert "are shown" not in page
        # Nobody takes a part for the whole.
        monkeypatch.setattr("forum.moderation.transparency.views._SHOWN", 1)
        remove(factories.make_comment(article))
        page = client.get(reverse("statements")).content.decode()
        assert (
            "2 statements. Of what was decided about posts, and of sanctions, the latest 1" in page
        )

    def test_what_would_be_refused_is_named_and_left_out(
        self, as_, frances, remove, comment, monkeypatch
    ):
        decision = remove(comment)
        monkeypatch.setattr(
            "forum.moderation.transparency.views.faults", lambda _statement: ["puid is missing"]
        )
        client = as_(frances)
        page = client.get(reverse("statements")).content.decode()
        assert "Would be refused" in page
        assert f"decision-{decision.pk}" in page
        assert b"".join(client.get(reverse("statements-download")).streaming_content) == b""

    def test_in_the_api(self, api, frances, remove, comment):
        decision = remove(comment)
        api.force_authenticate(frances)
        [statement] = api.get("/api/v1/statements/").json()["results"]
        assert statement["puid"] == f"decision-{decision.pk}"
        tomorrow = timezone.now() + timedelta(days=1)
        later = api.get("/api/v1/statements/", {"since": f"{tomorrow:%Y-%m-%d}"})
        assert later.json()["results"] == []
        assert api.get("/api/v1/statements/", {"until": "soon"}).status_code == 400


class TestPeople:
    @pytest.fixture
    def punish(self, rules, alice, carol):
        def give(kind: str, number: int, **fields) -> Sanction:
            return Sanction.objects.create(
                person=alice,
                person_name="Alice Liddell",
                moderator=carol,
                moderator_name="Carol Kidd",
                kind=kind,
                number=number,
                **{"rule": rules["civility"], "reason": "Alice Liddell insults @bob."} | fields,
            )

        return give

    def test_what_is_kept_from_somebody(self, punish, mallory):
        later = timezone.now() + timedelta(days=3)
        punish("silence", 1, expires_at=later)
        punish("suspend", 2, expires_at=later)
        punish("premoderate", 3, scope="site")
        approved = {"approved_by": mallory, "approved_by_name": "Mallory Archer"}
        punish("ban", 4, approved_at=timezone.now(), **approved)
        # None of these keeps anything from anybody, or is in force.
        punish("warn", 5)
        punish("mute-flags", 6, expires_at=later)
        punish("ban", 7)
        found = exported()
        assert [one.get("decision_provision") or one["decision_account"] for one in found] == [
            "DECISION_PROVISION_PARTIAL_SUSPENSION",
            "DECISION_ACCOUNT_SUSPENDED",
            "DECISION_PROVISION_PARTIAL_SUSPENSION",
            "DECISION_ACCOUNT_TERMINATED",
        ]
        assert found[1]["end_date_account_restriction"] == f"{later:%Y-%m-%d}"
        for name in ("Alice", "Liddell", "Carol", "Mallory", "@bob"):
            assert name not in json.dumps(found), name

    def test_it_is_in_english_whoever_asks(self, punish):
        punish("premoderate", 1)
        with override("de"):
            [one] = exported()
        assert one["incompatible_content_ground"] == "Rule 1: Argue with the argument (version 1)"

    def test_never_of_a_course(self, punish, sam):
        later = timezone.now() + timedelta(days=3)
        course = sam.memberships.get().course
        punish("silence", 1, expires_at=later, scope="course", course=course)
        assert exported() == []

    def test_in_the_api(self, api, frances, punish):
        punish("premoderate", 1)
        api.force_authenticate(frances)
        assert api.get("/api/v1/statements/").json()["results"] == []
        [one] = api.get("/api/v1/statements/", {"of": "people"}).json()["results"]
        assert one["puid"].startswith("sanction-")
        assert api.get("/api/v1/statements/", {"of": "x"}).status_code == 400
