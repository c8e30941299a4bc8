"""The contents of a long text: its headings, each with an id to link to."""

import re
from dataclasses import dataclass
from html import unescape

#: Fewer headings than this can be found by scrolling.
LEAST = 3
#: Code points of a heading that go into its id.
_LONGEST = 60

_HEADING = re.compile(r"</?blockquote>|<h([23])>(.*?)</h\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_NOT_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a text. ``level`` is 2 for a section, 3 for a part of one."""

    level: int
    id: str
    text: str


def outline(html: str) -> tuple[str, tuple[Heading, ...]]:
    """Return canonical ``html``, with marks or without, with ids on its headings; and these.

    An id is made of the heading's words, so it stays when others come and go. Headings inside a
    quotation are another text's. The text, as ``forum.lib.canonical`` defines it, is unchanged.
    """
    found: list[Heading] = []
    uses: dict[str, int] = {}
    quoted = 0

    def with_id(match: re.Match[str]) -> str:
        nonlocal quoted
        level, content = match.groups()
        if level is None:
            quoted += -1 if match[0].startswith("</") else 1
            return match[0]
        if quoted:
            return match[0]
        text = " ".join(unescape(_TAG.sub("", content.replace("<br>", " "))).split())
        words = _NOT_WORD.sub("-", text.lower())[:_LONGEST].strip("-")
        name = f"section-{words}" if words else "section"
        uses[name] = uses.get(name, 0) + 1
        if uses[name] > 1:
            # Two hyphens: no heading's words can make them.
            name += f"--{uses[name]}"
        found.append(Heading(int(level), name, text))
        return f'<h{level} id="{name}">{content}</h{level}>'

    html = _HEADING.sub(with_id, html)
    return html, tuple(found)
