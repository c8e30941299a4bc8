"""``manage.py export_statements``: statements of reasons for the Transparency Database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import chain, islice
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.dateparse import parse_date

from forum.moderation.models import Event, EventKind
from forum.moderation.transparency.measures import statements
from forum.moderation.transparency.sanctions import statements_of_people
from forum.moderation.transparency.schema import BATCH, faults


class Command(BaseCommand):
    """Write one statement a line, as JSON, in the form that the database's API takes."""

    help = (
        "Write the statements of reasons (article 17 of the Digital Services Act) as JSON lines, "
        "as the Transparency Database takes them. Asked again, each has the same puid."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", type=_day, help="from this day on (2026-01-31)")
        parser.add_argument("--until", type=_day, help="before this day")
        parser.add_argument(
            "--batches",
            action="store_true",
            help=f"each line is the body of one request, with {BATCH} statements at most",
        )

    def handle(
        self,
        *args: object,
        since: datetime | None,
        until: datetime | None,
        batches: bool,
        **options: object,
    ) -> None:
        refused: list[str] = []
        taken = _taken(chain(statements(since, until), statements_of_people(since, until)), refused)
        number = 0
        if batches:
            while batch := list(islice(taken, BATCH)):
                self._write({"statements": batch})
                number += len(batch)
        else:
            for statement in taken:
                self._write(statement)
                number += 1
        Event.objects.create(
            kind=EventKind.EXPORTED, actor_name="export_statements", detail=f"{number}"
        )
        if refused:
            raise CommandError("\n".join(refused))

    def _write(self, said: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(said, ensure_ascii=False))


def _taken(found: Iterator[dict[str, Any]], refused: list[str]) -> Iterator[dict[str, Any]]:
    """Those that the database takes; of each of the others a line is added to ``refused``, and it
    does not keep the others."""
    for statement in found:
        if wrong := faults(statement):
            refused.append(f"{statement['puid']}: {'; '.join(wrong)}")
        else:
            yield statement


def _day(written: str) -> datetime:
    try:
        day = parse_date(written)
    except ValueError:
        day = None
    if day is None:
        raise CommandError(f"{written} is no day; write it as 2026-01-31.")
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
