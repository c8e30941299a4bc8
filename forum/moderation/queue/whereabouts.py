"""Where in the queue somebody works, kept in their session: there they come back when they have
decided, and from there they take what is next."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from forum.accounts.models import User
from forum.moderation.queue.forms import QueueFilter
from forum.moderation.queue.listing import Place, Wanted

_KEPT = "queue"


def keep(request: HttpRequest, narrowed: QueueFilter, **places: Place | None) -> None:
    """Remember the tab, what it is narrowed to, and the page (``after`` or ``before``)."""
    said = narrowed.said | {name: str(place) for name, place in places.items() if place}
    query = urlencode(said)
    # What is as it was is not written again.
    if request.session.get(_KEPT, "") != query:
        request.session[_KEPT] = query


def address(request: HttpRequest) -> str:
    """The path of the queue as it was looked at last."""
    query = request.session.get(_KEPT, "")
    return reverse("moderation") + (f"?{query}" if query else "")


def wanted(request: HttpRequest, moderator: User) -> Wanted | None:
    """What was asked for there; ``None`` if nothing in particular was. Four queries at most."""
    query = request.session.get(_KEPT, "")
    return QueueFilter(QueryDict(query), moderator=moderator).wanted() if query else None
