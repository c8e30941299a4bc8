"""The vectors again, and bodies nobody thought of, in a real browser: its DOM has the last word."""

from __future__ import annotations

import json
import os
import random
import re
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest

from annotations.page.marks import marked_body
from forum.lib.errors import Refused
from forum.lib.html import Format, Rendered, render
from forum.lib.text import clean_source
from tests.annotations.test_text import VECTORS
from tests.factories import make_article, make_comment
from tests.properties import st

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

#: How many bodies of each kind are made up. More of them, by hand: ``BODIES=3000 pytest …``.
BODIES = int(os.environ.get("BODIES", "30"))
#: How many of them share a page.
BATCH = 300

TEXTS = """async (cases) => {
  const { BodyText } = await import("/static/annotations/text.js");
  return cases.map(({ html }) => {
    const root = document.createElement("div");
    root.innerHTML = html;
    const body = new BodyText(root);
    return { html: root.innerHTML, text: body.text, length: body.length };
  });
}"""

#: Every passage of up to twelve code points: made into a range, and read back from it.
ROUND_TRIPS = """async (cases) => {
  const { BodyText } = await import("/static/annotations/text.js");
  const wrong = [];
  for (const { name, html } of cases) {
    const root = document.createElement("div");
    root.innerHTML = html;
    document.body.append(root);
    const body = new BodyText(root);
    for (let start = 0; start < body.length; start += 1) {
      const end = Math.min(start + 12, body.length);
      const quote = body.slice(start, end);
      if (quote !== quote.trim()) continue;
      const range = document.createRange();
      const points = body.points(start, end);
      range.setStart(...points.start);
      range.setEnd(...points.end);
      const { startContainer, startOffset, endContainer, endOffset } = range;
      const found = body.passage(startContainer, startOffset, endContainer, endOffset);
      if (found?.start !== start || found?.end !== end) wrong.push([name, start, end, found]);
    }
    root.remove();
  }
  return wrong;
}"""

MARKS = """async (cases) => {
  const { mark, unmark } = await import("/static/annotations/marks.js");
  const { BodyText } = await import("/static/annotations/text.js");
  return cases.map(({ html, notes }) => {
    const root = document.createElement("div");
    root.innerHTML = html;
    const before = new BodyText(root).text;
    mark(root, notes);
    const marked = root.innerHTML;
    const same = new BodyText(root).text === before;
    unmark(root);
    return { marked, same, unmarked: root.innerHTML };
  });
}"""

#: What a page of bodies holds, as the browser sees it: each plain, and with its marks.
BODIES_SEEN = """async (cases) => {
  const { BodyText } = await import("/static/annotations/text.js");
  const { mark, unmark } = await import("/static/annotations/marks.js");
  const plain = [...document.querySelectorAll("body > .plain")];
  const marked = [...document.querySelectorAll("body > .marked")];
  const halves = (node, offset) =>
    node.nodeType === Node.TEXT_NODE && /^[\\ud800-\\udbff][\\udc00-\\udfff]/.test(
      node.data.slice(offset - 1, offset + 1));
  return cases.map(({ html, notes }, index) => {
    const root = plain[index];
    const body = new BodyText(root);
    const fragment = document.createElement("div");
    fragment.innerHTML = html;
    const passages = notes.map(({ start, end }) => {
      const points = body.points(start, end);
      if (!points) return { words: "", trip: null, split: false };
      const range = document.createRange();
      range.setStart(...points.start);
      range.setEnd(...points.end);
      const { startContainer, startOffset, endContainer, endOffset } = range;
      return {
        words: range.toString(),
        trip: body.passage(startContainer, startOffset, endContainer, endOffset),
        split: halves(...points.start) || halves(...points.end),
      };
    });
    const seen = {
      html: root.innerHTML,
      shown: root.innerText,
      text: body.text,
      length: body.length,
      fragment: new BodyText(fragment).text,
      sameTree: fragment.isEqualNode(Object.assign(document.createElement("div"),
        { innerHTML: root.innerHTML })),
      passages,
      marks: [...marked[index].querySelectorAll("mark")].map((element) =>
        [element.dataset.notes.split(" ").map(Number), element.textContent]),
      marked: new BodyText(marked[index]).text,
    };
    mark(root, notes);
    seen.sameMarks = root.innerHTML === marked[index].innerHTML;
    unmark(marked[index]);
    seen.unmarked = marked[index].innerHTML;
    return seen;
  });
}"""


