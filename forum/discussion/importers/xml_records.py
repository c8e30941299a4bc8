"""Flat records out of XML of any size, from anybody, in bounded memory.

defusedxml refuses what XML can do beyond being data: document types, entities, references to other
files. What it does not limit is limited here: how deep elements nest, how long a text may be, and
how long a single tag or comment, which the parser has to hold whole.
"""

from __future__ import annotations

import codecs
import gzip
import re
import zlib
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, cast
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from forum.lib.errors import Refused
from forum.lib.text import ARTICLE_LIMIT

#: Code points kept of one field. What is longer is kept cut off, one longer than this, for
#: whoever reads it to refuse.
FIELD_LIMIT = 4 * ARTICLE_LIMIT
#: Code points in one element, wanted or not.
ELEMENT_LIMIT = 10_000_000
#: Bytes of one tag, comment or instruction.
TAG_LIMIT = 1_000_000
NESTING_LIMIT = 40

_CHUNK = 65_536
#: Characters that no XML may hold, and many exports do.
_FORBIDDEN = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])
#: References to these. 10, 13 and 9 are allowed.
_REFERENCE = re.compile(
    r"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|[xX]0*(?:[0-8bcefBCEF]|1[\da-fA-F]));"
)
#: The longest of them that is looked for where two chunks meet.
_LONGEST_REFERENCE = 16
_DECLARED = re.compile(rb"""\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")


@dataclass(slots=True)
class Record:
    """One element that was asked for, with the texts and attributes in it that were."""

    #: The element's name.
    name: str
    #: Counted from 1 through the file.
    serial: int
    #: The serial of the record around it; 0 outside any.
    within: int
    #: Texts by path (``author/name``), attributes by path and name (``thread@id``). Of several at
    #: one path the first counts.
    values: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> str:
        """What stands at ``path``; empty where nothing does."""
        return self.values.get(path, "")


@contextmanager
def open_export(path: Path) -> Iterator[BinaryIO]:
    """The export at ``path``, unpacked if it is gzipped. Raises ``Refused`` and ``OSError``."""
    with path.open("rb") as opened:
        start = opened.read(4)
        opened.seek(0)
        if start.startswith(b"PK"):
            raise Refused("file", "This is a zip archive; unpack it and name the files in it.")
        if start.startswith(b"\x1f\x8b"):
            with gzip.open(opened) as unpacked:
                yield cast(BinaryIO, unpacked)
        else:
            yield opened


def read_records(
    stream: BinaryIO,
    wanted: Mapping[str, Collection[str]],
    prefix: Callable[[str], str],
    *,
    nesting: int = NESTING_LIMIT,
) -> Iterator[Record]:
    """Yield the elements called like the keys of ``wanted`` with what is wanted of them; ``""`` is
    an element's own text.

    A record comes when its element ends, so what is inside another comes before it. An element
    that the record around it wants something of is a part of that. ``prefix``
    says for a namespace what its names begin with. Raises ``Refused``
    naming ``file``, with one line that says what is wrong and where.
    """
    target = _Target(wanted, prefix, nesting)
    try:
        parser = DefusedXMLParser(target=target, encoding="utf-8", forbid_dtd=True)
        fed = 0
        for chunk in _clean_chunks(stream):
            parser.feed(chunk)
            fed += len(chunk)
            if fed - parser.parser.CurrentByteIndex > TAG_LIMIT:
                raise _refused(f"a tag or a comment in it is longer than {TAG_LIMIT:,} bytes")
            while target.done:
                yield target.done.popleft()
        parser.close()
        yield from target.done
    except DefusedXmlException:
        raise _refused(
            "it declares a document type or entities, which no export needs and attacks are made of"
        ) from None
    except ParseError as error:
        line, column = error.position
        what = str(error).split(":")[0]
        raise _refused(f"it is no whole XML: {what} (line {line:,}, column {column:,})") from None
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise _refused("its gzip is damaged or cut off") from None


def _refused(why: str) -> Refused:
    return Refused("file", f"This file is refused: {why}.")


def _clean_chunks(stream: BinaryIO) -> Iterator[bytes]:
    """The export as UTF-8, without what XML forbids and without halves of characters."""
    start = stream.read(_CHUNK)
    decoder = codecs.getincrementaldecoder(_encoding(start))("replace")
    kept = ""
    while start:
        text = kept + decoder.decode(start).translate(_FORBIDDEN)
        start = stream.read(_CHUNK)
        # A reference may lie across the end of this chunk.
        at = text.rfind("&", -_LONGEST_REFERENCE) if start else -1
        text, kept = (text[:at], text[at:]) if at >= 0 else (text, "")
        yield _REFERENCE.sub("", text).encode()
    if rest := kept + decoder.decode(b"", True).translate(_FORBIDDEN):
        yield _REFERENCE.sub("", rest).encode()


def _encoding(start: bytes) -> str:
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    declared = _DECLARED.match(start)
    name = declared[1].decode("ascii").lower() if declared else "utf-8"
    if name in ("utf-8", "utf8"):
        return "utf-8-sig"
    try:
        # Python has codecs for other things than text as well; this fails for them.
        "a".encode(name)
    except (LookupError, UnicodeError):
        raise _refused(f"its encoding, {name}, is not known") from None
    return name


class _Target:
    """Builds records from the parser's events; what nobody wants is counted and forgotten."""

    def __init__(
        self, wanted: Mapping[str, Collection[str]], prefix: Callable[[str], str], nesting: int
    ) -> None:
        self.done: deque[Record] = deque()
        self._wanted, self._prefix, self._nesting = wanted, prefix, nesting
        #: The names of the elements that each record wants something of.
        self._parts = {
            record: {re.split("[/@]", path)[0] for path in paths}
            for record, paths in wanted.items()
        }
        self._short: dict[str, str] = {}
        self._serial = 0
        #: The records that are open, and how deep each began.
        self._open: list[tuple[Record, int]] = []
        #: The names of the elements that are open, and the code points in each.
        self._path: list[str] = []
        self._sizes: list[int] = []
        #: The path whose text is being read, and that text.
        self._reading: str | None = None
        self._text: list[str] = []
        self._kept = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = self._name(tag)
        if len(self._path) >= self._nesting:
            raise _refused(f"its elements are nested more than {self._nesting} deep")
        self._path.append(name)
        self._sizes.append(0)
        if name in self._wanted and not self._is_part(name):
            self._serial += 1
            within = self._open[-1][0].serial if self._open else 0
            self._open.append((Record(name, self._serial, within), len(self._path)))
            self._reading, self._text, self._kept = None, [], 0
            if "" in self._wanted[name]:
                self._reading = ""
            self._keep_attributes("", attributes)
        elif self._open:
            record, depth = self._open[-1]
            path = "/".join(self._path[depth:])
            self._keep_attributes(path, attributes)
            self._reading = None
            if path in self._wanted[record.name] and path not in record.values:
                self._reading, self._text, self._kept = path, [], 0

    def data(self, data: str) -> None:
        if self._sizes:
            self._sizes[-1] += len(data)
            if self._sizes[-1] > ELEMENT_LIMIT:
                raise _refused(f"an element in it is longer than {ELEMENT_LIMIT:,} characters")
        if self._reading is not None and self._kept <= FIELD_LIMIT:
            data = data[: FIELD_LIMIT + 1 - self._kept]
            self._text.append(data)
            self._kept += len(data)

    def end(self, tag: str) -> None:
        name = self._path.pop()
        self._sizes.pop()
        if self._open and len(self._path) == self._open[-1][1] - 1:
            record, _ = self._open.pop()
            if self._reading == "":
                record.values[""] = "".join(self._text)
            self._reading = None
            self.done.append(record)
        elif self._reading is not None:
            record, depth = self._open[-1]
            if "/".join([*self._path[depth:], name]) == self._reading:
                record.values[self._reading] = "".join(self._text)
                self._reading = None

    def close(self) -> None:
        pass

    def _is_part(self, name: str) -> bool:
        """Whether the record around an element of this name wants something of it."""
        return bool(self._open) and name in self._parts[self._open[-1][0].name]

    def _keep_attributes(self, path: str, attributes: dict[str, str]) -> None:
        record = self._open[-1][0]
        for name, value in attributes.items():
            key = f"{path}@{self._name(name)}"
            if key in self._wanted[record.name]:
                record.values.setdefault(key, value)

    def _name(self, tag: str) -> str:
        """``{http://wordpress.org/export/1.2/}post_id`` as ``wp:post_id``."""
        short = self._short.get(tag)
        if short is None:
            uri, _, local = tag[1:].rpartition("}") if tag[0] == "{" else ("", "", tag)
            prefix = self._prefix(uri)
            short = f"{prefix}:{local}" if prefix else local
            if len(self._short) < 1_000:
                self._short[tag] = short
        return short
