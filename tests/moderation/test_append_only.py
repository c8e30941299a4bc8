"""Decisions and the log: written once, by whatever road one comes."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from annotations import append_only as annotations_log
from annotations.placement.placing import extent
from annotations.placement.reattaching import take_off
from forum.accounts.erasing import erase_account
from forum.moderation import actions, triggers
from forum.moderation.models import (
    Appeal,
    Bulk,
    Case,
    Decision,
    Event,
    PersonNote,
    Sanction,
    SecondReview,
)
from forum.moderation.oversight.reviewing import say
from forum.moderation.people.grounds import Grounds
from forum.moderation.people.noting import add_note
from forum.moderation.people.sanctioning import impose
from forum.screening.models import Signal
from tests import append_only, factories


@pytest.fixture
def decided(article, bob, carol, rules) -> Case:
    case = factories.make_flag(factories.make_comment(article, author=bob)).case
    actions.decide(
        moderator=carol,
        case=case,
        action="remove",
        version=case.version,
        rule=rules["on-topic"],
        reason="It is about the ferry.",
    )
    Bulk.objects.create(moderator=carol, moderator_name=carol.public_name)
    author = factories.make_user()
    impose(
        moderator=carol,
        person=author,
        kind="warn",
        seen=0,
        grounds=Grounds(reason="It is about the ferry.", rule=rules["on-topic"]),
    )
    add_note(author=carol, person=author, text="It is about the ferry.")
    return case


@pytest.fixture
def answered(decided: Case, bob, mallory) -> Case:
    """The same, looked at a second time and appealed against, which Mallory has answered."""
    decision = decided.decisions.get()
    review, _drawn = SecondReview.objects.get_or_create(decision=decision)
    say(reviewer=mallory, review=review, action="keep", note="It is about the ferry.")
    appeal = actions.file_appeal(decision=decision, appellant=bob, text="It is about the ferry.")
    actions.decide_appeal(moderator=mallory, appeal=appeal, outcome="upheld", answer="It is not.")
    return decided


#: Every column that may not change, with another value for it.
def changes(model, account: str) -> dict[str, object]:
    others: dict[str, object] = {
        field.attname: "changed"
        for field in model._meta.concrete_fields
        if field.attname != account
    }
    numbers = {name: 999_999 for name in others if name.endswith("id")}
    choices: dict[str, object] = {
        "action": "keep",
        "kind": "edited",
        "state_before": "held",
        "state_after": "held",
    }
    choices |= {"basis": "undo", "ground": "illegal", "category": "VIOLENCE"}
    choices |= {"detected_automatically": True, "effect": {"tags": [1, 2]}}
    known = {name: value for name, value in choices.items() if name in others}
    return others | numbers | known | {"created_at": timezone.now()}


@pytest.mark.parametrize(("model", "account"), [(Decision, "moderator_id"), (Event, "actor_id")])
class TestRowsStay:
    def test_no_column_changes(self, decided, model, account):
        for name, value in changes(model, account).items():
            with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
                model.objects.all().update(**{name: value})

    def test_the_account_goes_and_never_becomes_another(self, decided, mallory, model, account):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            model.objects.filter(**{f"{account}__isnull": False}).update(**{account: mallory.pk})
        model.objects.all().update(**{account: None})
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            model.objects.all().update(**{account: mallory.pk})

    def test_saving_it_again_is_refused(self, decided, model, account):
        row = model.objects.first()
        text = "reason" if model is Decision else "detail"
        setattr(row, text, "What I meant was …")
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            row.save()

    def test_the_orm_cannot_delete(self, decided, model, account):
        for delete in (model.objects.all().delete, model.objects.first().delete):
            with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
                delete()
        assert model.objects.exists()

    def test_sql_by_hand_is_refused(self, decided, model, account):
        statements = [
            "DELETE FROM {table}",
            "UPDATE {table} SET created_at = '2001-01-01'",
            "UPDATE {table} SET {account} = NULL, case_id = case_id + 1",
        ]
        if connection.vendor == "sqlite":
            statements.append("REPLACE INTO {table} SELECT * FROM {table}")
        for statement in statements:
            with (
                pytest.raises(IntegrityError, match="append-only"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement.format(table=model._meta.db_table, account=account))


@pytest.mark.skipif(connection.vendor != "sqlite", reason="Nothing else replaces rows")
@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "REPLACE"])
def test_a_row_is_not_replaced_by_one_with_another_number(decided, verb):
    """What has to be unique beside the id makes room as well."""
    columns = [field.column for field in Sanction._meta.concrete_fields if not field.primary_key]
    names = ", ".join(f'"{name}"' for name in columns)
    before = [*Sanction.objects.values()]
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            f"{verb} INTO moderation_sanction (id, {names}) "
            f"SELECT id + 1000, {names} FROM moderation_sanction"
        )
    assert [*Sanction.objects.values()] == before


def test_every_append_only_table_has_the_protection_that_says_so():
    logs = (Appeal, Bulk, Decision, Event, PersonNote, Sanction, SecondReview)
    assert set(triggers.TABLES) == {model._meta.db_table for model in logs}
    accounts = {name for log in triggers.TABLES.values() for name, _ in log.accounts}
    assert accounts == {
        *("moderator_id", "actor_id", "subject_id", "person_id", "author_id"),
        *("approved_by_id", "lifted_by_id", "appellant_id", "decided_by_id", "reviewer_id"),
    }


class TestWhatAnErasedAccountTakesAlong:
    """Of a row a name may go with its account, and a text; in one way, and not back."""

    @pytest.fixture(params=[*triggers.TABLES, *annotations_log.TABLES])
    def table(self, request, answered, alice, erin):
        note = factories.make_annotation(answered.post.root.article, author=alice)
        place = note.annotation.placements.get()
        take_off(
            editor=erin,
            post=note,
            revision=place.revision_id,
            before=extent(place.start, place.end),
            reason="No.",
        )
        return request.param

    @pytest.fixture
    def log(self, table) -> triggers.Log:
        return (triggers.TABLES | annotations_log.TABLES)[table]

    def update(self, table: str, what: str) -> int:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET {what}")
            return int(cursor.rowcount)

    def refused(self, table: str, what: str) -> None:
        with pytest.raises(IntegrityError, match="append-only"):
            self.update(table, what)

    def test_a_name_becomes_the_number_of_the_account_that_goes(self, table, log):
        account, name = log.accounts[0]
        code = f"'Former member ' || {account}"
        # Not without the account, not another's number, nothing else.
        self.refused(table, f"{name} = {code}")
        others = ["'Former member 0'", "'Somebody else'", f"{name} || '!'"]
        for other in [*others, *([] if name in log.forgotten else ["''"])]:
            self.refused(table, f"{account} = NULL, {name} = {other}")
        named = f"{account} = NULL, {name} = {code} WHERE {account} IS NOT NULL"
        assert self.update(table, named)
        # Not back, and no other name where there is no account.
        self.refused(table, f"{name} = 'Carol Kidd'")
        self.refused(table, f"{name} = 'Former member 0'")

    def test_a_text_goes_and_no_other_comes(self, table, log):
        if not log.texts:
            self.refused(table, "created_at = '2001-01-01'")
            return
        text = log.texts[0]
        some = f"WHERE {text} <> ''"
        for other in ("''", "'Erased'", f"{text} || '!'"):
            self.refused(table, f"{text} = {other} {some}")
        assert self.update(table, f"{text} = 'erased' {some}")
        for other in ("'It is about the ferry.'", "''"):
            self.refused(table, f"{text} = {other} {some}")

    def test_where_there_was_no_text_none_is_said_to_have_gone(self, decided):
        self.refused("moderation_decision", "note = 'erased' WHERE note = ''")
        self.refused("moderation_event", "detail = 'erased' WHERE detail = ''")

    def test_nothing_else_changes_along_with_them(self, table, log):
        account, name = log.accounts[0]
        code = f"{name} = 'Former member ' || {account}"
        written = {"moderation_appeal": "filed_at", "moderation_secondreview": "sampled_at"}
        for also in (f"{written.get(table, 'created_at')} = '2001-01-01'", "id = id + 1000"):
            self.refused(table, f"{account} = NULL, {code}, {also}")

    def test_both_of_whom_a_line_is_about_can_go(self, decided, carol, alice):
        line = Event.objects.create(
            kind="sanctioned", actor_name="Carol Kidd", subject=alice, subject_name="Alice"
        )
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            Event.objects.filter(pk=line.pk).update(subject=carol)
        former = f"Former member {alice.pk}"
        Event.objects.filter(pk=line.pk).update(subject=None, subject_name=former)
        line.refresh_from_db()
        assert (line.subject, line.subject_name) == (None, former)


class TestRedress:
    """Appeals and second looks: nothing that was said in them changes, nor what came of it."""

    @pytest.mark.parametrize("model", [Appeal, SecondReview])
    def test_no_column_of_what_is_said_changes(self, answered, model, mallory):
        others = {"outcome": "varied", "party": "flagger", "agrees": True, "action": "remove"}
        for field in model._meta.concrete_fields:
            value: object = others.get(field.name, "changed")
            if field.name.endswith("_at"):
                value = timezone.now()
            elif field.is_relation or field.primary_key:
                value = 999_999
            with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
                model.objects.update(**{field.attname: value})

    @pytest.mark.parametrize("model", [Appeal, SecondReview])
    def test_no_row_goes(self, answered, model):
        table = model._meta.db_table
        statements = [f"DELETE FROM {table}"]
        if connection.vendor == "sqlite":
            statements.append(f"REPLACE INTO {table} SELECT * FROM {table}")
        for statement in statements:
            with (
                pytest.raises(IntegrityError, match="append-only"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement)
        assert model.objects.count() == 1

    def test_what_waits_is_not_rewritten_either(self, answered, carol, alice, article, rules):
        case = factories.make_flag(factories.make_comment(article, author=alice)).case
        decision = actions.decide(
            moderator=carol,
            case=case,
            action="remove",
            version=case.version,
            rule=rules["on-topic"],
            reason="It is about the ferry.",
        )
        waiting = actions.file_appeal(decision=decision, appellant=alice, text="No.")
        drawn, _new = SecondReview.objects.get_or_create(decision=decision)
        for row, change in (
            (waiting, {"text": "Yes."}),
            (waiting, {"filed_at": timezone.now()}),
            (waiting, {"decided_by_name": "Carol Kidd"}),
            (waiting, {"outcome": "upheld"}),
            (drawn, {"decision_id": answered.decisions.get().pk}),
            (drawn, {"note": "Hm."}),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                type(row).objects.filter(pk=row.pk).update(**change)

    def test_an_account_that_is_erased_takes_its_words_along(self, answered, bob, mallory):
        codes = ("outcome", "party", "filed_at", "decided_at", "decision_id")
        said = ("action", "agrees", "reviewed_at", "decision_id")
        before = Appeal.objects.values(*codes).get(), SecondReview.objects.values(*said).get()
        for person in (bob, mallory):
            erase_account(person=person, posts="erased")
        appeal, review = Appeal.objects.get(), SecondReview.objects.get()
        assert (appeal.appellant, appeal.decided_by, review.reviewer) == (None, None, None)
        assert (appeal.text, appeal.answer, review.note) == ("erased",) * 3
        names = appeal.appellant_name, appeal.decided_by_name, review.reviewer_name
        assert all(name.startswith("Former member") for name in names)
        after = Appeal.objects.values(*codes).get(), SecondReview.objects.values(*said).get()
        assert before == after

    def test_who_never_had_an_account_can_be_forgotten(self, answered):
        Appeal.objects.update(appellant=None)
        for name in ("Somebody", "erased"):
            with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
                Appeal.objects.update(appellant_name=name)
        Appeal.objects.update(appellant_name="")
        assert Appeal.objects.get().filed_by == "Somebody without an account"
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            Appeal.objects.update(decided_by=None, decided_by_name="")


def test_the_account_of_a_moderator_goes_and_the_decision_stays(decided, carol):
    carol.delete()
    decision = Decision.objects.get()
    assert (decision.moderator, decision.moderator_name) == (None, "Carol Kidd")
    event = Event.objects.get(kind="decided")
    assert (event.actor, event.actor_name) == (None, "Carol Kidd")


@pytest.mark.django_db(transaction=True)
def test_the_protection_can_be_lifted_and_comes_back(decided):
    with append_only.lifted():
        Decision.objects.update(note="changed")
        with connection.schema_editor() as editor:
            triggers.remove(editor)  # A second time, as when a migration is run backwards twice.
    with pytest.raises(IntegrityError):
        Decision.objects.update(note="changed again")
    assert Decision.objects.get().note == "changed"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", triggers.TABLES)
def test_a_table_cannot_be_emptied_at_a_stroke(answered, table):
    if connection.vendor == "sqlite":
        statement = f"DELETE FROM {table}"
    else:
        statement = f"TRUNCATE {table} CASCADE"
    with pytest.raises(IntegrityError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(statement)


class TestSignals:
    """What the screening found is written once; what it says of a person may be taken away."""

    @pytest.fixture
    def signal(self, article, alice) -> Signal:
        post = factories.make_comment(article, author=alice)
        return Signal.objects.get(revision__post=post, step="newcomer")

    @pytest.mark.parametrize(
        "what",
        [
            {"outcome": "hold"},
            {"score": 0.9},
            {"step": "mine"},
            {"rule": "civility"},
            {"evidence": {"days": 1}},
            {"evidence": []},
            {"created_at": timezone.now()},
            {"evidence": {}, "score": 0.9},
        ],
    )
    def test_nothing_in_it_changes(self, signal, what):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            Signal.objects.filter(pk=signal.pk).update(**what)

    def test_what_it_says_may_go_and_does_not_come_back(self, signal):
        assert signal.evidence
        assert Signal.objects.filter(pk=signal.pk).update(evidence={})
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            Signal.objects.filter(pk=signal.pk).update(evidence=signal.evidence)

    def test_it_is_not_replaced(self, signal):
        statement = "REPLACE INTO screening_signal SELECT * FROM screening_signal"
        if connection.vendor == "postgresql":
            statement = "UPDATE screening_signal SET id = id + 1"
        with (
            pytest.raises(IntegrityError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
        assert Signal.objects.filter(pk=signal.pk).exists()

    def test_it_goes_with_what_it_is_about(self, signal, article):
        article.post.delete()
        assert not Signal.objects.exists()

    def test_it_outlives_the_account(self, signal, alice):
        erase_account(person=alice, posts="erased")
        signal.refresh_from_db()
        assert (signal.evidence, signal.outcome) == ({}, "publish")
