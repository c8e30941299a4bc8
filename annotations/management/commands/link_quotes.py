"""``manage.py link_quotes``: link the quotes in responses that were written before they were."""

from __future__ import annotations

from django.core.management.base import BaseCommand
from django.db import transaction

from annotations.models import Quotation
from annotations.quotations.quoting import catch_up, link
from forum.discussion.models import Kind, Revision
from forum.discussion.writing.revisions import bump_activity


class Command(BaseCommand):
    """Look through the present words of every response that has no links yet."""

    help = "Link the quotes in older responses to their passages. Running it again is harmless."

    def handle(self, *args: object, **options: object) -> None:
        current = Revision.objects.current().filter(post__kind=Kind.COMMENT, post__note=None)
        looked = linked = quotes = placed = 0
        unlinked = current.filter(quotations=None).order_by("pk")
        for pk in list(unlinked.values_list("pk", flat=True)):
            with transaction.atomic():
                # Held, for whoever edits it at this moment links it too.
                held = Revision.objects.select_for_update(no_key=True, of=("self",)).current()
                revision = held.filter(pk=pk).select_related("post").first()
                found = link(revision) if revision and not revision.quotations.exists() else []
                if revision and found:
                    bump_activity(revision.post)
            looked += 1
            linked += bool(found)
            quotes += len(found)
        behind = Quotation.objects.filter(comment_revision__superseded_at=None).exclude(
            placements__revision__superseded_at=None
        )
        for revision in current.filter(quotations__in=behind).distinct():
            placed += catch_up(revision)
        self.stdout.write(
            f"{looked} responses looked at, {quotes} quotes linked in {linked} of them."
        )
        if placed:
            self.stdout.write(f"{placed} quotes placed in a text that was revised meanwhile.")
