"""Words of a text as a Markdown quotation that renders to these very words."""

from __future__ import annotations

import re

#: What Markdown would not leave as it stands, wherever it does.
_ANYWHERE = re.compile(
    r"[\\`*]"
    r"|<(?=[^\s<>]*[:@])"  # an address; elements mean nothing here
    r"|~(?=~)|(?<=~)~"
    r"|(?<![^\W_])_|_(?![^\W_])"  # inside a word it means nothing
    r"|\](?=[(\[:])"
    r"|&(?=#?\w+;)"
)
#: What it would take for a heading, a quotation, an item or a rule where it begins a line.
_AT_START = re.compile(r"(?P<lead>\s*(?:\d{1,9})?)(?P<sign>[#>+=-]|(?<=\d)[.)])(?=\s|$|[#>=-])")


def as_quotation(words: str) -> str:
    """``words`` as a ``>`` block, one paragraph for each line, with room beneath; "" for none."""
    lines = [line for line in words.splitlines() if line.strip()]
    if not lines:
        return ""
    return "\n>\n".join(f"> {_escaped(line)}" for line in lines) + "\n\n"


def shortened(words: str, limit: int) -> str:
    """``words``, or as many of them as are no more than ``limit`` code points, and "…"."""
    words = words.strip()
    if len(words) <= limit:
        return words
    kept = words[:limit]
    # Between two words, unless the language parts them by nothing.
    end = max(kept.rfind(" "), kept.rfind("\n"))
    return (kept[:end] if end > limit // 2 else kept).rstrip() + " …"


def _escaped(line: str) -> str:
    line = _ANYWHERE.sub(r"\\\g<0>", line)
    return _AT_START.sub(r"\g<lead>\\\g<sign>", line, count=1) if _AT_START.match(line) else line
