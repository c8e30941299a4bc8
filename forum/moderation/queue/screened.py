"""What the steps of screening found of a text, as the priority of its case counts it."""

from __future__ import annotations

from forum.moderation.priority import Signal
from forum.screening.models import Signal as Found
from forum.screening.outcomes import weight


def findings_of(post: int) -> list[Signal]:
    """What was found of the current words of ``post``, each step with its points."""
    found = Found.objects.filter(revision__post=post, revision__superseded_at=None, score__gt=0)
    return [Signal(step, weight(score)) for step, score in found.values_list("step", "score")]
