"""Comments from elsewhere read as they did, and can be edited as if typed here."""

from __future__ import annotations

import pytest

from forum.discussion.importers.comment_text import IMPORTED_LIMIT, comment_text
from forum.discussion.importers.wordpress_text import article_html, comment_html
from forum.lib.errors import Refused
from forum.lib.html import Format, render
from tests.properties import given, settings, st


@pytest.mark.parametrize(
    ("html", "source"),
    [
        ("Plain *words*, a_b and _c_", r"Plain \*words\*, a_b and \_c\_"),
        ("1. one\n# two\n> three\n- four\n---", "1\\. one\n\\# two\n\\> three\n\\- four\n\\---"),
        ("<b>bold</b>, <em>so</em> <del>not</del>", "**bold**, *so* ~~not~~"),
        (
            '<a href="https://example.org/?a=1&amp;b=2">a [link]</a>',
            r"[a \[link\]](https://example.org/?a=1&b=2)",
        ),
        ("<blockquote>a\n\nb</blockquote>c", "> a\n>\n> b\n\nc"),
        ("<ul><li>a<li>b</ul><ol start=3><li>c</ol>", "- a\n\n- b\n\n3. c"),
        ("<pre>x\n  ``` y</pre>", "````\nx\n  ``` y\n````"),
        ("a <code>b`c</code>", "a ``b`c``"),
        ("&lt;b&gt; &amp;amp;", r"\<b> \&amp;"),
        ("https://example.org/a_b_c", "https://example.org/a_b_c"),
        ("a\r\nb\n\n\n\nc", "a\nb\n\nc"),
    ],
)
def test_what_is_typed_here(html, source):
    words = comment_text(comment_html(html))
    assert (words.format, words.source.strip("\n")) == (Format.COMMENT, source)
    assert words.rendered == render(words.source, format=Format.COMMENT)


def test_what_cannot_be_typed_here_stays_html():
    words = comment_text("<dl><dt>a<dd>b</dl>")
    assert words.format is Format.HTML
    assert words.rendered == render(words.source, format=Format.HTML)


def test_longer_than_one_may_write_here_but_not_without_end():
    assert comment_text("<p>" + "</p><p>".join(["many words"] * 2_000) + "</p>").rendered.text
    with pytest.raises(Refused):
        comment_text("x " * IMPORTED_LIMIT)


TAGS = (
    "<b> </b> <i> </i> <p> <br> <code> </code> <blockquote> </blockquote> <ul><li> </ul> </a> "
    "<pre> </pre> <hr> <h2> </h2> &lt; &amp; http://e.org/a_b www.e.org"
)
PIECES = st.sampled_from(
    [*"ab*_`[]()<>~&#-+.|=\\1!: \n\u00a0", "\n\n", "<a href='http://e.org/_x_'>", *TAGS.split()]
)


@settings(max_examples=300)
@given(pieces=st.lists(PIECES, max_size=25))
def test_no_word_is_lost_or_changed(pieces):
    html = comment_html("".join(pieces))
    if html.strip():
        assert comment_text(html).rendered.text == render(html, format=Format.HTML).text


@pytest.mark.parametrize(
    "piece",
    [
        "<p ",
        "<!-- ",
        "[caption ",
        "[caption a]",
        "[embed ",
        "<pre>",
        "\n \n",
        "[a-b ",
        "[[a",
        " ",
        "<br ",
        " http://a",
    ],
)
def test_no_text_takes_long_to_look_through(piece):
    import time

    text = "\n" + piece * (380_000 // len(piece)) + "x\n"
    start = time.process_time()
    article_html(text)
    comment_html(text)
    assert time.process_time() - start < 8
