"""The statement of reasons that whoever is sanctioned gets: article 17 of the DSA, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from forum.moderation.models import Ground, Misuse, Sanction, Sanctioning, Scope
from forum.moderation.people.standing import appeal_until, when
from forum.moderation.statement import page_of

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

SUBJECTS: dict[str, _StrPromise] = {
    Sanctioning.WARN: _lazy("A moderator has warned you"),
    Sanctioning.PREMODERATE: _lazy("What you write is read by a moderator first"),
    Sanctioning.MUTE_FLAGS: _lazy("Your flags are set aside"),
    Sanctioning.SILENCE: _lazy("You cannot post for now"),
    Sanctioning.SUSPEND: _lazy("Your account is suspended"),
    Sanctioning.BAN: _lazy("Your account is banned"),
}
#: What each means for whoever has it.
MEANINGS: dict[str, _StrPromise] = {
    Sanctioning.WARN: _lazy(
        "Before you post again, say that you have read this. Nothing else changes."
    ),
    Sanctioning.PREMODERATE: _lazy(
        "You can post and annotate as before; others read it once a moderator has let it through."
    ),
    Sanctioning.MUTE_FLAGS: _lazy(
        "You can still flag. Your flags are kept, but open no case, count for nothing and hide "
        "nothing."
    ),
    Sanctioning.SILENCE: _lazy(
        "You cannot post, annotate, edit or endorse. You can read, flag, and take back what you "
        "wrote."
    ),
    Sanctioning.SUSPEND: _lazy(
        "You cannot do anything here but read, take back what you wrote, appeal, and have or erase "
        "your data."
    ),
    Sanctioning.BAN: _lazy(
        "You cannot do anything here any more but read, take back what you wrote, appeal, and have "
        "or erase your data. It does not end by itself."
    ),
}


def subject(sanction: Sanction) -> str:
    """What its notice is called."""
    return str(SUBJECTS[sanction.kind])


def lines(sanction: Sanction) -> list[tuple[str, str]]:
    """What the statement says: terms, and what stands for each; the same on pages and in mails."""
    said = [(_("What it means"), str(MEANINGS[sanction.kind])), (_("Where"), where(sanction))]
    if sanction.expires_at:
        said.append((_("Until"), when(sanction.expires_at)))
    if sanction.rule:
        rule = _("%(rule)s (version %(version)s)")
        said.append((_("Rule"), rule % {"rule": sanction.rule, "version": sanction.rule.version}))
    if sanction.ground == Ground.LAW or sanction.legal_ground:
        said.append((_("Law"), sanction.legal_ground))
    said.append((_("Reason"), sanction.reason))
    if sanction.misuse:
        number = _("%(number)s of %(of)s (%(share)s %%)") % {
            "number": sanction.misuse_number,
            "of": sanction.misuse_of,
            "share": round(100 * (sanction.misuse_number or 0) / (sanction.misuse_of or 1)),
        }
        said += [
            (_("Misuse"), str(Misuse(sanction.misuse).label)),
            (_("How often"), number),
            (_("How grave"), sanction.gravity),
            (_("With what intent"), sanction.intent),
        ]
    said.append((_("How it was decided"), _("By a moderator, not by a machine.")))
    return said


def where(sanction: Sanction) -> str:
    """Where it holds."""
    if sanction.scope == Scope.COURSE and sanction.course:
        return _("In the course %(title)s") % {"title": sanction.course.title}
    if sanction.scope == Scope.ARTICLE and sanction.article:
        return _("Under the article “%(title)s”") % {"title": sanction.article.title}
    return str(Scope.SITE.label)


def redress(sanction: Sanction) -> str:
    """What somebody can do about it, and until when."""
    until = appeal_until(sanction)
    if until is None:
        return _(
            "If you think that this is wrong, you can turn to a certified out-of-court body, or to "
            "a court."
        )
    return _(
        "If you think that this is wrong, you can appeal until %(day)s, on the page of this "
        "statement. It costs nothing, and somebody else decides. You can also turn to a certified "
        "out-of-court body, or to a court."
    ) % {"day": date_format(localtime(until), "DATE_FORMAT")}


def letter(sanction: Sanction) -> str:
    """The whole statement, as text."""
    said = lines(sanction)
    if sanction.decision:
        said.append((_("What led to it"), page_of(sanction.decision)))
    body = "\n".join(f"{term}: {what}" for term, what in said)
    return f"{subject(sanction)}.\n\n{body}\n\n{redress(sanction)}"
