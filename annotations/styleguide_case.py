"""A case on the styleguide as moderators see it: decided once, and opened again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from forum.discussion.models import Revision
from forum.lib.diff import word_diff
from forum.lib.html import Format
from forum.lib.html import render as render_text
from forum.moderation.forms import DecisionForm
from forum.moderation.transitions import actions_on


def case_context() -> dict[str, Any]:
    """What the parts of a case's page want."""
    hours = [timezone.now() - timedelta(hours=back) for back in (50, 30, 4)]
    article = {"title": "Who pays for the bridge", "get_absolute_url": "#case-part"}
    post = {
        "pk": 1,
        "kind": "comment",
        "noun": "response",
        "number": 3,
        "parent_id": 1,
        "root_id": 1,
        "root": {"article": article | {"standfirst": "It is who pays when it is gone."}},
        "author_name": "Bob Cratchit",
        "created_at": hours[0],
        "state": "hidden",
        "get_state_display": "Hidden",
        "get_absolute_url": "#case-part",
    }
    earlier, current = (
        _revision(1, "You have never waited for a bus.", hours[0]),
        _revision(2, "Whoever wrote this has *never* waited for a bus.", hours[1]),
    )
    decision = {
        "get_action_display": "Keep",
        "rule": {"number": 1, "title": "Argue with the words", "version": 2},
        "reason": "It is sharp, and about the argument.",
        "note": "Look again if it goes on.",
        "moderator_name": "Carol Kidd",
        "created_at": hours[1],
        "revision": {"number": 1},
        "get_state_before_display": "Hidden",
        "get_state_after_display": "Published",
    }
    flag = {
        "get_reason_display": "It attacks somebody",
        "note": "This is about the author, not about the bridge.",
        "flagger_name": "Ada Byron",
        "created_at": hours[2],
        "revision": {"number": 1, "superseded_at": hours[1]},
    }
    form = DecisionForm(auto_id="case_%s")
    form.offer("hidden", actions_on("hidden"))
    return {
        "case": {"pk": 1},
        "post": post,
        "is_open": True,
        "decision": form,
        "version": 4,
        "file": {
            "current": current,
            "earlier_texts": [
                {
                    "revision": earlier,
                    "flags": 1,
                    "changes": word_diff(earlier.text, current.text),
                }
            ],
            "flags": [{"flag": flag, "record": {"raised": 5, "agreed": 3, "disagreed": 1}}],
            "author": {"joined": hours[0], "posts": 12, "removed": 1, "kept": 2},
            "earlier_decisions": [decision],
            "events": [
                {
                    "get_kind_display": "Opened again",
                    "actor_name": "Carol Kidd",
                    "created_at": hours[2],
                    "detail": "The words have changed.",
                }
            ],
        },
    }


def _revision(number: int, source: str, written: Any) -> Revision:
    rendered = render_text(source, format=Format.COMMENT)
    return Revision(number=number, html=rendered.html, text=rendered.text, created_at=written)
