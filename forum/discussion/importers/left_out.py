"""What sanitising takes out of an article, told to whoever is about to publish it."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser

from markdown_it import MarkdownIt

from forum.lib.html import Format

#: Kinds of element in the order of telling: their tags, one of them, several of them.
_KINDS: tuple[tuple[frozenset[str], str, str], ...] = (
    (frozenset({"img", "picture", "image"}), "image", "images"),
    (frozenset({"svg", "canvas"}), "drawing", "drawings"),
    (
        frozenset({"iframe", "object", "embed", "video", "audio"}),
        "embedded page or recording",
        "embedded pages or recordings",
    ),
    (frozenset({"script"}), "script", "scripts"),
    (frozenset({"style", "link"}), "style sheet", "style sheets"),
    (
        frozenset({"input", "button", "select", "textarea"}),
        "form field",
        "form fields",
    ),
    (frozenset({"math"}), "formula", "formulas"),
)


def left_out(source: str, format: Format) -> list[str]:
    """Sentences such as "2 images were left out". ``source`` has been rendered before."""
    if format is not Format.HTML:
        return _left_out_of_markdown(source)
    counter = _Counter()
    counter.feed(source)
    counter.close()
    sentences = []
    for tags, one, several in _KINDS:
        count = sum(counter.tags[tag] for tag in tags)
        if count:
            were = f"1 {one} was" if count == 1 else f"{count} {several} were"
            sentences.append(f"{were} left out.")
    return sentences


def _left_out_of_markdown(source: str) -> list[str]:
    tokens = [t for block in _MARKDOWN.parse(source) for t in (block, *(block.children or ()))]
    images = sum(token.type == "image" for token in tokens)
    html = any(token.type in ("html_block", "html_inline") for token in tokens)
    sentences = []
    if images:
        became = "1 image was left out; a link to it stands"
        if images > 1:
            became = f"{images} images were left out; links to them stand"
        sentences.append(f"{became} in the text.")
    if html:
        sentences.append("HTML in Markdown is shown as typed; for real HTML, choose that format.")
    return sentences


_MARKDOWN = MarkdownIt("commonmark", {"html": True})


class _Counter(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: Counter[str] = Counter()
        #: A drawing holds images of its own, a picture its sources: the outer one counts.
        self._within = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._within:
            return
        self.tags[tag] += 1
        if tag in ("svg", "picture", "object", "video", "audio", "math"):
            self._within = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self._within:
            self._within = ""
