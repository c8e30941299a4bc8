"""What the database needs to find words: on SQLite an FTS5 table, on PostgreSQL a tsvector.

Neither parts or folds words: that is done before, for both (``forum.lib.searchwords``). On SQLite
an altered table is a new one, and has lost its triggers: a migration that alters
``discussion_searchentry`` ends with ``install``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_SQLITE = [
    # Tokens are what stands between spaces: all but ASCII punctuation is part of one.
    """
    CREATE VIRTUAL TABLE discussion_searchwords USING fts5(
        heading, body, content='discussion_searchentry', content_rowid='post_id', tokenize='ascii'
    )
    """,
    "INSERT INTO discussion_searchwords(discussion_searchwords) VALUES('rebuild')",
    """
    CREATE TRIGGER discussion_searchentry_added AFTER INSERT ON discussion_searchentry BEGIN
        INSERT INTO discussion_searchwords(rowid, heading, body)
        VALUES (NEW.post_id, NEW.heading, NEW.body);
    END
    """,
    """
    CREATE TRIGGER discussion_searchentry_removed AFTER DELETE ON discussion_searchentry BEGIN
        INSERT INTO discussion_searchwords(discussion_searchwords, rowid, heading, body)
        VALUES ('delete', OLD.post_id, OLD.heading, OLD.body);
    END
    """,
    """
    CREATE TRIGGER discussion_searchentry_changed AFTER UPDATE ON discussion_searchentry BEGIN
        INSERT INTO discussion_searchwords(discussion_searchwords, rowid, heading, body)
        VALUES ('delete', OLD.post_id, OLD.heading, OLD.body);
        INSERT INTO discussion_searchwords(rowid, heading, body)
        VALUES (NEW.post_id, NEW.heading, NEW.body);
    END
    """,
]
_POSTGRESQL = [
    "ALTER TABLE discussion_searchentry ADD COLUMN vector tsvector NOT NULL DEFAULT ''",
    "CREATE INDEX searchentry_words ON discussion_searchentry USING gin (vector)",
]


def install(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make what finds the words of entries. Installing twice changes nothing."""
    remove(schema_editor)
    vendor = schema_editor.connection.vendor
    for statement in _POSTGRESQL if vendor == "postgresql" else _SQLITE:
        schema_editor.execute(statement)


def remove(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take it away again, where it is."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX IF EXISTS searchentry_words")
        schema_editor.execute("ALTER TABLE discussion_searchentry DROP COLUMN IF EXISTS vector")
        return
    for act in ("added", "removed", "changed"):
        schema_editor.execute(f"DROP TRIGGER IF EXISTS discussion_searchentry_{act}")
    schema_editor.execute("DROP TABLE IF EXISTS discussion_searchwords")
