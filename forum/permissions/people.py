"""What is asked of a person, and of somebody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from forum.accounts.models import User
from forum.lib.errors import Forbidden, NotFound, PostilError, SignInFirst
from forum.moderation.people.standing import stopped
from forum.moderation.roles.ranks import outranks, rank_of
from forum.moderation.roles.scope import meets

if TYPE_CHECKING:
    from forum.discussion.visibility import Reader


def signed_in(person: Reader, _: object) -> PostilError | None:
    if not person.is_authenticated:
        return SignInFirst(gettext("Log in first."))
    return None


def has_no_account(person: Reader, _: object) -> PostilError | None:
    if person.is_authenticated:
        return Forbidden(gettext("You have an account; respond with that."))
    return None


def publishes(person: Reader, _: object) -> PostilError | None:
    if not (person.is_authenticated and person.publishes):
        return Forbidden(gettext("Only course staff and editors may do this."))
    return None


def leaves_an_admin(person: Reader, _: object) -> PostilError | None:
    if person.is_authenticated and person.is_superuser:
        others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=person.pk)
        if not others.exists():
            return Forbidden(gettext("This site has no other admin. Make somebody one first."))
    return None


def _suspended(person: Reader) -> PostilError | None:
    """Of whoever moderates and is suspended meanwhile: that, for it is the reason."""
    if person.is_authenticated and person.is_suspended and rank_of(person):
        return stopped(person, "case.list", None)
    return None


def moderates(person: Reader, _: object) -> PostilError | None:
    """Anything at all: the whole site, an article or a course."""
    if not (person.is_authenticated and person.moderates):
        return _suspended(person) or Forbidden(gettext("Only moderators may do this."))
    return None


def moderates_site(person: Reader, _: object) -> PostilError | None:
    if not (person.is_authenticated and person.moderates_site):
        return _suspended(person) or Forbidden(
            gettext("Only moderators of the whole site may do this.")
        )
    return None


def leads_appeals(person: Reader, _: object) -> PostilError | None:
    if not (person.is_authenticated and person.decides_appeals):
        return _suspended(person) or Forbidden(gettext("Only those who lead appeals may do this."))
    return None


def administers(person: Reader, _: object) -> PostilError | None:
    if not (person.is_authenticated and person.is_superuser):
        return Forbidden(gettext("Only admins may do this."))
    return None


def outranks_them(person: Reader, other: User) -> PostilError | None:
    """Not met by equals, nor by oneself."""
    if not (person.is_authenticated and outranks(person, other)):
        return Forbidden(gettext("They are not below you here, so somebody else has to do this."))
    return None


def is_another(person: Reader, other: User) -> PostilError | None:
    if other.pk == person.pk:
        return Forbidden(gettext("This is you."))
    return None


def is_met(person: Reader, other: User) -> PostilError | None:
    """For who moderates a part of the site: whether they are there. Others are as if nowhere."""
    if not meets(person, other):
        return NotFound(gettext("There is no such person."))
    return None


def is_here(_: Reader, other: User) -> PostilError | None:
    if not other.is_active:
        return NotFound(gettext("There is no such person."))
    return None


def those_who_lead_appeals(people: QuerySet[User]) -> QuerySet[User]:
    """Those of ``people`` who lead appeals."""
    return people.filter(Q(is_superuser=True) | Q(leads_appeals=True))
