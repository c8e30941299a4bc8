"""``manage.py import_disqus FILE…``: bring comments from Disqus to the articles that are here."""

from __future__ import annotations

from typing import Any

from forum.discussion.importers.disqus import read_disqus
from forum.discussion.importers.matching import ByLikeness
from forum.discussion.importers.running import ExportCommand, publisher
from forum.discussion.importers.spool import Spool
from forum.discussion.importers.tally import Tally
from forum.discussion.importers.writing import Importer


class Command(ExportCommand):
    help = (
        "Import comments from a Disqus export to the articles that are here already. "
        "Safe to run twice."
    )

    def bring(self, options: dict[str, Any]) -> Tally:
        importer = publisher(options["author"])
        people, mapped = self.people(options), self.map(options)
        with Spool() as spool:
            self.keep(
                spool,
                options,
                lambda stream, _number: read_disqus(
                    stream, site=options["site"], emails=options["match_emails"]
                ),
            )
            return Importer(
                spool,
                importer=importer,
                match=ByLikeness(mapped),
                create=False,
                people=people,
                dry_run=options["dry_run"],
            ).run()
