"""Who is told of an answer, and in which words: at once, or once it is let through."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from django.db import transaction
from django.utils.translation import gettext_lazy as _lazy

from forum.accounts.models import User
from forum.discussion.following.actions import tell_followers_of
from forum.discussion.mentions.actions import tell_mentioned, write
from forum.discussion.models import Article, Kind, Post
from forum.lib.interface import spoken_to
from forum.notifications.actions import Notice, notify_all, who_hear
from forum.notifications.models import NotificationKind
from forum.permissions import can

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

#: What somebody is told of an answer: the subject, and the same with the article's title.
_Told: TypeAlias = "tuple[_StrPromise, _StrPromise]"
_ANSWERED = (
    _lazy("%(name)s answered your response"),
    _lazy("%(name)s answered your response to “%(title)s”."),
)
_REPLIED = (
    _lazy("%(name)s replied to your note"),
    _lazy("%(name)s replied to your note on “%(title)s”."),
)
_ANSWERED_REPLY = (
    _lazy("%(name)s answered your reply"),
    _lazy("%(name)s answered your reply to a note on “%(title)s”."),
)
_UNDER_NOTE = (
    _lazy("%(name)s wrote under your note"),
    _lazy("%(name)s wrote under your note on “%(title)s”."),
)


def listeners_of(parent: Post, note: Post | None, author: User | None) -> list[tuple[User, _Told]]:
    """Whom an answer by ``author`` to ``parent`` is told to, and in which words.

    Not those who have muted the author, which a guest cannot be. One query at most.
    """
    told: list[tuple[User | None, _Told]]
    if note is None:
        told = [(parent.author if parent.kind == Kind.COMMENT else None, _ANSWERED)]
    elif parent == note:
        told = [(note.author, _REPLIED)]
    else:
        told = [(parent.author, _ANSWERED_REPLY), (note.author, _UNDER_NOTE)]
    people = [person for person, _words in told]
    hear = who_hear(author, people) if author else {person.pk for person in people if person}
    return [(person, words) for person, words in told if person and person.pk in hear]


def still_here(people: Iterable[User]) -> set[int]:
    """The ids of those of ``people`` who have an account yet."""
    ids = {person.pk for person in people}
    return set(User.objects.filter(pk__in=ids).values_list("pk", flat=True))


def tell_of_answer(
    notices: list[tuple[User, _Told]], post: Post, article: Article
) -> set[int | None]:
    """Tell each person once, and of a reply those alone who can read it. Returns who has heard."""
    told = {post.author_id}
    said = {"name": post.author_name, "title": article.title}
    for recipient, (subject, body) in notices:
        if recipient.pk in told:
            continue
        if post.is_response or can(recipient, "post.read", post):
            told.add(recipient.pk)
            with spoken_to(recipient):
                notice = Notice(
                    recipient,
                    kind=NotificationKind.REPLY,
                    key=f"reply:{post.pk}",
                    subject=subject % said,
                    body=body % said,
                    path=post.get_absolute_url(),
                    post=post,
                )
            notify_all([notice], heard=True)
    return told


def tell_of_release(post: Post) -> None:
    """Tell of ``post``, which waited and is published now, in the caller's transaction.

    Whoever has been told of it before is not told again.
    """
    parent = post.parent
    if parent is None:
        return
    article = Article.objects.get(pk=post.article_id)
    told: set[int | None] = set()
    if post.kind == Kind.COMMENT:
        told = tell_of_answer(listeners_of(parent, post.note, post.author), post, article)
    tell_mentioned(post, article, _mentioned(post), but=told)
    transaction.on_commit(partial(tell_followers_of.enqueue, post.pk), robust=True)


def tell_of_edit(post: Post) -> None:
    """Tell those whom the new words of ``post`` mention, which waited and are published now, in the
    caller's transaction. Whoever has heard of the post is not told again."""
    article = Article.objects.get(pk=post.article_id)
    tell_mentioned(post, article, _mentioned(post))


def _mentioned(post: Post) -> list[User]:
    return write(post.current.source, before=post.current).mentioned
