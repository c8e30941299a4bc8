"""What sanitising takes out of an article, told to whoever is about to publish it."""

from __future__ import annotations

import re
from collections import Counter

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext, ngettext_lazy
from markdown_it import MarkdownIt

from forum.lib.canonical import DROPPED
from forum.lib.html import Format
from forum.lib.tags import tags_in
from forum.lib.words import number

#: Kinds of element in the order of telling: their tags, and what to say of how many.
_KINDS = (
    (
        frozenset({"img", "picture", "image"}),
        ngettext_lazy(
            "%(number)s image was left out.", "%(number)s images were left out.", "number"
        ),
    ),
    (
        frozenset({"svg", "canvas"}),
        ngettext_lazy(
            "%(number)s drawing was left out.", "%(number)s drawings were left out.", "number"
        ),
    ),
    (
        frozenset({"iframe", "frame", "object", "embed", "video", "audio"}),
        ngettext_lazy(
            "%(number)s embedded page or recording was left out.",
            "%(number)s embedded pages or recordings were left out.",
            "number",
        ),
    ),
    (
        frozenset({"script"}),
        ngettext_lazy(
            "%(number)s script was left out.", "%(number)s scripts were left out.", "number"
        ),
    ),
    (
        frozenset({"style", "link"}),
        ngettext_lazy(
            "%(number)s style sheet was left out.",
            "%(number)s style sheets were left out.",
            "number",
        ),
    ),
    (
        frozenset({"input", "select", "textarea", "datalist"}),
        ngettext_lazy(
            "%(number)s form field was left out.", "%(number)s form fields were left out.", "number"
        ),
    ),
    (
        frozenset({"math"}),
        ngettext_lazy(
            "%(number)s formula was left out.", "%(number)s formulas were left out.", "number"
        ),
    ),
    (
        frozenset({"noscript"}),
        ngettext_lazy(
            "%(number)s part for browsers without scripts was left out.",
            "%(number)s parts for such browsers were left out.",
            "number",
        ),
    ),
)
#: What stays, but means less than it did: the key it is counted by, and what to say of it.
_CHANGED = (
    ("button", _lazy("Buttons became plain words.")),
    ("details", _lazy("Parts that unfold stand open.")),
    ("ruby", _lazy("Readings that stood above other characters stand behind them.")),
    ("hidden", _lazy("Text that the page hides is shown.")),
    ("numbered", _lazy("Lists with numbers of their own are numbered 1, 2, 3.")),
    ("anchored", _lazy("Links to places within the page lead nowhere now.")),
)
_HIDING = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_FORMULA = re.compile(r"\$\$[^$]+\$\$")


def left_out(source: str, format: Format) -> list[str]:
    """Sentences such as "2 images were left out". ``source`` has been rendered before."""
    find = _left_out_of_html if format is Format.HTML else _left_out_of_markdown
    sentences = find(source)
    if _FORMULA.search(source):
        sentences.append(_("Formulas between dollar signs are shown as typed."))
    dropped = sum(ord(character) in DROPPED for character in source)
    if dropped:
        said = ngettext(
            "%(number)s control character was left out.",
            "%(number)s control characters were left out.",
            dropped,
        )
        sentences.append(said % {"number": number(dropped)})
    return sentences


def _left_out_of_html(source: str) -> list[str]:
    counts = _counted(source)
    sentences = []
    for tags, said in _KINDS:
        count = sum(counts[tag] for tag in tags)
        if count:
            sentences.append(said % {"number": count})
    return sentences + [str(change) for key, change in _CHANGED if counts[key]]


def _left_out_of_markdown(source: str) -> list[str]:
    tokens = [t for block in _MARKDOWN.parse(source) for t in (block, *(block.children or ()))]
    images = sum(token.type == "image" for token in tokens)
    html = any(token.type in ("html_block", "html_inline") for token in tokens)
    sentences = []
    if images:
        said = ngettext(
            "%(number)s image was left out; a link to it stands in the text.",
            "%(number)s images were left out; links to them stand in the text.",
            images,
        )
        sentences.append(said % {"number": images})
    if html:
        sentences.append(
            _("HTML in Markdown is shown as typed; for real HTML, choose that format.")
        )
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
