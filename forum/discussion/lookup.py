"""What an address names, for whoever asks. What they may not see is not there."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from forum.accounts.models import User
from forum.discussion.models import Article, Kind, Post, Revision
from forum.discussion.prepared import PreparedFor
from forum.discussion.threads import FIRST
from forum.lib.errors import NotFound
from forum.lib.prepared import Prepared

if TYPE_CHECKING:
    from forum.discussion.visibility import Reader

_ID = re.compile(r"[0-9]{1,18}")


def as_id(value: str) -> int | None:
    """``value`` as a row's id, or ``None`` when it cannot be one."""
    return int(value) if _ID.fullmatch(value) else None


def get_article_for(reader: Reader, slug: str) -> Article:
    """The article at ``slug``, with its post. Raises ``NotFound``."""
    post = _POST_OF_ARTICLE.instance(reader, slug=slug)
    if post is None:
        raise NotFound(_("There is no such article."))
    post.found_for = reader.pk
    return post.article


#: What is said where there is no post of the kind that is asked for.
_NONE: dict[Kind | None, Callable[[], str]] = {
    None: lambda: _("There is no such post."),
    Kind.ARTICLE: lambda: _("There is no such article."),
    Kind.COMMENT: lambda: _("There is no such comment."),
    Kind.ANNOTATION: lambda: _("There is no such annotation."),
}


def get_post_for(reader: Reader, pk: int, kind: Kind | None = None) -> Post:
    """The post ``pk``, of whatever kind or of the one asked for. Raises ``NotFound``."""
    asked = _POST if kind in (None, Kind.COMMENT) else _POST_BUT_REPLY
    post = asked.instance(reader, pk=pk)
    if post is None or (kind and post.kind != kind):
        raise NotFound(_NONE[kind]())
    post.found_for = reader.pk
    return post


def get_post_under(reader: Reader, article: Article, pk: int) -> Post | None:
    """The comment or annotation ``pk`` with its author, if ``reader`` may read it.

    ``None`` where ``article`` has none such under it.
    """
    post = _POST.instance(reader, pk=pk)
    if post is None or post.root_id != article.pk:
        return None
    post.found_for = reader.pk
    post.root = article.post
    if post.author_id is not None:
        people = _PERSON.instances(pk=post.author_id)
        # Deleted a moment ago; the post has nobody as its author by now.
        post.author = people[0] if people else None
    return post


_POST_OF_ARTICLE = PreparedFor(
    lambda reader, slug: (
        Post.objects.visible_to(reader, replies=False)
        .filter(article__slug=slug)
        .select_related("article")
    )
)
_POST = PreparedFor(lambda reader, pk: Post.objects.visible_to(reader).filter(pk=pk))
_POST_BUT_REPLY = PreparedFor(
    lambda reader, pk: Post.objects.visible_to(reader, replies=False).filter(pk=pk)
)
_PERSON = Prepared(lambda pk: User.objects.filter(pk=pk))


def current_words(reader: Reader, post: Post) -> Revision:
    """The revision of ``post`` that ``reader`` reads now, with its post. One query."""
    return Revision.objects.visible_to(reader).current().select_related("post").get(post=post)


def article_of(post: Post) -> Article:
    """The article that ``post`` belongs to, with its own post. One query."""
    return Article.objects.select_related("post").get(pk=post.article_id)


def address_in_article(post: Post, article: Article) -> str:
    """Where ``post`` stands on the page of its ``article``, of a long discussion on the part of it
    that has the post."""
    anchors = {"comment": f"#comment-{post.pk}", "annotation": f"#note-{post.pk}"}
    anchor = f"#reply-{post.pk}" if post.note_id else anchors.get(post.kind, "")
    part = ""
    if article.last_number > FIRST and (response := _response_of(post)) not in (None, article.pk):
        part = f"?at={response}"
    return article.get_absolute_url() + part + anchor


def _response_of(post: Post) -> int | None:
    """The response that ``post`` is, or that the note is on which it is or answers to."""
    if post.is_response or post.kind == Kind.ARTICLE:
        return post.pk
    return post.note.parent_id if post.note else post.parent_id


def get_person_for(reader: Reader, username: str) -> User:
    """The person of this name. Raises ``NotFound``, also where ``reader`` does not know them: that
    somebody has an account here is not for everybody to know, nor is their name."""
    person = User.objects.filter(username=username).first()
    if person is None or not is_known(reader, person):
        raise NotFound(_("There is no such person."))
    return person


def is_known(reader: Reader, person: User) -> bool:
    """Whether ``reader`` can read anything that ``person`` wrote, is them, or moderates all."""
    if reader.is_authenticated and (reader.pk == person.pk or reader.moderates_site):
        return True
    return Post.objects.visible_to(reader).filter(author=person).exists()
