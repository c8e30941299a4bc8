"""Telling people what became of the passages they marked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotations.models import Annotation, PlacementState, Reattachment
from annotations.placement.placing import Step
from forum.accounts.models import User
from forum.discussion.models import Article, Kind, Post, Revision, State
from forum.lib.interface import spoken_to
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
    title = _title(target)
    public = Post.objects.visible_to(AnonymousUser()).filter(pk=target.pk).exists()
    notices = []
    for author, posts in theirs.items():
        # What everybody may read leaves its notes to their authors; else each is asked about.
        readable = posts if public else _readable(posts, author)
        if readable:
            steps_of = [touched[post.pk] for post in readable]
            with spoken_to(author):
                where = _where(target, title)
                notices.append(_notice(author, readable, steps_of, where, new))
    notify_all(notices)


def tell_placed(editor: User, log: Reattachment, *, reason: str) -> None:
    """Tell the author of an annotation that ``editor`` has placed it, or taken it away."""
    annotation = log.annotation
    post = annotation.post
    author = post.author
    if author is None or author.pk == editor.pk or not _readable([post], author):
        return
    title = _title(log.revision.post)
    with spoken_to(author):
        subject, body = _placed(editor, log, _where(log.revision.post, title))
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


def _placed(editor: User, log: Reattachment, where: str) -> tuple[str, str]:
    """What the author of a note is told of what was done to it by hand."""
    said = {
        "where": where,
        "editor": editor.public_name,
        "quote": _short(log.annotation.quote),
    }
    if log.start is None or log.end is None:
        subject = _("Your note was taken off a passage of %(where)s")
        body = _("%(editor)s found that your note on “%(quote)s” stood on other words.")
        return subject % said, body % said
    said["now"] = _short(log.revision.text[log.start : log.end])
    subject = _("Your note has a place again in %(where)s")
    if said["now"] == said["quote"]:
        body = _("%(editor)s has put your note on “%(quote)s” where these words stand now.")
    else:
        body = _("%(editor)s has put your note on “%(quote)s” on these words: “%(now)s”")
    return subject % said, body % said


def _notice(
    author: User, posts: Sequence[Post], steps: Sequence[Step], where: str, new: Revision
) -> Notice:
    lost = sum(step.lost for step in steps)
    changed = len(steps) - lost
    if not changed:
        subject = ngettext(
            "A passage you marked in %(where)s is no longer there",
            "%(number)s passages you marked in %(where)s are no longer there",
            lost,
        )
    elif not lost:
        subject = ngettext(
            "A passage you marked in %(where)s has changed",
            "%(number)s passages you marked in %(where)s have changed",
            changed,
        )
    else:
        subject = _(
            "Of the passages you marked in %(where)s, %(changed)s changed and %(lost)s went"
        )
    subject %= {"where": where, "number": len(steps), "changed": changed, "lost": lost}
    lines = [_line(step, new.text) for step in steps[:_QUOTED]]
    if len(steps) > _QUOTED:
        lines.append(_("And %(number)s more.") % {"number": len(steps) - _QUOTED})
    lines.append(
        ngettext(
            "Your note is kept, and the text it was written on stays readable.",
            "Your notes are kept, and the text they were written on stays readable.",
            len(steps),
        )
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
        return _("“%(quote)s” is no longer in the text.") % {"quote": quote}
    if step.state != PlacementState.CHANGED:
        return _("“%(quote)s” stands there again, word for word.") % {"quote": quote}
    now = _short(new_text[slice(*step.after)])
    return _("“%(quote)s” now reads: “%(now)s”") % {"quote": quote, "now": now}


def _same_words(step: Step, old_text: str, new_text: str) -> bool:
    """Whether a passage reads as before, only parted into other lines."""
    if step.before is None or step.after is None:
        return False
    return old_text[slice(*step.before)].split() == new_text[slice(*step.after)].split()


def _short(words: str) -> str:
    return Truncator(" ".join(words.split())).chars(_WORDS)


def _title(target: Post) -> str:
    return Article.objects.values_list("title", flat=True).get(pk=target.article_id)


def _where(target: Post, title: str) -> str:
    if target.kind == Kind.COMMENT:
        return _("response %(number)s to “%(title)s”") % {"number": target.number, "title": title}
    return _("“%(title)s”") % {"title": title}


def _readable(posts: Sequence[Post], reader: User) -> list[Post]:
    found = Post.objects.visible_to(reader).filter(pk__in=[post.pk for post in posts])
    visible = set(found.values_list("pk", flat=True))
    return [post for post in posts if post.pk in visible]
