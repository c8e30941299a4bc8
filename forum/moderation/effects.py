"""What a decision changes beside the state of a post: put into effect, and put back.

Each is kept by name in ``Decision.effect`` as ``[before, after]``. To turn a decision back, each is
put from the second to the first; where the second does not stand any more, nothing is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from forum.discussion.locks import set_lock
from forum.discussion.mentions.actions import write
from forum.discussion.models import Kind, Mark, Post, Revision, State
from forum.discussion.writing.revisions import write_next_revision
from forum.lib.errors import Conflict, Refused
from forum.lib.html import Format
from forum.moderation.models import Action
from forum.moderation.transitions import actions_on

#: ``{"tags": [["bias-claim"], ["missing-factor"]]}``
Effect = dict[str, list[Any]]

#: What only notes are met with.
OF_NOTES = (Action.HIDE_NOTE, Action.SHOW_NOTE, Action.RETAG)


def actions_for(post: Post) -> list[str]:
    """The actions that a moderator can choose for ``post`` as it is, in the table's order."""
    pointless: set[str] = {Action.UNLOCK if post.locked_at is None else Action.LOCK}
    if post.kind == Kind.ARTICLE:
        pointless |= {Action.LOCK, Action.UNLOCK}
    if post.state in (State.HELD, State.HIDDEN):
        # Kept, it comes back: to restore it would be the same under another name.
        pointless.add(Action.RESTORE)
    if post.kind != Kind.ANNOTATION:
        pointless |= set(OF_NOTES)
    elif is_note_hidden(post):
        pointless.add(Action.HIDE_NOTE)
    else:
        pointless |= {Action.SHOW_NOTE} | (set() if _has_words(post) else {Action.HIDE_NOTE})
    return [action for action in actions_on(post.state) if action not in pointless]


def effect_of(action: str, post: Post, *, tags: Sequence[str] = ()) -> Effect:
    """What ``action`` is going to change of ``post`` beside its state.

    Raises ``Refused`` naming ``tags``, and ``Conflict`` where it would change nothing.
    """
    if action in OF_NOTES and post.kind != Kind.ANNOTATION:
        raise Conflict(_("Only notes are met with this."), {"kind": post.kind})
    if action == Action.RETAG:
        return {"tags": [list(tags_of(post)), _chosen(post, tags)]}
    if action in (Action.HIDE_NOTE, Action.SHOW_NOTE):
        hide = action == Action.HIDE_NOTE
        if is_note_hidden(post) is hide:
            is_so = _("The words of this note are hidden already.")
            raise Conflict(is_so if hide else _("The words of this note are not hidden."))
        if hide and not _has_words(post):
            raise Conflict(_("This note has no words of its own."))
        return {"note_hidden": [not hide, hide]}
    if action in (Action.LOCK, Action.UNLOCK):
        lock = action == Action.LOCK
        if (post.locked_at is not None) is lock:
            raise _locked_so(lock)
        return {"locked": [not lock, lock]}
    return {}


def put(post: Post, effect: Mapping[str, Sequence[Any]]) -> None:
    """Put each thing that ``effect`` names from the first to the second, in the caller's
    transaction. Raises ``Conflict`` where the first does not stand any more."""
    for name, (before, after) in effect.items():
        if name in _PUT and before != after:
            _PUT[name](post, before, after)


def inverse(effect: Mapping[str, Sequence[Any]]) -> Effect:
    """The same the other way round."""
    return {name: [after, before] for name, (before, after) in effect.items()}


def tags_of(post: Post) -> list[str]:
    """The tags of a note, by their slugs."""
    found: list[str] = _hook("read")(post)
    return found


def tags_offered(post: Post) -> list[tuple[str, str]]:
    """The tags that a note could have, by slug and label."""
    offered: list[tuple[str, str]] = _hook("offer")(post)
    return offered


def tag_labels(post: Post, slugs: Sequence[str]) -> list[str]:
    """What the tags ``slugs`` of a note are called, in that order."""
    called: list[str] = _hook("label")(post, slugs)
    return called


def tags_by_note(
    posts: Collection[int],
) -> tuple[dict[int, dict[str, str]], dict[int, frozenset[str]]]:
    """Of many notes: the tags that each could have, label by slug, and the slugs of those it has.
    Three queries."""
    found: tuple[dict[int, dict[str, str]], dict[int, frozenset[str]]] = _hook("by_note")(posts)
    return found


def is_note_hidden(post: Post) -> bool:
    """Whether a moderator has taken the words of a note off."""
    return post.revisions.filter(withheld_at__isnull=False).exists()


def _chosen(post: Post, tags: Sequence[str]) -> list[str]:
    chosen: list[str] = _hook("choose")(post, tags)
    if set(chosen) == set(tags_of(post)):
        raise Refused("tags", _("These are the tags that it has."))
    return chosen


def _put_tags(post: Post, before: list[str], after: list[str]) -> None:
    _hook("write")(post, before, after)


def _put_note(post: Post, _before: bool, hide: bool) -> None:
    """Replace the words of a note with none, which are then for moderators alone; or the other way.

    As an edit does, so that everything that shows words or finds them follows.
    """
    current = post.current
    words = post.revisions.exclude(text="")
    last: Revision | None = current
    if not hide:
        last = words.order_by("number").last()
        if last is None or last.withheld_at is None or current.text:
            raise Conflict(_("The words of this note are not hidden."))
        source = last.source
        Revision.objects.filter(post=post).update(withheld_at=None)
    else:
        if not current.text:
            raise Conflict(_("This note has no words of its own."))
        source = ""
    write_next_revision(
        *(current, write(source, before=last).rendered),
        source=source,
        format=Format.COMMENT,
        editor=None,
        mark=Mark(current.mark),
    )
    if hide:
        words.filter(superseded_at__isnull=False).update(withheld_at=timezone.now())


def _put_lock(post: Post, _before: bool, locked: bool) -> None:
    if not set_lock(post, locked=locked):
        raise _locked_so(locked)


def _locked_so(locked: bool) -> Conflict:
    """What is said to who would have a thread be as it is."""
    return Conflict(
        _("This thread is locked already.") if locked else _("This thread is not locked.")
    )


_PUT: dict[str, Callable[[Post, Any, Any], None]] = {
    "tags": _put_tags,
    "note_hidden": _put_note,
    "locked": _put_lock,
}


def _has_words(post: Post) -> bool:
    """Whether a note has words of its own: where they are a response, that is decided about."""
    return post.note_from_id is None and bool(post.current.text)


def _hook(name: str) -> Callable[..., Any]:
    return _named(settings.NOTE_TAGS[name])


@cache
def _named(path: str) -> Callable[..., Any]:
    found: Callable[..., Any] = import_string(path)
    return found
