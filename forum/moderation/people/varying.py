"""What an appeal puts in place of a sanction: something milder, resting on the same."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from forum.accounts.models import User
from forum.lib.errors import Refused
from forum.lib.text import check_choice
from forum.moderation.models import EventKind, FlagSetAside, Rule, Sanction, Sanctioning
from forum.moderation.people.bookkeeping import log, settle, summary
from forum.moderation.people.grounds import Grounds, Place
from forum.moderation.people.sanctioning import draft

#: What can take the place of each kind. Of one that ends later than before nothing is milder.
_MILDER: dict[str, tuple[Sanctioning, ...]] = {
    Sanctioning.WARN: (),
    Sanctioning.PREMODERATE: (Sanctioning.WARN, Sanctioning.PREMODERATE),
    Sanctioning.MUTE_FLAGS: (Sanctioning.WARN, Sanctioning.MUTE_FLAGS),
    Sanctioning.SILENCE: (Sanctioning.WARN, Sanctioning.PREMODERATE, Sanctioning.SILENCE),
}
_MILDER[Sanctioning.SUSPEND] = (*_MILDER[Sanctioning.SILENCE], Sanctioning.SUSPEND)
_MILDER[Sanctioning.BAN] = _MILDER[Sanctioning.SUSPEND]


@dataclass(frozen=True, slots=True)
class Milder:
    """What somebody wants to put in place of a sanction."""

    kind: str
    #: From now on.
    days: int | None
    reason: str
    #: Without one, it rests on what the sanction rests on.
    rule: Rule | None = None


def milder_than(sanction: Sanction) -> tuple[Sanctioning, ...]:
    """The kinds that can take the place of ``sanction``, the mildest first."""
    return _MILDER[sanction.kind]


def put_instead(moderator: User, sanction: Sanction, milder: Milder) -> Sanction:
    """Give the person ``milder`` in place of ``sanction``, which has been overturned, where that
    held. In the caller's transaction, which has locked the account, and tells them.

    Raises ``Refused`` naming ``kind``, ``days`` and what ``sanctioning.draft`` names.
    """
    check_choice(milder.kind, [kind.value for kind in milder_than(sanction)], field="kind")
    person = sanction.person
    if person is None:
        raise ValueError(sanction)
    new = draft(
        moderator=moderator,
        person=person,
        kind=milder.kind,
        days=milder.days,
        place=Place(sanction.course, sanction.article),
        grounds=_grounds(sanction, milder),
    )
    _check_time(sanction, new)
    new.instead_of = sanction
    new.save(force_insert=True)
    settle(person)
    log(EventKind.SANCTIONED, moderator, new, summary(new))
    if new.kind == Sanctioning.MUTE_FLAGS:
        FlagSetAside.objects.filter(sanction=sanction).update(sanction=new)
    return new


def _grounds(sanction: Sanction, milder: Milder) -> Grounds:
    rule = milder.rule
    return Grounds(
        reason=milder.reason,
        rule=rule or sanction.rule,
        legal_ground="" if rule else sanction.legal_ground,
        category="" if rule else sanction.category,
        decision=sanction.decision,
        misuse=sanction.misuse,
        number=sanction.misuse_number,
        of=sanction.misuse_of,
        gravity=sanction.gravity,
        intent=sanction.intent,
    )


def _check_time(sanction: Sanction, new: Sanction) -> None:
    """Raise ``Refused`` where ``new`` would last as long as ``sanction``, or longer."""
    if new.kind == Sanctioning.WARN:
        return
    until, same = sanction.expires_at, new.kind == sanction.kind
    if until is None and (new.expires_at or not same):
        return
    if until and new.expires_at and new.expires_at < until:
        return
    raise Refused("days", _("An appeal makes nothing worse: choose fewer days than it had left."))
