"""Telling the past: actions that happen, as far as the site can tell, at a given moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, tzinfo
from unittest.mock import patch


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Make ``moment`` the present of ``django.utils.timezone``.

    For a command in a process of its own. Times cannot be set right afterwards: decisions and
    the logs of cases are written once, and the database refuses to change them.
    """

    class Told(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # of no subclass
            return moment.astimezone(tz)

    with patch("django.utils.timezone.datetime", Told):
        yield
