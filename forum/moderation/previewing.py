"""What the author of a post would read of a decision, before it is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from forum.accounts.models import User
from forum.moderation.deciding import decide
from forum.moderation.models import Action, Case, Party
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