def vectors(name):
    return json.loads((VECTORS / name).read_text())


@pytest.fixture
def site(page):
    page.goto("/rules/")
    return page


def test_chromium_reads_the_same_text(site):
    cases = vectors("text.json")
    for case, seen in zip(cases, site.evaluate(TEXTS, cases), strict=True):
        assert seen["text"] == case["text"], case["name"]
        assert seen["length"] == len(case["text"]), case["name"]


def test_chromium_finds_every_passage_again(site):
    assert site.evaluate(ROUND_TRIPS, vectors("text.json")) == []


def test_chromium_writes_the_marks_of_the_server(site):
    cases = vectors("segments.json")
    for case, seen in zip(cases, site.evaluate(MARKS, cases), strict=True):
        assert seen == {"marked": case["marked"], "same": True, "unmarked": case["html"]}


def test_the_page_of_an_article_carries_the_text_that_is_stored(page, dan, alice, codebook):
    everything = "".join(case["html"] for case in vectors("text.json"))
    article = make_article(author=dan, source=everything, format=Format.HTML)
    sources = [case["source"] for case in vectors("text.json") if case["format"] == "comment"]
    posts = [article.post]
    posts += [make_comment(article, author=alice, source=s) for s in sources if s.strip()]
    page.goto(article.get_absolute_url())
    seen = page.evaluate("""async () => {
      const { BodyText } = await import("/static/annotations/text.js");
      const bodies = [...document.querySelectorAll("[data-text]")];
      return Object.fromEntries(bodies.map((b) => [b.dataset.post, new BodyText(b).text]));
    }""")
    assert seen == {str(post.pk): post.current.text for post in posts}


# Bodies nobody thought of


@dataclass(frozen=True)
class Made:
    """A source that was made up, and what became of it."""

    source: str
    format: Format
    rendered: Rendered
    notes: list[SimpleNamespace]


#: Characters that parsers, browsers and databases treat in ways of their own.
ODD = (
    "\t\n\r\f\v \x01\x1b\x7f\x80\x85\x9f\xa0\xad\u034f\u0300\u0301\u0345\u061c\u115f\u1680\u180e"
    "\u2003\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202c\u202d\u202e\u202f\u2060\u2066"
    "\u2069\u3000\u3164\ue000\ufdd0\ufe0f\ufeff\ufff9\ufffc\ufffd\ufffe\uffffﬁÅÅé한각ѦabcXYZ01&<>"
    "\"'`;#/=!-[]\U0001f600\U0001f1e9\U0001f3fd\U00020bb7\U000e0061\U000f0000\U0001fffe\U0010ffff"
)
#: Families, flags, keycaps; the same letter composed and not; entities of every shape.
WORDS = (
    "\U0001f469\u200d\U0001f469\u200d\U0001f467 👍🏽 🇩🇪🇫🇷 🏴\U000e0067\U000e0062\U000e007f "
    "1\ufe0f\u20e3 \u00e9 e\u0301 \u1e69 s\u0323\u0307 \u0915\u094d\u0937\u093f "
    "&amp; &lt; &gt; &quot; &nbsp; &shy; &zwj; &copy &copy; &notit; &notin; &amp &ampamp; "
    "&lt;b&gt; &amp;lt; &#0; &#x0; &#13; &#10; &#9; &#12; &#128; &#x9f; &#xD800; &#xDFFF; "
    "&#xFFFE; &#x1F600; &#xD83D;&#xDE00; &#x110000; &#99999999999; &#x; &#; &; "
    "&NotEqualTilde; &fjlig; &bne; &NewLine; &Tab; &ZeroWidthSpace; &#x202e; &#xfeff; word bridge"
).split(" ")
VOID = "br hr img wbr input".split()
BLOCKS = (
    "p div pre h1 h2 h6 ul ol li dl dt dd blockquote table caption colgroup thead tbody tfoot tr "
    "td th section article details summary figure figcaption address center form fieldset "
    "legend main nav header footer dialog hgroup menu search listing"
).split()
PHRASES = (
    "a b i em strong code s u q sub sup abbr cite kbd span font nobr mark small del ins big tt "
    "ruby rt rp rb label button select option textarea bdo bdi time data output"
).split()
FOREIGN = (
    "script style template noscript svg math title iframe object video audio canvas xmp noembed "
    "noframes plaintext mtext mi annotation-xml foreignObject desc frameset body html head x-y"
).split()
ATTRIBUTES = (
    "", "", "", ' href="/x?a=1&b=2"', " href=https://example.org/é", " href='javascript:x'",
    ' title="a &quot;b&quot; <c>"', ' start="7"', ' start="-1"', ' colspan="2"', " rowspan=0",
    ' class="x"', " hidden", ' dir="rtl"', ' style="display:none"', " data-x='>'", ' x="',
)  # fmt: skip
RAW = (
    "<!-- c -->", "<!--", "-->", "<![CDATA[x]]>", "<?pi?>", "<!doctype html>", "</", "<", "</>",
    "<p", "<a href=", "</p>", "</br>", "<pre>\n", "<pre>\n\n", "<pre>\r\n\n", "<textarea>\n",
    "<pre>\n\n\n\n\n", "\n</pre>", "<li>", "<td>", "<tr>", "</table>", "</body>", "</html>",
    "<b><i>", "<table>x", "<p><table>", "\r\n", "\r", "\n\n", "  ", "<br><br>", "<br/>\n", "</div>",
)  # fmt: skip

