"""Decisions and the log: written once, by whatever road one comes."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from forum.moderation import actions, triggers
from forum.moderation.models import Case, CaseEvent, Decision
from tests import append_only, factories


@pytest.fixture
def decided(article, carol, rules) -> Case:
    case = factories.make_flag(factories.make_comment(article)).case
    actions.decide(
        moderator=carol,
        case=case,
        action="remove",
        version=case.version,
        rule=rules["on-topic"],
        reason="It is about the ferry.",
    )
    return case


#: Every column that may not change, with another value for it.
def changes(model, account: str) -> dict[str, object]:
    others: dict[str, object] = {
        field.attname: "changed"
        for field in model._meta.concrete_fields
        if field.attname != account
    }
    numbers = {name: 999_999 for name in others if name.endswith("id")}
    choices = {"action": "keep", "kind": "edited", "state_before": "held", "state_after": "held"}
    known = {name: value for name, value in choices.items() if name in others}
    return others | numbers | known | {"created_at": timezone.now()}


@pytest.mark.parametrize(
    ("model", "account"), [(Decision, "moderator_id"), (CaseEvent, "actor_id")]
)
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


def test_every_append_only_table_has_the_protection_that_says_so():
    assert set(triggers.TABLES) == {Decision._meta.db_table, CaseEvent._meta.db_table}
    assert set(triggers.TABLES.values()) == {"moderator_id", "actor_id"}


def test_the_account_of_a_moderator_goes_and_the_decision_stays(decided, carol):
    carol.delete()
    decision = Decision.objects.get()
    assert (decision.moderator, decision.moderator_name) == (None, "Carol Kidd")
    event = CaseEvent.objects.get(kind="decided")
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
def test_a_table_cannot_be_emptied_at_a_stroke(decided, table):
    if connection.vendor == "sqlite":
        statement = f"DELETE FROM {table}"  # noqa: S608
    else:
        statement = f"TRUNCATE {table} CASCADE"
    with pytest.raises(IntegrityError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_the_migration_goes_both_ways(decided):
    from django.core.management import call_command

    call_command("migrate", "moderation", "0001", verbosity=0)
    try:
        Decision.objects.update(note="changed")
    finally:
        call_command("migrate", "moderation", verbosity=0)
    with pytest.raises(IntegrityError):
        Decision.objects.update(note="changed again")
