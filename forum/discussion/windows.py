"""Until when an author may do what to their own post, as the site's settings have it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone


def edits_until(written: datetime) -> datetime | None:
    """When the words of what was ``written`` then are final; ``None`` for never."""
    hours: int = settings.EDIT_LIMIT_HOURS
    return written + timedelta(hours=hours) if hours else None


def quiet_until(written: datetime) -> datetime:
    """Until when an edit that nobody has answered to yet is not told to readers."""
    return written + timedelta(minutes=settings.QUIET_EDIT_MINUTES)


def late_from(written: datetime) -> datetime:
    """From when on readers are told that an edit came late."""
    return written + timedelta(hours=settings.LATE_EDIT_HOURS)


def undo_until(withdrawn: datetime | None) -> datetime | None:
    """Until when what was ``withdrawn`` then can be put back; ``None`` for ever."""
    hours: int = settings.UNDO_HOURS
    return withdrawn + timedelta(hours=hours) if hours and withdrawn else None


def is_over(end: datetime | None) -> bool:
    """Whether ``end`` has passed."""
    return end is not None and timezone.now() >= end
