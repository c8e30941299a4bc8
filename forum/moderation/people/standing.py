"""What is in force against somebody: asked of the database for those alone who may have something.

Nobody else costs a query: ``User.is_sanctioned`` says so, and is set with the sanction.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from forum.discussion.models import Post
from forum.lib.errors import Forbidden
from forum.moderation.models import Case, Sanction, Sanctioning, Scope
from forum.moderation.people.effects import FORBIDDING, forbids

if TYPE_CHECKING:
    from forum.accounts.models import User
    from forum.discussion.visibility import Reader

#: What programs are told.
CODES = {"ban": "banned", "suspend": "suspended", "silence": "silenced", "warn": "warned"}
_SAID = {
    "ban": _lazy("Your account is banned."),
    "suspend": _lazy("Your account is suspended."),
    "silence": _lazy("You cannot post for now."),
    "warn": _lazy(
        "A moderator has warned you. Read the warning and say that you have; then go on."
    ),
}
_WHERE = {
    Scope.SITE: "",
    Scope.COURSE: _lazy("This is about one course."),
    Scope.ARTICLE: _lazy("This is about one article."),
}


def in_force(person: User) -> list[Sanction]:
    """The sanctions of ``person`` that hold now. One query; none of whoever has no sanction."""
    if not person.is_sanctioned:
        return []
    held = Sanction.objects.in_force().filter(person=person).select_related("rule")
    return list(held)


def stopped(person: Reader, act: str, on: object) -> Forbidden | None:
    """The refusal of ``act`` on ``on`` by what is in force against ``person``, the strongest."""
    if not person.is_authenticated or not person.is_sanctioned:
        return None
    place = _place_of(on)
    stopping = [
        sanction
        for sanction in in_force(person)
        if forbids(sanction.kind, act) and _covers(sanction, place)
    ]
    if not stopping:
        return None
    return refusal_of(min(stopping, key=lambda sanction: FORBIDDING.index(sanction.kind)))


def refusal_of(sanction: Sanction) -> Forbidden:
    """What whoever has ``sanction`` is told where it stops them."""
    parts = [str(_SAID[sanction.kind]), str(_WHERE[Scope(sanction.scope)])]
    if sanction.expires_at:
        parts.append(_("It ends on %(when)s.") % {"when": when(sanction.expires_at)})
    if sanction.rule:
        parts.append(_("It rests on %(rule)s.") % {"rule": sanction.rule})
    parts.append(_("The reason: %(reason)s") % {"reason": sanction.reason})
    statement = reverse("standing")
    return Forbidden(
        " ".join(part for part in parts if part),
        code=CODES[sanction.kind],
        details={
            "sanction": sanction.pk,
            "reason": sanction.reason,
            "until": sanction.expires_at and sanction.expires_at.isoformat(),
            "statement": statement,
        },
        remedy=statement,
    )


def is_told(sanction: Sanction) -> bool:
    """Whether the person knows of it: not of a ban that nobody has approved."""
    return sanction.kind != Sanctioning.BAN or sanction.approved_at is not None


def appeal_until(sanction: Sanction) -> datetime | None:
    """Until when it can be appealed against; ``None`` for not at all (``APPEAL_DAYS``), as what an
    appeal has brought."""
    days: int = settings.APPEAL_DAYS
    if sanction.instead_of_id:
        return None
    return (sanction.approved_at or sanction.created_at) + timedelta(days=days) if days else None


def when(moment: datetime) -> str:
    """A moment, as a sentence has it that stands in an e-mail as well: with its time zone."""
    here = localtime(moment)
    return f"{date_format(here, 'DATETIME_FORMAT')} {here:%Z}"


def holding(person: User, post: Post, kind: Sanctioning) -> Sanction | None:
    """What of ``kind`` is in force against ``person`` where ``post`` stands."""
    place = _place_of(post)
    return _first(in_force(person), kind, place)


def held_then(sanction: Sanction, post: Post, at: datetime) -> Sanction | None:
    """What else of the kind of ``sanction`` held against the same person at ``at``, where ``post``
    stands. What was overturned since never did."""
    others = Sanction.objects.held_at(at).filter(person=sanction.person, kind=sanction.kind)
    return _first(others.exclude(pk=sanction.pk), Sanctioning(sanction.kind), _place_of(post))


def reaches(moderator: User, article: int | None, course: int | None) -> bool:
    """Whether ``moderator`` moderates that article or course; with neither, the whole site."""
    if moderator.moderates_site:
        return True
    parts = moderator.moderated_parts
    return article in parts.articles or course in parts.courses


def _first(
    sanctions: Iterable[Sanction], kind: Sanctioning, place: tuple[int | None, int | None]
) -> Sanction | None:
    found = (s for s in sanctions if s.kind == kind and _covers(s, place))
    return next(found, None)


def _place_of(on: object) -> tuple[int | None, int | None]:
    """The article and the course that an act on ``on`` is in, as far as it is in any."""
    if isinstance(on, Case):
        on = on.post
    if isinstance(on, Post):
        return on.article_id, on.course_id
    return None, None


def _covers(sanction: Sanction, place: tuple[int | None, int | None]) -> bool:
    article, course = place
    if sanction.scope == Scope.ARTICLE:
        return sanction.article_id == article
    if sanction.scope == Scope.COURSE:
        return course is not None and sanction.course_id == course
    return True
