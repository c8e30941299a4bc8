"""What keeps a log from being rewritten: triggers, here on decisions, events, appeals and others.

A row may be added. After that no row is ever deleted (but of a table whose rows go with what they
are about), and nothing in it changes, except that an account it names may go. For the erasure of an
account two things may then be taken away, in one way each, and nothing be put back: as the account
goes, its name becomes what ``former_member`` makes of its number; and a text becomes ``GONE``. Some
names are of people without an account: these may become empty. What was done, when, under which
rule and with what result stays for ever. Some tables have things that are written later, once: with
the time that says when, and as fixed from then on as the rest. The database refuses all else,
whoever asks: the ORM, the admin, SQL typed by hand. Each refusal is an ``IntegrityError``.

The triggers look at the columns a table has when they are installed. A migration that alters
one of these tables therefore removes them first and installs them again afterwards; on SQLite
an altered table is a new one, and has lost them anyway.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from forum.accounts.models import FORMER_MEMBER
from forum.moderation.models import GONE

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor


@dataclass(frozen=True, slots=True)
class Log:
    """What a protected table has that may go."""

    #: The columns of an account, which may still be set to NULL, and of its name; of each account.
    accounts: tuple[tuple[str, str], ...]
    #: The columns of texts.
    texts: tuple[str, ...] = ()
    #: The columns of names that may be those of people without an account, who can be forgotten.
    forgotten: tuple[str, ...] = ()
    #: The columns of JSON objects, of which everything may be taken away.
    emptied: tuple[str, ...] = ()
    #: What is written later: the column that says when → those that are written with it. That they
    #: are empty until then is for constraints to say.
    once: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: Whether a row goes with what it is about; no log of what people did does.
    goes: bool = False

    @property
    def going(self) -> tuple[str, ...]:
        """Every column of which something may go."""
        accounts = (column for account in self.accounts for column in account)
        return (*accounts, *self.texts, *self.emptied)

    @property
    def written_later(self) -> tuple[str, ...]:
        """Every column that is written once, at another time than the row."""
        return (*self.once, *(column for columns in self.once.values() for column in columns))

    def when(self, column: str) -> str:
        """The column that says when ``column`` was written; empty: when the row was."""
        return next((time for time, columns in self.once.items() if column in columns), "")


#: What migrations protect that do not say what.
EARLIER = {
    "moderation_bulk": Log((("moderator_id", "moderator_name"),)),
    "moderation_decision": Log((("moderator_id", "moderator_name"),), ("reason", "note")),
    "moderation_event": Log(
        (("actor_id", "actor_name"), ("subject_id", "subject_name")), ("detail",)
    ),
    "moderation_sanction": Log(
        (
            ("person_id", "person_name"),
            ("moderator_id", "moderator_name"),
            ("approved_by_id", "approved_by_name"),
            ("lifted_by_id", "lifted_by_name"),
        ),
        ("reason", "note", "gravity", "intent", "lifted_reason"),
        once={
            "acknowledged_at": (),
            "approved_at": ("approved_by_id", "approved_by_name"),
            "lifted_at": ("lifted_by_id", "lifted_by_name", "lifted_reason", "overturned"),
        },
    ),
    "moderation_personnote": Log(
        (("person_id", "person_name"), ("author_id", "author_name")), ("text",)
    ),
}
#: What was said again, about what had been decided: by whoever appealed, answered, or looked twice.
REDRESS = {
    "moderation_appeal": Log(
        (("appellant_id", "appellant_name"), ("decided_by_id", "decided_by_name")),
        ("text", "answer"),
        forgotten=("appellant_name",),
        once={"decided_at": ("decided_by_id", "decided_by_name", "outcome", "answer", "result_id")},
    ),
    "moderation_secondreview": Log(
        (("reviewer_id", "reviewer_name"),),
        ("note",),
        once={
            "reviewed_at": ("reviewer_id", "reviewer_name", "action", "rule_id", "note", "agrees")
        },
    ),
}
#: Each protected table of this app. Another app brings its own.
TABLES = EARLIER | REDRESS


def install(schema_editor: BaseDatabaseSchemaEditor, tables: Mapping[str, Log] = EARLIER) -> None:
    """Protect ``tables``. Installing twice changes nothing.

    What an earlier migration calls this for may not be there yet; a later one calls it again.
    """
    remove(schema_editor, tables)
    here = schema_editor.connection.introspection.table_names()
    for table, log in tables.items():
        if table not in here:
            continue
        if schema_editor.connection.vendor == "postgresql":
            statements = _postgresql(table, log)
        else:
            statements = _sqlite(table, log, _columns(schema_editor, table))
        for statement in statements:
            schema_editor.execute(statement)


def remove(schema_editor: BaseDatabaseSchemaEditor, tables: Iterable[str] = EARLIER) -> None:
    """Lift the protection of ``tables``, where there is one."""
    here = schema_editor.connection.introspection.table_names()
    for table in tables:
        if table not in here:
            continue
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_rows_stay ON {table}")
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_stays ON {table}")
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {table}_refuse()")
        else:
            for act in ("update", "delete", "replace"):
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_refuses_{act}")


def _columns(schema_editor: BaseDatabaseSchemaEditor, table: str) -> list[str]:
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        described = connection.introspection.get_table_description(cursor, table)
    return [column.name for column in described]


def _may_go(log: Log, same: Callable[[str], str]) -> str:
    """The condition that what has changed of the accounts, their names and the texts has gone, and
    that what is written once has not been written before; ``same`` says that of a column."""
    # One comparison with NULL makes the whole unknown, which is refused.
    rules = [f'(OLD."{time}" IS NULL OR {same(time)})' for time in log.once]
    for account, name in log.accounts:
        gone = (
            f'(NEW."{account}" IS NULL OR {same(account)})'
            f' AND (NEW."{name}" = OLD."{name}" OR (NEW."{account}" IS NULL'
            f' AND OLD."{account}" IS NOT NULL'
            f' AND NEW."{name}" = \'{FORMER_MEMBER} \' || OLD."{account}")'
            + (
                f' OR (NEW."{account}" IS NULL AND NEW."{name}" = \'\')'
                if name in log.forgotten
                else ""
            )
            + ")"
        )
        rules.append(_unless_first(log.when(account), gone))
    for text in log.texts:
        gone = f"(OLD.\"{text}\" <> '' AND NEW.\"{text}\" = '{GONE}')"
        rules.append(_unless_first(log.when(text), f'(NEW."{text}" = OLD."{text}" OR {gone})'))
    rules += [f"({same(column)} OR NEW.\"{column}\" = '{{}}')" for column in log.emptied]
    for time, columns in log.once.items():
        plain = [column for column in columns if column not in log.going]
        rules += [_unless_first(time, same(column)) for column in plain]
    return " AND ".join(rules)


def _unless_first(time: str, rule: str) -> str:
    """``rule``, but for what is written for the first time."""
    return f'(OLD."{time}" IS NULL OR ({rule}))' if time else f"({rule})"


def _sqlite(table: str, log: Log, columns: list[str]) -> list[str]:
    def is_same(name: str) -> str:
        return f'NEW."{name}" IS OLD."{name}"'

    may = {*log.going, *log.written_later}
    same = " AND ".join(is_same(name) for name in columns if name not in may)
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    stays = f"CREATE TRIGGER {table}_refuses_delete BEFORE DELETE ON {table} {refuse}"
    return [
        f"CREATE TRIGGER {table}_refuses_update BEFORE UPDATE ON {table} "
        f"WHEN ({same} AND {_may_go(log, is_same)}) IS NOT TRUE {refuse}",
        *([] if log.goes else [stays]),
        # REPLACE deletes the row in its way without telling the trigger above.
        f"CREATE TRIGGER {table}_refuses_replace BEFORE INSERT ON {table} "  # noqa: S608  # our own
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) {refuse}",
    ]


def _postgresql(table: str, log: Log) -> list[str]:
    def is_same(name: str) -> str:
        return f'NEW."{name}" IS NOT DISTINCT FROM OLD."{name}"'

    acts = "UPDATE" if log.goes else "UPDATE OR DELETE"
    going = ", ".join(f"'{name}'" for name in dict.fromkeys([*log.going, *log.written_later]))
    return [
        f"""
        CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'UPDATE' THEN
                IF to_jsonb(NEW) - ARRAY[{going}] = to_jsonb(OLD) - ARRAY[{going}]
                    AND {_may_go(log, is_same)}
                THEN
                    RETURN NEW;
                END IF;
            END IF;
            RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'restrict_violation';
        END $$
        """,
        f"CREATE TRIGGER {table}_rows_stay BEFORE {acts} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()",
        f"CREATE TRIGGER {table}_stays BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()",
    ]
