"""What sanitising takes out of an article, told to whoever is about to publish it."""

from __future__ import annotations

import re
from collections import Counter

from markdown_it import MarkdownIt

from forum.lib.canonical import DROPPED
from forum.lib.html import Format
from forum.lib.tags import tags_in

#: Kinds of element in the order of telling: their tags, one of them, several of them.
_KINDS: tuple[tuple[frozenset[str], str, str], ...] = (
    (frozenset({"img", "picture", "image"}), "image", "images"),
    (frozenset({"svg", "canvas"}), "drawing", "drawings"),
    (
        frozenset({"iframe", "frame", "object", "embed", "video", "audio"}),
        "embedded page or recording",
        "embedded pages or recordings",
    ),
    (frozenset({"script"}), "script", "scripts"),
    (frozenset({"style", "link"}), "style sheet", "style sheets"),
    (
        frozenset({"input", "select", "textarea", "datalist"}),
        "form field",
        "form fields",
    ),
    (frozenset({"math"}), "formula", "formulas"),
    (frozenset({"noscript"}), "part for browsers without scripts", "parts for such browsers"),
)
#: What stays, but means less than it did: the key it is counted by, and what to say of it.
_CHANGED = (
    ("button", "Buttons became plain words."),
    ("details", "Parts that unfold stand open."),
    ("ruby", "Readings that stood above other characters stand behind them."),
    ("hidden", "Text that the page hides is shown."),
    ("numbered", "Lists with numbers of their own are numbered 1, 2, 3."),
    ("anchored", "Links to places within the page lead nowhere now."),
)
_HIDING = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_FORMULA = re.compile(r"\$\$[^$]+\$\$")


def left_out(source: str, format: Format) -> list[str]:
    """Sentences such as "2 images were left out". ``source`` has been rendered before."""
    find = _left_out_of_html if format is Format.HTML else _left_out_of_markdown
    sentences = find(source)
    if _FORMULA.search(source):
        sentences.append("Formulas between dollar signs are shown as typed.")
    dropped = sum(ord(character) in DROPPED for character in source)
    if dropped:
        were = "1 control character was" if dropped == 1 else f"{dropped:,} control characters were"
        sentences.append(f"{were} left out.")
    return sentences


def _left_out_of_html(source: str) -> list[str]:
    counts = _counted(source)
    sentences = []
    for tags, one, several in _KINDS:
        count = sum(counts[tag] for tag in tags)
        if count:
            were = f"1 {one} was" if count == 1 else f"{count} {several} were"
            sentences.append(f"{were} left out.")
    return sentences + [said for key, said in _CHANGED if counts[key]]


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


#: A drawing holds images of its own, a picture its sources: the outer one counts.
_WHOLE = frozenset({"svg", "picture", "object", "video", "audio", "math", "noscript", "select"})


def _counted(source: str) -> Counter[str]:
    """How often each element stands in ``source``, and each change that ``_CHANGED`` tells."""
    counts: Counter[str] = Counter()
    #: The element that counts as a whole and has not ended yet.
    within = ""
    for tag in tags_in(source):
        name = tag.name
        if within or tag.closing:
            within = "" if tag.closing and name == within else within
            continue
        counts[name] += 1
        values = tag.attributes()
        hiding = "hidden" in values or _HIDING.search(values.get("style", ""))
        counts["hidden"] += bool(hiding) and name not in ("input", "svg")
        numbered = {"li": {"value"}, "ol": {"type", "reversed"}}.get(name, set())
        counts["numbered"] += not numbered.isdisjoint(values)
        counts["anchored"] += name == "a" and values.get("href", "").startswith("#")
        if name in _WHOLE:
            within = name
    return counts
