"""What people do in a discussion: respond, edit, withdraw. Several writes that must agree."""

from __future__ import annotations

from django.db import connection, transaction

from forum.accounts.models import User
from forum.discussion.models import MAX_DEPTH, Article, Kind, Post, Revision, State
from forum.discussion.revisions import (
    bump_activity,
    create_once,
    look_ahead,
    write_first_revision,
    write_next_revision,
)
from forum.lib.errors import Conflict, Forbidden, Refused
from forum.lib.html import Format, render
from forum.lib.text import COMMENT_LIMIT, NOTE_LIMIT, clean_source
from forum.notifications.actions import notify
from forum.notifications.models import NotificationKind
from forum.permissions import require

#: One statement for what would be two; whoever closed the article a moment ago is heard.
_COUNT_RESPONSE = f"""
    UPDATE {Article._meta.db_table} SET last_number = last_number + 1, activity = activity + 1
    WHERE post_id = %s AND closed_at IS NULL RETURNING last_number
"""  # noqa: S608


def post_comment(
    *, author: User, article: Article, source: str, parent: Post | None = None, token: str = ""
) -> tuple[Post, bool]:
    """Respond to ``article``, or to the comment ``parent``; return the post and if it is new.

    The same ``token`` from the same author gives back the post it made the first time;
    ``Conflict`` when it comes with other words. Raises ``Refused`` naming ``source`` or
    ``parent``, and what ``permissions`` raises.
    """
    parent = parent or article.post
    require(author, "comment.post", parent)
    depth = _depth_below(parent, article)
    source = clean_source(source, field="source", limit=COMMENT_LIMIT)
    rendered = render(source, format=Format.COMMENT)
    if not rendered.text:
        raise Refused("source", "Please write something that can be read.")
    post = Post(
        kind=Kind.COMMENT,
        author=author,
        author_name=author.public_name,
        root_id=article.pk,
        parent=parent,
        depth=depth,
        audience=article.post.audience,
        course_id=article.post.course_id,
        token=token,
    )
    # All that can be done beforehand is: nobody else writes while this is being written.
    then = look_ahead(post, rendered)
    recipient = parent.author if parent.kind == Kind.COMMENT else None

    def create() -> Post:
        post.number = _next_number(article)
        post.save(force_insert=True)
        revision = write_first_revision(
            post, rendered, source=source, format=Format.COMMENT, editor=author, then=then
        )
        post.words = [revision]
        if recipient is not None and recipient.pk != author.pk:
            _tell(recipient, post, article)
        return post

    post, new = create_once(create, author=author, token=token, kind=Kind.COMMENT, root=article.pk)
    if not new and not post.revisions.filter(source=source).exists():
        # Taken for a double submit, these words would be lost.
        raise Conflict(
            f"You have posted this form before, as response {post.number}. "
            "Send it again to post these words as another response.",
            {"post": post.pk},
        )
    return post, new


def revise_post(*, editor: User, post: Post, source: str, expected: int | None = None) -> Revision:
    """Replace the words of a comment or of an annotation's note, keeping the old ones.

    ``expected`` is the id of the revision the editor started from; ``Conflict`` when it is no
    longer the current one. Saving the same words changes nothing.
    """
    require(editor, "post.revise", post)
    note = post.kind == Kind.ANNOTATION
    source = clean_source(
        source,
        field="source",
        limit=NOTE_LIMIT if note else COMMENT_LIMIT,
        required=not note,
    )
    rendered = render(source, format=Format.COMMENT)
    if not (rendered.text or note):
        raise Refused("source", "Please write something that can be read.")
    current = post.current
    if expected is not None and current.pk != expected:
        raise Conflict(
            "This text was changed elsewhere while you were editing it.",
            {"revision": current.pk},
        )
    if current.source == source:
        return current
    then = [] if note else look_ahead(post, rendered)
    with transaction.atomic():
        revision = write_next_revision(
            current, rendered, source=source, format=Format.COMMENT, editor=editor, then=then
        )
        # A decision about the old words, made since we looked, stands: they stay what they were.
        # Looked at last, for following the edit has waited for a decision that was being made.
        if not Post.objects.filter(pk=post.pk, state=State.PUBLISHED).exists():
            raise Conflict("This post has changed in the meantime; look at it again.")
    return revision


def withdraw_post(*, author: User, post: Post) -> None:
    """Take back one's own comment or annotation; answers to it stay, under a stub."""
    require(author, "post.withdraw", post)
    _move(post, State.PUBLISHED, State.WITHDRAWN)


def reinstate_post(*, author: User, post: Post) -> None:
    """Undo one's own withdrawal."""
    require(author, "post.reinstate", post)
    _move(post, State.WITHDRAWN, State.PUBLISHED)


def _depth_below(parent: Post, article: Article) -> int:
    if parent.article_id != article.pk or parent.kind == Kind.ANNOTATION:
        raise Refused("parent", "A response answers the article or one of its responses.")
    if parent.kind == Kind.ARTICLE:
        return 0
    if parent.depth >= MAX_DEPTH:
        raise Refused("parent", "This thread is as deep as it gets; answer further up.")
    return parent.depth + 1


def _move(post: Post, before: State, after: State) -> None:
    with transaction.atomic():
        if not Post.objects.filter(pk=post.pk, state=before).update(state=after):
            raise Conflict("This post has changed in the meantime; look at it again.")
        bump_activity(post)
    post.state = after


def _next_number(article: Article) -> int:
    """Count a response to ``article``, and return its number. Raises ``Forbidden``: closed."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_RESPONSE, [article.pk])
        counted = cursor.fetchone()
    if counted is None:
        raise Forbidden("This discussion is closed.")
    return int(counted[0])


def _tell(recipient: User, post: Post, article: Article) -> None:
    notify(
        recipient,
        kind=NotificationKind.REPLY,
        key=f"reply:{post.pk}",
        subject=f"{post.author_name} answered your response",
        body=f"{post.author_name} answered your response to “{article.title}”.",
        path=post.get_absolute_url(),
        post=post,
    )
