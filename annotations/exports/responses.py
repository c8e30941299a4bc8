"""An export on its way out: as bytes for a command, as a streaming response for the web."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from django.http import StreamingHttpResponse
from django.utils import timezone

from annotations.exports.formats import FORMATS
from annotations.exports.rows import Names, annotation_rows
from forum.discussion.models import Article
from forum.lib.text import check_choice
from forum.permissions import require

if TYPE_CHECKING:
    from forum.discussion.visibility import Reader

#: Characters sent at once: a row at a time would cost more than making it.
_PIECE = 32_768


def export_bytes(
    *, reader: Reader, article: Article, format: str, names: str = "author", bom: bool = False
) -> Iterator[bytes]:
    """The export of ``article``'s annotations as UTF-8, in pieces that are made when asked for.

    ``bom`` puts a byte-order mark before CSV, by which spreadsheets know UTF-8; JSON has none.
    Raises ``Refused`` naming ``format`` or ``names``, and what ``permissions`` raises, at once.
    """
    require(reader, "article.export", article.post)
    check_choice(format, FORMATS, field="format")
    check_choice(names, Names, field="names")
    rows = annotation_rows(article, reader=reader, names=Names(names))
    head = "\ufeff" if bom and format == "csv" else ""
    return _pieces(head, FORMATS[format].write(rows))


def export_response(
    *, reader: Reader, article: Article, format: str, names: str = "author", bom: bool = False
) -> StreamingHttpResponse:
    """``export_bytes`` as a download named after the article and the time."""
    pieces = export_bytes(reader=reader, article=article, format=format, names=names, bom=bom)
    name = f"annotations_{article.slug}_{timezone.now():%Y%m%dT%H%M%SZ}.{format}"
    return StreamingHttpResponse(
        pieces,
        content_type=FORMATS[format].content_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
            "X-Accel-Buffering": "no",  # a proxy must not collect the stream
        },
    )


def _pieces(head: str, lines: Iterable[str]) -> Iterator[bytes]:
    waiting, size = [head], len(head)
    for line in lines:
        waiting.append(line)
        size += len(line)
        if size >= _PIECE:
            yield "".join(waiting).encode()
            waiting, size = [], 0
    if size:
        yield "".join(waiting).encode()
