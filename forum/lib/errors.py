"""What an action may answer instead of doing what it was asked.

Pages turn these into a message beside the field, the API into
``application/problem+json``; actions raise them and know neither.
"""

from collections.abc import Mapping, Sequence


class PostilError(Exception):
    """The base of every refusal that a person is meant to read.

    ``code`` is for programs that tell one from another; it is empty where nothing depends on it.
    """

    def __init__(self, message: str, *, code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code


class Refused(PostilError):
    """The input cannot be taken. ``field`` names what has to change (HTTP 400)."""

    def __init__(self, field: str, message: str, *, code: str = "") -> None:
        super().__init__(message, code=code)
        self.field = field


class Forbidden(PostilError):
    """The person may not do this (HTTP 403).

    ``details`` says more to programs. ``remedy`` is the path of a page where the person reads why,
    and does what can be done about it.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str = "",
        details: Mapping[str, object] | None = None,
        remedy: str = "",
    ) -> None:
        super().__init__(message, code=code)
        self.details = dict(details or {})
        self.remedy = remedy


class Conflict(PostilError):
    """Somebody or something got there first (HTTP 409).

    ``details`` says what is true now, for the client that wants to try again.
    """

    def __init__(
        self, message: str, details: Mapping[str, object] | None = None, *, code: str = ""
    ) -> None:
        super().__init__(message, code=code)
        self.details = dict(details or {})


class Nudge(Conflict):
    """It can be done, but whoever wants it is asked first (HTTP 409, code ``nudge``).

    ``anyway`` is what they send back with it to have it done all the same. ``nudges`` says one by
    one what they are asked about.
    """

    def __init__(self, message: str, *, anyway: str, nudges: Sequence[Mapping[str, str]]) -> None:
        details = {"anyway": anyway, "nudges": [dict(nudge) for nudge in nudges]}
        super().__init__(message, details, code="nudge")
        self.anyway = anyway
        self.nudges = [dict(nudge) for nudge in nudges]


class NotFound(PostilError):
    """There is no such thing, or none that this person may know of (HTTP 404)."""


class TooOften(PostilError):
    """Too much in too short a time (HTTP 429). ``wait`` is for how many seconds."""

    def __init__(self, message: str, *, wait: int) -> None:
        super().__init__(message)
        self.wait = wait


class SignInFirst(PostilError):
    """Nobody is signed in, and somebody has to be (HTTP 401, or the log-in page)."""
