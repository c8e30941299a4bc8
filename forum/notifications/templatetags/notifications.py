"""What templates ask about notifications."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from forum.notifications.models import Notification

if TYPE_CHECKING:
    from forum.discussion.visibility import Reader

register = template.Library()


@register.simple_tag
def unread_count(person: Reader | str) -> int:
    """How many notifications ``person`` has not read. One query; none for a stranger.

    A page that failed early knows no person: the template then hands over an empty string.
    """
    if isinstance(person, str) or not person.is_authenticated:
        return 0
    return Notification.objects.filter(recipient=person, read_at=None).count()
