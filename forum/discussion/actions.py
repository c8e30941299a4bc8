"""What people do in a discussion: respond, edit, withdraw. Several writes that must agree."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from forum.accounts.models import User
from forum.discussion.models import MAX_DEPTH, Article, Kind, Post, Revision, State
from forum.discussion.revisions import (
    bump_activity,
    create_once,
    write_first_revision,
    write_next_revision,
)
from forum.lib.errors import Conflict, Refused
from forum.lib.html import Format, render
from forum.lib.text import COMMENT_LIMIT, NOTE_LIMIT, clean_source
from forum.notifications.actions import notify
from forum.notifications.models import NotificationKind
from forum.permissions import can, require


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

    def create() -> Post:
        number = None if note else _next_number(article)
        post = Post.objects.create(
            kind=Kind.COMMENT,
            author=author,
            author_name=author.public_name,
            root_id=article.pk,
            parent=parent,
            note=note,
            depth=depth,
            number=number,
            audience=readers.audience,
            course_id=readers.course_id,
            token=token,
        )
        write_first_revision(post, rendered, source=source, format=Format.COMMENT, editor=author)
        if note:
            _tell_thread(post, parent, note, article)
            bump_activity(post)
        else:
            _tell_parent_author(post, parent, article)
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
    with transaction.atomic():
        revision = write_next_revision(
            current, rendered, source=source, format=Format.COMMENT, editor=editor
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


def _next_number(article: Article) -> int:
    """The number of a new response, in the caller's transaction, which changes the article."""
    Article.objects.filter(pk=article.pk).update(
        last_number=F("last_number") + 1, activity=F("activity") + 1
    )
    return Article.objects.values_list("last_number", flat=True).get(pk=article.pk)


def _depth_below(parent: Post, article: Article) -> int:
    if parent.article_id != article.pk:
        raise Refused("parent", "What you answer stands under another article.")
    if parent.kind != Kind.COMMENT:
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


def _tell_parent_author(post: Post, parent: Post, article: Article) -> None:
    recipient = parent.author
    if parent.kind != Kind.COMMENT or recipient is None or recipient.pk == post.author_id:
        return
    what = f"{post.author_name} answered your response"
    _tell(recipient, post, what, f"{what} to “{article.title}”.")


def _tell_thread(post: Post, parent: Post, note: Post, article: Article) -> None:
    """Tell whoever is answered and whoever wrote the note, each once, if they can read it."""
    if parent == note:
        notices = [(note.author, "replied to your note", "on")]
    else:
        notices = [
            (parent.author, "answered your reply", "to a note on"),
            (note.author, "wrote under your note", "on"),
        ]
    told = {post.author_id}
    for recipient, what, where in notices:
        if recipient and recipient.pk not in told and can(recipient, "post.read", post):
            told.add(recipient.pk)
            what = f"{post.author_name} {what}"
            _tell(recipient, post, what, f"{what} {where} “{article.title}”.")


def _tell(recipient: User, post: Post, subject: str, body: str) -> None:
    notify(
        recipient,
        kind=NotificationKind.REPLY,
        key=f"reply:{post.pk}",
        subject=subject,
        body=body,
        path=post.get_absolute_url(),
        post=post,
    )
