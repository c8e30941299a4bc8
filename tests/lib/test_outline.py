"""Headings get ids to link to, and the text stays what it was."""

from __future__ import annotations

import pytest

from forum.lib.canonical import canonicalise
from forum.lib.html import Format, render
from forum.lib.outline import Heading, outline


def test_headings_are_listed_and_can_be_linked_to():
    html, headings = outline("<h2>Why bother?</h2><p>So.</p><h3>A <em>narrow</em> agenda</h3>")
    assert headings == (
        Heading(2, "section-why-bother", "Why bother?"),
        Heading(3, "section-a-narrow-agenda", "A narrow agenda"),
    )
    assert html == (
        '<h2 id="section-why-bother">Why bother?</h2><p>So.</p>'
        '<h3 id="section-a-narrow-agenda">A <em>narrow</em> agenda</h3>'
    )


def test_ids_are_unique_and_stay_when_other_headings_come():
    _, before = outline("<h2>Now</h2><h2>Now</h2><h2>Now 2</h2>")
    _, after = outline("<h2>New</h2><h2>Now</h2><h2>Now</h2><h2>Now 2</h2>")
    assert [heading.id for heading in before] == ["section-now", "section-now--2", "section-now-2"]
    assert after[1:] == before


@pytest.mark.parametrize(
    ("heading", "id", "text"),
    [
        ("“Fish &amp; chips” &lt;now&gt;", "section-fish-chips-now", "“Fish & chips” <now>"),
        ("الجسر القديم", "section-الجسر-القديم", "الجسر القديم"),
        ("One<br>two", "section-one-two", "One two"),
        ("?!", "section", "?!"),
        ('<mark class="mark">Why</mark> bother', "section-why-bother", "Why bother"),
        ("word " * 30, "section-" + "-".join(["word"] * 12), " ".join(["word"] * 30)),
    ],
)
def test_what_an_id_is_made_of(heading, id, text):
    _, (found,) = outline(f"<h2>{heading}</h2>")
    assert (found.id, found.text) == (id, text)


def test_a_quoted_heading_is_another_texts():
    html = "<blockquote><h2>Theirs</h2></blockquote><h2>Ours</h2><h4>Small</h4>"
    _, headings = outline(html)
    assert [heading.text for heading in headings] == ["Ours"]


def test_the_text_is_unchanged():
    rendered = render(
        "## One\n\nTwo *three*\n\n### Four & five\n\n> ## Six", format=Format.MARKDOWN
    )
    html, _ = outline(rendered.html)
    assert canonicalise(html) == (rendered.html, rendered.text)
