"""The tags in HTML as it came, found in one pass, whatever state it is in.

The parser of the standard library takes minutes for 400,000 characters of ``<a <a <a`` and gives
up with an error on ``<![<``. What is said here about a source is for telling people and for
setting limits; what is shown of it comes from real parsers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

_START = re.compile(r"<(?:(!--)|([!?]|/[^a-z])|(/?)([a-z][^\s/>]*))", re.IGNORECASE)
#: What follows the name. Values in quotes may hold a ">".
_REST = re.compile(
    r"""(?:[\s/]|[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*"|'[^']*'|[^\s>"'][^\s>]*+|(?=>)))?+)*+>"""
)
_ATTRIBUTE = re.compile(
    r"""([^\s/>][^\s/>=]*+)(?:\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s>"'][^\s>]*+)))?+"""
)
_COMMENT_END = re.compile("--!?>")
_DECLARATION_END = re.compile(">")
#: Elements whose content is no markup, and where it ends.
_RAW = {
    name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE)
    for name in "iframe noembed noframes script style textarea title xmp".split()
}
#: Elements that are never open, or that HTML closes by itself before they can nest.
_NOT_COUNTED = frozenset(
    "a area base body br caption col colgroup embed head hr html img input link meta nobr option p "
    "param source tbody td tfoot th thead tr track wbr".split()
) | set(_RAW)
#: The same, inside ``ruby``.
_READINGS = frozenset({"rb", "rp", "rt", "rtc"})
#: Items of lists: each closes the one before, but those of one kind not those of the other.
_ITEMS = {"li": 1, "dt": 2, "dd": 2}


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag, or a comment, which goes by no name; ``[start, end)`` is where it stands."""

    name: str
    closing: bool
    start: int
    end: int
    #: The attributes as they are written.
    written: str

    def attributes(self) -> dict[str, str]:
        """The attributes by name in lower case; of two with one name the first counts."""
        found: dict[str, str] = {}
        for match in _ATTRIBUTE.finditer(self.written):
            value = match[2] or match[3] or match[4] or ""
            found.setdefault(match[1].lower(), unescape(value))
        return found


def tags_in(html: str) -> Iterator[Tag]:
    """The tags and comments of ``html`` in order; not those inside scripts and comments."""
    at = 0
    foreign = False
    while found := _START.search(html, at):
        comment, declaration, closing, name = found[1], found[2], found[3], (found[4] or "").lower()
        if comment:
            ended = _COMMENT_END.search(html, found.end() - 2)
        elif declaration:
            ended = _DECLARATION_END.search(html, found.end() - 1)
        else:
            ended = _REST.match(html, found.end())
        if not ended:
            # The text is over before this is.
            return
        at = ended.end()
        written = html[found.end() : at - 1] if name else ""
        yield Tag(name, bool(closing), found.start(), at, written)
        foreign = foreign or name in ("svg", "math")
        if name in _RAW and not closing and not foreign:
            content = _RAW[name].search(html, at)
            if not content:
                return
            at = content.start()


def most_open(html: str) -> int:
    """How many elements ``html`` leaves open where most are: more, if anything, than a parser
    would find, for here only its own end closes an element."""
    counts: Counter[str] = Counter()
    most = now = kind = 0
    for tag in tags_in(html):
        name = tag.name
        if not name or name in _NOT_COUNTED or (name in _READINGS and counts["ruby"]):
            continue
        if name in _ITEMS:
            now += _ITEMS[name] != kind and not tag.closing
            kind = _ITEMS[name]
        elif not tag.closing:
            counts[name] += 1
            now += 1
        elif counts[name]:
            counts[name] -= 1
            now -= 1
        most = max(most, now)
    return most
