"""Words quoted in Markdown render to the words that were quoted."""

from __future__ import annotations

import pytest

from forum.lib.html import Format, render
from forum.lib.quotation import as_quotation, shortened


@pytest.mark.parametrize(
    "words",
    [
        "Plain words, “quoted” — and a dash.",
        "One block.\nAnother.",
        "1989. A year",
        "12) No item",
        "1.",
        "# No heading",
        "- No item\n+ Nor this\n---",
        "> No quotation",
        "== ==",
        "* * *",
        "___",
        "~~~",
        "a * b *c* snake_case _em_ **strong**",
        "a &amp; b <b>x</b> [x](y) [1]: z ~~s~~ `c` \\ x < 5 ~ 6",
        "<https://example.org> and <a@example.org>",
        "-5 degrees, #1 hit, 5.5 million",
        "🌉 الجسر 橋。",
    ],
)
def test_it_reads_as_it_was(words):
    source = as_quotation(words)
    rendered = render(source, format=Format.COMMENT)
    assert rendered.text == words
    assert rendered.html.startswith("<blockquote>")
    assert source.endswith("\n\n")


def test_plain_words_are_not_spoilt():
    assert as_quotation("It is 5 < 6, snake_case.") == "> It is 5 < 6, snake_case.\n\n"


def test_nothing_is_no_quotation():
    assert as_quotation(" \n\n ") == ""


def test_what_is_too_long_is_cut_between_words():
    assert shortened("one two three", 13) == "one two three"
    assert shortened("one two three", 12) == "one two …"
    assert shortened("橋" * 20, 10) == "橋" * 10 + " …"
