"""What a moderator may choose of when they sanction somebody: no more than they may see.

What they may not is answered like what is not there, so that nobody learns of it by trying.
"""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from forum.accounts.models import User
from forum.discussion.models import Article
from forum.lib.errors import Refused
from forum.moderation.models import RESTRICTIONS, Decision, Scope
from forum.moderation.people.grounds import Place
from forum.moderation.roles.scope import courses_of, within

#: Of decisions about somebody, so many are offered.
OFFERED = 30


def articles_for(moderator: User) -> QuerySet[Article]:
    """The articles that ``moderator`` moderates and may read."""
    found = Article.objects.visible_to(moderator).order_by("title")
    if moderator.moderates_site:
        return found
    return found.filter(pk__in=moderator.moderated_parts.articles)


def scopes_for(moderator: User) -> list[Scope]:
    """Where ``moderator`` may sanction anybody."""
    if moderator.moderates_site:
        return list(Scope)
    parts = moderator.moderated_parts
    return [
        scope
        for scope, some in ((Scope.COURSE, parts.courses), (Scope.ARTICLE, parts.articles))
        if some
    ]


def decisions_for(moderator: User, person: User) -> QuerySet[Decision]:
    """The decisions about what ``person`` wrote that may have led to a sanction, the latest first,
    as far as they are in what ``moderator`` moderates."""
    found = Decision.objects.filter(
        within(moderator, "case__post"), case__post__author=person, action__in=RESTRICTIONS
    )
    return found.select_related("rule", "case__post").order_by("-pk")


def place_of(moderator: User, scope: str, *, course: str = "", article: str = "") -> Place:
    """Where a sanction is to hold, by slugs; without a ``scope``, what is named.

    Raises ``Refused`` naming which is not there, or ``scope`` where something else is named.
    """
    scope = scope or (Scope.COURSE if course else Scope.ARTICLE if article else Scope.SITE)
    if (course and scope != Scope.COURSE) or (article and scope != Scope.ARTICLE):
        raise Refused("scope", _("Name a course or an article only where it is for that one."))
    if scope == Scope.COURSE:
        found = courses_of(moderator).filter(slug=course).first()
        if found is None:
            raise Refused("course", _("There is no such course."))
        return Place(course=found)
    if scope == Scope.ARTICLE:
        under = articles_for(moderator).filter(slug=article).first()
        if under is None:
            raise Refused("article", _("There is no such article."))
        return Place(article=under)
    return Place()


def decision_of(moderator: User, person: User, number: int | None) -> Decision | None:
    """The decision of that number. Raises ``Refused`` naming ``decision``."""
    if number is None:
        return None
    found = decisions_for(moderator, person).filter(pk=number).first()
    if found is None:
        raise Refused("decision", _("There is no such decision about what they wrote."))
    return found
