"""Keeping what was refused, so that a moderator can read why, and no more of it than that.

Whoever is refused may be a program that tries for hours. So the same words of the same person are
one row with a count; of one person, and of all guests together, the latest are kept; there is a
limit to all of them; and after a month none is left.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from forum.accounts.models import User
from forum.discussion.models import Kind, Post
from forum.screening.models import Refusal

if TYPE_CHECKING:
    from forum.screening.outcomes import Finding
    from forum.screening.submission import Step, Submission

#: They are kept so long after the last time.
KEPT = timedelta(days=30)
#: So many of one person, of all guests together, and in all.
OF_ONE, OF_GUESTS, MOST = 20, 200, 1_000
#: Code points of the words that are kept.
TEXT_LIMIT = 4_000
#: Who posts too fast is noted once in so many seconds, whatever they try.
_NOTED_AGAIN = 60
#: What ``pacing`` refuses without having looked at it, each person's in one row.
_TOO_OFTEN = "too-often"


def keep_refusal(
    submission: Submission, findings: Iterable[tuple[Step, Finding]], refused_by: Step
) -> None:
    """Write down that ``refused_by`` refused ``submission``, and what every step found."""
    said, author, text = submission.post, submission.author, submission.words.text
    found = [
        {"step": step.name} | asdict(finding) | {"outcome": finding.outcome.value}
        for step, finding in findings
    ]
    rule = next(one["rule"] for one in found if one["step"] == refused_by.name)
    _keep(
        Refusal(
            author=author,
            author_name=said.author_name,
            article=submission.article,
            post_id=said.pk,
            kind=_kind_of(said),
            step=refused_by.name,
            rule=rule,
            text=text[:TEXT_LIMIT],
            findings=found,
            digest=_digest(submission.field, str(submission.article.pk), text),
        )
    )


def note_too_often(author: User) -> None:
    """Write down that ``author`` may post no more for now, and tried. Now and then, not each time:
    what is refused for its number must cost nothing."""
    if cache.add(f"screening:too-often:{author.pk}", 1, _NOTED_AGAIN):
        _keep(
            Refusal(author=author, author_name=author.public_name, step="rate", digest=_TOO_OFTEN)
        )


def forget_refusals() -> int:
    """Delete what is kept no longer; how many there were."""
    gone, _each = Refusal.objects.filter(last_at__lt=timezone.now() - KEPT).delete()
    return gone


def refusals_for(moderator: User) -> QuerySet[Refusal]:
    """What ``moderator`` may read: of whoever moderates articles, what was to stand there. Of
    courses there is none."""
    kept = Refusal.objects.filter(last_at__gt=timezone.now() - KEPT)
    if not moderator.moderates_site:
        kept = kept.filter(article__in=moderator.moderated_parts.articles)
    return kept.select_related("author", "article__post", "post").order_by("-pk")


def _keep(refusal: Refusal) -> None:
    same = Refusal.objects.filter(author=refusal.author_id, digest=refusal.digest)
    again: dict[str, Any] = {"times": F("times") + 1, "last_at": timezone.now()}
    again |= {"findings": refusal.findings, "step": refusal.step, "rule": refusal.rule}
    if same.update(**again):
        return
    try:
        with transaction.atomic():
            refusal.save(force_insert=True)
            _make_room(refusal.author_id)
    except IntegrityError:
        # The same form twice at once; or the account has gone, and takes this with it.
        same.update(**again)


def _make_room(author: int | None) -> None:
    """Delete the oldest beyond each limit, and what is too old, in the caller's transaction."""
    forget_refusals()
    own = Q(author=author) if author else Q(author=None)
    for some, most in ((own, OF_ONE if author else OF_GUESTS), (Q(), MOST)):
        kept = Refusal.objects.filter(some).order_by("-pk").values_list("pk", flat=True)
        beyond = list(kept[most : most + 100])
        if beyond:
            Refusal.objects.filter(pk__in=beyond).delete()


def _kind_of(post: Post) -> str:
    if post.note_id:
        return "reply"
    return "response" if post.kind == Kind.COMMENT else "note"


def _digest(*parts: str) -> str:
    return sha256("\0".join(parts).encode()).hexdigest()[:32]
