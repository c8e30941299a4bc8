"""Asking another server, which may be slow, wrong or hostile, about what somebody posts.

Nothing is asked while a transaction is open: on SQLite everybody who writes would wait for that
server. An answer counts if all of it came within the time there is and is not too long; a redirect
is none, wherever it leads. A server that fails again and again is left alone for a while.
"""

from __future__ import annotations

import http.client
import io
import logging
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from forum.screening.outcomes import Finding, Outcome

if TYPE_CHECKING:
    from typing import Any

logger = logging.getLogger(__name__)

T = TypeVar("T")

#: Bytes of an answer that are read.
MOST = 65_536
#: After so many failures in a row a server is not asked for so many seconds.
_FAILURES, _PAUSE = 3, 30.0


class Unanswered(Exception):
    """There is no answer that counts. Its message is one of ``REASONS``, or says a status."""


class Answer(NamedTuple):
    """What a server said with status 200."""

    body: bytes
    headers: Mapping[str, str]


def post(url: str, body: bytes, headers: Mapping[str, str], *, seconds: float) -> Answer:
    """Send ``body`` to ``url`` and return the answer. Raises ``Unanswered``.

    ``seconds`` is for everything together, from connecting to the last byte, but for looking the
    name up, which the system does in its own time.
    """
    if _in_a_transaction():
        raise Unanswered("transaction")
    until = time.monotonic() + seconds
    parts = urlsplit(url)
    try:
        http_connection = _Connection.to(parts.scheme, parts.hostname or "", parts.port, until)
        try:
            path = parts.path or "/"
            target = f"{path}?{parts.query}" if parts.query else path
            http_connection.request("POST", target, body, dict(headers))
            answer = http_connection.getresponse()
            if answer.status != 200:
                said = "redirect" if 300 <= answer.status < 400 else f"status {answer.status}"
                raise Unanswered(said)
            read = answer.read(MOST + 1)
        finally:
            http_connection.hang_up()
    except TimeoutError:
        raise Unanswered("timeout") from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        if time.monotonic() >= until:
            raise Unanswered("timeout") from None
        raise Unanswered("unreachable" if isinstance(error, OSError) else "malformed") from None
    if len(read) > MOST:
        raise Unanswered("too long")
    return Answer(read, {name.lower(): value for name, value in answer.getheaders()})


class Patience:
    """Counts how often a server failed in a row, in this process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._failed = 0
        self._until = 0.0

    def forget(self) -> None:
        """Start anew."""
        with self._lock:
            self._failed, self._until = 0, 0.0

    def ask(self, question: Callable[[], T]) -> T:
        """What ``question`` answers. Raises ``Unanswered``: it did, or it is not asked now."""
        with self._lock:
            if time.monotonic() < self._until:
                raise Unanswered("paused")
        try:
            answer = question()
        except Unanswered as failure:
            with self._lock:
                self._failed += 1
                if self._failed >= _FAILURES:
                    self._failed, self._until = 0, time.monotonic() + _PAUSE
            logger.warning("A check before publication was not answered: %s", failure)
            raise
        with self._lock:
            self._failed = 0
        return answer


def unanswered(failure: Unanswered, code: str) -> Finding:
    """What comes of no answer: by the site's setting the post is published, or it is held."""
    closed = settings.SCREENING_FAILS == "closed"
    outcome = Outcome.HOLD if closed else Outcome.PUBLISH
    return Finding(outcome, code=code, evidence={"failed": str(failure)})


def _in_a_transaction() -> bool:
    """Whether a transaction is open, other than the one that a test runs in."""
    return any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks)


class _Connection(http.client.HTTPConnection):
    """A connection that has until ``until`` for all it does."""

    until: float
    context: ssl.SSLContext | None = None
    opened: socket.socket | None = None

    @classmethod
    def to(cls, scheme: str, host: str, port: int | None, until: float) -> _Connection:
        """One to ``host``, which is not opened yet."""
        made = cls(host, port or (443 if scheme == "https" else 80))
        made.until = until
        made.context = ssl.create_default_context() if scheme == "https" else None
        return made

    def connect(self) -> None:
        """Open it, with TLS where that is asked for."""
        opened = _opened(self.host, self.port, self.until)
        try:
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            opened.settimeout(_left(self.until))
            if self.context:
                opened = self.context.wrap_socket(opened, server_hostname=self.host)
        except BaseException:
            opened.close()
            raise
        self.opened = opened
        self.sock = _Timed(opened, self.until)

    def hang_up(self) -> None:
        """Close everything, also what is still being read."""
        self.close()
        if self.opened:
            self.opened.close()


class _Timed:
    """A socket of which every read and write gets what is left of the time, and no more."""

    def __init__(self, opened: socket.socket, until: float) -> None:
        self._socket = opened
        self._until = until

    def sendall(self, data: Any) -> None:
        self._socket.settimeout(_left(self._until))
        self._socket.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self._socket, self._until))

    def close(self) -> None:
        """The connection is done with it; the answer may still be read (``hang_up``)."""


class _Reader(io.RawIOBase):
    def __init__(self, opened: socket.socket, until: float) -> None:
        self._socket = opened
        self._until = until

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._socket.settimeout(_left(self._until))
        return self._socket.recv_into(buffer)


def _opened(host: str, port: int, until: float) -> socket.socket:
    """A connection to the first of the addresses of ``host`` that takes one.

    They share the time there is: left to the system, each of them would have all of it.
    """
    addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    failure = OSError()
    for tried, (*_kind, address) in enumerate(addresses):
        try:
            share = _left(until) / (len(addresses) - tried)
            return socket.create_connection((str(address[0]), port), share)
        except OSError as error:
            failure = error
    raise failure


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
