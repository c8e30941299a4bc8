"""``manage.py send_outbox``: send the e-mails that wait, for a timer to run."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError, CommandParser

from forum.guests.actions import forget
from forum.guests.letters import deliver_letters, late_letters, try_letters_at_once
from forum.moderation.notices.actions import forget_notifiers
from forum.notifications.outbox import deliver_outbox, late, try_at_once
from forum.screening.feedback import send_feedback
from forum.screening.refusals import forget_refusals


class Command(BaseCommand):
    """Deliver what is due, until nothing is or until the mail server takes no more."""

    help = "Send every e-mail that is due. Fails, with how many are late, when some did not leave."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--now",
            action="store_true",
            help="also those that did not leave and would be tried again later",
        )

    def handle(self, *args: object, now: bool, **options: object) -> None:
        if now:
            try_at_once()
            try_letters_at_once()
        forget()
        send_feedback.call()
        forget_notifiers()
        forget_refusals()
        sent = deliver_letters.call()
        while just := deliver_outbox.call():
            sent += just
        if left := late() + late_letters():
            raise CommandError(f"Sent {sent}; {left} did not leave and are kept.")
        self.stdout.write(f"Sent {sent}." if sent else "Nothing to send.")
