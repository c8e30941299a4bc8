"""What would come of a decision, or of the answer to an appeal, before it is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from forum.accounts.models import User
from forum.discussion.models import State
from forum.moderation.appealing import clears, decide_appeal
from forum.moderation.deciding import decide
from forum.moderation.models import Action, Appeal, Case, Party
from forum.moderation.statement import Statement, how_decided, statement_of


@dataclass(frozen=True, slots=True)
class Preview:
    """The statement of reasons; ``None`` where nobody would be told."""

    statement: Statement | None
    how_decided: str = ""


def preview(*, moderator: User, case: Case, **choice: Any) -> Preview:
    """What the author would read if ``moderator`` decided ``case`` so. Raises what ``decide`` does.

    It is decided, looked at and taken back in one transaction, so that what is shown, or refused,
    cannot be anything but what would be.
    """
    with transaction.atomic():
        decision = decide(moderator=moderator, case=case, **choice)
        statement = statement_of(decision, Party.AUTHOR)
        transaction.set_rollback(True)
    if decision.action == Action.ESCALATE:
        return Preview(None)
    return Preview(statement, how_decided(statement))


def preview_answer(*, moderator: User, appeal: Appeal, **choice: Any) -> Preview:
    """What the author would read of what stands, if ``moderator`` decided ``appeal`` so; found in
    the same way. Raises what ``decide_appeal`` does."""
    with transaction.atomic():
        decided = decide_appeal(moderator=moderator, appeal=appeal, **choice)
        statement = statement_of(decided.result or decided.contested, Party.AUTHOR)
        transaction.set_rollback(True)
    appeal.refresh_from_db()
    return Preview(statement, how_decided(statement))


def overturning(appeal: Appeal) -> str:
    """What would be left if ``appeal`` were overturned, in words for whoever decides it. Two
    queries at most."""
    decision = appeal.contested
    before = State(decision.state_before)
    if clears(appeal):
        if before in (State.HELD, State.HIDDEN):
            said = _(
                "Overturned, it is published, although it waited before: you have reviewed it."
            )
        else:
            said = _("Overturned, it stands as before.")
        return (
            said
            + " "
            + _(
                "Its words count as reviewed: more flags on them change nothing until the words do."
            )
        )
    if appeal.party == Party.AUTHOR and before == State.REMOVED:
        return _("Overturned, it stays removed, as decided before that; the case is open again.")
    return _("Overturned, it is as it was before (%(state)s); the case is open again.") % {
        "state": before.label
    }
