"""What a page shows of a discussion: responses and replies to notes, and the stubs among them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import QuerySet

from forum.discussion.models import Article, Kind, Mark, Post, Revision, State
from forum.discussion.prepared import PreparedFor
from forum.lib.moments import moment, read_moment

if TYPE_CHECKING:
    from forum.accounts.models import User
    from forum.discussion.visibility import Reader, Standing


# Tuples, for pages remember what they made of each by all that is in it.


class Body(NamedTuple):
    """The words of a revision on their way to a page: canonical HTML, perhaps with marks, links."""

    html: str


class Fragment(NamedTuple):
    """A part of a page that a template of ours has made, escaping what is not a ``Body``."""

    html: str


class CommentRow(NamedTuple):
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
    state: str
    stub: bool
    #: When it was written, as text (``moments``).
    written: str
    #: The revision people read now; 0 for a stub.
    revision_id: int
    #: What is told of the words no longer being the first ones (``Mark``).
    edited: int
    #: Whether whoever wrote it has an account, and so a profile.
    known: bool = False
    #: Whether it stands in a locked thread (``locks.Lock``).
    lock: int = 0

    @property
    def body(self) -> Body:
        """The words, as templates want them."""
        return Body(self.html)

    @property
    def created_at(self) -> datetime:
        """When it was written."""
        return read_moment(self.written)

    @property
    def published(self) -> bool:
        """Whether everybody reads this (or its author and moderators only)."""
        return self.state == State.PUBLISHED


def comment_rows(
    article: Article, reader: Reader, *, notes: Collection[int] | None = None, above: int = 0
) -> list[CommentRow]:
    """The comments under ``article`` that ``reader`` may read or know of. Two queries.

    ``in_order``; with ``notes``, the replies to these alone; with ``above``, only those whose ids
    are higher.
    """
    top = article.pk
    if notes is None:
        read = _WORDS.rows(reader, article=top, above=above)
        stubs = _STUBS.rows(reader, article=top, above=above)
    else:
        read = list(_words(reader, top).filter(post__note__in=notes))
        # Never their words.
        stubs = list(_stubs(reader, top).filter(note__in=notes))
    rows = [
        CommentRow(
            id=pk,
            number=number or 0,
            note_id=note,
            parent_id=None if parent in (top, note) else parent,
            depth=depth,
            author_name=name,
            html=html,
            state=state,
            stub=False,
            written=written,
            revision_id=words,
            edited=mark,
            known=by is not None,
        )
        for pk, number, note, parent, depth, state, written, name, html, words, mark, by in read
    ]
    rows += [
        CommentRow(
            id=pk,
            number=number or 0,
            note_id=note,
            parent_id=None if parent in (top, note) else parent,
            depth=depth,
            author_name="",
            html="",
            state=state,
            stub=True,
            written=written,
            revision_id=0,
            edited=Mark.NONE,
        )
        for pk, number, note, parent, depth, state, written in stubs
    ]
    return in_order(rows)


def in_order(rows: Iterable[CommentRow]) -> list[CommentRow]:
    """Replies to notes in the order they came, before the responses by number."""
    return sorted(rows, key=attrgetter("number", "id"))


def posts_of_muted(article: Article, person: User) -> list[int] | None:
    """What those wrote under ``article`` whom ``person`` has muted, by ids; ``None``: nobody is.

    Two queries at most.
    """
    muted = list(person.mutes.values_list("muted", flat=True))
    if not muted:
        return None
    posts = Post.objects.visible_to(person).filter(root=article.pk, author__in=muted)
    return list(posts.order_by("pk").values_list("pk", flat=True))


_PLACE = ("id", "number", "note", "parent", "depth", "state")


def _words(reader: Reader | Standing, article: int) -> QuerySet[Revision, tuple[Any, ...]]:
    read = Revision.objects.current().visible_to(reader)
    return (
        read.filter(post__kind=Kind.COMMENT, post__root=article)
        .annotate(written=moment("post__created_at"))
        .order_by()
        .values_list(
            *(f"post__{name}" for name in _PLACE),
            *("written", "post__author_name", "html", "pk", "mark", "post__author"),
        )
    )


def _stubs(reader: Reader | Standing, article: int) -> QuerySet[Post, tuple[Any, ...]]:
    stubs = Post.objects.stubs_for(reader).filter(root=article)
    return stubs.annotate(written=moment("created_at")).values_list(*_PLACE, "written")


_WORDS = PreparedFor(lambda reader, article, above: _words(reader, article).filter(post__gt=above))
_STUBS = PreparedFor(lambda reader, article, above: _stubs(reader, article).filter(pk__gt=above))
