"""What a page shows of a discussion: an article's responses, and the stubs among them."""

from __future__ import annotations

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
    """One response as a page shows it. A stub has a place and a state, and no words."""

    id: int
    number: int
    #: The response this one answers; ``None`` when it answers the article.
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


def comment_rows(article: Article, reader: Reader) -> list[CommentRow]:
    """The responses to ``article`` that ``reader`` may read or know of, by number. Two queries."""
    read = (
        Revision.objects.current()
        .visible_to(reader)
        .filter(post__root=article.pk, post__kind=Kind.COMMENT)
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
        .filter(root=article.pk)
        .only(*(name for name in _POST_FIELDS if name != "author_name"))
    )
    rows = [_row(revision.post, revision) for revision in read]
    rows += [_row(post, None) for post in stubs]
    return sorted(rows, key=lambda row: row.number)


_POST_FIELDS = ("number", "root", "parent", "depth", "author_name", "state", "created_at")


def _row(post: Post, revision: Revision | None) -> CommentRow:
    return CommentRow(
        id=post.pk,
        number=post.number or 0,
        parent_id=None if post.parent_id == post.root_id else post.parent_id,
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
