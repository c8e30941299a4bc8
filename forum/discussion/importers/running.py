"""What the commands that import have in common: their options, and one line for what goes wrong."""

from __future__ import annotations

import json
import sqlite3
from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError

from forum.accounts.models import User
from forum.discussion.importers.matching import read_map
from forum.discussion.importers.people import People, read_people
from forum.discussion.importers.tally import Tally
from forum.discussion.importers.xml_records import open_export
from forum.discussion.models import Article
from forum.lib.errors import PostilError, Refused

if TYPE_CHECKING:
    from forum.discussion.importers.exports import Exported
    from forum.discussion.importers.spool import Spool


class ImportCommand(BaseCommand):
    """A command whose work is ``bring``; what that refuses is one line and exit code 1."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--author", metavar="USERNAME", help="who imports; may publish")
        parser.add_argument("--dry-run", action="store_true", help="write nothing, only count")
        parser.add_argument("--json", action="store_true", help="print the counts as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            tally = self.bring(options)
        except Refused as refusal:
            raise CommandError(f"{refusal.field}: {refusal.message}") from None
        except PostilError as refusal:
            raise CommandError(refusal.message) from None
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            raise CommandError(f"{where}{error.strerror or error}.") from None
        except sqlite3.Error as error:
            # Of the export's copy on disk, not of the site's database, whose errors are Django's.
            raise CommandError(f"The export's temporary copy cannot be kept: {error}.") from None
        if options["json"]:
            counts = tally.as_json(dry_run=options["dry_run"])
            self.stdout.write(json.dumps(counts, indent=2, ensure_ascii=False))
        else:
            self.stdout.write(tally.table(dry_run=options["dry_run"]))

    def bring(self, options: dict[str, Any]) -> Tally:
        """Import, and say what has come of it."""
        raise NotImplementedError


class ExportCommand(ImportCommand):
    """A command that imports the export of another system, with its comments."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "files", nargs="+", type=Path, metavar="FILE", help="the export, .xml or .xml.gz"
        )
        super().add_arguments(parser)
        parser.add_argument(
            "--people",
            type=Path,
            metavar="CSV",
            help="whose posts belong to whom: lines “account there,username here”",
        )
        parser.add_argument(
            "--match-emails",
            action="store_true",
            help="read the addresses of accounts, and give posts to whoever here has verified one",
        )
        parser.add_argument(
            "--map",
            type=Path,
            metavar="CSV",
            help="which article is which: lines “id or address there,slug here”",
        )
        parser.add_argument("--site", default="", help="what the site is called there, if it moved")

    def people(self, options: dict[str, Any]) -> People:
        """Who is who, as the options say."""
        named = read_people(options["people"]) if options["people"] else {}
        return People(named, by_email=options["match_emails"])

    def map(self, options: dict[str, Any]) -> dict[str, Article]:
        """Which article is which, as the options say."""
        return read_map(options["map"]) if options["map"] else {}

    def keep(
        self,
        spool: Spool,
        options: dict[str, Any],
        read: Callable[[BinaryIO, int], Iterable[Exported]],
    ) -> None:
        """Have ``spool`` keep what ``read`` yields of each file, which it is given with its number.

        Raises ``Refused`` naming the file that it is about.
        """
        for number, path in enumerate(options["files"]):
            with open_export(path) as stream:
                try:
                    spool.add(read(stream, number))
                except Refused as refusal:
                    raise Refused(str(path), refusal.message) from None


def publisher(username: str | None) -> User:
    """Who imports: whoever is named, or the site's first admin. Raises ``CommandError``."""
    if username:
        found = User.objects.filter(username=username, is_active=True).first()
        if found is None:
            raise CommandError(f"There is nobody called “{username}” here.")
        return found
    first = User.objects.filter(is_superuser=True, is_active=True).order_by("pk").first()
    if first is None:
        raise CommandError(
            "This site has no admin yet: name the publisher with --author USERNAME, "
            "or run “manage.py createsuperuser” first."
        )
    return first


def time_zone(name: str) -> ZoneInfo:
    """The zone called ``name``. Raises ``CommandError``."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise CommandError(f"“{name}” is no time zone; write one like Europe/Berlin.") from None
