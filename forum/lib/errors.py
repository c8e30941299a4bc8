"""What an action may answer instead of doing what it was asked.

Pages turn these into a message beside the field, the API into
``application/problem+json``; actions raise them and know neither.
"""

from collections.abc import Mapping


class PostilError(Exception):
    """The base of every refusal that a person is meant to read."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Refused(PostilError):
    """The input cannot be taken. ``field`` names what has to change (HTTP 400)."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class Forbidden(PostilError):
    """The person may not do this (HTTP 403)."""


class Conflict(PostilError):
    """Somebody or something got there first (HTTP 409).

    ``details`` says what is true now, for the client that wants to try again.
    """

    def __init__(self, message: str, details: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        self.details = dict(details or {})


class NotFound(PostilError):
    """There is no such thing, or none that this person may know of (HTTP 404)."""


class SignInFirst(PostilError):
    """Nobody is signed in, and somebody has to be (HTTP 401, or the log-in page)."""
