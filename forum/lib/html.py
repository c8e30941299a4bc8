"""From what a person typed to the HTML and the text that everything else builds on.

``render`` is the one definition of ``Revision.html`` and ``Revision.text``. The HTML is
*canonical*: whatever went in, what comes out is built by ``forum.lib.canonical`` from a short
list of elements, so a browser parses it to exactly the tree we meant, and the text that
``annotations/static/annotations/text.js`` computes from that tree equals ``Revision.text``.

This is the only module that imports bleach and nh3. bleach is what the project was asked to
use; it has reached its end of life, so nh3, which parses as browsers do, has the last word.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import escape, unescape
from typing import Any
from xml.dom import Node

import nh3
from bleach import html5lib_shim
from bleach.sanitizer import Cleaner
from linkify_it import LinkifyIt
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from forum.lib.canonical import DROPPED, INLINE, canonicalise
from forum.lib.errors import Refused
from forum.lib.mentions import environment, found_in, link_mentions
from forum.lib.tags import most_open
from forum.lib.text import can_be_seen
from forum.lib.words import gettext as _
from forum.lib.words import number

#: Elements that survive sanitising. The structural ones without a place in canonical HTML
#: (``div``, ``section`` …) are let through because they part blocks of text.
STRUCTURE = frozenset(
    "address article aside blockquote body br caption center dd details dialog dir div dl dt "
    "fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li listing "
    "main menu nav ol p pre search section summary table tbody td tfoot th thead tr ul".split()
)
ELEMENTS = INLINE | STRUCTURE
ATTRIBUTES = {
    "a": {"href"},
    "abbr": {"title"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
SCHEMES = {"http", "https", "mailto"}
#: Elements whose content is not text for a reader and goes with them.
OPAQUE = set(
    "audio canvas datalist iframe math noembed noframes noscript object script select style svg "
    "template textarea title video".split()
)

#: Deepest nesting accepted, in elements; bleach needs seconds for what is deeper.
NESTING_LIMIT = 60
#: Longest single paragraph accepted, in code points: inline Markdown is quadratic at worst, and
#: so is bleach on a paragraph full of entities.
PARAGRAPH_LIMIT = 20_000
#: Longest HTML accepted that a text may become before it is rebuilt, in code points: bleach takes
#: some five seconds for it. Prose is a tenth longer than its source; markup of nothing, tenfold.
SIZE_LIMIT = 1_000_000
#: Most elements that HTML may leave open, at any place of its source: parsers go through all of
#: them for each tag that follows.
OPEN_LIMIT = 1_000
#: Most work that looking for links and images may be, in pairs of ``[`` in one paragraph.
_BRACKETS_LIMIT = 200_000_000
#: Most work that looking for addresses may be, in points of punctuation times the code points
#: between two spaces that they stand in.
_ADDRESSES_LIMIT = 4_000_000

#: Formatting elements that HTML reopens in every paragraph after the one they were left open in.
_REOPENED = re.compile(
    r"<(b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)[\s/][^>]*>", re.IGNORECASE
)
#: bleach would turn what it takes for invisible into question marks, ends of pages among it.
_REPLACED = {**DROPPED, 0x0C: " "}
_STRETCH = re.compile(r"\S+")
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)[^>]*>")
_VOID = {"br", "hr"}
#: What bleach's parser calls an element among its nodes.
_ELEMENT = Node.ELEMENT_NODE


class Format(StrEnum):
    """How a source is to be read. Stored with each revision as its renderer."""

    MARKDOWN = "markdown"
    HTML = "html"
    #: Markdown as people type it into a box: every line break stays one.
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Rendered:
    """Canonical HTML and its text; positions are code points into ``text``."""

    html: str
    text: str
    #: Of the ``people`` that were given, those who are mentioned, by their names, in order.
    mentioned: tuple[str, ...] = ()


def render(
    source: str,
    *,
    format: Format,
    field: str = "source",
    people: Mapping[str, str] | None = None,
) -> Rendered:
    """Render ``source`` (already through ``text.clean_source``) to canonical HTML and text.

    Both are empty where there would be nothing to see in the text. In Markdown, ``@name`` becomes
    a link where the name is one of ``people``: names in small letters, each with its address;
    without one it stays words.
    Raises ``Refused`` naming ``field`` when the nesting, a paragraph or the whole is beyond all
    reason.
    """
    env = environment(people or {})
    if format is Format.HTML:
        if most_open(source) > OPEN_LIMIT:
            raise Refused(field, _too_many_open())
        html = _without_swarms(source)
    else:
        try:
            html = _MARKDOWN[format].render(source, env)
        except _TooMuch as refusal:
            raise Refused(field, str(refusal)) from None
    if len(html) <= SIZE_LIMIT:
        html = _first_pass(html).translate(_REPLACED)
    if len(html) > SIZE_LIMIT:
        raise Refused(field, _too_large())
    if _depth(html) > NESTING_LIMIT:
        raise Refused(field, _too_deep())
    if _longest_text(html) > PARAGRAPH_LIMIT:
        raise Refused(field, _too_long())
    rendered = Rendered(*canonicalise(_last_word(_bleached(html))), found_in(env))
    return rendered if can_be_seen(rendered.text) else Rendered("", "")


def mentioned_in(source: str, *, format: Format, people: Mapping[str, str]) -> tuple[str, ...]:
    """Those of ``people`` whom ``source`` mentions, as ``render`` finds them."""
    env = environment(people)
    try:
        _MARKDOWN[format].parse(source, env)
    except _TooMuch:
        return ()
    return found_in(env)


def _without_swarms(html: str) -> str:
    """Take the attributes off formatting elements, where we want none anyway.

    Parsers reopen at most three that are alike; those that differ they reopen all, and a few
    thousand left open in front of a few thousand paragraphs would fill the machine's memory.
    """
    # Behind the last ">" nothing is a tag, and each match would look there in vain.
    end = html.rfind(">") + 1
    return _REOPENED.sub(r"<\1>", html[:end]) + html[end:]


def _first_pass(html: str) -> str:
    """Drop scripts and styles with their content, which bleach would leave behind as text."""
    return nh3.clean(
        html,
        tags=set(ELEMENTS),
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        clean_content_tags=OPAQUE,
        link_rel=None,
    )


def _bleached(html: str) -> str:
    # Not kept for the next text: a Cleaner holds the state of its parser.
    cleaner = Cleaner(
        tags=ELEMENTS,
        attributes={tag: list(names) for tag, names in ATTRIBUTES.items()},
        protocols=SCHEMES,
        strip=True,
    )
    cleaner.walker = _tokens
    cleaned: str = cleaner.clean(html)
    return cleaned


def _tokens(fragment: Any) -> Iterator[dict[str, Any]]:
    """The tokens of a fragment that bleach has parsed, in one pass over it.

    The walker that bleach brings looks each element up among its siblings to find the next one,
    which takes half a minute where there are some ten thousand of them.
    """
    walker = html5lib_shim.getTreeWalker("etree")(fragment)
    yield from walker.text(fragment.text or "")
    ancestors = [(fragment, iter(fragment))]
    while ancestors:
        element, children = ancestors[-1]
        child = next(children, None)
        if child is None:
            ancestors.pop()
            if ancestors:
                _, namespace, name, *_ = walker.getNodeDetails(element)
                yield walker.endTag(namespace, name)
                yield from walker.text(element.tail or "")
            continue
        kind, *details = walker.getNodeDetails(child)
        if kind == _ELEMENT and details[1] not in _VOID:
            yield walker.startTag(*details[:3])
            yield from walker.text(child.text or "")
            ancestors.append((child, iter(child)))
        else:
            if kind == _ELEMENT:
                yield from walker.emptyTag(*details[:3])
            yield from walker.text(child.tail or "")


def _last_word(html: str) -> str:
    return nh3.clean(
        html, tags=set(ELEMENTS), attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=None
    )


def _depth(html: str) -> int:
    """Deepest nesting of well-formed ``html``."""
    depth = deepest = 0
    for closing, name in _TAG.findall(html):
        if closing:
            depth -= 1
        elif name not in _VOID:
            depth += 1
            deepest = max(deepest, depth)
    return deepest


def _longest_text(html: str) -> int:
    """Length in code points of the longest stretch of text without a tag in it."""
    stretches = _TAG.sub("\x00", html).split("\x00")
    return max(len(unescape(s)) if len(s) > PARAGRAPH_LIMIT else len(s) for s in stretches)


def _too_deep() -> str:
    return _("This text is nested more than %(levels)s levels deep.") % {"levels": NESTING_LIMIT}


def _too_large() -> str:
    return _(
        "As HTML this text grows beyond all measure, to more than %(limit)s characters: "
        "it is little but markup, or most of its elements are never closed."
    ) % {"limit": number(SIZE_LIMIT)}


def _too_many_open() -> str:
    said = _("This HTML leaves more than %(limit)s elements open at once.")
    return said % {"limit": number(OPEN_LIMIT)}


def _too_many_brackets() -> str:
    return _("This text holds more square brackets than can be read as Markdown.")


def _too_long() -> str:
    said = _("A single paragraph is longer than %(limit)s characters.")
    return said % {"limit": number(PARAGRAPH_LIMIT)}


class _TooMuch(ValueError):
    """Raised from inside the Markdown parser, between its block and its inline pass."""


def _check_limits(state: StateCore) -> None:
    pairs = size = 0
    for token in state.tokens:
        if token.level > NESTING_LIMIT:
            raise _TooMuch(_too_deep())
        if token.type == "inline" and len(token.content) > PARAGRAPH_LIMIT:
            raise _TooMuch(_too_long())
        size += len(token.content) + (len(token.tag) + 3 if token.tag and not token.hidden else 0)
        if token.type == "inline":
            # Each bracket may begin a link, and is looked for an end as far as there are others.
            pairs += token.content.count("[") ** 2
    if size > SIZE_LIMIT:
        raise _TooMuch(_too_large())
    if pairs > _BRACKETS_LIMIT:
        raise _TooMuch(_too_many_brackets())


class _Addresses(LinkifyIt):  # type: ignore[misc]  # comes without types
    """Finds addresses in a text, stretch by stretch: none of them reaches over a space."""

    def match(self, text: str) -> list[Any]:
        found = []
        for stretch in _STRETCH.finditer(text):
            words = stretch.group()
            points = sum(words.count(point) for point in ".:/@")
            if not points or points * len(words) > _ADDRESSES_LIMIT:
                continue
            for address in super().match(words) or ():
                address.index += stretch.start()
                address.last_index += stretch.start()
                found.append(address)
        return found


def _image_as_link(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    """A picture elsewhere is not loaded into our pages; a link leads to it."""
    image = tokens[index]
    text = renderer.renderInlineAsText(image.children, options, env) or "image"
    return f'<a href="{escape(str(image.attrs["src"]))}">{escape(text)}</a>'


def _markdown(*, breaks: bool) -> MarkdownIt:
    # maxNesting above our own limit: what is too deep must be refused, not silently cut off.
    options = {
        "html": False,
        "linkify": True,
        "breaks": breaks,
        "maxNesting": NESTING_LIMIT + 20,
    }
    parser = MarkdownIt("commonmark", options).enable(["table", "strikethrough", "linkify"])
    parser.add_render_rule("image", _image_as_link)
    parser.linkify = _Addresses().set({"fuzzy_email": False})
    parser.core.ruler.after("block", "limits", _check_limits)
    parser.core.ruler.after("linkify", "mentions", link_mentions)
    return parser


_MARKDOWN = {
    Format.MARKDOWN: _markdown(breaks=False),
    Format.COMMENT: _markdown(breaks=True),
}
