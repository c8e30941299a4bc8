"""What is asked of a sanction, and of an appeal against one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext, ngettext

from forum.discussion.windows import is_over
from forum.lib.errors import Conflict, Forbidden, NotFound, PostilError
from forum.moderation.people.standing import appeal_until, is_told, reaches
from forum.moderation.roles.ranks import rank_of
from forum.moderation.roles.scope import moderators_at
from forum.permissions.appeals import SOLE_HOURS, too_late
from forum.permissions.people import leads_appeals, outranks_them

if TYPE_CHECKING:
    from forum.accounts.models import User
    from forum.discussion.visibility import Reader
    from forum.moderation.models import Appeal, Sanction


def sanction_is_theirs(person: Reader, sanction: Sanction) -> PostilError | None:
    """In a part of the site that they moderate, or anywhere for those who moderate all of it."""
    if person.is_authenticated and not reaches(person, sanction.article_id, sanction.course_id):
        return NotFound(gettext("There is no such sanction."))
    return None


def is_not_about_them(person: Reader, sanction: Sanction) -> PostilError | None:
    if sanction.person_id == person.pk:
        # Nor do they read what moderators tell one another.
        return Forbidden(gettext("This is about you: your own page says what you may know."))
    return None


def outranks_whoever_has_it(person: Reader, sanction: Sanction) -> PostilError | None:
    return outranks_them(person, sanction.person) if sanction.person else None


def reaches_who_gave_it(person: Reader, sanction: Sanction) -> PostilError | None:
    giver = sanction.moderator
    if person.is_authenticated and giver and rank_of(giver) > rank_of(person):
        return Forbidden(
            gettext("Somebody of a higher rank gave it, and alone can lift it."), code="outranked"
        )
    return None


def is_second(person: Reader, sanction: Sanction) -> PostilError | None:
    if sanction.moderator_id == person.pk:
        return Forbidden(
            gettext("You proposed this ban, so another moderator has to approve it."),
            code="second-moderator",
        )
    return None


def waits_for_a_second(_: Reader, sanction: Sanction) -> PostilError | None:
    if not sanction.is_proposed:
        return Conflict(gettext("This ban does not wait for anybody any more."))
    return None


def has_it(person: Reader, sanction: Sanction) -> PostilError | None:
    """And knows of it."""
    if sanction.person_id != person.pk or not is_told(sanction):
        return NotFound(gettext("There is no such sanction."))
    return None


def has_time_to_appeal(_: Reader, sanction: Sanction) -> PostilError | None:
    return too_late(appeal_until(sanction))


def is_not_lifted(_: Reader, sanction: Sanction) -> PostilError | None:
    if sanction.lifted_at:
        return Conflict(gettext("This has been lifted already."), code="lifted")
    return None


def answers_in_their_part(person: Reader, appeal: Appeal) -> PostilError | None:
    sanction = appeal.sanction
    if sanction is None or sanction_is_theirs(person, sanction):
        return NotFound(gettext("There is no such appeal."))
    return None


def answers_another(person: Reader, appeal: Appeal) -> PostilError | None:
    if appeal.sanction and appeal.sanction.person_id == person.pk:
        return Forbidden(gettext("This is your own appeal: somebody else decides it."))
    return None


def reaches_all_who_judged(person: Reader, appeal: Appeal) -> PostilError | None:
    """Of the rank of those who gave it and approved it, and above whoever appeals."""
    if person.is_authenticated and rank_of(person) < rank_to_answer(appeal):
        return Forbidden(
            gettext("Somebody of a higher rank decides this appeal."), code="outranked"
        )
    return None


def judged_neither_way(person: Reader, appeal: Appeal) -> PostilError | None:
    """Somebody else than gave it and approved it; they themselves a day later, where nobody else
    could."""
    judges = judges_of(appeal)
    others = who_could_answer(appeal)
    if person not in judges:
        leads = any(other.decides_appeals for other in others)
        if leads and leads_appeals(person, None):
            return Forbidden(gettext("Those who lead appeals decide it."))
        return None
    if others:
        return Forbidden(
            gettext("You gave or approved this yourself: somebody else decides the appeal."),
            code="second-moderator",
        )
    if not is_over(appeal.filed_at + timedelta(hours=SOLE_HOURS)):
        message = ngettext(
            "You gave or approved this yourself, and nobody else can decide the appeal: you can "
            "when it is %(hours)d hour old.",
            "You gave or approved this yourself, and nobody else can decide the appeal: you can "
            "when it is %(hours)d hours old.",
            SOLE_HOURS,
        )
        return Forbidden(message % {"hours": SOLE_HOURS}, code="too-early")
    return None


def judges_of(appeal: Appeal) -> list[User]:
    """Who gave the sanction that ``appeal`` is against, and who approved it."""
    sanction = appeal.sanction
    both = (sanction.moderator, sanction.approved_by) if sanction else ()
    return [judge for judge in both if judge]


def rank_to_answer(appeal: Appeal) -> int:
    """The rank from which on somebody decides ``appeal``, which is against a sanction."""
    asked = [rank_of(judge) for judge in judges_of(appeal)]
    person = appeal.sanction.person if appeal.sanction else None
    # Nobody decides about their equals.
    return max([*asked, *([rank_of(person) + 1] if person else [])], default=0)


def who_could_answer(appeal: Appeal) -> list[User]:
    """Who else could decide ``appeal`` than those who gave the sanction and approved it. One query:
    there are few moderators."""
    sanction = appeal.sanction
    if sanction is None:
        return []
    out = {judge.pk for judge in judges_of(appeal)} | {sanction.person_id or 0}
    found = moderators_at(sanction.article_id, sanction.course_id).exclude(pk__in=out)
    least = rank_to_answer(appeal)
    return [other for other in found if rank_of(other) >= least]
