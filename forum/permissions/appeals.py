"""What is asked of a decision that somebody objects to, and of their appeal."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext, ngettext

from forum.discussion.windows import is_over
from forum.lib.errors import Conflict, Forbidden, NotFound, PostilError
from forum.moderation.roles.scope import moderators_of
from forum.moderation.standing import (
    appeal_until,
    decided_since,
    hands_in,
    is_passing_on,
    party_of,
    takes_from,
)
from forum.permissions.cases import case_is_theirs, decision_is_theirs, judges_others
from forum.permissions.people import leads_appeals, moderates, those_who_lead_appeals

if TYPE_CHECKING:
    from forum.discussion.visibility import Reader
    from forum.moderation.models import Appeal, Decision, Party


#: How old an appeal has to be for whoever made the decision, where nobody else moderates.
SOLE_HOURS = 24


def appeal_is_theirs(person: Reader, appeal: Appeal) -> PostilError | None:
    return case_is_theirs(person, appeal.contested.case)


def require_appealable(decision: Decision, party: Party) -> None:
    """Raise why ``party``, whoever they are, cannot appeal against ``decision``, if they cannot."""
    if not takes_from(decision, party):
        raise Forbidden(gettext("There is nothing in this that you could appeal against."))
    if answer := _is_over_for(party, decision) or still_stands(AnonymousUser(), decision):
        raise answer


def is_concerned(person: Reader, decision: Decision) -> PostilError | None:
    if party_of(person, decision):
        return None
    if moderates(person, None) is None and decision_is_theirs(person, decision) is None:
        return None
    return NotFound(gettext("There is no such decision."))


def takes_from_them(person: Reader, decision: Decision) -> PostilError | None:
    party = party_of(person, decision)
    if party is None or not takes_from(decision, party):
        return Forbidden(gettext("There is nothing in this that you could appeal against."))
    return None


def is_open_to_them(person: Reader, decision: Decision) -> PostilError | None:
    return _is_over_for(party_of(person, decision), decision)


def _is_over_for(party: Party | None, decision: Decision) -> PostilError | None:
    return too_late(appeal_until(decision, party))


def too_late(until: datetime | None) -> PostilError | None:
    """Why there is no appeal any more that there was ``until`` then; ``None`` while there is."""
    if until is None:
        return Forbidden(gettext("This is final here."), code="final")
    if is_over(until):
        return Forbidden(gettext("The time for an appeal is over."), code="too-late")
    return None


def still_stands(_: Reader, decision: Decision) -> PostilError | None:
    since = decided_since(decision)
    if since is None:
        return None
    if is_passing_on(since):
        return Conflict(gettext("A moderator is looking at this again."), code="looked-at-again")
    if since.overrides_id == decision.pk and since.action == "reverse":
        return Conflict(gettext("This has been turned back already."))
    return Conflict(
        gettext("Something else has been decided since."), {"decision": since.pk}, code="superseded"
    )


def judged_anothers_post(person: Reader, appeal: Appeal) -> PostilError | None:
    return judges_others(person, appeal.contested.case)


def decides_appeals(person: Reader, appeal: Appeal) -> PostilError | None:
    decision = appeal.contested
    if appeal.appellant_id == person.pk:
        return Forbidden(gettext("This is your own appeal: somebody else decides it."))
    # One answer is given to all that wait against it.
    appellants = set(decision.appeals.filter(outcome="").values_list("appellant", flat=True))
    if person.pk in appellants:
        return Forbidden(gettext("You have appealed yourself: somebody else decides it."))
    post = decision.case.post
    hands = hands_in(decision)
    concerned = {*hands, *appellants, appeal.appellant_id, post.author_id}
    others = moderators_of(post).exclude(pk__in=[pk for pk in concerned if pk])
    if person.pk not in hands:
        if leads_appeals(person, None) and those_who_lead_appeals(others).exists():
            return Forbidden(gettext("Those who lead appeals decide it."))
        return None
    if others.exists():
        if decision.moderator_id != person.pk:
            return Forbidden(
                gettext("You have decided about this before: somebody else decides the appeal.")
            )
        return Forbidden(gettext("You decided this yourself: somebody else decides the appeal."))
    if not is_over(appeal.filed_at + timedelta(hours=SOLE_HOURS)):
        message = ngettext(
            "You decided this yourself, and nobody else moderates here: you can decide the appeal "
            "when it is %(hours)d hour old.",
            "You decided this yourself, and nobody else moderates here: you can decide the appeal "
            "when it is %(hours)d hours old.",
            SOLE_HOURS,
        )
        return Forbidden(message % {"hours": SOLE_HOURS}, code="too-early")
    return None
