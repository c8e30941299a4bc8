"""``manage.py import_article FILE``: put an article from a file on the site."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from forum.discussion.importers.left_out import left_out
from forum.discussion.importers.publishing_files import (
    here_already,
    known_as,
    make_ready,
    read_file,
)
from forum.discussion.importers.running import publisher
from forum.discussion.publishing.actions import publish_article
from forum.lib.errors import PostilError, Refused
from forum.permissions import require


class Command(BaseCommand):
    help = "Publish an article from a Markdown, HTML or Word file. Safe to run twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a .md, .html or .docx file")
        parser.add_argument("--author", metavar="USERNAME", help="who publishes it")
        parser.add_argument("--slug", default="", help="its address, /articles/SLUG/")
        parser.add_argument("--title", help="instead of the title in the file")
        parser.add_argument("--byline", help="instead of the byline in the file")
        parser.add_argument("--standfirst", help="instead of the “In brief” in the file")
        parser.add_argument(
            "--site", default="", help="what its folder is called; else its own name"
        )
        parser.add_argument("--draft", action="store_true", help="do not publish it yet")
        parser.add_argument("--dry-run", action="store_true", help="write nothing, only check")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        author = publisher(options["author"])
        try:
            require(author, "article.create")
            imported = known_as(options["site"] or path.resolve().parent.name, path.name)
            file = read_file(path)
            if here := here_already(imported):
                where = f"{here.get_absolute_url()} ({here.title})"
                self.stdout.write(f"Here already, and left as it is: {where}")
                return
            given = {
                name: options[name]
                for name in ("title", "byline", "standfirst")
                if options[name] is not None
            }
            file = replace(file, paratext=replace(file.paratext, **given))
            ready = make_ready(path, file, slug=options["slug"])
            draft = options["draft"] or file.draft
            if options["dry_run"]:
                done = "Would be kept as a draft" if draft else "Would be published"
                self.stdout.write(f"{done}: {ready.file.paratext.title}")
            else:
                article, _ = publish_article(
                    author=author,
                    paratext=ready.file.paratext,
                    source=file.source,
                    format=file.format,
                    draft=draft,
                    slug=ready.slug,
                    figure=ready.figure,
                    published_at=file.published,
                    imported=imported,
                )
                done = "Kept as a draft" if draft else "Published"
                self.stdout.write(f"{done}: {article.get_absolute_url()} ({article.title})")
        except Refused as refusal:
            raise CommandError(f"{path}: {refusal.field}: {refusal.message}") from None
        except PostilError as refusal:
            raise CommandError(f"{path}: {refusal.message}") from None
        except OSError as error:
            raise CommandError(f"{error.filename or path}: {error.strerror}.") from None
        for sentence in (*ready.lost, *left_out(file.source, file.format)):
            self.stderr.write(sentence)
