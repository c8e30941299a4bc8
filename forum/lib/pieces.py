"""Canonical HTML walked through: its tags, and its runs of text with the place of each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape, unescape

from forum.lib.canonical import INLINE

_TOKEN = re.compile(r"<(/?)([a-z][a-z0-9]*)[^>]*>|[^<]+")
#: Elements that part nothing: those of canonical HTML, and what links to quotes add.
_INLINE = INLINE | {"span"}


def pieces_of(html: str) -> Iterator[tuple[re.Match[str], int, str]]:
    """The tags and runs of text of canonical HTML: the match, where it stands, and its text.

    A tag has its name as the match's second group, after the slash if it closes.
    """
    position = 0
    between_blocks = started = False
    for token in _TOKEN.finditer(html):
        name = token.group(2)
        if name:
            yield token, position, ""
            if name == "br":
                position += 1
            elif name not in _INLINE:
                between_blocks = True
        else:
            if between_blocks and started:
                position += 1
            between_blocks, started = False, True
            text = unescape(token.group())
            yield token, position, text
            position += len(text)


def wrap(html: str, spans: Sequence[tuple[int, int]], opening: str, closing: str) -> str:
    """Canonical ``html`` with every stretch of text in ``spans`` between two markups.

    ``spans`` are code points ``[start, end)`` of its text, in order and apart. One that goes beyond
    an element is wrapped piece by piece, so that the result is as well-formed as ``html``.
    """
    if not spans:
        return html
    out: list[str] = []
    first = 0
    for token, start, text in pieces_of(html):
        if not text:
            out.append(token.group())
            continue
        end, at = start + len(text), start
        while first < len(spans) and spans[first][1] <= start:
            first += 1
        for span_start, span_end in spans[first:]:
            if span_start >= end:
                break
            begun, over = max(span_start, start), min(span_end, end)
            out.append(escape(text[at - start : begun - start], quote=False))
            inside = escape(text[begun - start : over - start], quote=False)
            out.append(f"{opening}{inside}{closing}")
            at = over
        out.append(escape(text[at - start :], quote=False))
    return "".join(out)
