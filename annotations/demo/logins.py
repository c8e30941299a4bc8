"""The demo's logins. Apart from the demo itself, which every start of the site can do without."""

from __future__ import annotations

from django.contrib.auth.hashers import check_password

from forum.accounts.models import User

PASSWORD = "postil-demo"  # noqa: S105  # printed for everybody to read
#: The people whose names are told: one for each thing a person can be here.
LOGINS = {
    "reader": "reads, responds, annotates",
    "moderator": "decides about what is flagged",
    "staff": "publishes articles, exports annotations",
    "admin": "does all of it",
}


def email(username: str) -> str:
    """The address of one of the demo's people; nothing sent there arrives."""
    return f"{username}@example.org"


def open_logins() -> list[str]:
    """Those of ``LOGINS`` that the public password opens."""
    people = User.objects.filter(email__in=map(email, LOGINS), is_active=True)
    stored = dict(people.filter(username__in=LOGINS).values_list("username", "password"))
    # The demo's people share one hash, and checking a hash is slow on purpose.
    opened = {known for known in set(stored.values()) if check_password(PASSWORD, known)}
    return [name for name in LOGINS if stored.get(name) in opened]


def logins_notice() -> str:
    """What to print about them; empty when none is left."""
    names = open_logins()
    if not names:
        return ""
    width = max(map(len, names))
    lines = [f"  {name:<{width}}  {LOGINS[name]}" for name in names]
    return "\n".join([f"Demo logins, all with the password {PASSWORD}:", *lines])
