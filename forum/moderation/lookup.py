"""What the pages and the API of moderation are about, for those whom it is for."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from forum.accounts.models import User
from forum.discussion.visibility import Reader
from forum.lib.errors import NotFound, SignInFirst
from forum.lib.web import person_of
from forum.moderation.models import Appeal, Case, Decision
from forum.moderation.standing import told
from forum.permissions import require


def moderator_of(request: HttpRequest) -> User:
    """Whoever asks, if they moderate; refused before anything is said about a case."""
    require(request.user, "case.list")
    return person_of(request)


def case_for(moderator: User, pk: int, act: str, *, among: QuerySet[Case] | None = None) -> Case:
    """The case, if ``moderator`` may do ``act`` about it. Raises ``NotFound``, ``Forbidden``."""
    cases = Case.objects.select_related("post") if among is None else among
    found = cases.filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such case."))
    require(moderator, act, found)
    return found


def decision_for(person: Reader, pk: int) -> Decision:
    """The decision, if ``person`` may read it. Raises ``NotFound``, ``SignInFirst``."""
    if not person.is_authenticated:
        raise SignInFirst(_("Log in first."))
    found = (
        told(Decision.objects.select_related("case__post__root__article", "rule", "revision"))
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise NotFound(_("There is no such decision."))
    require(person, "decision.read", found)
    return found


def appeal_for(moderator: User, pk: int) -> Appeal:
    """The appeal, if ``moderator`` may read its case. Raises ``NotFound``, ``Forbidden``."""
    found = (
        Appeal.objects.select_related(
            "decision__case__post__root__article",
            "decision__case__post__author",
            *("decision__rule", "decision__revision", "decision__moderator", "result"),
        )
        .filter(pk=pk, decision__isnull=False)
        .first()
    )
    if found is None:
        raise NotFound(_("There is no such appeal."))
    require(moderator, "case.read", found.contested.case)
    return found
