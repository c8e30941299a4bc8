"""The passages that a response quotes, as its author is offered to mark them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from annotations.excerpts import Excerpt, excerpt
from annotations.models import Placement, PlacementState, QuotationPlacement, Tag
from forum.discussion.models import Post, Revision

if TYPE_CHECKING:
    from forum.accounts.models import User

#: Code points of the text shown on either side of a passage.
_AROUND = 160


@dataclass(frozen=True, slots=True)
class Offer:
    """A quoted passage as it stands now, and what the author has marked it as."""

    #: The quotation that a form on the page names.
    id: int
    target: Post
    revision_id: int
    #: Where it stands now; nowhere when it is gone.
    start: int | None
    end: int | None
    state: str
    passage: Excerpt
    #: The address of the text that was quoted.
    made_on: str
    mark: Mark | None

    @property
    def changed(self) -> bool:
        """Whether other words stand there now."""
        return self.state == PlacementState.CHANGED

    @property
    def gone(self) -> bool:
        """Whether it is not in the text any more."""
        return self.start is None


@dataclass(frozen=True, slots=True)
class Mark:
    """The annotation that an author has made of a quoted passage."""

    post: Post
    tags: list[Tag]


def offers_in(comment: Post, author: User) -> list[Offer]:
    """What ``comment`` quotes, in order, each passage once. Four queries."""
    texts = Revision.objects.current().visible_to(author, replies=False)
    placed = (
        QuotationPlacement.objects.filter(
            quotation__comment_revision__post=comment,
            quotation__comment_revision__superseded_at=None,
            revision__in=texts.values("pk"),
        )
        .select_related("quotation__revision")
        .defer("quotation__revision__text", "quotation__revision__html")
        .order_by("quotation__comment_start")
    )
    found = {
        (place.revision_id, place.start, place.end) if place.end else place.pk: place
        for place in reversed(placed)
    }
    quoted = texts.filter(pk__in={place.revision_id for place in found.values()})
    revisions = {text.pk: text for text in quoted.select_related("post__root")}
    marks = _marks(comment, author)
    return [
        _offer(place, revisions[place.revision_id], marks) for place in reversed(found.values())
    ]


def _offer(
    place: QuotationPlacement, text: Revision, marks: dict[tuple[int, int, int], Mark]
) -> Offer:
    quotation = place.quotation
    passage, mark = Excerpt("", quotation.quote, "", ""), None
    if place.start is not None and place.end is not None:
        passage = excerpt(text.text, (place.start, place.end), _AROUND) or passage
        mark = marks.get((place.revision_id, place.start, place.end))
    return Offer(
        id=quotation.pk,
        target=text.post,
        revision_id=text.pk,
        start=place.start,
        end=place.end,
        state=place.state,
        passage=passage,
        made_on=reverse("post-revision", args=[text.post_id, quotation.revision.number]),
        mark=mark,
    )


def _marks(comment: Post, author: User) -> dict[tuple[int, int, int], Mark]:
    """What ``author`` has marked with ``comment`` as its note, by present place."""
    places = (
        Placement.objects.filter(
            annotation__post__in=Post.objects.visible_to(author, replies=False).filter(
                author=author, note_from=comment
            ),
            revision__superseded_at=None,
        )
        .exclude(start=None)
        .select_related("annotation__post")
        .prefetch_related("annotation__tags")
    )
    return {
        (place.revision_id, place.start or 0, place.end or 0): Mark(
            place.annotation.post, list(place.annotation.tags.all())
        )
        for place in places
    }
