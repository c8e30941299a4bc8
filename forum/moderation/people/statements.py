"""The statement of reasons that whoever is sanctioned gets: article 17 of the DSA, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from forum.moderation.models import Misuse, Rule, Sanction, Sanctioning, Scope
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


#: What each part of the statement is called.
_TERMS: dict[str, _StrPromise] = {
    "meaning": _lazy("What it means"),
    "where": _lazy("Where"),
    "until": _lazy("Until"),
    "rule": _lazy("Rule"),
    "law": _lazy("Law"),
    "reason": _lazy("Reason"),
    "misuse": _lazy("Misuse"),
    "how_often": _lazy("How often"),
    "gravity": _lazy("How grave"),
    "intent": _lazy("With what intent"),
    "how_decided": _lazy("How it was decided"),
}


def subject(sanction: Sanction) -> str:
    """What its notice is called."""
    return str(SUBJECTS[sanction.kind])


def reasons(sanction: Sanction) -> dict[str, str]:
    """What the statement says, by what it is about; empty what there is nothing to say of."""
    return {
        "meaning": str(MEANINGS[sanction.kind]),
        "where": where(sanction),
        "until": when(sanction.expires_at) if sanction.expires_at else "",
        "rule": _rule(sanction.rule) if sanction.rule else "",
        "law": sanction.legal_ground,
        "reason": sanction.reason,
        "misuse": str(Misuse(sanction.misuse).label) if sanction.misuse else "",
        "how_often": _how_often(sanction) if sanction.misuse else "",
        "gravity": sanction.gravity,
        "intent": sanction.intent,
        "how_decided": _("By a moderator, not by a machine."),
    }


def lines(sanction: Sanction) -> list[tuple[str, str]]:
    """The same for people: terms, and what stands for each; on pages and in mails."""
    return [(str(_TERMS[name]), what) for name, what in reasons(sanction).items() if what]


def _rule(rule: Rule) -> str:
    return _("%(rule)s (version %(version)s)") % {"rule": rule, "version": rule.version}


def _how_often(sanction: Sanction) -> str:
    return _("%(number)s of %(of)s (%(share)s %%)") % {
        "number": sanction.misuse_number,
        "of": sanction.misuse_of,
        "share": round(100 * (sanction.misuse_number or 0) / (sanction.misuse_of or 1)),
    }


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
