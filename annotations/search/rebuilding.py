"""Making everything that is on the site be found, as if it were written anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.apps import apps
from django.db import transaction

from forum.discussion.search.index import Entry, write_entries

BATCH = 200


def rebuild(get_model: Callable[[str, str], Any] = apps.get_model) -> int:
    """Write the search entry of every post anew, in transactions of a few; return how many.

    ``get_model`` gives the models as they are, or as they were for a migration.
    """
    current = get_model("discussion", "Revision")._base_manager.filter(superseded_at=None)
    last = written = 0
    while True:
        with transaction.atomic():
            # Held, so that nobody edits a post between the reading and the writing.
            batch = current.select_for_update(no_key=True).filter(pk__gt=last).order_by("pk")
            rows = list(batch.values_list("pk", "post_id", "text")[:BATCH])
            headings = _headings(get_model, [post for _, post, _ in rows])
            write_entries(Entry(post, headings.get(post, ""), text) for _, post, text in rows)
        written += len(rows)
        if len(rows) < BATCH:
            return written
        last = rows[-1][0]


def _headings(get_model: Callable[[str, str], Any], posts: Sequence[int]) -> dict[int, str]:
    articles = get_model("discussion", "Article")._base_manager.filter(pk__in=posts)
    above = articles.values_list("pk", "title", "byline", "standfirst")
    headings = {pk: "\n".join(lines) for pk, *lines in above}
    notes = get_model("annotations", "Annotation")._base_manager.filter(pk__in=posts)
    return headings | dict(notes.values_list("pk", "quote"))
