"""The vectors that Python and JavaScript share: one source, one HTML, one text."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from annotations.page.marks import marked_body
from forum.lib.canonical import canonicalise
from forum.lib.html import Format, render

VECTORS = Path(__file__).parent.parent / "vectors"


def load(name: str) -> list:
    return [
        pytest.param(case, id=case["name"]) for case in json.loads((VECTORS / name).read_text())
    ]


@pytest.mark.parametrize("case", load("text.json"))
def test_a_source_has_one_html_and_one_text(case):
    rendered = render(case["source"], format=Format(case["format"]))
    assert (rendered.html, rendered.text) == (case["html"], case["text"])


@pytest.mark.parametrize("case", load("text.json"))
def test_canonical_html_stays_as_it_is(case):
    assert canonicalise(case["html"]) == (case["html"], case["text"])


@pytest.mark.parametrize("case", load("segments.json"))
def test_notes_have_one_way_of_being_marked(case):
    notes = [SimpleNamespace(**note) for note in case["notes"]]
    assert marked_body(case["html"], notes).html == case["marked"]
