"""Sessions in a table that says whose they are, so that people see where they are logged in.

``SESSION_ENGINE``: Django's sessions in the database, in a table of ours with more columns. A
session that ends, by whatever hand, is gone from the list, because there is only one place.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

if TYPE_CHECKING:
    from forum.accounts.models import Session

#: Where a session keeps when it began to be somebody's, and with what.
_BEGINNING = "beginning"


def this_hour() -> datetime:
    """When the present hour began. How exactly it is kept when somebody was last here."""
    return timezone.now().replace(minute=0, second=0, microsecond=0)


class SessionStore(DatabaseStore):
    """One session. Of whoever is logged in it keeps who, since when, and with which program."""

    #: Tells the program and, where the site keeps it, the address that a session begins with.
    client: Callable[[], dict[str, str]] = staticmethod(dict)
    #: The hour in which the table has it that somebody used this session.
    seen_at: datetime | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        from forum.accounts.models import Session

        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row for ``data``, the content of this session."""
        if SESSION_KEY in data and _BEGINNING not in data:
            data[_BEGINNING] = {"at": timezone.now().isoformat(), **self.client()}
        row = cast("Session", super().create_model_instance(data))
        if SESSION_KEY in data:
            beginning = data[_BEGINNING]
            row.user_id = int(data[SESSION_KEY])
            row.began_at = datetime.fromisoformat(beginning["at"])
            row.seen_at = this_hour()
            row.browser = beginning.get("browser", "")
            row.system = beginning.get("system", "")
            row.address = beginning.get("address") or None
        return row

    def _get_session_from_db(self) -> Session | None:
        row: Session | None = super()._get_session_from_db()  # type: ignore[misc]  # not in the stubs
        self.seen_at = row.seen_at if row else None
        return row

    def note_use(self) -> None:
        """Keep that this session is used, if that is not kept for this hour."""
        hour = this_hour()
        if self.seen_at and self.seen_at < hour:
            table = self.get_model_class().objects
            table.filter(pk=self.session_key, seen_at__lt=hour).update(seen_at=hour)
