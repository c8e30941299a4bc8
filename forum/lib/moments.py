"""Times as they are stored, for queries of many rows of which few are looked at."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db.models import TextField
from django.db.models.functions import Cast


def moment(path: str) -> Cast:
    """The time in the column at ``path`` as text, which costs nothing; ``read_moment`` reads it.

    Making a time of each would cost as much as the rest of its row.
    """
    return Cast(path, TextField())


def read_moment(text: str) -> datetime:
    """The time that a query gave as text. Databases keep UTC, and not all of them say so."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
