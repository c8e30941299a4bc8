"""``manage.py erase_account USERNAME --posts erased``: for whoever asks those who run the site."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from forum.accounts.erasing import erase_account
from forum.accounts.models import Leaving, User
from forum.lib.errors import PostilError


class Command(BaseCommand):
    help = "Erase an account, as its owner can on their own page. It cannot be undone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument(
            "--posts",
            required=True,
            choices=Leaving.values,
            help="erased: their words go; kept: their words stay, without the name",
        )

    def handle(self, *args: Any, username: str, posts: str, **options: Any) -> None:
        person = User.objects.filter(username=username).first()
        if person is None:
            raise CommandError(f"There is no user “{username}”.")
        try:
            erase_account(person=person, posts=posts)
        except PostilError as error:
            raise CommandError(error.message) from None
        self.stdout.write(f"Account {person.pk} is erased.")
