"""Why a post waits for a moderator, in words for its author and for moderators.

A post keeps a code (``Post.held_for``); the words for it are in ``REASONS``. What decides it is
``forum.screening``: whatever is to hold posts brings a step there, and its code and words here.
"""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class Reason(NamedTuple):
    """Why posts are held, in a sentence for the author and one for moderators."""

    author: Promise
    moderators: Promise


ASKED = "asked"
EDITED = "edited"
GUEST = "guest"
IMPORTED = "imported"
NEWCOMER = "newcomer"
PREMODERATED = "premoderated"
WORDS = "words"
LINKS = "links"
REPEATS = "repeats"
REMOVALS = "removals"
HOOK = "hook"
AKISMET = "akismet"
SANCTIONED = "sanctioned"
#: What rests on all that its author did here. Who moderates a part of the site is told of none of
#: it but what was done there.
OF_ELSEWHERE = (REMOVALS, REPEATS, "rate")

REASONS: dict[str, Reason] = {
    PREMODERATED: Reason(
        gettext_lazy("Everything written under this article is read by a moderator first."),
        gettext_lazy("Everything written under this article is held."),
    ),
    NEWCOMER: Reason(
        gettext_lazy("You are new here, and the first things a person writes are read first."),
        gettext_lazy("Its author is new here."),
    ),
    ASKED: Reason(
        gettext_lazy("A moderator has asked you to change it."),
        gettext_lazy("Its author was asked to change it, and has."),
    ),
    SANCTIONED: Reason(
        gettext_lazy("What you write is read by a moderator first, for the time being."),
        gettext_lazy("Its author is pre-moderated."),
    ),
    EDITED: Reason(
        gettext_lazy("You have changed words that are read by a moderator first."),
        gettext_lazy("Its author has changed words that others could read."),
    ),
    GUEST: Reason(
        gettext_lazy("What guests write is always read by a moderator first."),
        gettext_lazy("A guest wrote it."),
    ),
    IMPORTED: Reason(
        gettext_lazy("It was waiting for a moderator where it was imported from."),
        gettext_lazy("It was waiting for a moderator where it was imported from."),
    ),
    WORDS: Reason(
        gettext_lazy("Something in it may be against the rules."),
        gettext_lazy("It has words of a list of suspect words."),
    ),
    LINKS: Reason(
        gettext_lazy("It has many links."),
        gettext_lazy("It has many links."),
    ),
    REPEATS: Reason(
        gettext_lazy("You have posted the same words several times."),
        gettext_lazy("Its author has posted the same words several times."),
    ),
    REMOVALS: Reason(
        gettext_lazy("Several of your posts were removed lately."),
        gettext_lazy("Several posts of its author were removed lately."),
    ),
    HOOK: Reason(
        gettext_lazy("An automatic check wants it to be read first."),
        gettext_lazy("The check that this site asks wants it to be read, or has not answered."),
    ),
    AKISMET: Reason(
        gettext_lazy("An automatic check took it for advertising."),
        gettext_lazy("Akismet took it for spam, or has not answered."),
    ),
}


def to_author(code: str) -> str:
    """Why a post waits, and what happens next, in words for its author."""
    reason = REASONS.get(code)
    why = f"{reason.author} " if reason else ""
    return why + _("It waits until a moderator has looked at it.")


def to_moderators(code: str, *, whole: bool = True) -> str:
    """Why a post waits, for moderators; empty where nobody has said.

    Not ``whole``: for those of a part of the site.
    """
    if code in OF_ELSEWHERE and not whole:
        return _("A check held it.")
    reason = REASONS.get(code)
    return str(reason.moderators) if reason else ""
