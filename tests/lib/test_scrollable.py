"""What may have to scroll can be scrolled by keyboard, and the text stays what it was."""

from __future__ import annotations

from forum.lib.canonical import canonicalise
from forum.lib.html import Format, render
from forum.lib.scrollable import scrollable

SOURCE = "One\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\nTwo\n\n    code\n\nThree"


def test_tables_and_code_are_stops_for_the_keyboard():
    rendered = render(SOURCE, format=Format.MARKDOWN)
    html = scrollable(rendered.html)
    assert html.count('tabindex="0"') == 2
    assert '<div class="prose-scroll" role="group" aria-label="Table" tabindex="0"><table>' in html
    assert canonicalise(html) == (rendered.html, rendered.text)


def test_what_somebody_wrote_about_tables_is_only_words():
    rendered = render("`<table>` and `</table>` and `<pre>`", format=Format.MARKDOWN)
    assert scrollable(rendered.html) == rendered.html
