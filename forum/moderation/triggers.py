"""What keeps a log from being rewritten: triggers, here on decisions and case events.

A row may be added. After that nothing in it changes, except that the account it names may go
(the name itself stays), and no row is ever deleted. The database refuses, whoever asks: the
ORM, the admin, SQL typed by hand. Each refusal is an ``IntegrityError``.

The triggers look at the columns a table has when they are installed. A migration that alters
one of these tables therefore removes them first and installs them again afterwards; on SQLite
an altered table is a new one, and has lost them anyway.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor

#: Each protected table of this app, with the one column that may still be set to NULL. Another
#: app brings its own.
TABLES = {
    "moderation_decision": "moderator_id",
    "moderation_caseevent": "actor_id",
}


def install(schema_editor: BaseDatabaseSchemaEditor, tables: Mapping[str, str] = TABLES) -> None:
    """Protect ``tables``. Installing twice changes nothing."""
    remove(schema_editor, tables)
    for table, account in tables.items():
        if schema_editor.connection.vendor == "postgresql":
            statements = _postgresql(table, account)
        else:
            statements = _sqlite(table, account, _columns(schema_editor, table))
        for statement in statements:
            schema_editor.execute(statement)


def remove(schema_editor: BaseDatabaseSchemaEditor, tables: Iterable[str] = TABLES) -> None:
    """Lift the protection of ``tables``, where there is one."""
    for table in tables:
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


def _sqlite(table: str, account: str, columns: list[str]) -> list[str]:
    changed = " OR ".join(
        f'NEW."{name}" IS NOT OLD."{name}"' for name in columns if name != account
    )
    renamed = f'(NEW."{account}" IS NOT NULL AND NEW."{account}" IS NOT OLD."{account}")'
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    return [
        f"CREATE TRIGGER {table}_refuses_update BEFORE UPDATE ON {table} "
        f"WHEN {changed} OR {renamed} {refuse}",
        f"CREATE TRIGGER {table}_refuses_delete BEFORE DELETE ON {table} {refuse}",
        # REPLACE deletes the row in its way without telling the trigger above.
        f"CREATE TRIGGER {table}_refuses_replace BEFORE INSERT ON {table} "  # noqa: S608
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) {refuse}",
    ]


def _postgresql(table: str, account: str) -> list[str]:
    return [
        f"""
        CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'UPDATE' THEN
                IF to_jsonb(NEW) - '{account}' = to_jsonb(OLD) - '{account}'
                    AND (NEW.{account} IS NULL OR NEW.{account} = OLD.{account})
                THEN
                    RETURN NEW;
                END IF;
            END IF;
            RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'restrict_violation';
        END $$
        """,
        f"CREATE TRIGGER {table}_rows_stay BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()",
        f"CREATE TRIGGER {table}_stays BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()",
    ]
