"""What may hang on what among posts, where one row has to look at another: triggers.

A response, and an annotation, hangs on an article or on a response to it. A reply hangs on its
note or on another reply to it; its note is an annotation under the same article, for the same
audience. The words of a note may be those of a response under the same article. What others hang
on, or take their words from, stays of its kind, in its thread, under its article and where it
hangs, so that nothing comes to hang on itself; a note with replies has its audience for good. The
database refuses everything else with an ``IntegrityError``, whoever asks. It looks at what is
committed: a reply and a change of its note that are written in the same moment are for the code
above to keep apart.

On SQLite an altered table is a new one, and has lost its triggers: a migration that alters the
table of posts ends with ``install``. Migrations since 0003 call it as it is today, so it may name
no column that was not there in 0003: triggers that need one are written anew in their migration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_REFUSAL = "a post hangs on what it cannot hang on"
#: The columns that decide it.
_COLUMNS = "kind, parent_id, note_id, note_from_id, root_id, audience, course_id"
#: ``{same}`` compares two columns that may both be NULL.
_MAY_HANG = """
    NEW.parent_id <> NEW.id AND EXISTS (
        SELECT 1 FROM discussion_post AS above
        WHERE above.id = NEW.parent_id AND COALESCE(above.root_id, above.id) = NEW.root_id AND (
            (NEW.note_id IS NULL AND above.note_id IS NULL AND above.kind <> 'annotation')
            OR above.id = NEW.note_id
            OR above.note_id = NEW.note_id
        )
    ) AND (NEW.note_id IS NULL OR EXISTS (
        SELECT 1 FROM discussion_post AS note
        WHERE note.id = NEW.note_id AND note.kind = 'annotation'
            AND note.root_id = NEW.root_id AND note.audience = NEW.audience
            AND note.course_id {same} NEW.course_id
    )) AND (NEW.note_from_id IS NULL OR EXISTS (
        SELECT 1 FROM discussion_post AS source
        WHERE source.id = NEW.note_from_id AND source.root_id = NEW.root_id
            AND source.kind = 'comment' AND source.note_id IS NULL
    ))
"""
#: An article hangs on nothing; what hangs on it holds it all the same.
_REFUSED = f"NEW.parent_id IS NOT NULL AND NOT ({_MAY_HANG})"
#: ``{other}`` tells two columns apart that may both be NULL. What has changed is looked at first:
#: there are posts below in hardly any update.
_HELD = """
    (
        NEW.kind <> OLD.kind OR NEW.root_id {other} OLD.root_id
        OR NEW.note_id {other} OLD.note_id OR NEW.parent_id {other} OLD.parent_id
    ) AND EXISTS (
        SELECT 1 FROM discussion_post AS below
        WHERE below.parent_id = OLD.id OR below.note_id = OLD.id OR below.note_from_id = OLD.id
    )
    OR (NEW.audience <> OLD.audience OR NEW.course_id {other} OLD.course_id)
    AND EXISTS (SELECT 1 FROM discussion_post AS below WHERE below.note_id = OLD.id)
"""


def install(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Watch the table of posts. Installing twice changes nothing."""
    remove(schema_editor)
    postgresql = schema_editor.connection.vendor == "postgresql"
    for statement in _postgresql() if postgresql else _sqlite():
        schema_editor.execute(statement)


def remove(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Stop watching, if anything does."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER IF EXISTS post_hangs ON discussion_post")
        schema_editor.execute("DROP FUNCTION IF EXISTS post_may_hang()")
    else:
        schema_editor.execute("DROP TRIGGER IF EXISTS post_hangs_insert")
        schema_editor.execute("DROP TRIGGER IF EXISTS post_hangs_update")


def _sqlite() -> list[str]:
    refused = _REFUSED.format(same="IS")
    held = _HELD.format(other="IS NOT")
    refuse = f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
    return [
        f"CREATE TRIGGER {name} BEFORE {act} ON discussion_post WHEN {when} {refuse}"
        for name, act, when in (
            ("post_hangs_insert", "INSERT", refused),
            ("post_hangs_update", f"UPDATE OF {_COLUMNS}", f"{refused} OR {held}"),
        )
    ]


def _postgresql() -> list[str]:
    refused = _REFUSED.format(same="IS NOT DISTINCT FROM")
    held = _HELD.format(other="IS DISTINCT FROM")
    return [
        f"""
        CREATE FUNCTION post_may_hang() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF {refused} THEN
                RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            IF TG_OP = 'UPDATE' THEN
                IF {held} THEN
                    RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';
                END IF;
            END IF;
            RETURN NEW;
        END $$
        """,
        f"CREATE TRIGGER post_hangs BEFORE INSERT OR UPDATE OF {_COLUMNS} ON discussion_post "
        "FOR EACH ROW EXECUTE FUNCTION post_may_hang()",
    ]
