"""``manage.py seed_demo``: articles, people and discussions to try the site with."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from annotations.demo.logins import logins_notice
from annotations.demo.seed import DemoError, is_empty, seed


class Command(BaseCommand):
    """Fill an empty site; touch no other."""

    help = "Fill an empty site with the demo. Its people's password is public: never on a live one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing, instead of failing, if it is not"
        )
        parser.add_argument(
            "--logins", action="store_true", help="print the logins that the demo's password opens"
        )

    def handle(self, *args: object, **options: Any) -> None:
        if is_empty():
            try:
                seed()
            except DemoError as error:
                raise CommandError(str(error)) from None
        elif not options["if_empty"]:
            raise CommandError("This site has people or articles already; the demo is left out.")
        if options["logins"] and (notice := logins_notice()):
            self.stdout.write(notice)