leaves = st.one_of(
    st.text(alphabet=ODD, max_size=6),
    st.sampled_from(WORDS),
    st.sampled_from(["one", " two ", "three ", " ", "\n", "\n  "]),
)


def element(inside: Any) -> Any:
    def written(name: str, attributes: str, children: list[str]) -> str:
        return f"<{name}{attributes}>{''.join(children)}</{name}>"

    names = st.sampled_from(BLOCKS + BLOCKS + PHRASES + PHRASES + FOREIGN)
    void = st.sampled_from(VOID).map(lambda name: f"<{name}>")
    children = st.lists(inside | void | leaves, max_size=5)
    # Each of three parsers drops a newline behind <pre>: the fourth is for the browser.
    starts = st.sampled_from(["", "\n", "\n\n\n\n", "<br>\n", " \n"])
    lines = st.builds("<pre>{}{}\n</pre>".format, starts, children.map("\n".join))
    # Runs of text side by side, in what holds text without a paragraph around it.
    parts = st.sampled_from(["<div></div>", "</p>", "<p>", "<hr>"])
    holders = st.sampled_from(["<ul><li>{}</ul>", "<table><td>{}</table>", "<dl><dd>{}</dl>"])
    runs = st.builds(
        lambda holder, part, said: holder.format(part.join(said)), holders, parts, children
    )
    plain = st.builds(written, names, st.sampled_from(ATTRIBUTES), children)
    return st.one_of(plain, plain, plain, lines, runs)


trees = st.lists(st.recursive(leaves, element, max_leaves=25), max_size=6).map("".join)
tags = st.builds(
    "<{}{}{}>".format,
    st.sampled_from(["", "", "/"]),
    st.sampled_from(VOID + BLOCKS + PHRASES + FOREIGN),
    st.sampled_from(ATTRIBUTES),
)
soups = st.lists(st.one_of(tags, tags, st.sampled_from(RAW), leaves), max_size=40).map("".join)


@st.composite
def mutants(draw: Any) -> str:
    """A tree with pieces cut out, doubled, moved and put in."""
    html: str = draw(trees)
    for _ in range(draw(st.integers(1, 5))):
        start, end = sorted(draw(st.tuples(*[st.integers(0, len(html))] * 2)))
        put_in = draw(st.sampled_from(["", html[start:end] * 2, html[end:], *RAW[:12]]) | leaves)
        html = html[:start] + put_in + html[end:]
    return html[:4_000]


LINES = (
    "# ", "## ", "- ", "* ", "1. ", "7) ", "> ", ">", "    ", "\t", "```", "~~~\n", "---", "===",
    "| a | b |\n|---|:-:|\n| 1 | `x|` |", "|-|\n", "[x]: /y 'z'", "<div>", "&nbsp;", "\\", "  \n",
)  # fmt: skip
INLINE = (
    "*", "**", "_", "`", "``", "~~", "[", "](", ")", "![", "<", ">", "<https://x.y/>", "www.x.yz",
    "https://x.yz/ü?a&b", "a@b.cd", "&amp;", "&#0;", "&#xd800;", "&#13;", "\\*", "\\\n", "<br>",
    "  ",
)  # fmt: skip
markdown = st.lists(
    st.one_of(st.sampled_from(LINES), st.sampled_from(INLINE), leaves, st.just("\n")), max_size=40
).map("".join)

