"""``manage.py rebuild_search``: let everything be found again."""

from __future__ import annotations

from django.core.management.base import BaseCommand

from annotations.search.rebuilding import rebuild


class Command(BaseCommand):
    """Needed only where the database was changed by hand: whoever writes here is found at once."""

    help = "Write the search entry of every post anew. Safe while the site is in use."

    def handle(self, *args: object, **options: object) -> None:
        self.stdout.write(f"{rebuild()} posts can be found.")
