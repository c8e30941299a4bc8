"""Articles out of files: front matter, Markdown, HTML, and what sanitising leaves out."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command

from forum.discussion.importers import frontmatter
from forum.discussion.importers.files import FILE_LIMIT, read_article
from forum.discussion.importers.left_out import left_out
from forum.discussion.models import Revision
from forum.discussion.publishing.actions import Paratext, publish_article
from forum.lib.errors import Refused
from forum.lib.html import Format

MARKDOWN = """\
---
slug: the-bridge
title: "The bridge: who pays?"
byline: Ada Byron
in brief: |
  It is old.
  It is not the question.
published: 2026-02-09
figure: bridge.png
figure_alt: A bridge
layout: wide
---

The committee says the bridge must close.

---

So be it.
"""

HTML = """\
<!DOCTYPE html>
<html><head>
<title>The bridge &amp; the ferry | The Daily</title>
<meta name="author" content="Ada &quot;A.&quot; Byron">
<meta name="description" content="It is old.">
<style>h1 { color: red }</style>
</head><body>
<!-- <h1>Not this</h1> -->
<h1 class="x">The bridge
  &amp; the <em>ferry</em></h1>
<p>The committee says.</p>
<h1>Another heading</h1>
</body></html>
"""


def markdown(text, name="article.md"):
    return read_article(text.encode(), name)


def refusal(data, name="article.md"):
    data = data if isinstance(data, bytes) else data.encode()
    with pytest.raises(Refused) as refused:
        read_article(data, name)
    return refused.value


# Files


def test_markdown_with_front_matter():
    file = markdown(MARKDOWN)
    assert file.paratext.title == "The bridge: who pays?"
    assert file.paratext.byline == "Ada Byron"
    assert file.paratext.standfirst == "It is old.\nIt is not the question.\n"
    assert file.paratext.figure_alt == "A bridge"
    assert file.slug == "the-bridge"
    assert file.figure == "bridge.png"
    assert file.published == datetime(2026, 2, 9, tzinfo=UTC)
    assert file.format is Format.MARKDOWN
    assert file.source.startswith("The committee")
    assert "---" in file.source
    assert file.ignored == ("layout",)


def test_markdown_without_front_matter_takes_its_title_from_its_first_line():
    file = markdown("# Who *pays*? #\n\nThe text.\n\n# A section\n")
    assert file.paratext.title == "Who *pays*?"
    assert file.source == "The text.\n\n# A section\n"


@pytest.mark.parametrize(("heading", "kept"), [("Who pays?", False), ("A section", True)])
def test_a_first_line_that_repeats_the_title_goes(heading, kept):
    file = markdown(f"---\ntitle: who  pays?\n---\n# {heading}\n\nThe text.\n")
    assert file.paratext.title == "who  pays?"
    assert file.source.startswith("# ") is kept


def test_markdown_that_says_nothing_of_itself():
    file = markdown("The text.\n")
    assert file.paratext.title == ""
    assert file.published is None


@pytest.mark.parametrize("name", ["language", "lang"])
def test_front_matter_says_which_language_it_is(name):
    assert markdown(f"---\n{name}: no\n---\nTeksten.").paratext.language == "no"


def test_html_says_who_and_what_it_is():
    file = read_article(HTML.encode(), "Bridge.HTML")
    assert file.format is Format.HTML
    # The site's name behind the title is not part of it.
    assert file.paratext.title == "The bridge & the ferry"
    assert file.paratext.byline == 'Ada "A." Byron'
    assert file.paratext.standfirst == "It is old."
    assert '<h1 class="x">' not in file.source
    assert "<!-- <h1>Not this</h1> -->" in file.source
    assert "<h1>Another heading</h1>" in file.source


def test_html_with_front_matter_and_a_heading_that_says_something_else():
    file = read_article(b"---\ntitle: Mine\n---\n<title>Theirs</title><h1>A part</h1>", "a.htm")
    assert file.paratext.title == "Mine"
    assert "<h1>A part</h1>" in file.source


@pytest.mark.parametrize(
    ("html", "title"),
    [
        ("<h1>Heading</h1><p>Text", "Heading"),
        ("<title>Title</title><p>Text", "Title"),
        ("<title></title><h1></h1><h1>Second</h1>", "Second"),
        ("<h1>Never closed", ""),
        ("</h1></title><p>Text", ""),
        ("<![<title>a</title><h1>Real</h1>", "Real"),
        ("<h1>A<!-- b --> <em title='>'>&amp; B</em>\nc</h1>", "A & B c"),
        ("<title>A <b>b</title>", "A <b>b"),
        ("<p>Text", ""),
    ],
)
def test_titles_of_html(html, title):
    file = read_article(html.encode(), "a.html")
    assert file.paratext.title == title
    assert "Heading" not in file.source


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ("<article>One</article><p>around</p>", "One"),
        (
            "<article>One<article>Inner</article>more</article><p>around</p>",
            "One<article>Inner</article>more",
        ),
        # A list of articles is no article.
        (
            "<article>One</article><article>Two</article>",
            "<article>One</article><article>Two</article>",
        ),
        (
            "<main>All<article>One</article><article>Two</article></main>x",
            "All<article>One</article><article>Two</article>",
        ),
        ("<div itemprop=articleBody><div>a</div>b</div><article>x</article>", "<div>a</div>b"),
        ("<nav>n</nav>text<footer>f</footer><aside>a</aside>", "text"),
        ("<article>never closed", "never closed</body></html>"),
        ("</article></main>text", "</article></main>text"),
    ],
)
def test_where_the_article_is_in_a_page(body, kept):
    assert read_article(f"<html><body>{body}</body></html>".encode(), "a.html").source == kept


def test_what_is_no_page_is_all_article():
    html = "<nav>n</nav><article>a</article><footer>f</footer>"
    assert read_article(html.encode(), "a.html").source == html


@pytest.mark.parametrize(
    ("html", "byline"),
    [
        ('<meta name="author" content="Ada"><p class="byline">Bob</p>', "Ada"),
        (
            '<meta property="article:author" content="https://e.org/ada"><a rel="author">Bob</a>',
            "Bob",
        ),
        ('<span itemprop="author">By Carol</span>', "Carol"),
        ('<nav><p class="byline">x</p></nav>', ""),
        ('<p class="no-byline-here">x</p>', ""),
    ],
)
def test_bylines_of_html(html, byline):
    assert read_article(html.encode(), "a.html").paratext.byline == byline


@pytest.mark.parametrize(
    ("html", "day"),
    [
        ('<meta name="date" content="2026-02-09"><time datetime="2020-01-01">', 9),
        ('<time datetime="2026-02-08">', 8),
        ('<time datetime="soon">', None),
        ("<time>yesterday</time>", None),
    ],
)
def test_dates_of_html(html, day):
    published = read_article(html.encode(), "a.html").published
    assert (published and published.day) == day


@pytest.mark.parametrize(
    ("src", "figure"),
    [
        ("a%20b.png", "a b.png"),
        ("../x/a.png?v=1", "../x/a.png"),
        ("https://example.org/a.png", ""),
        ("//example.org/a.png", ""),
        ("/etc/passwd", ""),
        ("data:image/png;base64,xx", ""),
        ("http://[", ""),
    ],
)
def test_pictures_beside_a_page_and_a_text(src, figure):
    assert read_article(f'<img src="{src}" alt="A">'.encode(), "a.html").figure == figure
    file = markdown(f"Text\n\n![A]({src})\n")
    assert (file.figure, file.figure_found) == (figure, bool(figure))


def test_front_matter_has_the_last_word_on_the_figure():
    file = markdown("---\nfigure: b.png\n---\nText\n\n![A](a.png)\n")
    assert (file.figure, file.figure_found, file.paratext.figure_alt) == ("b.png", False, "")


def test_toml_is_refused_by_name():
    assert "TOML" in refusal('+++\ntitle = "T"\n+++\nText', "a.md").message


def test_a_byte_order_mark_and_any_newlines_are_fine():
    file = read_article(b"\xef\xbb\xbf---\r\ntitle: One\r\n---\r\nText\rmore", "a.txt")
    assert file.paratext.title == "One"
    assert file.source == "Text\nmore"


@pytest.mark.parametrize("name", ["a.pdf", "a", ".md", "a.md.exe", "", "a\x00.md.pdf"])
def test_other_files_are_refused_by_name(name):
    refused = refusal("Text", name)
    assert refused.field == "file"
    assert ".md" in refused.message


@pytest.mark.parametrize("data", [b"\xe9", b"\xff\xfet\x00", b"\xed\xa0\x80", b"\xc3"])
def test_what_is_not_utf_8_is_refused(data):
    refused = refusal(b"Text " + data)
    assert refused.field == "file"
    assert "byte 6" in refused.message


def test_a_file_too_large_to_be_an_article_is_not_read():
    assert "larger" in refusal(b"x" * (FILE_LIMIT + 1)).message


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-02-09", datetime(2026, 2, 9, tzinfo=UTC)),
        ("2026-02-09 10:30", datetime(2026, 2, 9, 10, 30, tzinfo=UTC)),
        ("2026-02-09T10:30:00+02:00", datetime(2026, 2, 9, 8, 30, tzinfo=UTC)),
        ("", None),
        ("~", None),
    ],
)
def test_dates(value, moment):
    assert markdown(f"---\ndate: {value}\n---\nText").published == moment


@pytest.mark.parametrize("value", ["yesterday", "9.2.2026", "2026-02-30", "0001-01-01T00:00+14:00"])
def test_what_is_no_date(value):
    assert refusal(f"---\npublished: {value}\n---\nText").field == "published"


# Front matter


def test_values_are_what_was_written():
    values, rest = frontmatter.split(
        "---\nTitle: 1984\nbyline: [Ada, Bob]\nseries: no\nempty:\ntilde: ~\n"
        "number: 1_000\ndate: 2026-01-01\n---\nText"
    )
    assert values == {
        "title": "1984",
        "byline": "Ada, Bob",
        "series": "no",
        "empty": "",
        "tilde": "",
        "number": "1_000",
        "date": "2026-01-01",
    }
    assert rest == "Text"


@pytest.mark.parametrize(
    "text",
    [
        "Text",
        "",
        "----\ntitle: x\n---\n",
        " ---\ntitle: x\n---\n",
        "---\ntitle: x\n",
        "\n---\na: b\n---",
    ],
)
def test_what_is_no_front_matter(text):
    assert frontmatter.split(text) == ({}, text)


@pytest.mark.parametrize(
    "text", ["---\n---\nText", "---\n# nothing\n---\nText", "---\n\n...\nText"]
)
def test_front_matter_that_says_nothing(text):
    assert frontmatter.split(text) == ({}, "Text")


@pytest.mark.parametrize(
    ("block", "why"),
    [
        ("a: &x 1\nb: *x", "itself"),
        ("a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]", "itself"),
        ("<<: *x", "itself"),
        ("- one\n- two", "title: …"),
        ("just words", "title: …"),
        ("title: {a: b}", "“title”"),
        ("title: [[a]]", "deep"),
        ("[" * 9_000, "deep"),
        ("? [a]\n: b", "“name”"),
        ("title: 'never closed", "line"),
        ("title: a: b", "line 2"),
        ("\ttitle: x", "line 2"),
        ("title: a\x01b", "characters"),
        ('title: "\\ud800"', "half of a character"),
        ('title: "\\UFFFFFFFF"', "characters"),
        ("a: b\n" * 5_000, "longer"),
    ],
)
def test_front_matter_that_is_refused(block, why):
    refused = refusal(f"---\n{block}\n---\nText")
    assert refused.field == "file"
    assert why in refused.message


def test_front_matter_makes_no_objects():
    file = markdown("---\ntitle: !!python/object/apply:os.system ['false']\n---\nText")
    assert file.paratext.title == "false"


# What is left out


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("<p>Text</p>", []),
        ("<img src=a><p><img src=b>", ["2 images were left out."]),
        ("<picture><source><img></picture>", ["1 image was left out."]),
        ("<script>'<img>'</script>", ["1 script was left out."]),
        ("<iframe></iframe><video><p>x</video>", ["2 embedded pages or recordings were left out."]),
        ("<input><style>x</style>", ["1 style sheet was left out.", "1 form field was left out."]),
        ("<!-- <img> -->", []),
        ("<math><mi>x</mi></math>", ["1 formula was left out."]),
        ("<frame><embed>", ["2 embedded pages or recordings were left out."]),
        ("<canvas></canvas>", ["1 drawing was left out."]),
        (
            "<select><option>a</select><textarea></textarea>",
            ["2 form fields were left out."],
        ),
        ("<noscript><img></noscript>", ["1 part for browsers without scripts was left out."]),
        ("<button>Go</button>", ["Buttons became plain words."]),
        ("<details><summary>S</summary>x</details>", ["Parts that unfold stand open."]),
        (
            "<ruby>漢<rt>kan</ruby>",
            ["Readings that stood above other characters stand behind them."],
        ),
        ("<p hidden>x", ["Text that the page hides is shown."]),
        ("<p style='DISPLAY : none'>x", ["Text that the page hides is shown."]),
        ("<ol reversed><li>x", ["Lists with numbers of their own are numbered 1, 2, 3."]),
        ("<ul><li value=3>x", ["Lists with numbers of their own are numbered 1, 2, 3."]),
        ("<a href='#note'>1</a>", ["Links to places within the page lead nowhere now."]),
        ("<p>$$x^2$$", ["Formulas between dollar signs are shown as typed."]),
        ("<p>it costs $5, $6 or $$", []),
        ("a\x07b", ["1 control character was left out."]),
        ("a\x07b\u202e", ["2 control characters were left out."]),
    ],
)
def test_left_out_of_html(source, said):
    assert left_out(source, Format.HTML) == said


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("Text with `![no](image)`", []),
        ("![a](b)", ["1 image was left out; a link to it stands in the text."]),
        ("![a](b)\n\n- ![c](d)", ["2 images were left out; links to them stand in the text."]),
        ("a <b>c</b>", ["HTML in Markdown is shown as typed; for real HTML, choose that format."]),
        ("$$\nx^2\n$$", ["Formulas between dollar signs are shown as typed."]),
        ("a\x1b[0m", ["1 control character was left out."]),
    ],
)
def test_left_out_of_markdown(source, said):
    assert left_out(source, Format.MARKDOWN) == said


# What cannot be represented is refused before anything is stored

#: A source, and what its refusal says.
IMPOSSIBLE = {
    "NUL": ("a\x00b", "NUL"),
    "half a character": ("a\ud800b", "half of a character"),
    "too long": ("a b\n\n" * 90_000, "the limit is 400,000"),
    "nothing": (" \n ", "write something"),
    "nothing to read": ("<script>x</script><img src=x>", "Nothing is left"),
    "nothing to see": ("&nbsp;&#8203;&#173;<pre>  </pre>\u2800", "Nothing is left"),
    "control characters": ("\x01\x07\u202e", "Nothing is left"),
    "a paragraph without end": ("a" * 20_001, "longer than 20,000"),
    "nested without end": ("<div>" * 61 + "a", "60 levels deep"),
    "left open without end": ("<div>" * 30_000 + "a", "1,000 elements open"),
}


@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_no_article_is_published_that_cannot_be_represented(dan, case):
    source, why = IMPOSSIBLE[case]
    with pytest.raises(Refused, match=why) as refused:
        publish_article(author=dan, paratext=Paratext(title="T"), source=source, format=Format.HTML)
    assert refused.value.field == "source"
    assert not Revision.objects.exists()


@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_the_api_names_what_cannot_be_represented(api, dan, case):
    source, _ = IMPOSSIBLE[case]
    api.force_authenticate(dan)
    sent = json.dumps({"title": "T", "source": source, "format": "html"})
    answer = api.post("/api/v1/articles/", sent, content_type="application/json")
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["source"]
    assert not Revision.objects.exists()


@pytest.mark.parametrize("case", [case for case in IMPOSSIBLE if case != "half a character"])
def test_the_command_names_what_cannot_be_represented(tmp_path, frances, case):
    source, why = IMPOSSIBLE[case]
    file = tmp_path / "article.html"
    file.write_text(source, encoding="utf-8")
    with pytest.raises(CommandError, match=f"source: .*{why}"):
        call_command("import_article", str(file), title="T")
    assert not Revision.objects.exists()


def test_halves_and_nothings_by_number_become_what_browsers_make_of_them(dan):
    article, _ = publish_article(
        author=dan,
        paratext=Paratext(title="T"),
        source="<p>a&#0;b&#xD800;c&#13;d</p>",
        format=Format.HTML,
    )
    assert article.post.current.text == "a\ufffdb\ufffdc d"


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("# The bridge", "The bridge"),
        ("#  The bridge ##  ", "The bridge"),
        ("# C#", "C"),
        ("#\tA" + " " * 100_000 + "b", "A" + " " * 100_000 + "b"),
        ("# " + "a #" * 50_000 + "b", "a #" * 50_000 + "b"),
        ("# ##", ""),
        ("#No title", ""),
    ],
)
def test_the_title_line_is_found_at_once(line, title):
    file = read_article(f"{line}\n\nText.".encode(), "a.md")
    assert file.paratext.title == title
    assert file.source == ("Text." if title else f"{line}\n\nText.")
