"""What of the things that somebody was told they may still read."""

from __future__ import annotations

from collections.abc import Iterable

from forum.accounts.models import User
from forum.discussion.models import Post
from forum.notifications.models import Notification, NotificationKind


def no_longer_quoted(person: User, notices: Iterable[Notification]) -> set[int]:
    """Those of ``notices``, by their ids, that quote what ``person`` may not read any more.

    One query, if any of them quotes.
    """
    quoted = {n.pk: n.post_id for n in notices if n.kind == NotificationKind.PASSAGE and n.post_id}
    if not quoted:
        return set()
    visible = Post.objects.visible_to(person).filter(pk__in=quoted.values())
    readable = set(visible.values_list("pk", flat=True))
    return {pk for pk, post in quoted.items() if post not in readable}
