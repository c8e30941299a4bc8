"""Words that a moderator has looked at and let stand: that holds until they change."""

from __future__ import annotations

from collections.abc import Sequence

from forum.discussion.models import Revision
from forum.moderation.models import Action, Basis, Case, CaseState, Decision, Flag, FlagSetAside
from forum.moderation.standing import left, restricts
from forum.moderation.transitions import DECISIONS

#: What leaves the words of a post where they are, as somebody who has read them wants it.
_LETS_STAND = frozenset(
    {
        *(Action.KEEP, Action.RESTORE, Action.HIDE_NOTE, Action.SHOW_NOTE),
        *(Action.RETAG, Action.LOCK, Action.UNLOCK),
    }
)


def review_of(case: Case, revision: Revision) -> Decision | None:
    """The decision of a person that let ``revision`` stand, if it holds. One query.

    It holds against whatever is said of these words afterwards, and of those they had before. What
    was decided about them since takes its place, and what was turned back never was.
    """
    rows = Decision.objects.filter(case=case).select_related("rule", "revision").order_by("pk")
    found = last_review(list(rows))
    return found if found and revision.number <= last_reviewed(found) else None


def review_for(flag: Flag | FlagSetAside) -> Decision | None:
    """What whoever raised ``flag`` is told: that its words were reviewed, where that holds and
    nobody is looking at them again."""
    if not isinstance(flag, Flag) or flag.case.state != CaseState.DECIDED:
        return None
    return review_of(flag.case, flag.revision)


def last_review(decisions: Sequence[Decision]) -> Decision | None:
    """Of all ``decisions`` of a case, in order, the last that says whether its words may stay, if
    it says that they may. They come with their revisions."""
    said = _last_said(decisions)
    return said if said and said.action in _LETS_STAND else None


def may_stay(decision: Decision) -> bool:
    """Whether turning ``decision`` back, as its author asks, says that the words may stay that it
    was about: it restricted them, and what stood before it does not. Two queries at most."""
    if not restricts(decision) or (Action.KEEP, decision.state_before) not in DECISIONS:
        return False
    before = Decision.objects.filter(case=decision.case_id, pk__lt=decision.pk)
    said = _last_said(list(before.select_related("revision").order_by("pk")))
    if said is None or said.action in _LETS_STAND:
        return True
    # What its author has written since is another question.
    return Revision.objects.filter(
        post=decision.case.post_id,
        editor__isnull=False,
        number__gt=said.revision.number,
        number__lte=decision.revision.number,
    ).exists()


def _last_said(decisions: Sequence[Decision]) -> Decision | None:
    """The last of ``decisions``, of one case and in order, that stands, that a person made, and
    that did not only pass it on."""
    said = (
        one
        for one in reversed(left(decisions))
        if one.action != Action.ESCALATE and one.basis != Basis.AUTOMATIC
    )
    return next(said, None)


def last_reviewed(review: Decision) -> int:
    """The number of the last revision that ``review`` is about: hiding the words of a note, or
    showing them again, is a revision of its own."""
    return review.revision.number + ("note_hidden" in review.effect)
