from __future__ import annotations

import pytest

from forum.lib.errors import Refused
from forum.lib.text import clean_line, clean_source


@pytest.mark.parametrize("bad", ["a\x00b", "a\ud800b", "a" * 11, "  \n\t"])
def test_what_cannot_be_stored_is_refused_by_name(bad):
    with pytest.raises(Refused) as refused:
        clean_source(bad, field="source", limit=10)
    assert refused.value.field == "source"


def test_source_is_kept_as_typed_but_for_its_newlines():
    typed = " \u202ea😀\u0301 \r\n b\rc "
    assert clean_source(typed, field="source", limit=100) == " \u202ea😀\u0301 \n b\nc "


def test_limits_count_code_points():
    assert clean_source("😀" * 10, field="source", limit=10) == "😀" * 10


def test_a_line_is_one_line_and_cannot_reorder_its_surroundings():
    assert clean_line(" A\u202e\n b\x07 ", field="title", limit=10) == "A b"


@pytest.mark.parametrize("bad", ["", " \u202e ", "x" * 11, "a\x00"])
def test_a_bad_line_is_refused_by_name(bad):
    with pytest.raises(Refused) as refused:
        clean_line(bad, field="title", limit=10)
    assert refused.value.field == "title"


@pytest.mark.parametrize("blank", ["\u200b\u200d", "\u3164", "\ufeff \u2800", "\u0301"])
def test_a_line_in_which_nothing_can_be_seen_is_empty(blank):
    assert clean_line(blank, field="title", limit=10, required=False) == ""
    with pytest.raises(Refused):
        clean_line(blank, field="title", limit=10)


@pytest.mark.parametrize("seen", ["橋", "می\u200cروم", "👩\u200d🚀", "e\u0301", "?", "5", "한"])
def test_a_line_with_something_to_see_stays_as_it_is(seen):
    assert clean_line(seen, field="title", limit=10) == seen
