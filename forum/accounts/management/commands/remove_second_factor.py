"""``manage.py remove_second_factor USERNAME``: for who has lost telephone and recovery codes."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import ngettext

from forum.accounts.actions import remove_second_factor
from forum.accounts.models import User


class Command(BaseCommand):
    help = "Let a person log in by the password alone again. Be sure first that it is they who ask."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        person = User.objects.filter(username=username).first()
        if person is None:
            raise CommandError(f"Nobody has the user name {username}.")
        removed = remove_second_factor(person)
        self.stdout.write(
            ngettext(
                "%(count)s app, passkey or set of recovery codes is removed.",
                "%(count)s apps, passkeys and sets of recovery codes are removed.",
                removed,
            )
            % {"count": removed}
        )
