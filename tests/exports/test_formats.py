"""The formats, fed with rows that never saw a database."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict, replace

import pytest

from annotations.exports.formats import FORMATS, TAG_SEPARATOR, defused
from annotations.exports.rows import COLUMNS, DICTIONARY, AnnotationRow

ROW = AnnotationRow(
    annotation_id=12,
    target_id=3,
    target_kind="article",
    article_id=3,
    article_slug="who-pays",
    revision_id=5,
    revision_number=1,
    text_sha256="ab" * 32,
    start=4,
    end=9,
    unit="code points",
    quote="=1+1,",
    prefix='"So": ',
    suffix=" 🚸\nthen",
    tags=("bias-claim", "question"),
    note="Who, “really”?",
    author="Ada Byron",
    author_id=7,
    audience="public",
    state="published",
    placement_state="orphaned",
    placement_start=None,
    placement_end=None,
    placement_revision_id=6,
    placement_revision_number=2,
    placement_score=0.5,
    codebook="critical-reading",
    codebook_version=1,
    created_at="2026-02-09T10:00:00Z",
    edited_at=None,
    note_from=None,
)

RUN = [
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "\n=x",
    "  =1+1",
    "\u00a0=1+1",
    "\u200b=1+1",
    "\ufeff@x",
    "＝1+1",
    "　＋1",
    "－1+1",
    "＠x",
    "'=1+1",
    "''@x",
    "-",
    "+49 170",
]
HARMLESS = ["", "x", "1=1", "-5", "+5", "-1.5", "1,000", "'tis", "a\n=b", "“=1”", "–5", " x"]


def undone(cell):
    """What the export page says about apostrophes, the other way round."""
    return cell[1:] if cell.startswith("'") and defused(cell[1:]) != cell[1:] else cell


@pytest.mark.parametrize("cell", RUN)
def test_a_formula_is_defused(cell):
    assert defused(cell) == "'" + cell


@pytest.mark.parametrize("cell", HARMLESS)
def test_other_cells_are_left_alone(cell):
    assert defused(cell) == cell


@pytest.mark.parametrize("cell", RUN + HARMLESS)
def test_defusing_can_be_undone(cell):
    assert undone(defused(cell)) == cell


@pytest.mark.parametrize(
    "text", [*RUN, *HARMLESS, 'a "b", c;\r\nd\u2028e\x85f', "👩‍👩‍👧‍👦", "\x0b"]
)
def test_csv_comes_back_as_it_went_in(text):
    row = replace(ROW, quote=text, note=text, author=text)
    written = "".join(FORMATS["csv"].write([row, ROW]))
    head, first, second = csv.reader(io.StringIO(written, newline=""))
    assert tuple(head) == COLUMNS
    for read, meant in ((first, row), (second, ROW)):
        cells = dict(zip(head, read, strict=True))
        for column, value in asdict(meant).items():
            if column == "tags":
                assert cells[column].split(TAG_SEPARATOR) == list(value)
            elif isinstance(value, str):
                assert undone(cells[column]) == value
            else:
                assert cells[column] == ("" if value is None else str(value))


def test_csv_without_a_row_still_has_its_head():
    assert "".join(FORMATS["csv"].write([])) == ",".join(COLUMNS) + "\r\n"


@pytest.mark.parametrize("text", [*RUN, 'a "b"\u2028c\u2029d\x85e\nf', "👩‍👩‍👧‍👦", "\x0b\x1f"])
def test_json_lines_are_exact_and_one_a_row(text):
    row = replace(ROW, quote=text, note=text)
    written = "".join(FORMATS["jsonl"].write([row, ROW]))
    lines = written.rstrip("\n").splitlines()  # the strictest notion of a line there is
    assert [json.loads(line) for line in lines] == [
        asdict(row) | {"tags": list(row.tags)},
        asdict(ROW) | {"tags": list(ROW.tags)},
    ]


@pytest.mark.parametrize("format", FORMATS.values(), ids=FORMATS)
def test_a_format_writes_as_it_reads(format):
    taken = []

    def source():
        for number in range(3):
            taken.append(number)
            yield ROW

    lines = format.write(source())
    next(lines)
    assert len(taken) <= 1


def test_every_column_is_explained():
    assert tuple(DICTIONARY) == COLUMNS
    assert all(meaning.endswith(".") for meaning in DICTIONARY.values())
