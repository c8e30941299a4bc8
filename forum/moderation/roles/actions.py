"""Giving and taking the roles of moderation. Each writes the role, the flags and the log together.

Whoever's roles change is locked first, with whoever changes them: what their flags repeat is then
counted anew, two who give and take at once come one after the other, and who has lost the right
to in the meantime gives nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from forum.accounts.admins import require_another_admin
from forum.accounts.models import User
from forum.lib.errors import Conflict, Forbidden, NotFound, Refused
from forum.lib.interface import spoken_by_site
from forum.moderation.models import Event, EventKind, ModerationRole, RoleAssignment
from forum.moderation.roles.ranks import Rank, rank_of
from forum.permissions import require, require_still

if TYPE_CHECKING:
    from forum.courses.models import Course
    from forum.discussion.models import Article

#: The role that is an account's flag, beside those of ``ModerationRole``.
ADMIN = "admin"
#: The rank that a role for the whole site makes.
_RANKS = {
    ADMIN: Rank.ADMIN,
    ModerationRole.APPEALS_LEAD: Rank.APPEALS_LEAD,
    ModerationRole.MODERATOR: Rank.MODERATOR,
}


def give_role(
    *,
    giver: User,
    person: User,
    role: str,
    article: Article | None = None,
    course: Course | None = None,
) -> tuple[RoleAssignment, bool]:
    """Give ``person`` a role of ``ModerationRole``; return it, and whether they did not have it.

    It is for one article, for one course or, with neither, for the whole site. Another role for
    the same is taken from them. Raises ``Refused`` naming ``role`` or ``article``, and what
    ``permissions`` raises.
    """
    require(giver, "role.give", person)
    if role not in ModerationRole.values:
        known = ", ".join((*ModerationRole.values, ADMIN))
        raise Refused("role", _("Choose one of: %(choices)s.") % {"choices": known})
    if article and course:
        raise Refused("article", _("A role is for an article or for a course, not for both."))
    if role == ModerationRole.APPEALS_LEAD and (article or course):
        raise Refused("role", _("Whoever leads appeals does so for the whole site."))
    _mind_rank(giver, role)
    with transaction.atomic():
        _lock(giver, person)
        require_still(giver, "role.give", person)
        there = RoleAssignment.objects.filter(
            person=person, article=article, course=course, taken_at=None
        )
        held = there.first()
        if held and held.role == role:
            return held, False
        if held:
            _take(held, giver)
        given = RoleAssignment.objects.create(
            person=person,
            person_name=person.public_name,
            role=role,
            article=article,
            course=course,
            given_by=giver,
            given_by_name=giver.public_name,
        )
        repeat_roles(person)
        _log(EventKind.ROLE_GIVEN, giver, person, given)
    return given, True


def take_role(*, taker: User, given: RoleAssignment) -> None:
    """Take a role from whoever has it. Raises ``Conflict`` where that has happened already."""
    require(taker, "role.take", given)
    with transaction.atomic():
        if given.person is None:
            raise NotFound(_("There is no such person."))
        _lock(taker, given.person)
        require_still(taker, "role.take", given)
        if not _take(given, taker):
            raise Conflict(_("This role has been taken already."))
        repeat_roles(given.person)


def make_admin(*, giver: User, person: User) -> bool:
    """Make ``person`` an admin of the site; whether they were none."""
    require(giver, "role.give", person)
    _mind_rank(giver, ADMIN)
    with transaction.atomic():
        _lock(giver, person)
        require_still(giver, "role.give", person)
        others = User.objects.filter(pk=person.pk, is_superuser=False)
        new = bool(others.update(is_superuser=True, is_staff=True))
        if new:
            _log(EventKind.ROLE_GIVEN, giver, person)
    person.refresh_from_db(fields=["is_superuser", "is_staff"])
    return new


def unmake_admin(*, taker: User, person: User) -> None:
    """Make ``person`` an admin no longer, their other roles aside. One always stays.

    Raises ``Conflict`` where they are none, ``Forbidden`` where there is no other.
    """
    require(taker, "admin.take", person)
    with transaction.atomic():
        # Two admins who take it from one another come one after the other: one of them is one.
        require_another_admin(without=[person.pk])
        admins = User.objects.filter(is_superuser=True, is_active=True)
        if not admins.filter(pk=taker.pk).exists():
            raise Forbidden(_("Only admins may do this."))
        if not User.objects.filter(pk=person.pk, is_superuser=True).update(
            is_superuser=False, is_staff=False
        ):
            raise Conflict(_("This role has been taken already."))
        _log(EventKind.ROLE_TAKEN, taker, person)
    person.refresh_from_db(fields=["is_superuser", "is_staff"])


def _mind_rank(giver: User, role: str) -> None:
    if _RANKS[role] > rank_of(giver):
        raise Forbidden(_("Nobody gives a role above their own."))


def _lock(actor: User, person: User) -> None:
    """Both, for the log names both: of two who do something about each other, one waits."""
    both = User.objects.select_for_update().filter(pk__in=[actor.pk, person.pk]).order_by("pk")
    if person.pk not in list(both.values_list("pk", flat=True)):
        raise NotFound(_("There is no such person."))


def _take(given: RoleAssignment, taker: User) -> bool:
    """Take it, if it still stands, and log that; whether it did."""
    taken = RoleAssignment.objects.filter(pk=given.pk, taken_at=None).update(
        taken_at=timezone.now(), taken_by=taker, taken_by_name=taker.public_name
    )
    if taken and given.person:
        _log(EventKind.ROLE_TAKEN, taker, given.person, given)
    return bool(taken)


def repeat_roles(person: User) -> None:
    """Say in the flags of ``person`` what roles they have. Lock them before."""
    held = RoleAssignment.objects.filter(person=OuterRef("pk"), taken_at=None)
    site = held.filter(article=None, course=None)
    User.objects.filter(pk=person.pk).update(
        is_moderator=Exists(site),
        leads_appeals=Exists(site.filter(role=ModerationRole.APPEALS_LEAD)),
        moderates_parts=Exists(held.exclude(article=None, course=None)),
    )
    person.refresh_from_db(fields=["is_moderator", "leads_appeals", "moderates_parts"])
    person.__dict__.pop("moderated_parts", None)


def _log(kind: EventKind, actor: User, subject: User, given: RoleAssignment | None = None) -> None:
    with spoken_by_site():
        # In the log alone: an admin's role is for the whole site.
        detail = str(given) if given else _("Admin: the whole site")
    Event.objects.create(
        kind=kind,
        actor=actor,
        actor_name=actor.public_name,
        subject=subject,
        subject_name=subject.public_name,
        detail=detail,
    )
