"""People, sanctions and appeals against these, for those whom they are for."""

from __future__ import annotations

from django.utils.translation import gettext as _

from forum.accounts.models import User
from forum.lib.errors import Conflict, NotFound
from forum.moderation.models import Appeal, Sanction
from forum.moderation.people.standing import is_told
from forum.permissions import require


def person_for(moderator: User, username: str, act: str) -> User:
    """The person of this name, if ``moderator`` may do ``act`` about them. Raises ``NotFound``,
    ``Forbidden``."""
    found = User.objects.filter(username=username).first()
    if found is None:
        raise NotFound(_("There is no such person."))
    require(moderator, act, found)
    return found


def sanction_for(moderator: User, pk: int) -> Sanction:
    """The sanction, if ``moderator`` may read it. Raises ``NotFound``, ``Forbidden``."""
    rows = Sanction.objects.select_related("person", "moderator", "rule", "course", "article")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such sanction."))
    require(moderator, "sanction.read", found)
    return found


def sanction_appeal_for(moderator: User, pk: int) -> Appeal:
    """The appeal against the sanction ``pk``, if ``moderator`` may read that. Raises ``NotFound``,
    ``Forbidden``."""
    found = (
        Appeal.objects.select_related(
            *("sanction__person", "sanction__moderator", "sanction__approved_by"),
            *("sanction__course", "sanction__article", "sanction__decision__case"),
        )
        .filter(sanction=pk)
        .first()
    )
    if found is None or found.sanction is None:
        raise NotFound(_("There is no such appeal."))
    require(moderator, "sanction.read", found.sanction)
    return found


def told_sanction(person: int, pk: int) -> Sanction:
    """The sanction ``pk`` of the person with that id, if they know of it. Raises ``NotFound``."""
    rows = Sanction.objects.select_related("rule", "person", "decision__case")
    found = rows.filter(pk=pk, person=person).first()
    if found is None or not is_told(found):
        raise NotFound(_("There is no such sanction."))
    return found


def own_sanction(person: int, pk: int) -> Sanction:
    """The same, if it has not been lifted. Raises ``NotFound``, ``Conflict``."""
    found = told_sanction(person, pk)
    if found.lifted_at:
        raise Conflict(_("It has been lifted; there is nothing to acknowledge."))
    return found
