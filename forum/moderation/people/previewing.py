"""What would come of the answer to an appeal against a sanction, before it is given."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from forum.accounts.models import User
from forum.moderation.models import Appeal, Sanction
from forum.moderation.people.appealing import decide_sanction_appeal
from forum.moderation.people.telling import answer_letter


def preview_answer(*, moderator: User, appeal: Appeal, **choice: Any) -> str:
    """What the person would read if ``moderator`` decided ``appeal`` so, in the language at hand.
    Raises what ``decide_sanction_appeal`` does.

    It is decided, looked at and taken back in one transaction, so that what is shown, or refused,
    cannot be anything but what would be.
    """
    written: list[str] = []

    def keep(
        answered: Appeal,
        _judges: Iterable[User],
        *,
        own: bool,
        revived: int,
        instead: Sanction | None,
    ) -> None:
        against = answered.sanction
        assert against is not None  # noqa: S101  # it has been decided
        _subject, body = answer_letter(answered, against, own=own, revived=revived, instead=instead)
        written.append(body)

    with transaction.atomic():
        decide_sanction_appeal(moderator=moderator, appeal=appeal, told=keep, **choice)
        transaction.set_rollback(True)
    appeal.refresh_from_db()
    return written[-1]
