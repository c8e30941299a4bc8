"""The file formats of an export. A new one is a function from rows to text and a registration."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter

from annotations.exports.rows import COLUMNS, AnnotationRow

#: Parts the tags in a cell; no slug holds it.
TAG_SEPARATOR = "|"

# What a spreadsheet would run as a formula. White space and invisible characters before the
# sign do not stop it, nor does the full-width form. An apostrophe that stands there already is
# counted in, so that one can always be taken off again.
_RUNS = re.compile("'*(?:[\t\r\n]|[\\s\u200b\u2060\ufeff]*[=+\\-@＝＋－＠])")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)*")
# Line ends to some readers of "one JSON value a line", and allowed raw inside a JSON string.
_LINE_END = re.compile("[\x85\u2028\u2029]")

_values = attrgetter(*COLUMNS)


@dataclass(frozen=True, slots=True)
class FileFormat:
    """A way to write rows. ``write`` yields text, at most a row at a time."""

    name: str
    content_type: str
    write: Callable[[Iterable[AnnotationRow]], Iterator[str]]


def defused(cell: str) -> str:
    """``cell``, with an apostrophe in front if a spreadsheet would run it as a formula."""
    if _RUNS.match(cell) and not _NUMBER.fullmatch(cell):
        return "'" + cell
    return cell


def write_csv(rows: Iterable[AnnotationRow]) -> Iterator[str]:
    """RFC 4180: a head line, ``\\r\\n``, quotes where needed; cells ``defused``, ``None`` empty."""
    line = csv.writer(_Echo()).writerow
    yield line(COLUMNS)
    for row in rows:
        yield line([_cell(value) for value in _values(row)])


def write_jsonl(rows: Iterable[AnnotationRow]) -> Iterator[str]:
    """One JSON object a line, every value exactly as it is stored; tags are a list."""
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    for row in rows:
        text = encode(dict(zip(COLUMNS, _values(row), strict=True)))
        yield _LINE_END.sub(_escaped, text) + "\n"


FORMATS = {
    format.name: format
    for format in (
        FileFormat("csv", "text/csv; charset=utf-8", write_csv),
        FileFormat("jsonl", "application/x-ndjson; charset=utf-8", write_jsonl),
    )
}


class _Echo:
    """A file that hands back what is written to it, as ``csv.writer`` does in turn."""

    def write(self, text: str) -> str:
        return text


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found.group()):04x}"


def _cell(value: object) -> object:
    if isinstance(value, tuple):
        return TAG_SEPARATOR.join(value)
    return defused(value) if isinstance(value, str) else value
