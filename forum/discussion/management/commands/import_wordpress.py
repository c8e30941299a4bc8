"""``manage.py import_wordpress FILE…``: bring the articles and comments of a WordPress site."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from forum.discussion.importers.matching import ByMap
from forum.discussion.importers.running import ExportCommand, publisher, time_zone
from forum.discussion.importers.spool import Spool
from forum.discussion.importers.tally import Tally
from forum.discussion.importers.wordpress import read_wordpress
from forum.discussion.importers.writing import Importer


class Command(ExportCommand):
    help = "Import articles and comments from WordPress (Tools → Export). Safe to run twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--pages", action="store_true", help="pages too, not only posts")
        parser.add_argument(
            "--drafts",
            action="store_true",
            help="drafts too, and what is private or behind a password: all as drafts here",
        )
        parser.add_argument("--pingbacks", action="store_true", help="pingbacks and trackbacks too")
        parser.add_argument(
            "--time-zone",
            default="UTC",
            metavar="NAME",
            help="of dates that the export has in local time only, such as Europe/Berlin",
        )

    def bring(self, options: dict[str, Any]) -> Tally:
        importer, zone = publisher(options["author"]), time_zone(options["time_zone"])
        people, mapped = self.people(options), self.map(options)
        with Spool() as spool:
            self.keep(
                spool,
                options,
                lambda stream, number: read_wordpress(
                    stream,
                    file=str(number),
                    site=options["site"],
                    zone=zone,
                    pages=options["pages"],
                    pingbacks=options["pingbacks"],
                    emails=options["match_emails"],
                ),
            )
            return Importer(
                spool,
                importer=importer,
                match=ByMap(mapped),
                create=True,
                people=people,
                drafts=options["drafts"],
                dry_run=options["dry_run"],
            ).run()
