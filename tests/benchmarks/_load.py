"""A lean HTTP/1.1 client for loopback: keep-alive connections over raw sockets and ``epoll``.

``wrk`` does this better, but has to be installed and tells nothing of single answers. Here a
request is bytes that were made beforehand, and of an answer only status and length are read: in
the time that Django takes for the smallest answer, this takes in several.
"""

from __future__ import annotations

import re
import selectors
import socket
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
_CLOSES = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)
#: What has no body whatever its headers say.
_BODILESS = (204, 304)
#: Seconds without any answer after which the server is taken to hang.
_PATIENCE = 120


def get(path: str, *, host: str, **headers: str) -> bytes:
    """The bytes of a GET."""
    return request("GET", path, b"", host=host, **headers)


def request(method: str, path: str, body: bytes = b"", *, host: str, **headers: str) -> bytes:
    """The bytes of a request; ``accept_encoding`` stands for ``Accept-Encoding``, and so on."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}"]
    lines += [f"{name.replace('_', '-').title()}: {value}" for name, value in headers.items()]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass(slots=True)
class Answer:
    """A status, the headers as they came, and the body."""

    status: int
    head: bytes
    body: bytes

    def header(self, name: str) -> str:
        """The value of a header, or ""."""
        found = re.search(rb"\r\n" + name.encode() + rb": *([^\r]*)", self.head, re.IGNORECASE)
        return found[1].decode("latin-1") if found else ""


@dataclass(slots=True)
class Result:
    """What came of a run."""

    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    #: How long each answer took, in seconds.
    waits: list[float] = field(default_factory=list)
    #: Kept if asked for.
    answers: list[Answer] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.waits) / self.seconds

    @property
    def refused(self) -> int:
        """Answers that are neither good nor "not modified"."""
        return sum(n for status, n in self.statuses.items() if not 200 <= status < 400)

    @property
    def wait(self) -> float:
        """The middle of the waits, in seconds."""
        return median(self.waits)


class _Client:
    """One connection that sends the next request when the answer to the last has come.

    It is made when there is something to send, and given up when there is nothing left: a server
    that takes one connection at a time would wait for an idle one.
    """

    def __init__(self, port: int, requests: Iterator[bytes], keep: bool) -> None:
        self.port, self.requests, self.keep = port, requests, keep
        self.socket: socket.socket | None = None
        self.buffer = bytearray()
        self.sent_at = 0.0
        self.request = b""

    def send(self, selector: selectors.BaseSelector) -> None:
        """Send the next request, if there is one; else hang up."""
        self.request = next(self.requests, b"")
        self.sent_at = time.perf_counter()
        if self.request:
            self._send(selector)
        else:
            self.hang_up(selector)

    def _send(self, selector: selectors.BaseSelector) -> None:
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=_PATIENCE)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(self.socket, selectors.EVENT_READ, self)
        self.socket.sendall(self.request)

    def send_again(self, selector: selectors.BaseSelector) -> None:
        """After the server hung up: the same on a new connection."""
        self.hang_up(selector)
        self._send(selector)

    def hang_up(self, selector: selectors.BaseSelector) -> None:
        """Close the connection, if there is one."""
        if self.socket is not None:
            selector.unregister(self.socket)
            self.socket.close()
        self.socket = None
        self.buffer.clear()

    def read(self) -> Answer | None:
        """What has come, once it is whole. Raises ``ConnectionError`` when the server hangs up."""
        assert self.socket is not None
        data = self.socket.recv(1 << 20)
        if not data:
            raise ConnectionError
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return None
        head = bytes(self.buffer[:end])
        status = int(head[9:12])
        end += 4
        if status in _BODILESS:
            size = end
        elif length := _LENGTH.search(head):
            size = end + int(length[1])
        elif _CHUNKED.search(head) and self.buffer.endswith(b"0\r\n\r\n"):
            size = len(self.buffer)
        else:
            return None
        if len(self.buffer) < size:
            return None
        body = bytes(self.buffer[end:size]) if self.keep else b""
        del self.buffer[:size]
        return Answer(status, head, body)


def drive(
    port: int, clients: Sequence[Iterator[bytes]], *, seconds: float = 600.0, keep: bool = False
) -> Result:
    """Each of ``clients`` sends its requests one after the other, all of them at once.

    Ends when they have none left, or after ``seconds``. With ``keep`` the answers are kept.
    """
    result = Result()
    with selectors.DefaultSelector() as selector:
        started = time.perf_counter()
        for requests in clients:
            _Client(port, requests, keep).send(selector)
        while selector.get_map():
            ready = selector.select(timeout=_PATIENCE)
            if not ready:
                raise TimeoutError("the server does not answer")
            for key, _ in ready:
                _serve(selector, key.data, result, ends=started + seconds)
        result.seconds = time.perf_counter() - started
    return result


def _serve(
    selector: selectors.BaseSelector, client: _Client, result: Result, *, ends: float
) -> None:
    try:
        answer = client.read()
    except ConnectionError:
        client.send_again(selector)
        return
    if answer is None:
        return
    now = time.perf_counter()
    result.waits.append(now - client.sent_at)
    result.statuses[answer.status] += 1
    if client.keep:
        result.answers.append(answer)
    if now >= ends or _CLOSES.search(answer.head):
        client.hang_up(selector)
    if now < ends:
        client.send(selector)
