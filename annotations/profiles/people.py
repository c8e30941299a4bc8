"""What a profile shows of a person: only what whoever looks may read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from annotations.models import Annotation
from forum.accounts.models import User
from forum.discussion.lookup import is_known
from forum.discussion.models import Article, Kind, Post, Revision
from forum.lib.errors import NotFound
from forum.lib.paging import Cursor

if TYPE_CHECKING:
    from annotations.models import Tag
    from forum.discussion.visibility import PostQuerySet, Reader

#: Contributions on a page.
PAGE = 20


class What(StrEnum):
    """Of the contributions, those of one kind."""

    RESPONSES = "responses"
    NOTES = "notes"


_KINDS = {What.RESPONSES: Kind.COMMENT, What.NOTES: Kind.ANNOTATION}


@dataclass(frozen=True, slots=True)
class Contribution:
    """One thing that a person has written, as a list shows it."""

    post: Post
    article: Article
    #: The words now; of a note they may be those of a response.
    text: str
    edited: bool
    #: The passage that a note marks, and its tags.
    quote: str
    tags: list[Tag]
    written: datetime


@dataclass(frozen=True, slots=True)
class Profile:
    """A page of a person's contributions, the newest first."""

    person: User
    what: What
    contributions: list[Contribution]
    #: How many there are of each kind.
    counts: dict[str, int]
    #: Where the pages around this one begin, if there are any.
    newer: Cursor | None
    older: Cursor | None


def get_profile_for(
    reader: Reader, username: str, what: What = What.RESPONSES, cursor: Cursor | None = None
) -> Profile:
    """The profile of ``username`` as ``reader`` sees it, in nine queries at most.

    Raises ``NotFound`` where nobody has that name, and where ``reader`` can read nothing of theirs:
    that somebody has an account here is not for everybody to know.
    """
    person = User.objects.filter(username=username).first()
    if person is None or not is_known(reader, person):
        raise NotFound(_("There is no such profile."))
    found = _written(reader, person, what)
    posts, newer, older = _page(found, cursor)
    counts = {str(each): _written(reader, person, each).count() for each in What}
    return Profile(person, what, _laid_out(posts, reader), counts, newer, older)


def get_author_for(reader: Reader, post: Post) -> User:
    """Who has written ``post``, which ``reader`` may read. Raises ``NotFound``: no account here."""
    author = User.objects.filter(pk=post.author_id).first() if post.author_id else None
    if author is None:
        raise NotFound(_("Whoever wrote this has no account here."))
    return author


def get_mentioned_for(reader: Reader, account: int | None) -> User:
    """Whose account a mention names. Raises ``NotFound`` as ``get_profile_for`` does."""
    person = User.objects.filter(pk=account).first() if account else None
    if person is None or not is_known(reader, person):
        raise NotFound(_("There is no such profile."))
    return person


def _written(reader: Reader, person: User, what: What) -> PostQuerySet:
    return Post.objects.visible_to(reader).filter(author=person, kind=_KINDS[what])


def _page(
    found: PostQuerySet, cursor: Cursor | None
) -> tuple[list[Post], Cursor | None, Cursor | None]:
    """The posts of a page, and where the newer and the older ones begin.

    By id, so that what comes or goes meanwhile moves nothing else.
    """
    back = cursor is not None and cursor.side == "<"
    if cursor is not None:
        found = found.filter(**{"pk__gt" if back else "pk__lt": cursor.value})
    rows = list(found.order_by("pk" if back else "-pk")[: PAGE + 1])
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    if back:
        rows.reverse()
    if not rows:
        # All of it has gone; the way back leads past where one came from.
        return [], Cursor("<", max(0, cursor.value - 1)) if cursor and not back else None, None
    newer = Cursor("<", rows[0].pk) if (more if back else cursor is not None) else None
    older = Cursor(">", rows[-1].pk) if (back or more) else None
    return rows, newer, older


def _laid_out(posts: list[Post], reader: Reader) -> list[Contribution]:
    said_in = {post.pk: post.note_from_id or post.pk for post in posts}
    current = Revision.objects.visible_to(reader).current().filter(post__in=said_in.values())
    words = {revision.post_id: revision for revision in current.defer("source", "html")}
    roots = {post.article_id for post in posts}
    articles = {article.pk: article for article in Article.objects.filter(pk__in=roots)}
    marked = Annotation.objects.filter(pk__in=said_in).prefetch_related("tags")
    notes = {note.pk: note for note in marked}
    shown = []
    for post in posts:
        revision, note = words.get(said_in[post.pk]), notes.get(post.pk)
        shown.append(
            Contribution(
                post=post,
                article=articles[post.article_id],
                text=revision.text if revision else "",
                edited=revision is not None and revision.number > 1,
                quote=note.quote if note else "",
                tags=list(note.tags.all()) if note else [],
                written=post.created_at,
            )
        )
    return shown
