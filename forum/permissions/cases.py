"""What is asked of a case, of what was decided in it, and of a second look at that."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext, ngettext

from forum.discussion.windows import is_over
from forum.lib.errors import Conflict, Forbidden, NotFound, PostilError
from forum.moderation.roles.ranks import rank_of
from forum.moderation.roles.scope import covers, moderators_of
from forum.moderation.standing import is_final, is_settled_above, was_overridden, was_turned_back
from forum.permissions.people import leads_appeals

if TYPE_CHECKING:
    from forum.discussion.visibility import Reader
    from forum.moderation.models import Bulk, Case, Decision, SecondReview


#: How long a moderator may take back what they decided.
UNDO_MINUTES = 10


def case_is_theirs(person: Reader, case: Case) -> PostilError | None:
    """In a part of the site that they moderate. Others do not learn that there is one."""
    if not covers(person, case.post):
        return NotFound(gettext("There is no such case."))
    return None


def judges_others(person: Reader, case: Case) -> PostilError | None:
    if case.post.author_id == person.pk:
        # Nor do they read who flagged it, and why.
        return Forbidden(gettext("You wrote this, so another moderator has to decide about it."))
    return None


def is_theirs_to_decide(person: Reader, case: Case) -> PostilError | None:
    if case.state == "escalated" and leads_appeals(person, None):
        return Forbidden(gettext("This was escalated: whoever leads appeals decides it."))
    return None


def was_not_turned_back(person: Reader, case: Case) -> PostilError | None:
    """Whoever was turned back by somebody else does not decide the same again, where others can."""
    if not person.is_authenticated or not was_turned_back(person, case):
        return None
    others = moderators_of(case.post).exclude(pk__in=[person.pk, case.post.author_id or 0])
    if not others.exists():
        return None
    return Forbidden(
        gettext("What you decided here was turned back: somebody else decides it."),
        code="turned-back",
    )


def is_theirs_to_open(person: Reader, case: Case) -> PostilError | None:
    if leads_appeals(person, None) and is_settled_above(case):
        return Forbidden(
            gettext("It was escalated, or appealed against: whoever leads appeals opens it again."),
            code="final",
        )
    return None


def decision_is_theirs(person: Reader, decision: Decision) -> PostilError | None:
    return case_is_theirs(person, decision.case)


def review_is_theirs(person: Reader, review: SecondReview) -> PostilError | None:
    if not covers(person, review.decision.case.post):
        return NotFound(gettext("There is no such review."))
    return None


def reviews_others(person: Reader, review: SecondReview) -> PostilError | None:
    if review.decision.moderator_id == person.pk:
        return Forbidden(gettext("You decided this yourself: somebody else takes the second look."))
    return judges_others(person, review.decision.case)


def judged_others(person: Reader, decision: Decision) -> PostilError | None:
    return judges_others(person, decision.case)


def decided_it(person: Reader, decision: Decision) -> PostilError | None:
    if decision.moderator_id != person.pk:
        return Forbidden(gettext("Only whoever decided this can take it back."))
    return None


def _was_theirs() -> Forbidden:
    return Forbidden(
        gettext("This was yours, and was turned back: somebody else can put it back."),
        code="turned-back",
    )


def had_no_say(person: Reader, decision: Decision) -> PostilError | None:
    """Nobody puts back what somebody else has turned back of theirs."""
    if person.is_authenticated and was_overridden(person, decision):
        return _was_theirs()
    return None


def reaches_whoever_decided(person: Reader, decision: Decision) -> PostilError | None:
    by = decision.moderator
    if person.is_authenticated and by and rank_of(by) > rank_of(person):
        return Forbidden(gettext("Somebody of a higher rank decided this."), code="outranked")
    return None


def is_not_settled_on_appeal(_: Reader, decision: Decision) -> PostilError | None:
    if is_final(decision):
        return Forbidden(gettext("An appeal was decided about this: that is final."), code="final")
    return None


def has_none_of_theirs(person: Reader, bulk: Bulk) -> PostilError | None:
    theirs = bulk.decisions.filter(overrides__moderator=person.pk).exclude(moderator=person.pk)
    if theirs.exists():
        return _was_theirs()
    return None


def reaches_whoever_did(person: Reader, bulk: Bulk) -> PostilError | None:
    by = bulk.moderator
    if person.is_authenticated and by and rank_of(by) > rank_of(person):
        return Forbidden(gettext("Somebody of a higher rank turned this back."), code="outranked")
    return None


def can_still_take_it_back(_: Reader, decision: Decision) -> PostilError | None:
    if not is_over(decision.created_at + timedelta(minutes=UNDO_MINUTES)):
        return None
    message = ngettext(
        "What was decided more than %(minutes)d minute ago can no longer be taken back.",
        "What was decided more than %(minutes)d minutes ago can no longer be taken back.",
        UNDO_MINUTES,
    )
    return Conflict(message % {"minutes": UNDO_MINUTES}, code="undo-too-late")
