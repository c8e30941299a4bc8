"""What stands around an imported article, cut to what may stand there."""

from __future__ import annotations

from forum.discussion.importers.exports import ExportedArticle
from forum.discussion.publishing.actions import LINE_LIMITS, TEXT_LIMITS, Paratext
from forum.lib.html import Format, Rendered, render
from forum.lib.text import clean_line, clean_source

#: Code points of what is looked at for a title or an excerpt.
_LONGEST = 20_000
#: How much of the text is the title of an article without one.
_OPENING = 60


def paratext_of(exported: ExportedArticle, rendered: Rendered) -> tuple[Paratext, int]:
    """The paratext, and how many parts of it had to be shortened. Raises ``Refused``."""
    title, byline = _line(_plain(exported.title)), _line(exported.writer.name)
    standfirst = _plain(exported.excerpt).strip()
    if not title:
        title = _shortened(rendered.text.split("\n")[0], _OPENING)
    wanted = Paratext(
        title=_shortened(title, LINE_LIMITS["title"]) or "Untitled",
        byline=_shortened(byline, LINE_LIMITS["byline"]),
        standfirst=_shortened(standfirst, TEXT_LIMITS["standfirst"]),
    )
    cut = [
        len(title) > len(wanted.title),
        len(byline) > len(wanted.byline),
        len(standfirst) > len(wanted.standfirst),
    ]
    return wanted.cleaned(), sum(cut)


def _line(text: str) -> str:
    return clean_line(
        " ".join(text[:_LONGEST].split()), field="title", limit=_LONGEST, required=False
    )


def _plain(html: str) -> str:
    html = clean_source(html[:_LONGEST], field="title", limit=_LONGEST, required=False)
    return render(html, format=Format.HTML).text if "<" in html or "&" in html else html


def _shortened(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
