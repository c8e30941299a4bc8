"""What a whole HTML page says about itself, and where in it the article is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from urllib.parse import unquote, urlsplit

from forum.lib.tags import Tag, tags_in

#: Where an article may be, the likeliest first. Of several articles none is meant.
_PLACES = ("articleBody", "article", "main", "body")
#: What is no part of the article around it; an aside may be one, inside of one.
_AROUND = frozenset({"nav", "footer"})
_REGIONS = frozenset({"article", "main", "body", "nav", "footer", "aside", "figure"})
#: What a page calls the things that are wanted, in ``meta``.
_META = {
    "author": "byline",
    "article:author": "byline",
    "dc.creator": "byline",
    "description": "standfirst",
    "article:published_time": "published",
    "datepublished": "published",
    "dc.date": "published",
    "date": "published",
}
_BYLINE = re.compile(r"(?:\A|\s)(?:byline|p-author)(?:\s|\Z)", re.IGNORECASE)


@dataclass(slots=True)
class _Region:
    """An element from start to end, and its content. Unless it ends, it goes on to the last."""

    kind: str
    tag: str
    start: int
    inner: int
    inner_end: int
    end: int
    #: Elements of this name that are open in it, itself included.
    depth: int = 1


class Page:
    """A page, looked through once. What is not found is empty."""

    def __init__(self, source: str) -> None:
        self._source = source
        self.title = self.heading = self.language = ""
        #: Byline, standfirst and date, as the page has them.
        self.said: dict[str, str] = {}
        #: The first picture that lies beside the page: where, what it shows, and what it says.
        self.figure = self.figure_alt = self.figure_caption = ""
        #: Where the first ``h1`` starts and ends in the source.
        self.heading_at = (0, 0)
        self._regions: list[_Region] = []
        self._open: dict[str, _Region] = {}
        self._figure_in: _Region | None = None
        #: What is not in ``meta``, and so comes second.
        self._seen: dict[str, str] = {}
        reading: tuple[Tag, str] | None = None
        read: list[str] = []
        at = 0
        for tag in tags_in(source):
            if reading:
                read.append(source[at : tag.start])
            at = tag.end
            attributes = {} if tag.closing else tag.attributes()
            self._follow(tag, attributes)
            if reading and tag.closing and tag.name == reading[0].name:
                text = " ".join(unescape("".join(read)).split())
                self._heard(reading[1], text, (reading[0].start, tag.end))
                reading = None
            elif not reading and not tag.closing:
                self._look_at(tag.name, attributes)
                if wanted := self._wanted(tag.name, attributes):
                    reading, read = (tag, wanted), []
        self.said = self._seen | self.said

    def article(self, *, without_heading: bool) -> str:
        """The HTML of the article: all there is, if there is no page around it."""
        start, end, place = self._place()
        cut = [self.heading_at] if without_heading else []
        if self._figure_in:
            cut.append((self._figure_in.start, self._figure_in.end))
        if place:
            around = _AROUND if place in ("articleBody", "article") else _AROUND | {"aside"}
            cut += [(r.start, r.end) for r in self._regions if r.kind in around]
        made, at = [], start
        for one, other in sorted(cut):
            if at <= one and other <= end:
                made.append(self._source[at:one])
                at = other
        return "".join(made) + self._source[at:end]

    def _place(self) -> tuple[int, int, str]:
        named: dict[str, list[_Region]] = {}
        for region in self._regions:
            named.setdefault(region.kind, []).append(region)
        if "body" in named:
            for kind in _PLACES:
                if len(named.get(kind, ())) == 1:
                    region = named[kind][0]
                    return region.inner, region.inner_end, kind
        return 0, len(self._source), ""

    def _follow(self, tag: Tag, attributes: dict[str, str]) -> None:
        """Remember where elements begin and end; of those inside one of their kind, the outer."""
        for kind, region in list(self._open.items()):
            if region.tag == tag.name:
                region.depth += -1 if tag.closing else 1
                if not region.depth:
                    region.inner_end, region.end = tag.start, tag.end
                    del self._open[kind]
        if tag.closing:
            return
        kinds = [tag.name] if tag.name in _REGIONS else []
        if attributes.get("itemprop", "").lower() == "articlebody":
            kinds.append("articleBody")
        length = len(self._source)
        for kind in kinds:
            if kind not in self._open:
                region = _Region(kind, tag.name, tag.start, tag.end, length, length)
                self._open[kind] = region
                self._regions.append(region)

    def _look_at(self, name: str, attributes: dict[str, str]) -> None:
        if name == "html":
            self.language = self.language or attributes.get("lang", "").strip()
        elif name == "meta":
            said = attributes.get("name") or attributes.get("property")
            field = _META.get((said or attributes.get("itemprop", "")).lower())
            content = attributes.get("content", "").strip()
            # Some give the address of the author's page.
            if field and content and not content.startswith(("http://", "https://")):
                self.said.setdefault(field, content)
        elif name == "time" and not self._outside():
            if when := attributes.get("datetime", "").strip():
                self._seen.setdefault("published", when)
        elif name == "img" and not (self.figure or self._outside()):
            self.figure = beside(attributes.get("src", ""))
            if self.figure:
                self.figure_alt = attributes.get("alt", "").strip()
                self._figure_in = self._open.get("figure")

    def _outside(self) -> bool:
        return not self._open.keys().isdisjoint({"nav", "footer", "aside"})

    def _wanted(self, name: str, attributes: dict[str, str]) -> str:
        """What the text of an element is wanted as, if it is."""
        if name == "title" and not self.title:
            return "title"
        if name == "h1" and not self.heading:
            return "heading"
        if name == "figcaption" and self._figure_in and self._figure_in is self._open.get("figure"):
            return "caption"
        roles = f"{attributes.get('rel', '')} {attributes.get('itemprop', '')}"
        author = "author" in roles.lower().split()
        if (author or _BYLINE.search(attributes.get("class", ""))) and not self._outside():
            return "byline"
        return ""

    def _heard(self, wanted: str, text: str, at: tuple[int, int]) -> None:
        if wanted == "title":
            self.title = text
        elif wanted == "heading":
            self.heading, self.heading_at = text, at
        elif wanted == "caption":
            self.figure_caption = text
        elif text:
            self._seen.setdefault("byline", re.sub(r"\A(?:by|von|par)\s+", "", text, flags=re.I))


def beside(address: str) -> str:
    """``address`` as the path of a file beside the page; empty if it is anywhere else."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return ""
    path = unquote(parts.path)
    full = parts.scheme or parts.netloc or path.startswith("/")
    return "" if full or "\x00" in path else path
