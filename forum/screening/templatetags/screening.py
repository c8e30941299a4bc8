"""What the screening found, on a moderator's page."""

from __future__ import annotations

from typing import Any

from django import template

from forum.discussion.models import Revision
from forum.permissions import can
from forum.screening import reading

register = template.Library()


@register.inclusion_tag("screening/signals.html", takes_context=True)
def signals_of(context: template.Context, revision: Revision | None) -> dict[str, Any]:
    """The signals of ``revision``, which whoever reads the page may read."""
    reader = context["user"]
    return {
        "signals": reading.signals_of(revision, reader) if revision else None,
        "edits_words": can(reader, "words.edit"),
        # What veils words asks for both.
        "user": reader,
        "request": context.get("request"),
    }
