"""What whoever is sanctioned is told, and what those hear who gave it."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from forum.accounts.models import User, shown_name
from forum.lib.interface import spoken_to
from forum.moderation.models import Appeal, Outcome, Sanction
from forum.moderation.people.statements import SUBJECTS, letter, subject
from forum.notifications.actions import notify
from forum.notifications.models import NotificationKind

_TO_THEM = {
    Outcome.UPHELD: _lazy("On appeal, this stands: %(what)s"),
    Outcome.OVERTURNED: _lazy("On appeal, this was turned back: %(what)s"),
    Outcome.VARIED: _lazy("On appeal, something milder takes the place of this: %(what)s"),
}
_TO_MODERATORS = {
    Outcome.UPHELD: _lazy("On appeal, this stands: %(kind)s (%(name)s)"),
    Outcome.OVERTURNED: _lazy("On appeal, this was turned back: %(kind)s (%(name)s)"),
    Outcome.VARIED: _lazy(
        "On appeal, something milder takes the place of this: %(kind)s (%(name)s)"
    ),
}


def tell(sanction: Sanction) -> None:
    """Give the person the statement."""
    person = sanction.person
    if person is None:
        return
    with spoken_to(person):
        notify(
            person,
            kind=NotificationKind.SANCTION,
            key=f"sanction:{sanction.pk}",
            subject=subject(sanction),
            body=letter(sanction),
            path=statement_path(sanction),
        )


def tell_of_end(sanction: Sanction, *, reason: str, revived: int = 0) -> None:
    """Tell the person that it holds no more, and how many of their flags count again."""
    person = sanction.person
    if person is None:
        return
    with spoken_to(person):
        said = _("This holds no more: %(what)s") % {"what": SUBJECTS[sanction.kind]}
        body = f"{said}.\n\n" + _("Reason: %(reason)s") % {"reason": reason}
        notify(
            person,
            kind=NotificationKind.SANCTION,
            key=f"sanction:{sanction.pk}:lifted",
            subject=said,
            body=_with_flags(body, revived),
            path=statement_path(sanction),
        )


def tell_of_answer(
    appeal: Appeal,
    judges: Iterable[User],
    *,
    own: bool,
    revived: int = 0,
    instead: Sanction | None = None,
) -> None:
    """Tell whoever appealed, and ``judges``, what became of an appeal; ``own`` says that whoever
    gave the sanction has decided it, ``revived`` how many flags count again, ``instead`` what takes
    its place, with the statement of which they are told."""
    sanction = appeal.sanction
    if sanction is None:
        return
    if sanction.person:
        with spoken_to(sanction.person):
            said, body = answer_letter(appeal, sanction, own=own, revived=revived, instead=instead)
            _tell_answer(sanction.person, appeal, said, body, statement_path(instead or sanction))
    for judge in judges:
        with spoken_to(judge):
            about = {"kind": sanction.get_kind_display(), "name": shown_name(sanction.person_name)}
            said = _TO_MODERATORS[Outcome(appeal.outcome)] % about
            now = instead or sanction
            _tell_answer(judge, appeal, said, _answer(said, appeal), now.get_absolute_url())


def answer_letter(
    appeal: Appeal, sanction: Sanction, *, own: bool, revived: int, instead: Sanction | None
) -> tuple[str, str]:
    """What whoever appealed against ``sanction`` reads of what became of it, as ``tell_of_answer``
    knows it: subject and body, in the language at hand."""
    said = _TO_THEM[Outcome(appeal.outcome)] % {"what": SUBJECTS[sanction.kind]}
    body = _with_flags(_answer(said, appeal), revived)
    if instead:
        body += "\n\n" + letter(instead)
    if own:
        body += "\n\n" + _(
            "Whoever gave it has decided the appeal as well: nobody else here could."
        )
    return said, body


def counting_again(number: int) -> str:
    """That so many flags, which were set aside, have an effect after all."""
    said = ngettext(
        "%(number)s flag that was set aside counts again.",
        "%(number)s flags that were set aside count again.",
        number,
    )
    return said % {"number": number}


def key_of_answer(appeal: Appeal) -> str:
    """By which notices of what became of ``appeal`` are known."""
    return f"sanction-appeal:{appeal.pk}"


def statement_path(sanction: Sanction) -> str:
    """Where the person reads it whole, and appeals."""
    return reverse("sanction-statement", args=[sanction.pk])


def _answer(said: str, appeal: Appeal) -> str:
    return f"{said}.\n\n" + _("Answer: %(answer)s") % {"answer": appeal.answer}


def _with_flags(body: str, revived: int) -> str:
    return f"{body}\n\n{counting_again(revived)}" if revived else body


def _tell_answer(person: User, appeal: Appeal, said: str, body: str, path: str) -> None:
    notify(
        person,
        kind=NotificationKind.SANCTION,
        key=key_of_answer(appeal),
        subject=said,
        body=body,
        path=path,
    )
