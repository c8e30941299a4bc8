"""What the rows of a person's own data are made with: pieces of tables, times and addresses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db.models import Model, QuerySet

from forum.lib.addresses import address_of

#: Posts, and other rows, read at once.
CHUNK = 200

Row = dict[str, Any]


def utc(moment: datetime | None) -> str | None:
    """A time as the file has it."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="seconds").removesuffix("+00:00") + "Z"


def chunks(rows: QuerySet[Any], size: int = CHUNK) -> Iterator[list[Any]]:
    """``rows`` by key, ``size`` of them at a time."""
    # Not by an open cursor: whoever has a slow line would hold it open for minutes.
    last = 0
    rows = rows.order_by("pk")
    while found := list(rows.filter(pk__gt=last)[:size]):
        yield found
        if len(found) < size:
            return
        row: Model = found[-1]
        last = row.pk


def address(name: str, pk: int) -> str:
    """The whole address of what has the key ``pk`` at the route ``name``."""
    return settings.SITE_URL + address_of(name, pk)
