"""Placing by hand: what the diff lost, or put on the wrong words, a person puts right."""

from __future__ import annotations

import re

from django.db import transaction
from django.utils.translation import gettext as _

from annotations.models import Annotation, Placement, PlacementState, Reattachment
from annotations.placement.placing import BY_HAND, Extent, extent
from annotations.placement.telling import tell_placed
from forum.accounts.models import User
from forum.discussion.models import Post
from forum.discussion.writing.revisions import bump_activity, lock_current
from forum.lib.errors import Conflict, Refused
from forum.lib.text import NOTE_LIMIT, clean_source
from forum.lib.words import number
from forum.permissions import require

#: Longest passage a note can be given, in code points.
PASSAGE_LIMIT = 10_000
#: Places that are looked at when the same words stand in many.
PLACES_LIMIT = 100


def place_by_hand(
    *,
    editor: User,
    post: Post,
    start: int,
    end: int,
    words: str,
    revision: int,
    before: Extent,
    reason: str = "",
) -> Reattachment:
    """Put the annotation of ``post`` on ``[start, end)`` of the present text, which says ``words``.

    ``revision`` and ``before`` are the text and the place that the editor was looking at;
    ``Conflict`` when either is another by now. Raises ``Refused`` naming ``words``.
    """
    require(editor, "annotation.place", post)
    if not 0 <= start < end:
        raise Refused("words", _("A passage ends after it starts."))
    if end - start > PASSAGE_LIMIT:
        raise Refused(
            "words",
            _("A passage may be %(passage_limit)s characters long at most.")
            % {"passage_limit": number(PASSAGE_LIMIT)},
        )
    reason = clean_source(reason, field="reason", limit=NOTE_LIMIT, required=False).strip()
    return _move(editor, post, revision, before, (start, end), words, reason)


def take_off(
    *, editor: User, post: Post, revision: int, before: Extent, reason: str
) -> Reattachment:
    """Take the annotation of ``post`` off words that it is not about; it stays listed without."""
    require(editor, "annotation.place", post)
    reason = clean_source(reason, field="reason", limit=NOTE_LIMIT, required=False).strip()
    if not reason:
        raise Refused("reason", _("Say why it does not belong there; its author is told."))
    if before is None:
        raise Conflict(_("This note has no place in the present text already."))
    return _move(editor, post, revision, before, None, "", reason)


def find_places(words: str, text: str) -> list[tuple[int, int]]:
    """Where ``words`` stand in ``text``, as they are or, failing that, with other white space.

    Raises ``Refused`` naming ``words`` when that is nowhere.
    """
    words = clean_source(words, field="words", limit=PASSAGE_LIMIT).strip()
    found = _occurrences(words, text)
    if not found:
        folded, at = _folded(text)
        same = _occurrences(" ".join(words.split()), folded)
        found = [(at[start], at[end - 1] + 1) for start, end in same]
    if not found:
        raise Refused(
            "words", _("These words do not stand in the present text, one after another.")
        )
    return found


def _folded(text: str) -> tuple[str, list[int]]:
    """``text`` with one space for each run of white space, and where each character stood."""
    kept = list(re.finditer(r"\s+|\S", text))
    return "".join(" " if m[0].isspace() else m[0] for m in kept), [m.start() for m in kept]


def _occurrences(words: str, text: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    start = text.find(words)
    while start >= 0 and len(found) < PLACES_LIMIT:
        found.append((start, start + len(words)))
        # Also those that overlap the one before.
        start = text.find(words, start + 1)
    return found


@transaction.atomic
def _move(
    editor: User,
    post: Post,
    revision: int,
    before: Extent,
    after: Extent,
    words: str,
    reason: str,
) -> Reattachment:
    annotation = Annotation.objects.select_related("post__parent", "post__author").get(pk=post.pk)
    target = annotation.post.parent
    assert target is not None  # noqa: S101  # an annotation marks something: a constraint
    current = lock_current(target)
    if current.pk != revision:
        raise Conflict(
            _("The text was revised while you were looking; look at it again."),
            {"revision": current.pk},
        )
    if after and (after[1] > len(current.text) or current.text[slice(*after)] != words):
        raise Conflict(_("Other words stand at that place."), {"revision": current.pk})
    if not after:
        state = PlacementState.ORPHANED
    elif words != annotation.quote:
        state = PlacementState.CHANGED
    elif (current.pk, after[0]) == (annotation.revision_id, annotation.start):
        state = PlacementState.EXACT
    else:
        state = PlacementState.MOVED
    start, end = after or (None, None)
    was = before or (None, None)
    placed = Placement.objects.filter(annotation=annotation, revision=current)
    present = placed.filter(start=was[0], end=was[1]).first()
    changed = placed.filter(start=was[0], end=was[1]).update(
        start=start,
        end=end,
        state=state,
        score=1.0 if after else 0.0,
        method=BY_HAND,
        placed_by=editor,
    )
    if not (changed and present):
        now = placed.values_list("start", "end").first()
        raise Conflict(
            _("Somebody placed this note a moment ago; look at it again."),
            {"place": extent(*now) if now else None},
        )
    log = Reattachment.objects.create(
        annotation=annotation,
        revision=current,
        start=start,
        end=end,
        start_before=was[0],
        end_before=was[1],
        state_before=present.state,
        reason=reason,
        placed_by=editor,
        placed_by_name=editor.public_name,
    )
    tell_placed(editor, log, reason=reason)
    bump_activity(annotation.post)
    return log
