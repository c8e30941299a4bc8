"""What people do to their own accounts."""

from __future__ import annotations

from forum.accounts.models import NAME_LIMIT, User
from forum.lib.text import clean_line


def save_settings(*, person: User, display_name: str, email_notices: bool) -> None:
    """Change how ``person`` is named and told things. Raises ``Refused``."""
    person.display_name = clean_line(
        display_name, field="display_name", limit=NAME_LIMIT, required=False
    )
    person.email_notices = email_notices
    person.save(update_fields=["display_name", "email_notices"])
