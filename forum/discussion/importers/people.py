"""Who of those who wrote elsewhere is who here. Nobody is, unless it is asked for."""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path

from allauth.account.models import EmailAddress

from forum.accounts.models import NAME_LIMIT, User
from forum.discussion.importers.exports import Writer
from forum.lib.errors import Refused
from forum.lib.text import clean_line

#: What people are called who are not called anything.
NOBODY = "Anonymous"
#: Rows of a file that maps names, at most.
_ROWS = 200_000


class People:
    """Looks up people here for those who wrote there."""

    def __init__(self, named: dict[str, User] | None = None, *, by_email: bool = False) -> None:
        self._named, self._by_email = named or {}, by_email
        self._with_email = lru_cache(maxsize=10_000)(_with_verified)

    def find(self, writer: Writer) -> User | None:
        """The person here, if any. A guest is nobody, whatever name or address they typed."""
        if not writer.account and not writer.email:
            return None
        if found := self._named.get(writer.account.casefold()):
            return found
        return (
            self._with_email(writer.email.casefold()) if self._by_email and writer.email else None
        )


def read_people(path: Path) -> dict[str, User]:
    """People here by their account there, from a CSV file of two columns: there, here.

    Raises ``Refused`` naming ``people``.
    """
    rows = read_pairs(path, field="people")
    here = {user.username: user for user in User.objects.filter(username__in=set(rows.values()))}
    for username in rows.values():
        if username not in here:
            raise Refused("people", f"There is nobody called “{username}” here.")
    return {there.casefold(): here[username] for there, username in rows.items()}


def read_pairs(path: Path, *, field: str) -> dict[str, str]:
    """A CSV file of two columns. Raises ``Refused`` naming ``field``, and ``OSError``."""
    pairs = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as opened:
            for number, row in enumerate(csv.reader(opened), start=1):
                cells = [cell.strip() for cell in row]
                if not any(cells) or cells[0].startswith("#"):
                    continue
                if len(cells) != 2 or not all(cells) or number > _ROWS:
                    raise Refused(field, f"{path.name}, line {number}: write “there,here”.")
                pairs[cells[0]] = cells[1]
    except (UnicodeDecodeError, csv.Error):
        raise Refused(field, f"{path.name} is no CSV file in UTF-8.") from None
    return pairs


def public_name(name: str) -> tuple[str, bool]:
    """``name`` as it may be shown, or ``NOBODY``; and whether it had to be cut."""
    name = "".join(
        c for c in name[: 3 * NAME_LIMIT] if c != "\x00" and not "\ud800" <= c <= "\udfff"
    )
    line = clean_line(name, field="name", limit=4 * NAME_LIMIT, required=False)
    if len(line) > NAME_LIMIT:
        return line[: NAME_LIMIT - 1].rstrip() + "…", True
    return line or NOBODY, False


def _with_verified(email: str) -> User | None:
    found = EmailAddress.objects.filter(
        email__iexact=email, verified=True, user__is_active=True
    ).select_related("user")[:2]
    # Of two with one address, nobody can say which.
    return found[0].user if len(found) == 1 else None
