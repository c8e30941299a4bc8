"""What a sanction rests on and where it holds: looked at before anything is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from forum.lib.errors import Forbidden, Refused
from forum.lib.text import NOTE_LIMIT, check_choice, clean_source
from forum.moderation.models import Category, Ground, Misuse, Sanction, Sanctioning, Scope
from forum.moderation.people.standing import reaches
from forum.moderation.roles.scope import covers

if TYPE_CHECKING:
    from forum.accounts.models import User
    from forum.courses.models import Course
    from forum.discussion.models import Article
    from forum.moderation.models import Decision, Rule

#: The longest that something lasts which ends by itself.
MOST_DAYS = 366
#: Of a law, in code points.
LAW_LIMIT = 500
#: What ends by itself, always.
TIMED = (Sanctioning.MUTE_FLAGS, Sanctioning.SILENCE, Sanctioning.SUSPEND)
#: What is done about each misuse, where that is not anything there is.
_MISUSE_OF = {Misuse.FLAGS: [Sanctioning.WARN, Sanctioning.MUTE_FLAGS]}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sanction holds: on the whole site, unless it is one course or article."""

    course: Course | None = None
    article: Article | None = None

    @property
    def scope(self) -> Scope:
        """Its shape."""
        if self.course:
            return Scope.COURSE
        return Scope.ARTICLE if self.article else Scope.SITE


EVERYWHERE = Place()


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a sanction rests on, and why."""

    reason: str
    rule: Rule | None = None
    #: For moderators only.
    note: str = ""
    #: The law, where it rests on one.
    legal_ground: str = ""
    #: What it is about (``Category``); empty: what the rule says, else what the decision does.
    category: str = ""
    decision: Decision | None = None
    #: Of a measure against misuse (``Misuse``): how many of how many, how grave, with what intent.
    misuse: str = ""
    number: int | None = None
    of: int | None = None
    gravity: str = ""
    intent: str = ""


def check_place(moderator: User, kind: str, place: Place) -> None:
    """Whether a sanction of ``kind`` can hold there. Raises ``Refused`` and ``Forbidden``."""
    if kind in (Sanctioning.SUSPEND, Sanctioning.BAN) and place.scope != Scope.SITE:
        raise Refused("scope", _("A suspension or a ban is for the whole site."))
    if place.course and place.article:
        raise Refused("scope", _("Choose one course or one article, not both."))
    if not reaches(
        moderator,
        place.article.pk if place.article else None,
        place.course.pk if place.course else None,
    ):
        raise Forbidden(_("You do not moderate there."), code="out-of-scope")


def check_decision(moderator: User, person: User, decision: Decision | None) -> None:
    """Whether ``decision`` is about what ``person`` wrote, where ``moderator`` moderates. Raises
    ``Refused`` naming ``decision``."""
    if decision is None:
        return
    post = decision.case.post
    if post.author_id != person.pk or not covers(moderator, post):
        raise Refused("decision", _("There is no such decision about what they wrote."))


def expiry(kind: str, days: int | None, now: datetime) -> datetime | None:
    """When a sanction of ``kind`` ends by itself. Raises ``Refused`` naming ``days``."""
    if kind in (Sanctioning.WARN, Sanctioning.BAN):
        # A warning holds until it is acknowledged, a ban until it is lifted.
        return None
    if days is None:
        if kind in TIMED:
            raise Refused("days", _("Say for how many days."))
        return None
    if not 1 <= days <= MOST_DAYS:
        raise Refused("days", _("Choose from 1 to %(most)s days.") % {"most": MOST_DAYS})
    return now + timedelta(days=days)


def clean(moderator: User, person: User, kind: str, grounds: Grounds) -> dict[str, object]:
    """The columns of ``grounds``, looked at. Raises ``Refused`` naming the field."""
    law = clean_source(
        grounds.legal_ground, field="legal_ground", limit=LAW_LIMIT, required=False
    ).strip()
    if grounds.rule is None and not law:
        raise Refused("rule", _("A sanction names the rule or the law that it rests on."))
    reason = clean_source(grounds.reason, field="reason", limit=NOTE_LIMIT).strip()
    if not reason:
        raise Refused("reason", _("A sanction gives the person a reason."))
    _check_misuse(moderator, person, kind, grounds)
    said: dict[str, object] = {
        "rule": grounds.rule,
        "reason": reason,
        "note": clean_source(grounds.note, field="note", limit=NOTE_LIMIT, required=False).strip(),
        "ground": Ground.LAW if law else Ground.TERMS,
        "legal_ground": law,
        "decision": grounds.decision,
        "category": _category(grounds),
    }
    if grounds.misuse:
        said |= {
            "misuse": grounds.misuse,
            "misuse_number": grounds.number,
            "misuse_of": grounds.of,
        }
        for name in ("gravity", "intent"):
            words = clean_source(getattr(grounds, name), field=name, limit=NOTE_LIMIT).strip()
            if not words:
                raise Refused(name, _("Misuse is weighed by this too: say it."))
            said[name] = words
    return said


def _category(grounds: Grounds) -> str:
    """What it is about, as its statement of reasons says it."""
    if grounds.category:
        check_choice(grounds.category, Category.values, field="category")
    known = grounds.rule or grounds.decision
    return grounds.category or (known.category if known else "") or Category.NOT_SPECIFIED


def _check_misuse(moderator: User, person: User, kind: str, grounds: Grounds) -> None:
    """Article 23: the four factors are given, and a warning came before."""
    if kind == Sanctioning.MUTE_FLAGS and grounds.misuse != Misuse.FLAGS:
        raise Refused("misuse", _("Flags are set aside for the misuse of flags alone."))
    if not grounds.misuse:
        return
    check_choice(grounds.misuse, Misuse.values, field="misuse")
    if kind not in _MISUSE_OF.get(Misuse(grounds.misuse), Sanctioning.values):
        raise Refused("kind", _("Whoever misuses flags is warned, then their flags are set aside."))
    if not grounds.number or not grounds.of or not 0 < grounds.number <= grounds.of:
        raise Refused("number", _("Say how many, of how many."))
    if kind == Sanctioning.WARN:
        return
    warned = Sanction.objects.filter(
        person=person, kind=Sanctioning.WARN, misuse=grounds.misuse, overturned=False
    )
    # A warning in another part of the site is not for them to know of.
    if not any(
        row.scope == Scope.SITE or reaches(moderator, row.article_id, row.course_id)
        for row in warned
    ):
        raise Refused("kind", _("Warn them of this misuse first: the law asks for it."))


def replaced(person: User, kind: str, place: Place) -> Sanction | None:
    """What a new sanction of ``kind`` there takes the place of."""
    if kind in (Sanctioning.WARN, Sanctioning.BAN):
        return None
    return (
        Sanction.objects.in_force()
        .filter(
            person=person,
            kind=kind,
            scope=place.scope,
            course=place.course,
            article=place.article,
        )
        .first()
    )
