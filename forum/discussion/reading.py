"""What a page shows of a discussion: responses and replies to notes, and the stubs among them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from forum.discussion.models import Article, Kind, Post, Revision, State

if TYPE_CHECKING:
    from forum.discussion.visibility import Reader


@dataclass(frozen=True, slots=True)
class Body:
    """The words of a revision on their way to a page: canonical HTML, perhaps with marks, links."""

    html: str


@dataclass(frozen=True, slots=True)
class CommentRow:
    """A response, or a reply to a note, as a page shows it. A stub has a place and no words."""

    id: int
    #: 0 for a reply.
    number: int
    #: The note in whose thread a reply stands; ``None`` for a response.
    note_id: int | None
    #: The comment this one answers; ``None`` when it answers the article, or the note itself.
    parent_id: int | None
    depth: int
    author_name: str
    html: str
    text: str
    state: str
    stub: bool
    created_at: datetime
    #: The revision people read now; 0 for a stub.
    revision_id: int
    #: Whether the words are no longer the first ones.
    edited: bool

    @property
    def body(self) -> Body:
        """The words, as templates want them."""
        return Body(self.html)

    @property
    def published(self) -> bool:
        """Whether everybody reads this (or its author and moderators only)."""
        return self.state == State.PUBLISHED


def comment_rows(
    article: Article, reader: Reader, *, notes: Collection[int] | None = None
) -> list[CommentRow]:
    """The comments under ``article`` that ``reader`` may read or know of. Two queries.

    Replies to notes in the order they came, before the responses by number; with ``notes``, the
    replies to these alone.
    """
    under: dict[str, object] = {"root": article.pk}
    if notes is not None:
        under["note__in"] = notes
    read = (
        Revision.objects.current()
        .visible_to(reader)
        .filter(post__kind=Kind.COMMENT, **{f"post__{name}": at for name, at in under.items()})
        .select_related("post")
        .only(
            "html",
            "text",
            "number",
            *(f"post__{name}" for name in _POST_FIELDS),
        )
    )
    stubs = (
        Post.objects.stubs_for(reader)
        .filter(**under)
        .only(*(name for name in _POST_FIELDS if name != "author_name"))
    )
    rows = [_row(revision.post, revision) for revision in read]
    rows += [_row(post, None) for post in stubs]
    return sorted(rows, key=lambda row: (row.number, row.id))


_POST_FIELDS = ("number", "root", "parent", "note", "depth", "author_name", "state", "created_at")


def _row(post: Post, revision: Revision | None) -> CommentRow:
    return CommentRow(
        id=post.pk,
        number=post.number or 0,
        note_id=post.note_id,
        parent_id=None if post.parent_id in (post.root_id, post.note_id) else post.parent_id,
        depth=post.depth,
        author_name=post.author_name if revision else "",
        html=revision.html if revision else "",
        text=revision.text if revision else "",
        state=post.state,
        stub=revision is None,
        created_at=post.created_at,
        revision_id=revision.pk if revision else 0,
        edited=revision is not None and revision.number > 1,
    )
