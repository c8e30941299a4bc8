"""The export of one's own data on its way out: a zip of JSON for machines and HTML for people.

It is made while it is sent, a piece at a time, from as many rows as are read at once.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import StreamingHttpResponse
from django.utils import timezone

from annotations.own_data import page
from annotations.own_data.account import profile
from annotations.own_data.pieces import Row, utc
from annotations.own_data.rows import OTHERS, POSTS, VERSION, written

if TYPE_CHECKING:
    from forum.accounts.models import User

JSON_NAME, HTML_NAME = "postil-data.json", "postil-data.html"
FORMAT = "postil-personal-data"
#: Bytes that are put together before they are sent.
_PIECE = 65_536

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def own_data(person: User) -> StreamingHttpResponse:
    """All that is ``person``'s, as a download."""
    name = f"postil_{person.username}_{timezone.now():%Y%m%dT%H%M%SZ}.zip"
    return StreamingHttpResponse(
        zipped({JSON_NAME: json_pieces(person), HTML_NAME: page.pieces(person)}),
        content_type="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
            "X-Accel-Buffering": "no",  # a proxy must not collect the stream
        },
    )


def json_pieces(person: User) -> Iterator[str]:
    """One JSON object. ``docs/your-data.md`` says what its fields mean."""
    head = {
        "format": FORMAT,
        "version": VERSION,
        "site": {"name": settings.SITE_NAME, "address": settings.SITE_URL},
        "made_at": utc(timezone.now()),
        "profile": profile(person),
    }
    yield _encode(head)[:-1]
    for name, kind in POSTS.items():
        yield from _list(name, (_with_revisions(*post) for post in written(person, kind)))
    for name, rows in OTHERS.items():
        yield from _list(name, ([_encode(row)] for row in rows(person)))
    yield "}\n"


def zipped(files: dict[str, Iterable[str]]) -> Iterator[bytes]:
    """A zip of texts in UTF-8, by their names, in pieces that are made when asked for."""
    sent = _Sent()
    with zipfile.ZipFile(sent, "w", zipfile.ZIP_DEFLATED) as archive:
        now = timezone.now().timetuple()[:6]
        for name, pieces in files.items():
            about = zipfile.ZipInfo(name, now)
            about.compress_type = zipfile.ZIP_DEFLATED
            about.external_attr = 0o644 << 16
            with archive.open(about, "w") as file:
                for piece in pieces:
                    file.write(piece.encode())
                    if len(sent.waiting) >= _PIECE:
                        yield sent.take()
    yield sent.take()


class _Sent:
    """What an archive is written to that is not kept: it cannot be gone back in."""

    def __init__(self) -> None:
        self.waiting = bytearray()

    def write(self, data: bytes, /) -> int:
        self.waiting += data
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nothing is open."""

    def take(self) -> bytes:
        """What has been written since the last time."""
        taken, self.waiting = bytes(self.waiting), bytearray()
        return taken


def _list(name: str, rows: Iterable[Iterable[str]]) -> Iterator[str]:
    yield f',"{name}":['
    for place, row in enumerate(rows):
        if place:
            yield ","
        yield from row
    yield "]"


def _with_revisions(post: Row, revisions: Iterator[Row]) -> Iterator[str]:
    yield _encode(post)[:-1]
    yield from _list("revisions", ([_encode(revision)] for revision in revisions))
    yield "}"
