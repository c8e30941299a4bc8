"""What every change of a sanction does beside: it locks, repeats, logs, says who was first."""

from __future__ import annotations

from django.utils.translation import gettext as _

from forum.accounts.models import User, shown_name
from forum.lib.errors import Conflict, NotFound
from forum.lib.interface import spoken_by_site
from forum.moderation.models import Event, EventKind, Sanction
from forum.moderation.people.statements import where


def person_of(sanction: Sanction) -> User:
    """Whose it is, locked; from then on ``sanction`` is what it is by now, whatever a try before
    has made of it. Raises ``NotFound`` where the account is gone."""
    person = sanction.person
    if person is None:
        raise NotFound(_("There is no such account."))
    lock(person)
    sanction.refresh_from_db()
    return person


def lock(person: User) -> None:
    """Let others who do something about ``person`` wait. Raises ``NotFound``."""
    if not User.objects.select_for_update().filter(pk=person.pk).exists():
        raise NotFound(_("There is no such account."))


def settle(person: User) -> None:
    """Note whether anything may be in force against ``person``, who is locked."""
    held = Sanction.objects.filter(person=person)
    person.is_sanctioned = held.in_force().exists()
    User.objects.filter(pk=person.pk).update(is_sanctioned=person.is_sanctioned)
    for remembered in ("_is_suspended_now", "moderated_parts"):
        person.__dict__.pop(remembered, None)


def gone_ahead(sanction: Sanction) -> Conflict:
    """What has become of ``sanction`` since somebody looked at it."""
    now = Sanction.objects.get(pk=sanction.pk)
    details = {
        "sanction": now.pk,
        "in_force": Sanction.objects.in_force().filter(pk=now.pk).exists(),
    }
    if now.lifted_at:
        message = _("%(name)s has lifted or refused it already.")
    elif now.approved_at:
        message = _("%(name)s has approved it already.")
    else:
        message = _("It is not in force any more.")
    name = shown_name(now.lifted_by_name or now.approved_by_name)
    return Conflict(message % {"name": name}, details)


def summary(sanction: Sanction) -> str:
    """A sanction as the log has it."""
    with spoken_by_site():
        parts = [sanction.get_kind_display(), where(sanction)]
        if sanction.expires_at:
            parts.append(
                _("until %(when)s") % {"when": sanction.expires_at.isoformat(" ", "minutes")}
            )
        if sanction.rule:
            said = {"rule": sanction.rule, "version": sanction.rule.version}
            parts.append(_("%(rule)s (version %(version)s)") % said)
        parts.append(sanction.reason)
    return ". ".join(part.rstrip(".") for part in parts) + "."


def log(kind: EventKind, actor: User, sanction: Sanction, detail: str) -> None:
    """Write a line of the log; ``detail`` is in the language of the site."""
    Event.objects.create(
        kind=kind,
        case=sanction.decision.case if sanction.decision else None,
        actor=actor,
        actor_name=actor.public_name,
        subject=sanction.person,
        subject_name=sanction.person_name,
        detail=detail,
    )
