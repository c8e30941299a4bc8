"""``manage.py send_outbox``: send the e-mails that wait, for a timer to run."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError

from forum.notifications.models import Notification
from forum.notifications.outbox import deliver_outbox


class Command(BaseCommand):
    """Deliver batches until nothing waits, or until the mail server takes no more."""

    help = "Send every e-mail that waits. Fails, with how many are left, when some cannot leave."

    def handle(self, *args: object, **options: object) -> None:
        waiting = Notification.objects.filter(emailed_at=None).order_by("pk")
        sent, tried = 0, None
        while (oldest := waiting.values_list("pk", flat=True).first()) is not None:
            # Batches start with the oldest: if it is still there, it could not leave.
            if oldest == tried:
                raise CommandError(f"Sent {sent}; {waiting.count()} did not leave and are kept.")
            tried = oldest
            sent += deliver_outbox.call()
        self.stdout.write(f"Sent {sent}." if sent else "Nothing to send.")
