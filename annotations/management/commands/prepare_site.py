"""``manage.py prepare_site``: whatever stands between this folder and a site that can be served.

``script/server`` runs it at every start, so it looks before it works, and imports what it needs
only where something is to be done.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from annotations.demo.logins import logins_notice


class Command(BaseCommand):
    """Migrate, set up, collect static files, seed the demo: each only if it is needed."""

    help = "Make the site ready to be served. Safe to run at every start."
    #: They import every page of the site, which takes longer than all the rest.
    requires_system_checks = []

    def handle(self, *args: object, **options: object) -> None:
        try:
            self._migrate()
            call_command("setup_site")
            self._seed()
            notice = logins_notice()
        except DatabaseError as error:
            raise CommandError(_unreachable(error)) from None
        self._collect_static()
        if notice:
            self.stdout.write(notice)

    def _migrate(self) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Preparing the database …")
            call_command("migrate", verbosity=0, interactive=False, skip_checks=True)

    def _seed(self) -> None:
        if not settings.SEED_DEMO:
            return
        from annotations.demo.seed import is_empty

        if is_empty():
            self.stdout.write("Making the demo …")
            call_command("seed_demo", if_empty=True)

    def _collect_static(self) -> None:
        stamp = settings.DATA_DIR / "static.stamp"
        found = _static_fingerprint()
        collected = Path(settings.STATIC_ROOT, "staticfiles.json").is_file()
        if collected and stamp.is_file() and stamp.read_text() == found:
            return
        self.stdout.write("Collecting static files …")
        call_command("collectstatic", verbosity=0, interactive=False, skip_checks=True)
        stamp.write_text(found)


def _static_fingerprint() -> str:
    """Changes whenever a static file of ours or of a package comes, goes or is written."""
    seen = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list(ignore_patterns=[]):
            status = Path(storage.path(path)).stat()
            seen.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return seen.hexdigest()


def _unreachable(error: DatabaseError) -> str:
    reason = (str(error).strip() or type(error).__name__).splitlines()[0]
    where = settings.DATABASES["default"]
    if where["ENGINE"].endswith("sqlite3"):
        return f"The database {where['NAME']} cannot be used: {reason}."
    return f"The database cannot be used: {reason}. Is DATABASE_URL right, and does it run?"
