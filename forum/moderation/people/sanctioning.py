"""Giving sanctions, and proposing bans. Each writes its log line with it."""

from __future__ import annotations

from datetime import timedelta

from django.db import IntegrityError
from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from forum.accounts.models import User, shown_name
from forum.lib.deadlocks import tried_again
from forum.lib.errors import Conflict
from forum.lib.interface import spoken_by_site
from forum.lib.text import check_choice
from forum.moderation.models import EventKind, Sanction, Sanctioning
from forum.moderation.people.bookkeeping import lock, log, settle, summary
from forum.moderation.people.grounds import (
    EVERYWHERE,
    Grounds,
    Place,
    check_decision,
    check_place,
    clean,
    expiry,
    replaced,
)
from forum.moderation.people.telling import tell
from forum.permissions import reaches_who_gave_it, require, require_still

#: So long somebody may be suspended while a ban waits for a second moderator.
MEANWHILE = timedelta(days=7)


def draft(
    *,
    moderator: User,
    person: User,
    kind: str,
    grounds: Grounds,
    days: int | None = None,
    place: Place = EVERYWHERE,
) -> Sanction:
    """What ``impose`` would write, checked but not written: for its statement to be looked at.

    Raises what ``impose`` raises, but for what only the writing tells.
    """
    require(moderator, "person.sanction", person)
    check_choice(kind, Sanctioning.values, field="kind")
    check_place(moderator, kind, place)
    check_decision(moderator, person, grounds.decision)
    now = timezone.now()
    said = clean(moderator, person, kind, grounds)
    before = replaced(person, kind, place)
    # Taking its place ends it, as lifting it does.
    if before and (refused := reaches_who_gave_it(moderator, before)):
        raise refused
    return Sanction(
        person=person,
        person_name=person.public_name,
        number=latest_number(person) + 1,
        kind=kind,
        scope=place.scope,
        course=place.course,
        article=place.article,
        moderator=moderator,
        moderator_name=moderator.public_name,
        created_at=now,
        expires_at=expiry(kind, days, now),
        replaces=before,
        **said,
    )


def impose(
    *,
    moderator: User,
    person: User,
    kind: str,
    seen: int,
    grounds: Grounds,
    days: int | None = None,
    place: Place = EVERYWHERE,
    meanwhile: bool = True,
) -> Sanction:
    """Sanction ``person``, whose sanctions the moderator has read up to ``seen`` (``read_so_far``).

    A ban is only proposed; ``meanwhile`` says whether a suspension stands until another moderator
    has looked at it, at most for seven days. One of the same kind and scope that is in force is
    replaced.

    Raises ``Refused`` naming a field, ``Conflict`` where there is a later sanction by now or the
    ban has been proposed already, and what ``permissions`` raises.
    """

    def act() -> Sanction:
        lock(person)
        require_still(moderator, "person.sanction", person)
        sanction = draft(
            moderator=moderator,
            person=person,
            kind=kind,
            grounds=grounds,
            days=days,
            place=place,
        )
        _check_seen(moderator, person, seen)
        if kind == Sanctioning.BAN:
            _propose(moderator, person, sanction, meanwhile=meanwhile)
        else:
            sanction.save(force_insert=True)
            settle(person)
            log(EventKind.SANCTIONED, moderator, sanction, summary(sanction))
            tell(sanction)
        return sanction

    try:
        return tried_again(act)
    except IntegrityError:
        # Another was first, and took the number.
        _check_seen(moderator, person, seen)
        raise


def latest_number(person: User) -> int:
    """The number of the latest sanction of ``person``; 0 without any."""
    return Sanction.objects.filter(person=person).aggregate(last=Max("number"))["last"] or 0


def read_so_far(moderator: User, person: User) -> int:
    """How far the record of ``person`` goes that ``moderator`` reads: the number of their latest
    sanction; for who moderates a part of the site, how many there are in that."""
    if moderator.moderates_site:
        return latest_number(person)
    return _in_reach(moderator, person).count()


def _in_reach(moderator: User, person: User) -> QuerySet[Sanction]:
    """The sanctions of ``person`` that ``moderator`` knows of."""
    found = Sanction.objects.filter(person=person)
    if moderator.moderates_site:
        return found
    parts = moderator.moderated_parts
    return found.filter(Q(article__in=parts.articles) | Q(course__in=parts.courses))


def _propose(moderator: User, person: User, ban: Sanction, *, meanwhile: bool) -> None:
    """Write a ban that waits, and what stands until it is approved or refused."""
    known = Sanction.objects.filter(person=person, kind=Sanctioning.BAN, lifted_at=None)
    if known.exists():
        raise Conflict(_("A ban of this person has been proposed or approved already."))
    ban.save(force_insert=True)
    with spoken_by_site():
        log(EventKind.SANCTIONED, moderator, ban, _("Proposed: %(what)s") % {"what": summary(ban)})
    until = ban.created_at + MEANWHILE
    longer = Sanction.objects.in_force().filter(
        person=person, kind=Sanctioning.SUSPEND, expires_at__gte=until
    )
    if not meanwhile or longer.exists():
        return
    suspension = Sanction.objects.create(
        person=person,
        person_name=ban.person_name,
        number=ban.number + 1,
        kind=Sanctioning.SUSPEND,
        moderator=moderator,
        moderator_name=ban.moderator_name,
        decision=ban.decision,
        rule=ban.rule,
        reason=ban.reason,
        ground=ban.ground,
        category=ban.category,
        legal_ground=ban.legal_ground,
        misuse=ban.misuse,
        misuse_number=ban.misuse_number,
        misuse_of=ban.misuse_of,
        gravity=ban.gravity,
        intent=ban.intent,
        created_at=ban.created_at,
        expires_at=until,
        replaces=replaced(person, Sanctioning.SUSPEND, EVERYWHERE),
        pending=ban,
    )
    settle(person)
    log(EventKind.SANCTIONED, moderator, suspension, summary(suspension))
    tell(suspension)


def _check_seen(moderator: User, person: User, seen: int) -> None:
    number = read_so_far(moderator, person)
    if number == seen:
        return
    last = _in_reach(moderator, person).order_by("-number").first()
    if last is None:
        raise Conflict(_("The record has changed since you read it."), {"seen": number})
    said = {"name": shown_name(last.moderator_name), "kind": last.get_kind_display()}
    raise Conflict(
        _("%(name)s has given them a sanction in the meantime: %(kind)s.") % said,
        {"seen": number},
    )
