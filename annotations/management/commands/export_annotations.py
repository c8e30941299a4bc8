"""``manage.py export_annotations``: what the export page downloads, from the command line."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError

from annotations.exports.formats import FORMATS
from annotations.exports.responses import export_bytes
from annotations.exports.rows import Names
from forum.accounts.models import User
from forum.discussion.models import Article
from forum.lib.errors import PostilError


class Command(BaseCommand):
    """Write an article's annotations to a file or to standard output."""

    help = "Write an article's annotations as CSV or JSON Lines, to standard output or to a file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--article", required=True, metavar="SLUG")
        parser.add_argument("--format", required=True, choices=list(FORMATS))
        parser.add_argument("--names", default=Names.AUTHOR, choices=[str(n) for n in Names])
        parser.add_argument("--output", metavar="FILE", help="write here, whole or not at all")
        parser.add_argument(
            "--as",
            dest="reader",
            metavar="USERNAME",
            help="whose eyes decide what is in it; without this, the first admin's",
        )

    def handle(self, *args: object, **options: Any) -> None:
        article = Article.objects.select_related("post").filter(slug=options["article"]).first()
        if article is None:
            raise CommandError(f"There is no article “{options['article']}”.")
        try:
            pieces = export_bytes(
                reader=_reader(options["reader"]),
                article=article,
                format=options["format"],
                names=options["names"],
            )
        except PostilError as refusal:
            raise CommandError(f"{refusal.message} Say who may with --as USERNAME.") from None
        if options["output"]:
            _write_file(Path(options["output"]), pieces)
        else:
            self._write_out(pieces)

    def _write_out(self, pieces: Iterator[bytes]) -> None:
        """Write UTF-8 with our own line ends, whatever the terminal's settings are."""
        stream: BinaryIO | None = getattr(self.stdout._out, "buffer", None)
        try:
            for piece in pieces:
                if stream:
                    stream.write(piece)
                else:
                    self.stdout.write(piece.decode(), ending="")
            if stream:
                stream.flush()
        except BrokenPipeError:
            # Whoever reads has enough ("| head"); the interpreter must not complain at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _reader(username: str | None) -> User:
    people = User.objects.filter(is_active=True).order_by("pk")
    if username:
        reader = people.filter(username=username).first()
        if reader is None:
            raise CommandError(f"There is nobody called “{username}”.")
        return reader
    reader = people.filter(is_superuser=True).first()
    if reader is None:
        raise CommandError("This site has no admin yet; say who exports with --as USERNAME.")
    return reader


def _write_file(path: Path, pieces: Iterator[bytes]) -> None:
    """Write ``path`` when the export is whole; until then what stood there stands."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            file.writelines(pieces)
        part.replace(path)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.") from None
    finally:
        part.unlink(missing_ok=True)
