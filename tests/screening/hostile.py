"""A server on this machine that answers as a test says, or as nobody should."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread


@dataclass
class Server:
    """What came in, and where it listens."""

    url: str
    #: The requests, whole.
    requests: list[bytes] = field(default_factory=list)

    @property
    def bodies(self) -> list[bytes]:
        """What was sent with them."""
        return [request.partition(b"\r\n\r\n")[2] for request in self.requests]

    def header(self, name: str) -> str:
        """A header of the last request."""
        head = self.requests[-1].partition(b"\r\n\r\n")[0].decode()
        lines = (line.partition(": ") for line in head.split("\r\n")[1:])
        return {key.lower(): value for key, _, value in lines}[name.lower()]


def answer(
    body: object, *, status: str = "200 OK", headers: dict[str, str] | None = None
) -> list[bytes]:
    """A whole answer, as bytes to be sent."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(raw)}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return ["\r\n".join([*lines, "", ""]).encode() + raw]


@contextmanager
def serving(reply: Callable[[bytes], Iterator[bytes] | list[bytes]]) -> Iterator[Server]:
    """A server that sends what ``reply`` makes of each request, piece by piece.

    A piece that cannot be sent any more ends that connection.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    server = Server(f"http://127.0.0.1:{listener.getsockname()[1]}/check")

    def serve() -> None:
        while True:
            try:
                connection, _address = listener.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(10)
                try:
                    server.requests.append(_read(connection))
                    for piece in reply(server.requests[-1]):
                        connection.sendall(piece)
                except OSError:
                    continue

    thread = Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(10)


def _read(connection: socket.socket) -> bytes:
    read = b""
    while b"\r\n\r\n" not in read:
        read += connection.recv(65_536)
    head, _, body = read.partition(b"\r\n\r\n")
    sizes = [line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    while len(body) < int(sizes[0].partition(b":")[2]):
        more = connection.recv(65_536)
        read += more
        body += more
    return read