KINDS = {
    "trees": (trees, [Format.HTML]),
    "soups": (soups, [Format.HTML]),
    "mutants": (mutants(), [Format.HTML]),
    "markdown": (markdown, [Format.MARKDOWN, Format.COMMENT]),
}


def made_up(strategy: Any, formats: list[Format]) -> list[Made]:
    """What a strategy makes, rendered; what is refused is left out. The same in every run."""
    hypothesis = pytest.importorskip("hypothesis")
    sources: dict[str, None] = {}

    @hypothesis.given(strategy)
    @hypothesis.settings(
        max_examples=BODIES,
        phases=[hypothesis.Phase.generate],
        derandomize=True,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    def collect(source: str) -> None:
        sources[source] = None

    collect()
    made = []
    for source in sources:
        for format in formats:
            try:
                cleaned = clean_source(source, field="source", limit=10_000, required=False)
                rendered = render(cleaned, format=format)
            except Refused:
                continue
            made.append(Made(source, format, rendered, notes_on(rendered.text)))
    assert len(made) > len(sources) / 2
    return made


def notes_on(text: str) -> list[SimpleNamespace]:
    """A handful of notes at random, over each other as they fall."""
    chance = random.Random(text)
    notes = []
    for number in range(1, min(len(text), 5) + 1):
        start = chance.randrange(len(text))
        end = min(start + chance.choice([1, 2, 7, 50]), len(text))
        notes.append(SimpleNamespace(id=number, start=start, end=end, hue=1, short="BC"))
    return notes


def words(text: str) -> list[str]:
    """What a reader sees, whichever way blocks and lines are parted."""
    return [word for word in re.split("[ \n\t\u2028\u2029]+", text) if word]


def faults_of(made: Made, seen: dict[str, Any]) -> list[str]:
    """What the browser did otherwise than the server, by name."""
    html, text = made.rendered.html, made.rendered.text
    told = {
        "text": seen["text"] == text == seen["fragment"] == seen["marked"],
        "length": seen["length"] == len(text),
        "words": words(seen["shown"]) == words(text),
        "tree": seen["sameTree"],
        "marks as the browser writes them": seen["sameMarks"],
        "marks taken out": seen["unmarked"] == seen["html"],
        "fixed point": render(html, format=Format.HTML) == made.rendered,
        "fixed point by way of the browser": render(seen["html"], format=Format.HTML)
        == made.rendered,
    }
    for note, passage in zip(made.notes, seen["passages"], strict=True):
        quote = text[note.start : note.end]
        told["words in the range"] = passage["words"].replace("\n", "") == quote.replace("\n", "")
        marked = "".join(said for ids, said in seen["marks"] if note.id in ids)
        told["words in the marks"] = marked.replace("\n", "") == quote.replace("\n", "")
        told["whole characters"] = not passage["split"]
        if quote.strip("\ufeff\x1c\x1d\x1e\x1f\x85") == quote.strip() == quote:
            trip = passage["trip"] or {}
            told["round trip"] = (trip.get("start"), trip.get("end")) == (note.start, note.end)
        if not all(told.values()):
            break
    return [name for name, right in told.items() if not right]


def page_of(batch: list[Made]) -> str:
    plain = [f'<div class="plain">{made.rendered.html}</div>' for made in batch]
    marked = [
        f'<div class="marked">{marked_body(made.rendered.html, made.notes).html}</div>'
        for made in batch
    ]
    head = "<!doctype html><meta charset=utf-8><title>Bodies</title><body>"
    return head + "".join(plain) + "".join(marked)


@pytest.mark.parametrize("kind", KINDS)
def test_chromium_agrees_about_bodies_nobody_thought_of(page, kind):
    everything = made_up(*KINDS[kind])
    faults = []
    held = {"content_type": "text/html; charset=utf-8"}
    page.route("**/bodies", lambda route: route.fulfill(**held))
    for first in range(0, len(everything), BATCH):
        batch = everything[first : first + BATCH]
        held["body"] = page_of(batch)
        page.goto("/bodies")
        cases = [
            {"html": made.rendered.html, "notes": [vars(note) for note in made.notes]}
            for made in batch
        ]
        for made, seen in zip(batch, page.evaluate(BODIES_SEEN, cases), strict=True):
            found = faults_of(made, seen)
            if found:
                faults.append((len(made.source), found, made.source, made.rendered, seen["text"]))
    assert not faults, (len(faults), len(everything), min(faults, key=lambda fault: fault[0]))
