"""What people do in a discussion: respond, edit, withdraw. Several writes that must agree."""

from __future__ import annotations

from functools import partial

from django.db import connection, transaction

from forum.accounts.models import User
from forum.discussion.following import tell_followers
from forum.discussion.models import (
    MAX_DEPTH,
    Article,
    Audience,
    Kind,
    Post,
    Revision,
    State,
    Subscription,
)
from forum.discussion.revisions import (
    bump_activity,
    create_once,
    look_ahead,
    write_first_revision,
    write_next_revision,
)
from forum.lib.errors import Conflict, Forbidden, NotFound, Refused
from forum.lib.html import Format, Rendered, render
from forum.lib.insert import insert
from forum.lib.text import COMMENT_LIMIT, NOTE_LIMIT, clean_source
from forum.notifications.actions import notify
from forum.notifications.models import NotificationKind
from forum.permissions import can, require

_ARTICLES = Article._meta.db_table
#: One statement for what would be three; whoever closed the article a moment ago is heard.
_COUNT_COMMENT = f"""
    UPDATE {_ARTICLES} SET last_number = last_number + %s, activity = activity + %s
    WHERE post_id = %s AND closed_at IS NULL RETURNING last_number,
    EXISTS (SELECT 1 FROM {Subscription._meta.db_table} AS s WHERE s.post_id = {_ARTICLES}.post_id)
"""  # noqa: S608  # the name of our own table


def post_comment(
    *, author: User, article: Article, source: str, parent: Post | None = None, token: str = ""
) -> tuple[Post, bool]:
    """Respond to ``article``, or to ``parent``: a comment or a note. Return it and if it is new.

    An answer to a note, or to another answer to it, stands in the note's thread: it has no number
    and the note's audience.

    The same ``token`` from the same author gives back the post it made the first time;
    ``Conflict`` when it comes with other words. Raises ``Refused`` naming ``source`` or
    ``parent``, and what ``permissions`` raises.
    """
    parent = parent or article.post
    require(author, "comment.post", parent)
    depth = _depth_below(parent, article)
    note = parent if parent.kind == Kind.ANNOTATION else parent.note
    readers = note or article.post
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
        note=note,
        depth=depth,
        audience=readers.audience,
        course_id=readers.course_id,
        token=token,
    )
    # All that can be done beforehand is: nobody else writes while this is being written.
    then = look_ahead(post, rendered)
    notices = _notices(parent, note)

    def create() -> Post:
        # It may be the second try.
        post.pk = None
        highest, followed = _count(post)
        post.number = None if note else highest
        insert(post)
        revision = write_first_revision(
            post, rendered, source=source, format=Format.COMMENT, editor=author, then=then
        )
        post.words = [revision]
        _tell(notices, post, article)
        if followed and post.is_response:
            transaction.on_commit(partial(tell_followers.enqueue, article.pk), robust=True)
        return post

    post, new = create_once(create, author=author, token=token, kind=Kind.COMMENT, root=article.pk)
    if not new and not post.revisions.filter(source=source).exists():
        # Taken for a double submit, these words would be lost.
        called = f"response {post.number}" if post.number else f"a {post.noun}"
        raise Conflict(
            f"You have posted this form before, as {called}. "
            f"Send it again to post these words as another {post.noun}.",
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
    then = look_ahead(post, rendered)
    with transaction.atomic():
        revision = write_next_revision(
            current, rendered, source=source, format=Format.COMMENT, editor=editor, then=then
        )
        # A decision about the old words, made since we looked, stands: they stay what they were.
        # Looked at last, for following the edit has waited for a decision that was being made.
        if not Post.objects.filter(pk=post.pk, state=State.PUBLISHED).exists():
            raise Conflict("This post has changed in the meantime; look at it again.")
    return revision


def preview(source: str, *, is_note: bool = False) -> Rendered:
    """What others would read if these words were posted. Raises ``Refused`` naming ``source``."""
    limit = NOTE_LIMIT if is_note else COMMENT_LIMIT
    source = clean_source(source, field="source", limit=limit, required=not is_note)
    return render(source, format=Format.COMMENT)


def withdraw_post(*, author: User, post: Post) -> None:
    """Take back one's own comment or annotation; answers to it stay, under a stub."""
    require(author, "post.withdraw", post)
    _move(post, State.PUBLISHED, State.WITHDRAWN)


def reinstate_post(*, author: User, post: Post) -> None:
    """Undo one's own withdrawal."""
    require(author, "post.reinstate", post)
    _move(post, State.WITHDRAWN, State.PUBLISHED)


def _depth_below(parent: Post, article: Article) -> int:
    if parent.article_id != article.pk:
        raise Refused("parent", "What you answer stands under another article.")
    if parent.kind != Kind.COMMENT:
        return 0
    return min(parent.depth + 1, MAX_DEPTH)


def _move(post: Post, before: State, after: State) -> None:
    with transaction.atomic():
        if not Post.objects.filter(pk=post.pk, state=before).update(state=after):
            raise Conflict("This post has changed in the meantime; look at it again.")
        bump_activity(post)
    post.state = after


def _count(post: Post) -> tuple[int, bool]:
    """Count a new comment, in the caller's transaction, which changes the article.

    Returns the highest number a response has, with a response its own, and whether anybody follows
    the article. Raises ``Forbidden``, closed, or ``NotFound``, deleted.
    """
    steps = [int(post.is_response), int(post.audience == Audience.PUBLIC)]
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_COMMENT, [*steps, post.article_id])
        counted = cursor.fetchone()
    if counted is None:
        if not Article.objects.filter(pk=post.article_id).exists():
            raise NotFound("There is no such article.")
        raise Forbidden("This discussion is closed.")
    return int(counted[0]), bool(counted[1])


def _notices(parent: Post, note: Post | None) -> list[tuple[User | None, str, str]]:
    """Whom an answer to ``parent`` is told to, and how it is put before the article's title."""
    if note is None:
        answered = parent.author if parent.kind == Kind.COMMENT else None
        return [(answered, "answered your response", "to")]
    if parent == note:
        return [(note.author, "replied to your note", "on")]
    return [
        (parent.author, "answered your reply", "to a note on"),
        (note.author, "wrote under your note", "on"),
    ]


def _tell(notices: list[tuple[User | None, str, str]], post: Post, article: Article) -> None:
    """Tell each person once, and of a reply those alone who can read it."""
    told = {post.author_id}
    for recipient, what, where in notices:
        if recipient is None or recipient.pk in told:
            continue
        if post.is_response or can(recipient, "post.read", post):
            told.add(recipient.pk)
            subject = f"{post.author_name} {what}"
            notify(
                recipient,
                kind=NotificationKind.REPLY,
                key=f"reply:{post.pk}",
                subject=subject,
                body=f"{subject} {where} “{article.title}”.",
                path=post.get_absolute_url(),
                post=post,
            )
