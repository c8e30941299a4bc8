"""Which article here an exported one is."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.utils.text import slugify

from forum.discussion.importers.exports import ExportedArticle
from forum.discussion.importers.people import read_pairs
from forum.discussion.models import Article, Kind
from forum.lib.errors import Refused

#: What WordPress and its plugin for Disqus call an article: "12 https://example.org/?p=12".
_WORDPRESS = re.compile(r"(\d{1,18})\s+https?://")


def read_map(path: Path) -> dict[str, Article]:
    """Articles here by what they are called there, from a CSV file of two columns: there, here.

    There: an id or an address; here: the last part of ``/articles/SLUG/``. Raises ``Refused``
    naming ``map``.
    """
    pairs = read_pairs(path, field="map")
    slugs = {there: here.rstrip("/").rsplit("/", 1)[-1] for there, here in pairs.items()}
    found = {
        a.slug: a
        for a in Article.objects.select_related("post").filter(slug__in=set(slugs.values()))
    }
    for slug in slugs.values():
        if slug not in found:
            raise Refused("map", f"There is no article at /articles/{slug}/.")
    return {_called(there): found[slug] for there, slug in slugs.items()}


class ByMap:
    """The articles that a map names, and no others."""

    def __init__(self, mapped: dict[str, Article]) -> None:
        self._mapped = mapped

    def __call__(self, exported: ExportedArticle) -> Article | None:
        names = (_called(name) for name in (exported.id, *exported.names))
        return next((self._mapped[name] for name in names if name in self._mapped), None)


class ByLikeness:
    """The articles that a map names, or else the one that is plainly meant.

    In this order: the WordPress post whose number begins the identifier, if it was imported from
    one site alone; the article whose slug is the last part of the link; the only article with that
    title, and only if it has no link or one to a page of its own.
    """

    def __init__(self, mapped: dict[str, Article]) -> None:
        self._by_map = ByMap(mapped)

    def __call__(self, exported: ExportedArticle) -> Article | None:
        return (
            self._by_map(exported)
            or self._by_number(exported)
            or self._by_link(exported)
            or self._by_title(exported)
        )

    def _by_number(self, exported: ExportedArticle) -> Article | None:
        for name in exported.names:
            if number := _WORDPRESS.match(name):
                return _only(
                    post__source__startswith="wordpress:",
                    post__source_id=f"post/{number[1]}",
                    post__kind=Kind.ARTICLE,
                )
        return None

    def _by_link(self, exported: ExportedArticle) -> Article | None:
        slug = slugify(unquote(_path(exported.link).rstrip("/").rsplit("/", 1)[-1]))
        slug = slug or ""
        return _only(slug=slug) if slug else None

    def _by_title(self, exported: ExportedArticle) -> Article | None:
        # Threads that were opened on a front page go by the title of the site, or of any page.
        if not exported.title or (exported.link and _path(exported.link).strip("/") == ""):
            return None
        return _only(title__iexact=exported.title)


def _only(**conditions: str) -> Article | None:
    found = list(Article.objects.select_related("post").filter(**conditions)[:2])
    return found[0] if len(found) == 1 else None


def _path(link: str) -> str:
    try:
        return urlsplit(link).path
    except ValueError:
        return ""


def _called(name: str) -> str:
    """``name`` as it is compared: an address without what differs between visits."""
    name = name.strip()
    if not name.startswith(("http://", "https://")):
        return name
    return re.sub(r"\Ahttps?://(?:www\.)?", "", name).split("#")[0].rstrip("/").lower()
