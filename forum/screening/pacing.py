"""How much one person may post in how long, and how much of that is left."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from math import ceil
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forum.accounts.models import User
from forum.discussion.models import Kind, Post
from forum.lib.errors import TooOften
from forum.lib.prepared import Prepared
from forum.screening.refusals import note_too_often

#: So few are left that a form says so.
NEAR = 2
#: Of what somebody has posted, so many say how it has fared lately.
LATEST = 20


class Room(NamedTuple):
    """What somebody may post now."""

    #: How many more.
    left: int
    #: Seconds until it is one more.
    wait: int


class Past(NamedTuple):
    """The latest that somebody has posted, newest first."""

    written: list[tuple[datetime, str]]
    #: What they may post now; ``None``: as much as they like.
    room: Room | None


def past_of(author: User) -> Past:
    """When ``author`` posted what they posted last, and in which state each is. Two queries.

    So many as the limits need, and ``LATEST`` at least.
    """
    limits = _limits()
    most = max([LATEST, *(number for number, _ in limits)])
    latest = [(at, state) for kind in _KINDS for at, state in _latest(author, kind, most)]
    latest.sort(reverse=True)
    times = [at for at, _state in latest]
    now = timezone.now()
    rooms = [_room(times, number, window, now) for number, window in limits]
    return Past(latest, min(rooms, default=None))


def room_for(author: User) -> Room | None:
    """What ``author`` may post now; ``None``: as much as they like. Two queries at most.

    Those who moderate and publish are not held up.
    """
    if author.moderates_site or author.publishes or not _limits():
        return None
    return past_of(author).room


def require_room(author: User, *, token: str = "") -> Past | None:
    """Raise ``TooOften`` where ``author`` may post no more now; return what they have posted.

    Who sends what they have sent before, by its ``token``, is answered as then. Nothing is looked
    up of those who are not held up.
    """
    if author.moderates_site or author.publishes:
        return None
    past = past_of(author)
    room = past.room
    if room is None or room.left:
        return past
    if token and Post.objects.filter(author=author, token=token).exists():
        return past
    note_too_often(author)
    message = _("You have posted a lot just now. Nothing is lost: send this again in %(wait)s.")
    raise TooOften(message % {"wait": in_words(room.wait)}, wait=room.wait)


def told(room: Room | None) -> str:
    """What a form says of ``room``; nothing while there is plenty."""
    if room is None or room.left > NEAR:
        return ""
    if not room.left:
        return _("You have posted a lot just now. You can post again in %(wait)s.") % {
            "wait": in_words(room.wait)
        }
    message = ngettext(
        "You can post %(left)d more now, and another in %(wait)s.",
        "You can post %(left)d more now, and another in %(wait)s.",
        room.left,
    )
    return message % {"left": room.left, "wait": in_words(room.wait)}


def in_words(seconds: int) -> str:
    """``seconds``, or minutes if there are many, as somebody would say it."""
    if seconds < 100:
        return ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds}
    minutes = ceil(seconds / 60)
    return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}


_KINDS = (Kind.COMMENT, Kind.ANNOTATION)


def _limits() -> list[tuple[int, timedelta]]:
    """How many posts in how long; none that is 0."""
    limits = [
        (settings.POSTS_PER_MINUTE, timedelta(minutes=1)),
        (settings.POSTS_PER_HOUR, timedelta(hours=1)),
    ]
    return [(number, window) for number, window in limits if number]


def _latest(author: User, kind: Kind, most: int) -> Iterable[tuple[datetime, str]]:
    """When ``author`` wrote the newest of one kind, and its state. By the index, however many
    there are."""
    return ((at, state) for at, state in _WRITTEN.converted(kind.value, most, author=author.pk))


_WRITTEN = Prepared(
    lambda kind, most, author: (
        Post.objects.filter(author=author, kind=kind)
        .order_by("-pk")
        .values_list("created_at", "state")[:most]
    )
)


def _room(written: list[datetime], number: int, window: timedelta, now: datetime) -> Room:
    within = [at for at in written if at > now - window]
    left = max(0, number - len(within))
    if not within:
        return Room(left, 0)
    # One more as soon as the oldest that still counts, of those that fill the limit, does not.
    oldest = within[min(number, len(within)) - 1]
    return Room(left, max(1, ceil((oldest + window - now).total_seconds())))
