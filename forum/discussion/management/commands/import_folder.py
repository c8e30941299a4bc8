"""``manage.py import_folder FOLDER``: put the articles in a folder on the site, each once."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from forum.discussion.importers.folder import FolderImporter
from forum.discussion.importers.running import ImportCommand, publisher
from forum.discussion.importers.tally import Tally


class Command(ImportCommand):
    help = "Import Markdown, HTML and Word files, with the folders below. Safe to run twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="where the files are")
        super().add_arguments(parser)
        parser.add_argument(
            "--site", default="", help="what the folder is called for the next time; its own name"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        if self.failed:
            failed = "1 file was" if self.failed == 1 else f"{self.failed} files were"
            raise CommandError(f"{failed} not imported; the reasons are above.")

    def bring(self, options: dict[str, Any]) -> Tally:
        folder: Path = options["folder"]
        importer = FolderImporter(
            folder,
            author=publisher(options["author"]),
            site=options["site"] or folder.resolve().name,
            dry_run=options["dry_run"],
        )
        tally = importer.run()
        self.failed = len(importer.failures)
        for name, why in importer.failures:
            self.stderr.write(f"{name}: {why}")
        return tally
