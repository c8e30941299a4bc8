"""An export on its way in: kept on disk, so that its size is nobody's memory.

All of it is read before any of it is written here: what a file ends with can be that it is damaged,
comments come before what they answer, and one export may be several files.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, NamedTuple, Self

from forum.discussion.importers.comment_text import CommentText
from forum.discussion.importers.exports import (
    Exported,
    ExportedArticle,
    ExportedComment,
    Standing,
    Writer,
)
from forum.discussion.importers.ids import bounded
from forum.lib.html import Format, Rendered

_TABLES = """
    CREATE TABLE article (
        place INTEGER PRIMARY KEY, source TEXT, id TEXT, data TEXT, UNIQUE (source, id)
    );
    CREATE TABLE called (key TEXT PRIMARY KEY, article INTEGER) WITHOUT ROWID;
    CREATE TABLE comment (
        place INTEGER PRIMARY KEY, source TEXT, id TEXT, article TEXT, parent TEXT,
        written REAL, standing TEXT, name TEXT, account TEXT, email TEXT, content TEXT,
        UNIQUE (source, id)
    );
    CREATE INDEX thread ON comment (article);
    CREATE TABLE words (
        place INTEGER PRIMARY KEY, source TEXT, format TEXT, html TEXT, text TEXT
    );
"""
#: Kilobytes that SQLite keeps in memory of it.
_CACHE = 16_000


class Outline(NamedTuple):
    """A comment without its words."""

    place: int
    id: str
    parent: str | None
    written: datetime | None
    standing: Standing


class Spool:
    """The articles and comments of an export, to be asked for by article."""

    def __init__(self) -> None:
        # Without a name it is a file that SQLite removes, whatever happens.
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.execute(f"PRAGMA cache_size = -{_CACHE}")
        self._db.executescript(_TABLES)
        #: Articles and comments that came more than once; the first of them counts.
        self.repeated_articles = self.repeated_comments = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._db.close()

    def add(self, items: Iterable[Exported]) -> None:
        """Keep ``items``."""
        for item in items:
            if isinstance(item, ExportedArticle):
                self._add_article(item)
            else:
                self._add_comment(item)

    def articles(self) -> Iterator[tuple[int, ExportedArticle]]:
        """The articles in the order they came, each with its place in it."""
        with closing(self._db.execute("SELECT place, data FROM article ORDER BY place")) as rows:
            for place, data in rows:
                yield place, _article(json.loads(data))

    def outline(self, articles: Iterable[int]) -> list[Outline]:
        """The comments under the articles with these places, in the order they came."""
        marks = list(articles)
        rows = self._db.execute(
            "SELECT place, id, parent, written, standing FROM comment WHERE article IN ("
            "SELECT key FROM called WHERE article IN (SELECT value FROM json_each(?)))"
            " ORDER BY place",
            [json.dumps(marks)],
        )
        return [
            Outline(place, id, parent, _moment(written), Standing(standing))
            for place, id, parent, written, standing in rows
        ]

    def homeless(self) -> int:
        """How many comments are under an article that the export does not hold."""
        sql = "SELECT count(*) FROM comment WHERE article NOT IN (SELECT key FROM called)"
        return int(self._db.execute(sql).fetchone()[0])

    def said(self, place: int) -> tuple[Writer, str]:
        """Who wrote the comment at ``place``, and its HTML."""
        sql = "SELECT name, account, email, content FROM comment WHERE place = ?"
        name, account, email, content = self._db.execute(sql, [place]).fetchone()
        return Writer(name, account, email), content

    def keep_words(self, place: int, words: CommentText) -> None:
        """Keep the words of the comment at ``place`` as they will be stored."""
        row = (place, words.source, words.format, words.rendered.html, words.rendered.text)
        self._db.execute("INSERT OR REPLACE INTO words VALUES (?, ?, ?, ?, ?)", row)

    def words(self, place: int) -> CommentText:
        """What ``keep_words`` kept."""
        sql = "SELECT source, format, html, text FROM words WHERE place = ?"
        source, format, html, text = self._db.execute(sql, [place]).fetchone()
        return CommentText(source, Format(format), Rendered(html, text))

    def _add_article(self, article: ExportedArticle) -> None:
        id = bounded(article.id)
        row = [article.source, id, json.dumps(asdict(article), default=str)]
        added = self._db.execute(
            "INSERT OR IGNORE INTO article (source, id, data) VALUES (?, ?, ?)", row
        )
        self.repeated_articles += not added.rowcount
        self._db.execute(
            "INSERT OR IGNORE INTO called SELECT ?, place FROM article WHERE source = ? AND id = ?",
            [article.key, article.source, id],
        )

    def _add_comment(self, comment: ExportedComment) -> None:
        writer, written = comment.writer, comment.written
        added = self._db.execute(
            "INSERT OR IGNORE INTO comment (source, id, article, parent, written, standing, name,"
            " account, email, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                *(comment.source, bounded(comment.id), comment.article),
                bounded(comment.parent) if comment.parent else None,
                written.timestamp() if written else None,
                *(comment.standing, writer.name, writer.account, writer.email, comment.content),
            ],
        )
        self.repeated_comments += not added.rowcount


def _moment(written: float | None) -> datetime | None:
    return None if written is None else datetime.fromtimestamp(written, UTC)


def _article(values: dict[str, Any]) -> ExportedArticle:
    published = values.pop("published")
    return ExportedArticle(
        **values
        | {
            "id": bounded(values["id"]),
            "writer": Writer(**values["writer"]),
            "names": tuple(values["names"]),
            "lost": tuple(values["lost"]),
            "format": Format(values["format"]),
            "standing": Standing(values["standing"]),
            "published": datetime.fromisoformat(published) if published else None,
        }
    )
