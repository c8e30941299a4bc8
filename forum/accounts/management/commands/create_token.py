"""``manage.py create_token USERNAME``: a key for the API, shown once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from forum.accounts.models import ApiToken, User
from forum.lib.errors import Refused
from forum.lib.text import clean_line


class Command(BaseCommand):
    help = "Make an API token for a person and print its key, which cannot be had again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", default="API", help="what the token is for")

    def handle(self, *args: Any, username: str, name: str, **options: Any) -> None:
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no user “{username}”.")
        if not user.is_active:
            raise CommandError(f"The account “{username}” is closed; its tokens would not work.")
        try:
            name = clean_line(name, field="name", limit=80)
        except Refused as refused:
            raise CommandError(f"--name: {refused.message}") from None
        _, key = ApiToken.issue(user, name=name)
        self.stdout.write(key)
