"""Writing links to and from quotes into the HTML of a text, without changing its text."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from operator import itemgetter

from forum.lib.pieces import pieces_of

#: A link stands behind what closes a quote, not in front of it.
_CLOSING = re.compile(r"[\"'”“’‘»«›‹」』.,;:!?…)\]]{0,4}")


@dataclass(frozen=True, slots=True)
class Link:
    """An empty ``<a>``: its sign is drawn, its words are for those who do not see it."""

    href: str
    style: str
    label: str
    #: What is drawn beside the sign.
    number: str = ""

    @property
    def html(self) -> str:
        """The element, with everything in it escaped."""
        number = f' data-number="{escape(self.number)}"' if self.number else ""
        label = escape(self.label)
        return (
            f'<a class="{self.style}" href="{escape(self.href)}" '
            f'aria-label="{label}" title="{label}"{number}></a>'
        )


@dataclass(frozen=True, slots=True)
class Stretch:
    """A passage ``[start, end)``, in code points, that is a quote or is quoted."""

    start: int
    end: int
    #: ``quote`` or ``quoted``.
    kind: str
    key: int
    #: What stands behind it.
    links: tuple[Link, ...]

    @property
    def name(self) -> str:
        """What its element is known by on the page."""
        return f"{self.kind}-{self.key}"


def with_links(html: str, stretches: Sequence[Stretch]) -> str:
    """Canonical ``html`` with a ``<span>`` around the words of ``stretches`` and links behind them.

    The spans never cross an element and the links hold nothing, so the text is unchanged. A link
    behind words that are a link themselves stands behind that. Marks of notes go inside.
    """
    writer = _Writer(stretches)
    for token, start, text in pieces_of(html):
        if text:
            writer.text(text, start)
        else:
            writer.tag(token.group(), token.group(2), closes=bool(token.group(1)))
    return writer.result()


class _Writer:
    def __init__(self, stretches: Sequence[Stretch]) -> None:
        # Last first, so that the next one is popped.
        self._waiting = sorted(stretches, key=lambda s: (s.start, -s.end, s.name), reverse=True)
        self._over: list[Stretch] = []
        #: Links to be written, and behind which position.
        self._behind: deque[tuple[int, tuple[Link, ...]]] = deque()
        self._begun: set[str] = set()
        self._in_link = False
        self._out: list[str] = []

    def tag(self, token: str, name: str, *, closes: bool) -> None:
        self._out.append(token)
        if name == "a":
            self._in_link = not closes

    def text(self, text: str, start: int) -> None:
        end = start + len(text)
        while self._waiting and self._waiting[-1].start < end:
            self._over.append(self._waiting.pop())
        cuts = {start, end}
        for stretch in self._over:
            cuts |= {max(stretch.start, start), min(max(stretch.end, start), end)}
            if stretch.end <= end:
                place = start
                if stretch.end > start and (closing := _CLOSING.match(text, stretch.end - start)):
                    place += closing.end()
                self._behind.append((place, stretch.links))
                cuts.add(place)
        self._behind = deque(sorted(self._behind, key=itemgetter(0)))
        self._links(start)
        # In the order of their starts; looked at once each, however many there are.
        coming = deque(self._over)
        here: list[Stretch] = []
        for at, until in pairwise(sorted(cuts)):
            while coming and coming[0].start <= at:
                here.append(coming.popleft())
            here = [stretch for stretch in here if stretch.end > at]
            self._segment(text[at - start : until - start], here)
            self._links(until)
        self._over = [stretch for stretch in self._over if stretch.end > end]

    def result(self) -> str:
        self._in_link = False
        self._behind += [(stretch.end, stretch.links) for stretch in self._over]
        self._links(1 << 60)
        return "".join(self._out)

    def _segment(self, words: str, over: Sequence[Stretch]) -> None:
        words = escape(words, quote=False)
        self._out.append(f"{self._open(over)}{words}</span>" if over else words)

    def _open(self, over: Sequence[Stretch]) -> str:
        kinds = sorted({stretch.kind for stretch in over})
        start = f'<span class="{" ".join(kinds)}"'
        for kind in kinds:
            keys = " ".join(str(stretch.key) for stretch in over if stretch.kind == kind)
            start += f' data-{kind}="{keys}"'
        first = [stretch.name for stretch in over if stretch.name not in self._begun]
        if not first:
            return start + ">"
        self._begun.update(first)
        # Where a link leads, the keyboard goes on from.
        anchors = [f' id="{name}" tabindex="-1">' for name in first]
        return start + anchors[-1] + "".join(f"<span{a}</span>" for a in anchors[:-1])

    def _links(self, position: int) -> None:
        while self._behind and self._behind[0][0] <= position and not self._in_link:
            self._out.extend(_html(self._behind.popleft()[1]))


def _html(links: Iterable[Link]) -> Iterable[str]:
    return (link.html for link in links)
