"""Putting what a file on this machine says on the site."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from django.core.files.base import ContentFile
from django.utils.text import slugify
from django.utils.translation import gettext as _

from forum.discussion.importers.files import ArticleFile, limit_of, read_article
from forum.discussion.importers.ids import bounded
from forum.discussion.models import Article
from forum.discussion.publishing.actions import render_article
from forum.discussion.publishing.figures import FIGURE_LIMIT, check_figure
from forum.lib.errors import Refused


class Ready(NamedTuple):
    """An article that nothing but a race keeps from being published."""

    file: ArticleFile
    #: The address that was asked for, or empty.
    slug: str
    figure: ContentFile | None
    #: Sentences about what did not come along.
    lost: tuple[str, ...]


def known_as(site: str, name: str) -> tuple[str, str]:
    """What a file goes by that is called ``name`` in the folder ``site``: the database takes it
    once."""
    return f"folder:{bounded(' '.join(site.split()))}", bounded(name)


def here_already(imported: tuple[str, str]) -> Article | None:
    """The article that a file became which went by the same before."""
    source, name = imported
    return Article.objects.filter(post__source=source, post__source_id=name).first()


def read_file(path: Path) -> ArticleFile:
    """What the file at ``path`` says. Raises ``Refused`` and ``OSError``."""
    return read_article(_read(path, limit_of(path.name)), path.name)


def make_ready(
    path: Path, file: ArticleFile, *, slug: str = "", within: Path | None = None
) -> Ready:
    """Check all that publishing would refuse, and fetch the figure.

    A figure lies in the folder of the file, or anywhere ``within``. Raises ``Refused``, and
    ``OSError`` for a figure that the file names and that cannot be read.
    """
    file = replace(file, paratext=file.paratext.cleaned())
    render_article(file.source, file.format)
    figure, lost = _figure(path, file, within or path.parent)
    return Ready(file, _free(slug or file.slug), figure, (*file.lost, *lost))


def _figure(
    path: Path, file: ArticleFile, within: Path
) -> tuple[ContentFile | None, tuple[str, ...]]:
    try:
        if file.picture:
            return check_figure(file.picture), ()
        if file.figure:
            return check_figure(_read(_beside(path, file.figure, within), FIGURE_LIMIT)), ()
    except (Refused, OSError, ValueError) as error:
        # Only what somebody has named has to be there.
        if not (file.picture or file.figure_found):
            if isinstance(error, ValueError):
                raise Refused(
                    "figure", _("“%(figure)s” is no name of a file.") % {"figure": file.figure}
                ) from None
            raise
        return None, (_("The first picture cannot be a figure and was left out."),)
    return None, ()


def _beside(path: Path, name: str, within: Path) -> Path:
    """The file called ``name`` beside the article's file, and nowhere else."""
    figure = (path.resolve().parent / name).resolve()
    if not figure.is_relative_to(within.resolve()):
        raise Refused(
            "figure", _("“%(name)s” does not lie beside the article's file.") % {"name": name}
        )
    return figure


def _free(slug: str) -> str:
    """``slug`` as an address nobody has; one that was asked for is not replaced in silence."""
    slug = slugify(slug)
    if slug and Article.objects.filter(slug=slug).exists():
        raise Refused(
            "slug", _("There is an article at /articles/%(slug)s/ already.") % {"slug": slug}
        )
    return slug


def _read(path: Path, limit: int) -> bytes:
    """The file, or one byte more than ``limit`` of it, which is then refused."""
    with path.open("rb") as opened:
        return opened.read(limit + 1)
