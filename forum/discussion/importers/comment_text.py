"""A comment from elsewhere, which is HTML, as it would have been typed here, which is Markdown.

So its author can go on editing it. What cannot be typed here, such as a table, and what would read
otherwise for being typed, stays HTML.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import NamedTuple

from forum.lib.errors import Refused
from forum.lib.html import Format, Rendered, render
from forum.lib.text import COMMENT_LIMIT, clean_source

#: Code points of a comment from elsewhere, in HTML. Other systems have other limits than ours,
#: and what somebody has written there is not lost for that.
IMPORTED_LIMIT = 5 * COMMENT_LIMIT

_EMPHASIS = {"em": "*", "i": "*", "strong": "**", "b": "**", "del": "~~", "s": "~~"}
_HEADINGS = {f"h{level}": "#" * level + " " for level in range(2, 7)}
#: What is shown as typed only with a backslash before it. A "_" within a word is harmless.
_SPECIAL = re.compile(r"[\\`*\[\]<~]|(?<!\w)_|_(?!\w)|&(?=#?\w+;)")
#: The same, at the start of a line.
_LEADING = re.compile(r"(?:#{1,6}(?=\s|\Z)|[>+=|-])")
_NUMBERED = re.compile(r"(\d{1,9})([.)])(?=\s|\Z)")
_WORDS = re.compile(r"<p>(?:[^<>&]|<br>|</p><p>)*+</p>")
_SPACES = re.compile(r"[ \t\n\f\r]+")
_TICKS = re.compile(r"`+")


class CommentText(NamedTuple):
    """The words of a comment, ready to be stored."""

    source: str
    format: Format
    rendered: Rendered


def comment_text(html: str) -> CommentText:
    """The words of a comment that is ``html``; nothing in them may be left to see.

    Raises ``Refused`` naming ``source``.
    """
    html = clean_source(html.replace("\x00", ""), field="source", limit=IMPORTED_LIMIT)
    if (words := _plain(html)) is not None:
        return words
    rendered = render(html, format=Format.HTML)
    source = _markdown(rendered.html)
    if source is not None:
        try:
            typed = render(source, format=Format.COMMENT)
        except Refused:
            typed = None
        if typed is not None and typed.text == rendered.text:
            return CommentText(source, Format.COMMENT, typed)
    return CommentText(html, Format.HTML, rendered)


def _plain(html: str) -> CommentText | None:
    """The same for words alone, which most comments are, in half the time."""
    if not _WORDS.fullmatch(html):
        return None
    paragraphs = [
        [_SPACES.sub(" ", line).strip(" ") for line in words.split("<br>")]
        for words in html.removeprefix("<p>").removesuffix("</p>").split("</p><p>")
    ]
    source = "\n\n".join("\n".join(_led(_escaped(line)) for line in lines) for lines in paragraphs)
    typed = render(source, format=Format.COMMENT)
    expected = "\n".join(line for lines in paragraphs for line in lines)
    return CommentText(source, Format.COMMENT, typed) if typed.text == expected else None


def _markdown(html: str) -> str | None:
    """The Markdown for canonical ``html``; ``None`` where there is none."""
    writer = _Writer()
    writer.feed(html)
    writer.close()
    return None if writer.unknown else "\n".join(writer.lines).strip("\n")


class _Writer(HTMLParser):
    """Writes Markdown while it reads canonical HTML, which is well-formed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        #: Whether something has come up that Markdown has no words for.
        self.unknown = False
        #: What begins each line here, and what begins the next one instead, such as "- ".
        self._margins: list[str] = []
        self._marker = ""
        self._counts: list[int | None] = []
        self._run: list[str] = []
        self._links: list[str] = []
        self._code = self._pre = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag in _EMPHASIS:
            self._run.append(_EMPHASIS[tag])
        elif tag == "a":
            self._links.append(values.get("href", ""))
            self._run.append("[")
        elif tag == "code":
            self._code = True
        elif tag == "br":
            self._run.append("\n")
        elif tag == "hr":
            self._block(["***"])
        elif tag in ("p", "pre", "li", "blockquote", "ul", "ol") or tag in _HEADINGS:
            self._flush()
            self._open(tag, values)
        elif tag in ("table", "dl"):
            self.unknown = True

    def handle_endtag(self, tag: str) -> None:
        if tag in _EMPHASIS:
            self._run.append(_EMPHASIS[tag])
        elif tag == "a":
            address = self._links.pop()
            self._run.append(f"](<{address}>)" if " " in address else f"]({address})")
        elif tag == "code":
            self._code = False
        elif tag == "pre":
            words = "".join(self._run).split("\n")
            fence = "`" * max([3, *(len(t) + 1 for t in _TICKS.findall("".join(self._run)))])
            self._run, self._pre = [], False
            self._block([fence, *words, fence])
        elif tag in _HEADINGS:
            heading = " ".join("".join(self._run).split("\n"))
            self._run = []
            self._block([_HEADINGS[tag] + heading])
        elif tag in ("p", "li", "blockquote", "ul", "ol"):
            self._flush()
            if tag in ("li", "blockquote"):
                self._margins.pop()
                self._marker = ""
            elif tag != "p":
                self._counts.pop()

    def handle_data(self, data: str) -> None:
        if self._pre:
            self._run.append(data)
        elif self._code:
            ticks = "`" * (max((len(t) for t in _TICKS.findall(data)), default=0) + 1)
            pad = " " if data[:1] in " `" or data[-1:] in " `" else ""
            self._run.append(f"{ticks}{pad}{data}{pad}{ticks}")
        else:
            self._run.append(_escaped(data))

    def _open(self, tag: str, values: dict[str, str]) -> None:
        if tag == "pre":
            self._pre = True
        elif tag == "blockquote":
            self._margins.append("> ")
        elif tag == "ul":
            self._counts.append(None)
        elif tag == "ol":
            start = values.get("start", "1")
            self._counts.append(int(start) if start.isascii() and start.isdigit() else 1)
        elif tag == "li":
            count = self._counts[-1] if self._counts else None
            if count is None:
                self._marker = "- "
            else:
                self._marker = f"{count}. "
                self._counts[-1] = count + 1
            self._margins.append(" " * len(self._marker))

    def _flush(self) -> None:
        words = "".join(self._run)
        self._run = []
        if words.strip():
            self._block([_led(line.strip()) for line in words.split("\n")])

    def _block(self, lines: list[str]) -> None:
        if self.lines:
            self.lines.append(
                "".join(self._margins[:-1] if self._marker else self._margins).rstrip()
            )
        for line in lines:
            margins = "".join(self._margins)
            if self._marker:
                margins = "".join(self._margins[:-1]) + self._marker
                self._marker = ""
            self.lines.append((margins + line).rstrip())


def _escaped(words: str) -> str:
    return _SPECIAL.sub(lambda found: "\\" + found[0], words)


def _led(line: str) -> str:
    """A line of words that nothing takes for a heading, a list or a quote."""
    if _LEADING.match(line):
        return "\\" + line
    return _NUMBERED.sub(r"\1\\\2", line, count=1) if _NUMBERED.match(line) else line
