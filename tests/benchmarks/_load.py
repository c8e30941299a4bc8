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
    """One connection that sends the next request when the answer to the last has come."""

    def __init__(self, port: int, requests: Iterator[bytes], keep: bool) -> None:
        self.port, self.requests, self.keep = port, requests, keep
        self.socket = self._connect()
        self.buffer = bytearray()
        self.sent_at = 0.0
        self.request = b""

    def _connect(self) -> socket.socket:
        opened = socket.create_connection(("127.0.0.1", self.port), timeout=_PATIENCE)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return opened

    def send(self) -> bool:
        """Send the next request, if there is one."""
        self.request = next(self.requests, b"")
        if self.request:
            self.sent_at = time.perf_counter()
            self.socket.sendall(self.request)
        return bool(self.request)

    def send_again(self) -> None:
        """After the server hung up on an idle connection: the same on a new one."""
        self.socket.close()
        self.socket = self._connect()
        self.buffer.clear()
        self.socket.sendall(self.request)

    def read(self) -> Answer | None:
        """What has come, once it is whole. Raises ``ConnectionError`` when the server hangs up."""
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
        if _CLOSES.search(head):
            self.socket.close()
            self.socket = self._connect()
        return Answer(status, head, body)


def drive(
    port: int, clients: Sequence[Iterator[bytes]], *, seconds: float = 600.0, keep: bool = False
) -> Result:
    """Each of ``clients`` sends its requests one after the other, all of them at once.

    Ends when they have none left, or after ``seconds``. With ``keep`` the answers are kept.
    """
    result = Result()
    with selectors.DefaultSelector() as selector:
        running = [_Client(port, requests, keep) for requests in clients]
        started = time.perf_counter()
        for client in running:
            if client.send():
                selector.register(client.socket, selectors.EVENT_READ, client)
        while selector.get_map():
            ready = selector.select(timeout=_PATIENCE)
            if not ready:
                raise TimeoutError("the server does not answer")
            for key, _ in ready:
                _serve(selector, key.data, result, ends=started + seconds)
        result.seconds = time.perf_counter() - started
        for client in running:
            client.socket.close()
    return result


def _serve(
    selector: selectors.BaseSelector, client: _Client, result: Result, *, ends: float
) -> None:
    before = client.socket
    try:
        answer = client.read()
    except ConnectionError:
        selector.unregister(before)
        client.send_again()
        selector.register(client.socket, selectors.EVENT_READ, client)
        return
    if answer is None:
        return
    now = time.perf_counter()
    result.waits.append(now - client.sent_at)
    result.statuses[answer.status] += 1
    if client.keep:
        result.answers.append(answer)
    if before is not client.socket:
        selector.unregister(before)
        selector.register(client.socket, selectors.EVENT_READ, client)
    if now >= ends or not client.send():
        selector.unregister(client.socket)
