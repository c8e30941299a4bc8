"""Canonical HTML: one spelling for every text, and the text that belongs to it.

The text of canonical HTML is defined by three rules, which ``text.js`` applies to the DOM:

1. characters of text nodes count as they stand;
2. ``<br>`` is one newline;
3. between two characters parted by the start or end of any block element stands one newline.

To make that true of every browser, the HTML is rebuilt here rather than trusted: white space is
folded outside ``<pre>``, inline elements never hold blocks, blocks stand only where the HTML
standard lets them stand, empty ones are dropped, and nothing is left for a parser to repair.
"""

import re
from html import escape
from html.parser import HTMLParser

INLINE = frozenset(
    "a abbr b cite code del em i ins kbd q s samp small strong sub sup u var".split()
)
#: Blocks that hold text only.
_LEAVES = frozenset({"p", "pre", "h2", "h3", "h4", "h5", "h6"})
#: Blocks that hold blocks, and where each may stand (``None``: anywhere blocks may).
_CONTAINERS: dict[str, frozenset[str] | None] = {
    "blockquote": None,
    "ul": None,
    "ol": None,
    "dl": None,
    "table": None,
    "caption": frozenset({"table"}),
    "li": frozenset({"ul", "ol"}),
    "dt": frozenset({"dl"}),
    "dd": frozenset({"dl"}),
    "thead": frozenset({"table"}),
    "tbody": frozenset({"table"}),
    "tfoot": frozenset({"table"}),
    "tr": frozenset({"thead", "tbody", "tfoot"}),
    "th": frozenset({"tr"}),
    "td": frozenset({"tr"}),
}
#: What has to be opened first where text or a block turns up in a container that takes neither.
_MISSING = {
    "ul": ("li",),
    "ol": ("li",),
    "dl": ("dd",),
    "table": ("tbody", "tr", "td"),
    "thead": ("tr", "td"),
    "tbody": ("tr", "td"),
    "tfoot": ("tr", "td"),
    "tr": ("td",),
}
#: Kept even when empty: a table without its empty cells says something else.
_KEPT_EMPTY = frozenset({"li", "td", "th"})
#: Containers that hold a run of text without a paragraph around it.
_BARE_TEXT = frozenset({"caption", "li", "dt", "dd", "td", "th"})
_ALIASES = {"h1": "h2", "listing": "pre", "menu": "ul", "dir": "ul"}
#: Depth of nested containers; what lies deeper keeps its text and loses its indentation.
_DEEPEST = 16

_SPACE = re.compile(r"[ \t\n\f\r]+")
_SPACES = " \t\n\f\r"
#: Control characters, and the two overrides that make text read backwards.
DROPPED = {
    **dict.fromkeys((*range(0x09), 0x0B, *range(0x0E, 0x20), *range(0x7F, 0xA0))),
    0x202D: None,
    0x202E: None,
}
_LINK_REL = "nofollow ugc noopener"
_MAX_SPAN = 100


