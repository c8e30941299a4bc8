"""Who is told what of a decision: its author, whoever flagged it; and that it was taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from forum.accounts.models import User
from forum.discussion.models import Post, State
from forum.guests.actions import tell_decision
from forum.guests.letters import withhold_letter
from forum.guests.models import GuestResponse
from forum.lib.interface import spoken_by_site, spoken_to
from forum.moderation.links import link_of
from forum.moderation.models import Action, Decision, EventKind, Party
from forum.moderation.notices.letters import answer_notices, take_back_from_notifiers
from forum.moderation.record import log
from forum.moderation.statement import as_text, statement_of
from forum.notifications.actions import notify, withhold
from forum.notifications.models import NotificationKind

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

#: What the author reads, by action.
_TO_AUTHOR = {
    Action.KEEP: _lazy("Your %(noun)s was flagged; a moderator looked at it and it stays"),
    Action.REMOVE: _lazy("Your %(noun)s was removed by a moderator"),
    Action.RESTORE: _lazy("Your %(noun)s was restored by a moderator"),
    Action.HIDE_NOTE: _lazy("The words of your %(noun)s were hidden by a moderator"),
    Action.SHOW_NOTE: _lazy("The words of your %(noun)s are shown again"),
    Action.RETAG: _lazy("A moderator changed the tags of your %(noun)s"),
    Action.ASK_REVISION: _lazy("A moderator asks you to change your %(noun)s"),
    Action.LOCK: _lazy("The thread under your %(noun)s was locked by a moderator"),
    Action.UNLOCK: _lazy("The thread under your %(noun)s is open again"),
    Action.REVERSE: _lazy("A decision about your %(noun)s was turned back"),
}
#: The same, where it has been waiting for this.
_RELEASED = _lazy("Your %(noun)s was held for review; a moderator looked at it and it is published")
_TO_FLAGGERS = {
    Action.KEEP: _lazy("A moderator looked at what you flagged and decided to keep it."),
    Action.REMOVE: _lazy("A moderator looked at what you flagged and removed it."),
    Action.RESTORE: _lazy("A moderator looked again at what you flagged and restored it."),
    Action.HIDE_NOTE: _lazy("A moderator looked at what you flagged and hid its words."),
    Action.SHOW_NOTE: _lazy("A moderator looked again at what you flagged; its words are shown."),
    Action.RETAG: _lazy("A moderator looked at what you flagged and changed its tags."),
    Action.ASK_REVISION: _lazy(
        "A moderator looked at what you flagged and asked its author to change it."
    ),
    Action.LOCK: _lazy("A moderator looked at what you flagged and locked the thread under it."),
    Action.UNLOCK: _lazy("The thread under what you flagged is open again."),
    Action.REVERSE: _lazy("A decision about what you flagged was turned back."),
}
_TAKEN_BACK = _lazy("The decision about your %(noun)s was taken back; a moderator looks again")
_TAKEN_BACK_TO_FLAGGERS = _lazy(
    "The decision about what you flagged was taken back; a moderator looks again."
)


def tell(decision: Decision, post: Post, *, waited: bool) -> None:
    """Notify the author and everybody who flagged this post, and log that they were told."""
    action = Action(decision.action)
    waited = waited or decision.state_before == State.HELD
    words = _RELEASED if waited and action == Action.KEEP else _TO_AUTHOR[action]
    _send(decision, post, to_author=words, to_flaggers=_TO_FLAGGERS[action])
    answer_notices(decision)


def take_back(reversal: Decision, post: Post) -> None:
    """Tell those who have heard of what ``reversal`` turns back; the others hear of neither."""
    first = reversal.overrides_id
    unheard: set[int | None] = set(withhold([f"decision:{first}", f"outcome:{first}"]))
    guest = getattr(post, "guest_response", None)
    if guest and withhold_letter(f"decision:{first}:{guest.pk}"):
        unheard.add(None)
    _send(
        reversal,
        post,
        to_author=_TAKEN_BACK,
        to_flaggers=_TAKEN_BACK_TO_FLAGGERS,
        hears=lambda person: (person.pk if person else None) not in unheard,
        whole=False,
    )
    take_back_from_notifiers(reversal)


def _send(
    decision: Decision,
    post: Post,
    *,
    to_author: _StrPromise,
    to_flaggers: _StrPromise,
    hears: Callable[[User | None], bool] = lambda person: True,
    whole: bool = True,
) -> None:
    """Tell those who are to hear; ``whole``, with the statement of reasons."""

    @cache
    def reasons(party: Party, _language: str | None) -> str:
        if whole:
            return as_text(statement_of(decision, party))
        return _("Reason: %(reason)s") % {"reason": decision.reason} if decision.reason else ""

    def body(what: str, party: Party) -> str:
        return f"{what}\n\n{reasons(party, get_language())}".rstrip()

    key = f"decision:{decision.pk}"
    path = reverse("decision", args=[decision.pk])
    told = []
    if post.author and hears(post.author):
        with spoken_to(post.author):
            what = to_author % {"noun": post.noun}
            notify(
                post.author,
                kind=NotificationKind.DECISION,
                key=key,
                subject=what,
                body=body(f"{what}.", Party.AUTHOR),
                path=path,
                post=post,
            )
        told.append("author")
    elif post.author is None and hears(None) and tell_guest(decision, post, to_author, body, key):
        told.append("author")
    flaggers = [
        flagger
        for flagger in User.objects.filter(flags__case=decision.case).distinct()
        if hears(flagger)
    ]
    for flagger in flaggers:
        with spoken_to(flagger):
            notify(
                flagger,
                kind=NotificationKind.OUTCOME,
                key=f"outcome:{decision.pk}",
                subject=str(to_flaggers).removesuffix("."),
                body=body(str(to_flaggers), Party.FLAGGER),
                path=path,
                post=post,
            )
    if flaggers:
        told.append("flaggers")
    if told:
        with spoken_by_site():
            log(decision.case, EventKind.NOTIFIED, None, _told(told, len(flaggers)))


def tell_guest(
    decision: Decision,
    post: Post,
    words: _StrPromise,
    body: Callable[[str, Party], str],
    key: str,
) -> bool:
    """Write to who wrote ``post`` as a guest, with the link to ``decision``; whether anybody is
    written to."""
    guest = GuestResponse.objects.filter(post=post, claimed_by=None).first()
    if guest is None:
        return False
    with spoken_to(guest):
        what = words % {"noun": post.noun}
        link = settings.SITE_URL + link_of(guest, decision)
        said = body(f"{what}.", Party.AUTHOR)
        said += "\n\n" + _("The decision, and how to appeal: %(link)s") % {"link": link}
        return tell_decision(post, key=key, subject=what, body=said)


def _told(whom: Sequence[str], flaggers: int) -> str:
    """Who was told of a decision, as the log says it."""
    if "author" not in whom:
        said = ngettext(
            "Told %(number)s who flagged it.", "Told %(number)s who flagged it.", flaggers
        )
    elif flaggers:
        said = ngettext(
            "Told the author and %(number)s who flagged it.",
            "Told the author and %(number)s who flagged it.",
            flaggers,
        )
    else:
        said = _("Told the author.")
    return said % {"number": flaggers}
