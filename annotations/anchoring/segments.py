"""Cutting canonical HTML into marked segments, without changing its text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape, unescape

from forum.lib.canonical import INLINE

_TOKEN = re.compile(r"<(/?)([a-z][a-z0-9]*)[^>]*>|[^<]+")
#: Elements that part nothing: those of canonical HTML, and what links to quotes add.
_INLINE = INLINE | {"span"}


@dataclass(frozen=True, slots=True)
class Span:
    """A passage ``[start, end)``, in code points, and whatever the caller knows it by."""

    start: int
    end: int
    key: int


def mark_segments(
    html: str, spans: Sequence[Span], open_mark: Callable[[Sequence[int]], str]
) -> str:
    """Return ``html`` with a ``<mark>`` around every stretch of text under the same spans.

    ``open_mark`` gets the keys of the spans over a segment, in order of their start, and returns
    its start tag. Marks never cross an element, so the result is as well-formed as ``html``, and
    its text, as ``forum.lib.canonical`` defines it, is unchanged. Linear in text and spans.
    """
    if not spans:
        return html
    cuts = _Cuts(spans)
    out: list[str] = []
    for token, start, text in pieces_of(html):
        if text:
            out.extend(_segments(text, start, cuts, open_mark))
        else:
            out.append(token.group())
    return "".join(out)


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


def _segments(
    text: str, position: int, cuts: _Cuts, open_mark: Callable[[Sequence[int]], str]
) -> Iterable[str]:
    end = position + len(text)
    at = position
    while at < end:
        keys, until = cuts.over(at)
        until = min(until, end)
        piece = escape(text[at - position : until - position], quote=False)
        yield f"{open_mark(keys)}{piece}</mark>" if keys else piece
        at = until


class _Cuts:
    """Which spans lie over a position, asked for in rising order."""

    def __init__(self, spans: Sequence[Span]) -> None:
        # Last first, so that the next one is popped. The key makes twins come in a fixed order.
        self._waiting = sorted(
            spans, key=lambda span: (span.start, -span.end, span.key), reverse=True
        )
        self._over: list[Span] = []

    def over(self, position: int) -> tuple[list[int], int]:
        """The keys of the spans over ``position``, and where that changes next."""
        while self._waiting and self._waiting[-1].start <= position:
            self._over.append(self._waiting.pop())
        self._over = [span for span in self._over if span.end > position]
        changes = [span.end for span in self._over]
        if self._waiting:
            changes.append(self._waiting[-1].start)
        return [span.key for span in self._over], min(changes, default=1 << 60)
