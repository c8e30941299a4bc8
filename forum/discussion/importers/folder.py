"""A folder of articles: Markdown with front matter, HTML pages, Word documents."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from django.utils.text import slugify

from forum.accounts.models import User
from forum.discussion.importers.files import ENDINGS, ArticleFile
from forum.discussion.importers.left_out import left_out
from forum.discussion.importers.publishing_files import (
    here_already,
    known_as,
    make_ready,
    read_file,
)
from forum.discussion.importers.tally import Outcome, Tally
from forum.discussion.models import Article
from forum.discussion.publishing.actions import publish_article
from forum.lib.errors import PostilError, Refused
from forum.permissions import require

#: ``2026-02-28-the-bridge.md``, as Jekyll has it.
_DATED = re.compile(r"(\d{4}-\d\d-\d\d)-(.+)")
#: What says nothing about an article but that it is the folder's.
_INDEX = ("index", "_index", "readme")


class FolderImporter:
    """Brings the articles in ``folder`` and below to the site, or counts what it would bring.

    ``site`` names the folder for the next time. A file that cannot be imported is one of
    ``failures``, a name and a reason, and keeps no other from it. Raises what ``permissions``
    raises of ``author``, and ``OSError`` where there is no folder.
    """

    def __init__(self, folder: Path, *, author: User, site: str, dry_run: bool = False) -> None:
        require(author, "article.create")
        self._folder, self._author, self._dry_run = folder, author, dry_run
        self._site = site
        #: Addresses that this run has given, or would have.
        self._given: set[str] = set()
        self.failures: list[tuple[str, str]] = []
        self.tally = Tally()

    def run(self) -> Tally:
        """Import. What is here already is left as it is."""
        for path in self._files():
            name = path.relative_to(self._folder).as_posix()
            imported = known_as(self._site, name)
            if here_already(imported):
                self.tally.article(Outcome.HERE)
                continue
            try:
                self.tally.article(self._bring(path, imported))
            except Refused as refusal:
                self._fail(name, f"{refusal.field}: {refusal.message}")
            except PostilError as refusal:
                self._fail(name, refusal.message)
            except OSError as error:
                self._fail(name, f"{error.strerror or error}")
        return self.tally

    def _fail(self, name: str, why: str) -> None:
        self.failures.append((name, why))
        self.tally.article(Outcome.FAILED, name)

    def _files(self) -> Iterator[Path]:
        """The files that may hold articles, in the order of their names; nothing hidden."""

        def fail(error: OSError) -> None:
            if Path(error.filename or "") == self._folder:
                raise error
            self._fail(str(error.filename), f"{error.strerror}")

        # A link may lead anywhere, and round in circles.
        for at, folders, names in os.walk(self._folder, onerror=fail, followlinks=False):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                path = Path(at, name)
                wanted = name.lower().endswith(ENDINGS) and not name.startswith((".", "~$"))
                if wanted and path.is_file() and not path.is_symlink():
                    yield path

    def _bring(self, path: Path, imported: tuple[str, str]) -> Outcome:
        file = _named_by(path, read_file(path))
        ready = make_ready(path, file, within=self._folder)
        if ready.slug in self._given:
            raise Refused("slug", f"There is an article at /articles/{ready.slug}/ already.")
        # What nobody has asked for gives way where it is taken.
        slug = ready.slug or self._free(slugify(_stem(path)) or slugify(ready.file.paratext.title))
        self._given.add(slug)
        for sentence in (*ready.lost, *left_out(file.source, file.format)):
            self.tally.note(re.sub(r"\A\d[\d,]* ", "", sentence))
        if not self._dry_run:
            publish_article(
                author=self._author,
                paratext=ready.file.paratext,
                source=file.source,
                format=file.format,
                draft=file.draft,
                slug=slug,
                figure=ready.figure,
                published_at=file.published,
                imported=imported,
            )
        return Outcome.DRAFT if file.draft else Outcome.IMPORTED

    def _free(self, slug: str) -> str:
        slug, number = slug[:90].strip("-") or "article", 1
        found = slug
        while found in self._given or Article.objects.filter(slug=found).exists():
            number += 1
            found = f"{slug}-{number}"
        return found


def _stem(path: Path) -> str:
    stem = path.parent.name if path.stem.lower() in _INDEX else path.stem
    dated = _DATED.fullmatch(stem)
    return dated[2] if dated else stem


def _named_by(path: Path, file: ArticleFile) -> ArticleFile:
    """``file``, with the date and the title that only its name says."""
    dated = _DATED.fullmatch(path.stem)
    if dated and file.published is None:
        try:
            day = datetime.fromisoformat(dated[1]).replace(tzinfo=UTC)
            file = replace(file, published=day)
        except ValueError:
            pass
    if not file.paratext.title:
        title = _stem(path).replace("-", " ").replace("_", " ").strip().capitalize()
        file = replace(file, paratext=replace(file.paratext, title=title[:200]))
    return file
