"""What people do to their own accounts."""

from __future__ import annotations

import unicodedata

from forum.accounts.models import NAME_LIMIT, User
from forum.lib.errors import Refused
from forum.lib.text import clean_line


def save_settings(*, person: User, display_name: str, email_notices: bool) -> None:
    """Change how ``person`` is named and told things. Raises ``Refused``.

    Two people may have one name; nobody may pass for the account that has it as its own.
    """
    name = clean_line(display_name, field="display_name", limit=NAME_LIMIT, required=False)
    others = User.objects.exclude(pk=person.pk)
    if others.filter(username__iexact=_to_the_eye(name)).exists():
        raise Refused("display_name", "This is somebody else’s user name. Choose another name.")
    person.display_name = name
    person.email_notices = email_notices
    person.save(update_fields=["display_name", "email_notices"])


def _to_the_eye(name: str) -> str:
    """``name`` without what nobody sees, and with wide or bold letters as plain ones."""
    plain = unicodedata.normalize("NFKC", name)
    return "".join(c for c in plain if unicodedata.category(c) != "Cf").strip()
