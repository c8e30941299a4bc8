"""Telling people what became of the passages they marked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils.text import Truncator

from annotations.models import Annotation, PlacementState, Reattachment
from annotations.placing import Step
from forum.accounts.models import User
from forum.discussion.models import Article, Kind, Post, Revision, State
from forum.notifications.actions import Notice, notify_all
from forum.notifications.models import NotificationKind

#: Passages that one notice quotes; of the others it says how many they are.
_QUOTED = 10
#: Code points of each.
_WORDS = 160
#: Whose author wants to know: what was taken back, or removed, is nobody's concern any more.
_ALIVE = (State.PUBLISHED, State.HELD, State.HIDDEN)


def tell_authors(steps: Iterable[Step], old: Revision, new: Revision) -> None:
    """Tell everybody whose passage ``new``, in place of ``old``, has changed or taken away, once.

    Not whoever made the edit, and not who may not read the note any more.
    """
    touched = {
        step.mark.pk: step
        for step in steps
        if isinstance(step.mark, Annotation)
        and step.before is not None
        and step.carried.state in ("changed", "orphaned")
        and not _same_words(step, old.text, new.text)
    }
    if not touched:
        return
    target = new.post
    theirs: defaultdict[User, list[Post]] = defaultdict(list)
    notes = Post.objects.filter(
        Q(note_from=None) | Q(note_from__state__in=_ALIVE),
        parent=target.pk,
        kind=Kind.ANNOTATION,
        state__in=_ALIVE,
        author__isnull=False,
    ).exclude(author=new.editor_id)
    for post in notes.select_related("author").order_by("pk"):
        if post.pk in touched and post.author:
            theirs[post.author].append(post)
    where = _where(target)
    public = Post.objects.visible_to(AnonymousUser()).filter(pk=target.pk).exists()
    notices = []
    for author, posts in theirs.items():
        # What everybody may read leaves its notes to their authors; else each is asked about.
        readable = posts if public else _readable(posts, author)
        if readable:
            steps_of = [touched[post.pk] for post in readable]
            notices.append(_notice(author, readable, steps_of, where, new))
    notify_all(notices)


def tell_placed(editor: User, log: Reattachment, *, reason: str) -> None:
    """Tell the author of an annotation that ``editor`` has placed it, or taken it away."""
    annotation = log.annotation
    post = annotation.post
    author = post.author
    if author is None or author.pk == editor.pk or not _readable([post], author):
        return
    where = _where(log.revision.post)
    quote = _short(annotation.quote)
    if log.start is None or log.end is None:
        subject = f"Your note was taken off a passage of {where}"
        body = f"{editor.public_name} found that your note on “{quote}” stood on other words."
    else:
        now = _short(log.revision.text[log.start : log.end])
        subject = f"Your note has a place again in {where}"
        body = f"{editor.public_name} has put your note on “{quote}”"
        body += " where these words stand now." if now == quote else f" on these words: “{now}”"
    notify_all(
        [
            Notice(
                recipient=author,
                kind=NotificationKind.PASSAGE,
                key=f"placed:{log.pk}",
                subject=subject,
                body=f"{body}\n\n{reason}" if reason else body,
                path=post.get_absolute_url(),
                post=post,
            )
        ]
    )


def _notice(
    author: User, posts: Sequence[Post], steps: Sequence[Step], where: str, new: Revision
) -> Notice:
    lost = sum(step.lost for step in steps)
    changed = len(steps) - lost
    if len(steps) == 1:
        fate = "is no longer there" if lost else "has changed"
        subject = f"A passage you marked in {where} {fate}"
    elif not (lost and changed):
        fate = "are no longer there" if lost else "have changed"
        subject = f"{len(steps)} passages you marked in {where} {fate}"
    else:
        subject = f"Of the passages you marked in {where}, {changed} changed and {lost} went"
    lines = [_line(step, new.text) for step in steps[:_QUOTED]]
    if len(steps) > _QUOTED:
        lines.append(f"And {len(steps) - _QUOTED} more.")
    lines.append(
        "Your notes are kept, and the text they were written on stays readable."
        if len(steps) > 1
        else "Your note is kept, and the text it was written on stays readable."
    )
    alone = posts[0] if len(posts) == 1 else None
    return Notice(
        recipient=author,
        kind=NotificationKind.PASSAGE,
        key=f"passage:{new.pk}",
        subject=subject,
        body="\n\n".join(lines),
        path=(alone or new.post).get_absolute_url(),
        post=alone or new.post,
    )


def _line(step: Step, new_text: str) -> str:
    assert isinstance(step.mark, Annotation)  # noqa: S101  # notes alone have somebody to tell
    quote = _short(step.mark.quote)
    if step.after is None:
        return f"“{quote}” is no longer in the text."
    if step.state != PlacementState.CHANGED:
        return f"“{quote}” stands there again, word for word."
    return f"“{quote}” now reads: “{_short(new_text[slice(*step.after)])}”"


def _same_words(step: Step, old_text: str, new_text: str) -> bool:
    """Whether a passage reads as before, only parted into other lines."""
    if step.before is None or step.after is None:
        return False
    return old_text[slice(*step.before)].split() == new_text[slice(*step.after)].split()


def _short(words: str) -> str:
    return Truncator(" ".join(words.split())).chars(_WORDS)


def _where(target: Post) -> str:
    title = Article.objects.values_list("title", flat=True).get(pk=target.article_id)
    if target.kind == Kind.COMMENT:
        return f"response {target.number} to “{title}”"
    return f"“{title}”"


def _readable(posts: Sequence[Post], reader: User) -> list[Post]:
    found = Post.objects.visible_to(reader).filter(pk__in=[post.pk for post in posts])
    visible = set(found.values_list("pk", flat=True))
    return [post for post in posts if post.pk in visible]
