"""Word documents (DOCX), read by mammoth where it is installed.

A document is a zip archive of XML: it is looked through before mammoth sees it, which unpacks all
and builds all of its trees in memory.
"""

from __future__ import annotations

import zipfile
import zlib
from io import BytesIO
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from forum.discussion.importers.xml_records import read_records
from forum.discussion.publishing.figures import FIGURE_LIMIT
from forum.lib.errors import Refused

#: Bytes of a document, with its pictures.
WORD_LIMIT = 20_000_000
#: Bytes of its XML, unpacked; as trees it takes some thirty times that.
_XML_LIMIT = 8_000_000
_UNPACKED_LIMIT = 100_000_000
_PARTS_LIMIT = 2_000
_NESTING_LIMIT = 100
_STYLES = "p[style-name='Title'] => h1:fresh\np[style-name='Subtitle'] => p:fresh"


class Word(NamedTuple):
    """What a document holds."""

    html: str
    #: Its first picture, as a file; empty where there is none that could be a figure.
    picture: bytes
    #: The pictures in it.
    pictures: int


def read_word(data: bytes) -> Word:
    """Read a DOCX file. Raises ``Refused`` naming ``file``.

    What is elsewhere, such as a linked picture, is never fetched.
    """
    try:
        import mammoth
    except ImportError:
        raise Refused(
            "file",
            _(
                "Word documents are read with mammoth, which is not installed: "
                "pip install --require-hashes -r script/requirements-docx.txt"
            ),
        ) from None
    _look_through(data)
    pictures: list[bytes] = []

    def keep(image: Any) -> list[Any]:
        pictures.append(b"")
        if len(pictures) == 1:
            try:
                with image.open() as opened:
                    pictures[0] = opened.read(FIGURE_LIMIT + 1)
            except (KeyError, ValueError, OSError):
                # Linked, or not there.
                pass
        return []

    try:
        converted = mammoth.convert_to_html(
            BytesIO(data),
            convert_image=keep,
            style_map=_STYLES,
            include_embedded_style_map=False,
            external_file_access=False,
        )
    except (Exception, RecursionError):
        # It takes for granted that a document is what it says, and fails in every way if not.
        raise _damaged() from None
    picture = pictures[0] if pictures and len(pictures[0]) <= FIGURE_LIMIT else b""
    return Word(converted.value, picture, len(pictures))


def _look_through(data: bytes) -> None:
    """Refuse what would take more time or memory than any document does."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
            # What a part says of its size is all that is ever unpacked of it.
            unpacked = sum(part.file_size for part in parts)
            xml = [p for p in parts if p.filename.endswith((".xml", ".rels"))]
            if (
                len(parts) > _PARTS_LIMIT
                or unpacked > _UNPACKED_LIMIT
                or sum(part.file_size for part in xml) > _XML_LIMIT
            ):
                raise Refused("file", _("This document is larger inside than any article can be."))
            if any(part.flag_bits & 1 for part in parts):
                raise Refused("file", _("This document is behind a password."))
            for part in xml:
                with archive.open(part) as opened:
                    records = read_records(
                        BytesIO(opened.read()), {}, lambda name: "", nesting=_NESTING_LIMIT
                    )
                    # No record is wanted; reading to the end is what finds fault.
                    next(records, None)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError):
        raise _damaged() from None


def _damaged() -> Refused:
    return Refused("file", _("This cannot be read as a Word document: it is damaged, or none."))
