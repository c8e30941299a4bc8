"""Notes that have lost their passage, for those who can put them back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from annotations.models import Placement, PlacementState
from forum.discussion.models import Article, Kind, Post, State

if TYPE_CHECKING:
    from forum.discussion.visibility import Reader


def orphans_of(article: Article, reader: Reader) -> QuerySet[Placement]:
    """The placements of the notes on ``article`` and its responses that stand nowhere now."""
    seen = Post.objects.visible_to(reader, replies=False).filter(
        Q(note_from=None) | Q(note_from__state=State.PUBLISHED),
        root=article.pk,
        kind=Kind.ANNOTATION,
        state=State.PUBLISHED,
    )
    return Placement.objects.filter(
        revision__superseded_at=None,
        state=PlacementState.ORPHANED,
        annotation__post__in=seen,
    )
