"""Links to quotes never change a text, and stand where they can be followed."""

from __future__ import annotations

import re
import time
from html import unescape

from annotations.page.marks import marked_body
from annotations.quotations.quote_links import Link, Stretch, with_links
from annotations.quotations.quotes import Quote, gathered
from forum.lib.canonical import canonicalise
from forum.lib.html import Format, render
from tests.annotations.test_segments import SOURCES
from tests.properties import given, st

ADDED = re.compile(r'</?span[^>]*>|<a class="quote[^>]*></a>|</?mark[^>]*>')
GO = Link("#quoted-1", "quote-go", "Go to the passage")


def stretch(start, end, key=1, kind="quote"):
    return Stretch(start, end, kind, key, (GO,))


@st.composite
def quoting_texts(draw):
    source = draw(st.sampled_from(SOURCES) | st.text(max_size=80))
    source = "".join(c for c in source if not "\ud800" <= c <= "\udfff")
    rendered = render(source, format=draw(st.sampled_from([Format.COMMENT, Format.MARKDOWN])))
    stretches = []
    if length := len(rendered.text):
        ends = st.tuples(st.integers(0, length - 1), st.integers(1, length))
        pairs = draw(st.lists(ends.filter(lambda pair: pair[0] < pair[1]), max_size=6))
        kinds = st.sampled_from(["quote", "quoted"])
        stretches = [
            stretch(start, end, key, draw(kinds)) for key, (start, end) in enumerate(pairs, start=1)
        ]
    return rendered, stretches


@given(quoting_texts())
def test_without_what_is_added_the_html_is_what_it_was(case):
    rendered, stretches = case
    linked = with_links(rendered.html, stretches)
    assert canonicalise(ADDED.sub("", linked)) == (rendered.html, rendered.text)
    assert ADDED.sub("", linked) == rendered.html


@given(quoting_texts())
def test_every_stretch_has_its_words_its_links_and_one_name(case):
    rendered, stretches = case
    linked = with_links(rendered.html, stretches).replace("\n", "\x00")
    assert linked.count('class="quote-go"') == len(stretches)
    ids = re.findall(r' id="(quoted?-\d+)"', linked)
    assert len(ids) == len(set(ids))
    for s in stretches:
        pieces = re.findall(rf'<span class="[a-z ]*"[^>]*data-{s.kind}="([\d ]+)"[^>]*>', linked)
        words = rendered.text[s.start : s.end].replace("\n", "")
        assert bool(words) <= any(str(s.key) in keys.split() for keys in pieces)


@given(quoting_texts())
def test_no_link_stands_in_a_link(case):
    rendered, stretches = case
    depth = 0
    for closes in re.findall(r"<(/?)a[ >]", with_links(rendered.html, stretches)):
        depth += -1 if closes else 1
        assert depth in (0, 1)


@given(quoting_texts(), st.integers(0, 5), st.integers(1, 40))
def test_marks_go_inside(case, start, size):
    from types import SimpleNamespace

    rendered, stretches = case
    end = min(start + size, len(rendered.text))
    if end <= start:
        return
    note = SimpleNamespace(id=1, start=start, end=end, hue=1, short="BC")
    marked = marked_body(with_links(rendered.html, stretches), [note]).html
    assert ADDED.sub("", marked) == rendered.html
    said = "".join(re.findall(r"<mark[^>]*>([^<]*)</mark>", marked.replace("\n", "\x00")))
    quote = rendered.text[start:end].replace("\n", "")
    assert unescape(said).replace("\x00", "") == quote
    assert not re.search(r"<mark[^>]*>[^<]*<(span|a)\b", marked)


def test_a_link_stands_behind_the_closing_mark():
    linked = with_links("<p>He says “words.” And more.</p>", [stretch(9, 15)])
    assert f"words.</span>”{GO.html} And more." in linked


def test_a_link_stands_behind_a_link():
    linked = with_links('<p>see <a href="/x">the words there</a> now</p>', [stretch(8, 13)])
    assert f"</span> there</a>{GO.html} now" in linked


def test_a_label_cannot_end_its_attribute():
    assert 'aria-label="&quot;&gt;"' in Link("#x", "quote-go", '">').html


def test_many_quotes_of_many_passages_are_linked_in_no_time():
    """Whoever writes forty responses of two hundred quotes must not make the page slow."""
    count = 20_000
    quotes = [
        Quote(
            id=start, comment_id=1, response=1, comment_start=start, comment_end=start + 1,
            target_id=2, target=None, revision=1, quote="x", start=start, end=start + 1,
            state="exact",
        )
        for start in range(count)
    ]  # fmt: skip
    start = time.process_time()
    html = with_links(f"<p>{'x' * count}</p>", gathered(quotes).stretches(1))
    assert time.process_time() - start < 6
    assert html.count('class="quote-go"') == count
    assert f'href="#quoted-{count - 1}"' in html