def canonicalise(html: str) -> tuple[str, str]:
    """Return the canonical form of sanitised, well-formed ``html`` and its text.

    Idempotent: canonical HTML comes back unchanged.
    """
    builder = _Builder()
    builder.feed(html.replace("\r\n", "\n").replace("\r", "\n"))
    builder.close()
    return builder.result()


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._html: list[str] = []
        self._runs: list[str] = []
        #: Open elements, outermost first, and how many of them are written.
        self._open: list[tuple[str, str]] = []
        self._written = 0
        #: Every block start seen and not yet ended: its name and the height of ``_open`` before.
        self._entries: list[tuple[str, int]] = []
        #: Inline elements wanted around the next character, and those already written.
        self._wanted: list[tuple[str, str]] = []
        self._inline: list[tuple[str, str]] = []
        #: Inline starts that were passed over, so that their ends are too.
        self._ignored: list[str] = []
        self._run: list[str] = []
        self._run_base: int | None = None
        #: Whether the last thing written is a run with no paragraph around it.
        self._bare = False
        self._space = False
        self._breaks = 0
        #: Newlines at the end of preformatted text, written only if more text follows.
        self._held = 0

    def result(self) -> tuple[str, str]:
        self._end_run()
        while self._open:
            self._close_element()
        return "".join(self._html), "\n".join(self._runs)

    # The events of the parser

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        tag = _ALIASES.get(tag, tag)
        if tag == "br":
            self._break()
        elif tag == "hr":
            self._rule()
        elif tag in INLINE:
            self._start_inline(tag, dict(attrs))
        else:
            self._start_block(tag, dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        tag = _ALIASES.get(tag, tag)
        if tag in INLINE:
            self._end_inline(tag)
        elif tag not in ("br", "hr"):
            self._end_block(tag)

    def handle_data(self, data: str) -> None:
        data = data.replace("\r", "\n").translate(DROPPED)
        if self._open and self._open[-1][0] == "pre":
            self._preformatted(data)
            return
        parts = _SPACE.split(data)
        for position, part in enumerate(parts):
            if position:
                self._space = True
            if part:
                self._text(part)

    # Runs of text

    def _text(self, text: str) -> None:
        if not self._run:
            self._start_run()
            self._space, self._breaks = False, 0
        # Close what is no longer wanted, put the white space outside, open what is new.
        same = 0
        for ours, theirs in zip(self._inline, self._wanted, strict=False):
            if ours is not theirs:
                break
            same += 1
        while len(self._inline) > same:
            self._html.append(f"</{self._inline.pop()[0]}>")
        if self._breaks:
            self._html.append("<br>" * self._breaks)
            self._run.append("\n" * self._breaks)
        elif self._space:
            self._html.append(" ")
            self._run.append(" ")
        self._space, self._breaks = False, 0
        for name, start in self._wanted[same:]:
            self._html.append(start)
            self._inline.append((name, start))
        self._inline = list(self._wanted)
        self._html.append(escape(text, quote=False))
        self._run.append(text)

    def _preformatted(self, data: str) -> None:
        data = data.replace("\f", "")
        if not self._run:
            # A parser drops a newline straight after <pre>; so do we, all of them.
            data = data.lstrip("\n")
        kept = data.rstrip("\n")
        held, self._held = self._held, len(data) - len(kept)
        if kept:
            self._text("\n" * held + kept)
        else:
            self._held += held

    def _break(self) -> None:
        if self._open and self._open[-1][0] == "pre":
            self._preformatted("\n")
        elif self._run:
            self._breaks += 1

    def _start_run(self) -> None:
        """Make sure that text may stand here, in a paragraph of its own if need be."""
        self._run_base = len(self._open)
        self._supply_missing()
        parent = self._open[-1][0] if self._open else ""
        # Of two runs side by side in a list item, the second needs a paragraph to part them.
        bare = parent in _BARE_TEXT and not (self._bare and self._written == len(self._open))
        if not bare and parent not in _LEAVES:
            self._open.append(("p", "<p>"))
        self._write_open()
        self._bare = bare

    def _end_run(self) -> None:
        while self._inline:
            self._html.append(f"</{self._inline.pop()[0]}>")
        if self._run:
            self._runs.append("".join(self._run))
            self._run = []
        self._space, self._breaks, self._held = False, 0, 0
        if self._run_base is not None:
            base, self._run_base = self._run_base, None
            while len(self._open) > base:
                self._close_element()

    # Inline elements

    def _start_inline(self, tag: str, attrs: dict[str, str | None]) -> None:
        start = _inline_start(tag, attrs)
        if start is None or any(name == tag for name, _ in self._wanted):
            self._ignored.append(tag)
        else:
            self._wanted.append((tag, start))

    def _end_inline(self, tag: str) -> None:
        if tag in self._ignored:
            self._ignored.remove(tag)
            return
        self._wanted = [element for element in self._wanted if element[0] != tag]

    # Blocks

    def _start_block(self, tag: str, attrs: dict[str, str | None]) -> None:
        self._end_run()
        if self._open and self._open[-1][0] in _LEAVES:
            self._close_element()
        self._entries.append((tag, len(self._open)))
        if tag in _LEAVES:
            self._supply_missing()
            self._open.append((tag, f"<{tag}>"))
        elif tag in _CONTAINERS:
            allowed = _CONTAINERS[tag]
            parent = self._open[-1][0] if self._open else ""
            if allowed is None:
                if len(self._open) >= _DEEPEST:
                    return
                self._supply_missing()
            elif parent not in allowed:
                return
            self._open.append((tag, _block_start(tag, attrs)))
            if tag in _KEPT_EMPTY:
                self._write_open()

    def _end_block(self, tag: str) -> None:
        self._end_run()
        for index in range(len(self._entries) - 1, -1, -1):
            name, base = self._entries[index]
            if name == tag:
                del self._entries[index:]
                while len(self._open) > base:
                    self._close_element()
                return

    def _rule(self) -> None:
        self._end_run()
        if self._open and self._open[-1][0] in _LEAVES:
            self._close_element()
        if not self._open or self._open[-1][0] not in _MISSING:
            self._write_open()
            self._html.append("<hr>")
            self._bare = False

    def _supply_missing(self) -> None:
        parent = self._open[-1][0] if self._open else ""
        for name in _MISSING.get(parent, ()):
            self._open.append((name, f"<{name}>"))

    def _write_open(self) -> None:
        for _, start in self._open[self._written :]:
            self._html.append(start)
            self._bare = False
        self._written = len(self._open)

    def _close_element(self) -> None:
        name, _ = self._open.pop()
        if len(self._open) < self._written:
            self._html.append(f"</{name}>")
            self._written = len(self._open)
            self._bare = False


def _inline_start(tag: str, attrs: dict[str, str | None]) -> str | None:
    """The start tag to write, or ``None`` for an element that says nothing."""
    if tag == "a":
        href = (attrs.get("href") or "").translate(DROPPED).strip(_SPACES)
        return f'<a href="{escape(href)}" rel="{_LINK_REL}">' if href else None
    if tag == "abbr" and attrs.get("title"):
        title = _SPACE.sub(" ", (attrs["title"] or "").translate(DROPPED)).strip()
        return f'<abbr title="{escape(title)}">'
    return f"<{tag}>"


def _block_start(tag: str, attrs: dict[str, str | None]) -> str:
    if tag == "ol":
        start = _whole(attrs.get("start"), 1_000_000)
        return f'<ol start="{start}">' if start is not None and start != 1 else "<ol>"
    if tag in ("td", "th"):
        spans = ""
        for name in ("colspan", "rowspan"):
            span = _whole(attrs.get(name), _MAX_SPAN)
            if span is not None and span > 1:
                spans += f' {name}="{span}"'
        return f"<{tag}{spans}>"
    return f"<{tag}>"


def _whole(value: str | None, most: int) -> int | None:
    """``value`` as a whole number from 0 to ``most``, else ``None``."""
    if value and value.isascii() and value.isdigit() and len(value) < 9:
        return min(int(value), most)
    return None
