"""Second looks: what waits for one, and saying what one would have decided."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from forum.accounts.models import User
from forum.discussion.models import Kind, Post
from forum.lib.errors import Conflict
from forum.lib.interface import spoken_by_site
from forum.lib.text import NOTE_LIMIT, check_choice, clean_source
from forum.moderation.effects import OF_NOTES, tags_of, tags_offered
from forum.moderation.models import Action, Decision, EventKind, Rule, SecondReview
from forum.moderation.record import log
from forum.moderation.roles.scope import within
from forum.moderation.transitions import actions_on
from forum.permissions import require

#: What is not asked for a second time: it leaves the matter to others.
_NOT_ASKED = (Action.ESCALATE, Action.REVERSE, Action.LOCK, Action.UNLOCK)


def choices_of(review: SecondReview) -> list[str]:
    """What could have been decided, of what was as it was then. A query where it is a note."""
    decision = review.decision
    pointless: set[str] = set(_NOT_ASKED)
    if decision.case.post.kind != Kind.ANNOTATION:
        pointless |= set(OF_NOTES)
    else:
        was_hidden = _earlier(decision, "note_hidden")
        pointless.add(Action.HIDE_NOTE if was_hidden and was_hidden[1] else Action.SHOW_NOTE)
    return [action for action in actions_on(decision.state_before) if action not in pointless]


def tags_then(review: SecondReview) -> list[str]:
    """The labels of the tags that the note had which was decided about; nothing of anything else.

    Three queries at most.
    """
    decision, post = review.decision, review.decision.case.post
    if post.kind != Kind.ANNOTATION:
        return []
    changed = decision.case.decisions.filter(pk__gte=decision.pk, effect__has_key="tags")
    first = changed.order_by("pk").first()
    slugs = first.effect["tags"][0] if first else tags_of(post)
    labels = dict(tags_offered(post))
    return [labels.get(slug, slug) for slug in slugs]


def _earlier(decision: Decision, effect: str) -> list[Any]:
    """What was changed last before ``decision``: before and after; empty if nothing was."""
    before = decision.case.decisions.filter(pk__lt=decision.pk, effect__has_key=effect)
    last = before.order_by("-pk").first()
    found: list[Any] = last.effect[effect] if last else []
    return found


def waiting_for(moderator: User) -> QuerySet[SecondReview]:
    """What waits for a second look that ``moderator`` can take, in the order it was drawn."""
    readable = Post.objects.visible_to(moderator).exclude(author=moderator)
    return (
        SecondReview.objects.filter(
            within(moderator, "decision__case__post"),
            Exists(readable.filter(pk=OuterRef("decision__case__post"))),
            reviewed_at=None,
        )
        .exclude(decision__moderator=moderator)
        .order_by("pk")
    )


def say(
    *,
    reviewer: User,
    review: SecondReview,
    action: str,
    rule: Rule | None = None,
    note: str = "",
) -> SecondReview:
    """Keep what ``reviewer`` would have decided. Nothing else changes by it.

    Raises ``Refused`` naming ``action``, ``Conflict`` where somebody else has said it already.
    """
    require(reviewer, "review.say", review)
    check_choice(action, choices_of(review), field="action")
    note = clean_source(note, field="note", limit=NOTE_LIMIT, required=False).strip()
    agrees = action == review.decision.action
    with transaction.atomic():
        said = SecondReview.objects.filter(pk=review.pk, reviewed_at=None).update(
            reviewer=reviewer,
            reviewer_name=reviewer.public_name,
            action=action,
            rule=rule,
            note=note,
            agrees=agrees,
            reviewed_at=timezone.now(),
        )
        if not said:
            raise Conflict(_("Somebody else has looked at this a second time already."))
        with spoken_by_site():
            detail = _("They agree.") if agrees else _("They would have decided otherwise.")
        log(review.decision.case, EventKind.REVIEWED, reviewer, detail)
    review.refresh_from_db()
    return review
