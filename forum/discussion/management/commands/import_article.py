"""``manage.py import_article FILE``: put an article from a Markdown or HTML file on the site."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.management.base import BaseCommand, CommandError
from django.utils.text import slugify

from forum.accounts.models import User
from forum.discussion.figures import FIGURE_LIMIT, check_figure
from forum.discussion.importers.files import FILE_LIMIT, ArticleFile, read_article
from forum.discussion.importers.left_out import left_out
from forum.discussion.importers.running import publisher
from forum.discussion.models import Article
from forum.discussion.publishing import publish_article
from forum.lib.errors import PostilError, Refused


class Command(BaseCommand):
    help = "Publish an article from a Markdown or HTML file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a .md or .html file in UTF-8")
        parser.add_argument("--author", metavar="USERNAME", help="who publishes it")
        parser.add_argument("--slug", help="its address, /articles/SLUG/")
        parser.add_argument("--title", help="instead of the title in the file")
        parser.add_argument("--byline", help="instead of the byline in the file")
        parser.add_argument("--standfirst", help="instead of the “In brief” in the file")
        parser.add_argument("--draft", action="store_true", help="do not publish it yet")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        author = publisher(options["author"])
        try:
            file = read_article(_read(path, FILE_LIMIT), path.name)
            article = _import(path, file, author, options)
        except Refused as refusal:
            raise CommandError(f"{path}: {refusal.field}: {refusal.message}") from None
        except PostilError as refusal:
            raise CommandError(f"{path}: {refusal.message}") from None
        except OSError as error:
            raise CommandError(f"{error.filename or path}: {error.strerror}.") from None
        done = "Kept as a draft" if options["draft"] else "Published"
        self.stdout.write(f"{done}: {article.get_absolute_url()} ({article.title})")
        for sentence in left_out(file.source, file.format):
            self.stderr.write(sentence)


def _import(path: Path, file: ArticleFile, author: User, options: dict[str, Any]) -> Article:
    given = {
        name: options[name]
        for name in ("title", "byline", "standfirst")
        if options[name] is not None
    }
    article, _ = publish_article(
        author=author,
        paratext=replace(file.paratext, **given),
        source=file.source,
        format=file.format,
        draft=options["draft"],
        slug=_free(options["slug"] or file.slug),
        figure=_figure(path, file.figure) if file.figure else None,
        published_at=file.published,
    )
    return article


def _free(slug: str) -> str:
    """``slug`` as an address nobody has; one that was asked for is not replaced in silence."""
    slug = slugify(slug)
    if slug and Article.objects.filter(slug=slug).exists():
        raise Refused("slug", f"There is an article at /articles/{slug}/ already.")
    return slug


def _figure(path: Path, name: str) -> ContentFile:
    """The figure called ``name`` beside the article's file, and nowhere else."""
    folder = path.resolve().parent
    figure = (folder / name).resolve()
    if not figure.is_relative_to(folder):
        raise Refused("figure", f"“{name}” does not lie beside the article's file.")
    return check_figure(_read(figure, FIGURE_LIMIT))


def _read(path: Path, limit: int) -> bytes:
    """The file, or one byte more than ``limit`` of it, which is then refused."""
    with path.open("rb") as opened:
        return opened.read(limit + 1)
