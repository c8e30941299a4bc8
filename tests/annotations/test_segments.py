"""Marking never changes the text, and marks cover what they say."""

from __future__ import annotations

import re
from html import unescape
from types import SimpleNamespace

from annotations.anchoring.segments import Span, mark_segments
from annotations.page.marks import NAMED, marked_body
from forum.lib.canonical import canonicalise
from forum.lib.html import Format, render
from tests.properties import given, st

MARKS = re.compile(r"</?mark[^>]*>|</?span[^>]*>")
#: More keys than any case here has spans.
ALL = 100
SEGMENT = re.compile(r'<mark data-keys="([\d ]*)">(.*?)</mark>')

SOURCES = [
    "One *two* three & <four>.\n\nFive 🌉 six **seven *eight* nine**.",
    "- one\n- two\n\n  three\n\n> four\n>\n> > five",
    "| a | b |\n|---|---|\n| c & d | e |\n\n```\nx < y\n\n  z\n```\n\nend",
    "a\nb\nc\n\nד ה *ו* e\u0301 \u00ad f",
]


@st.composite
def marked_texts(draw):
    source = draw(st.sampled_from(SOURCES) | st.text(max_size=80))
    source = "".join(c for c in source if not "\ud800" <= c <= "\udfff")
    rendered = render(source, format=draw(st.sampled_from([Format.COMMENT, Format.MARKDOWN])))
    length = len(rendered.text)
    spans = []
    if length:
        ends = st.tuples(st.integers(0, length - 1), st.integers(1, length))
        pairs = draw(st.lists(ends.filter(lambda pair: pair[0] < pair[1]), max_size=6))
        spans = [Span(start, end, key) for key, (start, end) in enumerate(pairs, start=1)]
    return rendered, spans


def by_key(segment):
    assert segment.depth == len(segment.keys)
    return f'<mark data-keys="{" ".join(map(str, segment.keys))}">'


@given(marked_texts())
def test_without_its_marks_the_html_is_what_it_was(case):
    rendered, spans = case
    assert MARKS.sub("", mark_segments(rendered.html, spans, by_key, ALL)) == rendered.html


@given(marked_texts())
def test_marks_leave_the_canonical_text_alone(case):
    rendered, spans = case
    notes = [
        SimpleNamespace(id=span.key, start=span.start, end=span.end, hue=1, short="BC")
        for span in spans
    ]
    marked = marked_body(rendered.html, notes).html
    assert canonicalise(MARKS.sub("", marked)) == (rendered.html, rendered.text)


@given(marked_texts())
def test_the_segments_of_a_note_say_its_quote(case):
    rendered, spans = case
    segments = SEGMENT.findall(
        mark_segments(rendered.html, spans, by_key, ALL).replace("\n", "\x00")
    )
    for span in spans:
        said = "".join(unescape(words) for keys, words in segments if str(span.key) in keys.split())
        quote = rendered.text[span.start : span.end]
        # Newlines between blocks are nobody's characters; those of <pre> are.
        assert said.replace("\x00", "") == quote.replace("\n", "")


@given(marked_texts())
def test_every_note_that_marks_a_word_can_be_linked_to_once(case):
    rendered, spans = case
    notes = [
        SimpleNamespace(id=span.key, start=span.start, end=span.end, hue=1, short="BC")
        for span in spans
    ]
    ids = re.findall(r' id="mark-(\d+)"', marked_body(rendered.html, notes).html)
    assert len(ids) == len(set(ids))
    visible = {s.key for s in spans if rendered.text[s.start : s.end].strip("\n")}
    assert visible <= {int(key) for key in ids}


def test_an_orphaned_note_marks_nothing():
    note = SimpleNamespace(id=1, start=None, end=None, hue=1, short="BC")
    assert marked_body("<p>words</p>", [note]).html == "<p>words</p>"


def test_a_mark_names_the_topmost_notes_only():
    # A thousand notes that overlap would else be named a thousand times each.
    notes = [
        SimpleNamespace(id=n, start=n, end=4_000 - n, hue=1, short="BC") for n in range(1, 1_001)
    ]
    html = f"<p>{'word ' * 799}word.</p>"
    marked = marked_body(html, notes).html
    named = re.findall(r'data-notes="([\d ]*)"', marked)
    assert max(len(ids.split()) for ids in named) == NAMED
    assert " ".join(str(n) for n in range(951, 1_001)) in named
    assert len(marked) < 1_000_000
    assert {int(n) for n in re.findall(r' id="mark-(\d+)"', marked)} == set(range(1, 1_001))
    assert MARKS.sub("", marked) == html


def test_what_stands_for_a_tag_cannot_end_its_attribute():
    note = SimpleNamespace(id=1, start=0, end=5, hue=1, short='">')
    marked = marked_body("<p>words</p>", [note]).html
    assert 'data-short="&quot;&gt;"' in marked
    assert MARKS.sub("", marked) == "<p>words</p>"


class Asked(int):
    """A place whose comparisons are counted."""

    count = 0

    def __le__(self, other: int) -> bool:
        Asked.count += 1
        return int(self) <= other

    def __gt__(self, other: int) -> bool:
        Asked.count += 1
        return int(self) > other


def work(depth: int) -> int:
    """How often ``mark_segments`` asks where spans lie that all lie over one another."""
    Asked.count = 0
    spans = [Span(Asked(n), Asked(3 * depth - n), n) for n in range(depth)]
    html = f"<p>{'x' * 3 * depth}</p>"
    marked = mark_segments(html, spans, by_topmost, 5)
    assert marked.count("<mark") == 2 * depth - 1
    assert f'data-depth="{depth}"' in marked
    return Asked.count


def by_topmost(segment):
    assert len(segment.keys) <= 5
    return f'<mark data-depth="{segment.depth}">'


def test_the_work_grows_with_the_spans_however_deep_they_lie():
    assert work(2_000) < 2.2 * work(1_000)
