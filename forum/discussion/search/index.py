"""Keeping the words of posts where a search finds them, in the transaction that writes them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import connection

from forum.discussion.models import SearchEntry
from forum.lib.searchwords import folded_words

#: Bytes of different words that are kept of one post. PostgreSQL takes a million; no text that is
#: not made to break this comes near.
_BYTES_LIMIT = 900_000
#: Places of each word that are kept for telling how well it fits, and the highest PostgreSQL knows.
_PLACES, _LAST_PLACE = 20, 16_383

_TABLE = SearchEntry._meta.db_table
_WRITE = {
    "sqlite": f"""
        INSERT INTO {_TABLE} (post_id, heading, body) VALUES (%s, %s, %s)
        ON CONFLICT (post_id) DO UPDATE SET heading = excluded.heading, body = excluded.body
    """,  # noqa: S608  # the name of our own table
    "postgresql": f"""
        INSERT INTO {_TABLE} (post_id, heading, body, vector) VALUES (%s, %s, %s, %s::tsvector)
        ON CONFLICT (post_id) DO UPDATE
        SET heading = excluded.heading, body = excluded.body, vector = excluded.vector
    """,  # noqa: S608  # likewise
}


class Entry(NamedTuple):
    """What is to be found of a post: its words, and what stands above them, as people read both."""

    post: int
    heading: str
    text: str


def write_entries(entries: Iterable[Entry]) -> None:
    """Let ``entries`` be found, each in place of what was found of its post before."""
    rows = [_row(entry.post, folded_words(entry.heading), entry.text) for entry in entries]
    _write(rows)


def write_text(post: int, text: str) -> None:
    """Let ``text`` be found as the words of ``post``; what stands above them stays."""
    kept = SearchEntry.objects.filter(post=post).values_list("heading", flat=True).first()
    _write([_row(post, (kept or "").split(), text)])


def write_heading(post: int, heading: str) -> None:
    """Let ``heading`` be found as what stands above the words of ``post``; these stay."""
    kept = SearchEntry.objects.filter(post=post).values_list("body", flat=True).first()
    _write([_folded_row(post, folded_words(heading), (kept or "").split())])


def _row(post: int, heading: list[str], text: str) -> tuple[int | str, ...]:
    return _folded_row(post, heading, folded_words(text))


def _folded_row(post: int, heading: list[str], body: list[str]) -> tuple[int | str, ...]:
    heading, body = _within_limit(heading), _within_limit(body)
    columns = (post, _spaced(heading), _spaced(body))
    return (*columns, _vector(heading, body)) if connection.vendor == "postgresql" else columns


def _write(rows: Sequence[tuple[int | str, ...]]) -> None:
    with connection.cursor() as cursor:
        for row in rows:
            cursor.execute(_WRITE[connection.vendor], row)


def _spaced(words: list[str]) -> str:
    return f" {' '.join(words)} " if words else ""


def _within_limit(words: list[str]) -> list[str]:
    """``words`` up to where too many different ones have come."""
    if len(words) * 5 < _BYTES_LIMIT and sum(map(len, words)) * 4 < _BYTES_LIMIT:
        return words
    seen: set[str] = set()
    size = 0
    for at, word in enumerate(words):
        if word not in seen:
            seen.add(word)
            # Beside its letters, a word takes its places and some alignment.
            size += len(word.encode()) + 2 * _PLACES + 4
            if size > _BYTES_LIMIT:
                return words[:at]
    return words


def _vector(heading: list[str], body: list[str]) -> str:
    """A tsvector as PostgreSQL reads one: words with their places, those of the heading first."""
    places: defaultdict[str, list[str]] = defaultdict(list)
    for at, word in enumerate(heading, start=1):
        if len(places[word]) < _PLACES:
            places[word].append(f"{min(at, _LAST_PLACE)}A")
    for at, word in enumerate(body, start=len(heading) + 1):
        if len(places[word]) < _PLACES:
            places[word].append(f"{min(at, _LAST_PLACE)}")
    return " ".join(f"'{word}':{','.join(at)}" for word, at in places.items())
