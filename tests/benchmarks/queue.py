"""What the pages of the queue take, at a thousand cases and at a million: for a moderator of the
site and for one of two parts of it, tab by tab, narrowed, counted, and what is next; then the first
page itself, with all that stands on it, and the first of the API.

Two processes, each with a database of its own; ``DATABASE_URL`` may name one on PostgreSQL, beside
which two are made and dropped. Cases are written straight into the table, beside some real ones
that stand first, so that both sizes show the same page. Both are asked in turn, page by page, so
that whatever else the machine does weighs on both; the middle of the ratios of the rounds is told,
with the best and the worst.
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from typing import Any
from urllib.parse import urlsplit

import django


def main(*arguments: str) -> None:
    """Measure, and print a line for each page."""
    parser = argparse.ArgumentParser(prog="script/bench queue")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--cases", type=int, default=1_000_000)
    chosen = parser.parse_args(arguments)
    began = time.perf_counter()
    with _queue(1_000) as few, _queue(chosen.cases) as many:
        names = few.recv()
        assert many.recv() == names
        print(f"{chosen.cases:,} cases were there after {time.perf_counter() - began:.0f} s")
        _unmeasured = [_seconds(side, name) for name in names for side in (few, many)]
        times = {
            name: [(_seconds(few, name), _seconds(many, name)) for _ in range(chosen.rounds)]
            for name in names
        }
    for name, pairs in times.items():
        before, after = (statistics.median(side) * 1000 for side in zip(*pairs, strict=True))
        ratios = sorted(more / less for less, more in pairs)
        print(
            f"{name:40} {before:7.1f} ms at 1,000, {after:7.1f} ms at {chosen.cases:,}: "
            f"{statistics.median(ratios):.2f} ({ratios[0]:.2f}–{ratios[-1]:.2f})"
        )


def _seconds(side: Connection, name: str) -> float:
    side.send(name)
    return float(side.recv())


@contextlib.contextmanager
def _queue(cases: int) -> Iterator[Connection]:
    """A process with a queue of ``cases``; it says what can be asked for, then answers a name
    with the seconds that it took."""
    with (
        tempfile.TemporaryDirectory(prefix="postil-bench-") as folder,
        _database(folder, cases) as url,
    ):
        here, there = multiprocessing.Pipe()
        process = multiprocessing.get_context("spawn").Process(
            target=_serve, args=(there, folder, url, cases), daemon=True
        )
        process.start()
        there.close()  # so that the end of the process is the end of what is read from it
        try:
            yield here
        finally:
            here.close()
            process.join()


@contextlib.contextmanager
def _database(folder: str, cases: int) -> Iterator[str]:
    """The address of an empty database."""
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        yield f"sqlite:///{folder}/site.sqlite3"
        return
    import psycopg
    from psycopg import sql

    name = f"{urlsplit(server).path.strip('/')}_{cases}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield urlsplit(server)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


def _serve(asked: Connection, folder: str, url: str, cases: int) -> None:
    os.environ |= {"DATA_DIR": folder, "DATABASE_URL": url}
    django.setup()
    from django.db import connection

    from tests.benchmarks._cases import fill, grow

    moderator, scoped = fill()
    grow(cases)
    acts = _pages("", moderator) | _pages(" of two parts", scoped)
    asked.send(list(acts))
    with contextlib.suppress(EOFError):
        while True:
            act = acts[asked.recv()]
            began = time.perf_counter()
            act()
            asked.send(time.perf_counter() - began)
    connection.close()


def _pages(of: str, moderator: Any) -> dict[str, Callable[[], object]]:
    """What is asked for by ``moderator``, each by its name and whose it is."""
    from django.test import Client
    from django.urls import reverse

    from forum.discussion.models import Post
    from forum.moderation.models import Case
    from forum.moderation.queue.listing import MINE, Place, Wanted, counts, queue_page, rank_for
    from forum.moderation.queue.taking import next_case

    article = Post.objects.filter(kind="article").earliest("pk").pk
    author = Post.objects.filter(kind="comment").earliest("pk").author_id
    rank = rank_for(moderator)
    last = Case.objects.filter(queue="reported").order_by(f"-{rank}").values_list(rank, "pk")
    deep = Place(*next(iter(last[60:61])))

    client = Client()
    client.force_login(moderator)

    def whole(name: str) -> Callable[[], object]:
        def ask() -> None:
            assert client.get(reverse(name)).status_code == 200

        return ask

    def page(**wanted: Any) -> Callable[[], object]:
        return lambda: queue_page(moderator, Wanted(**wanted))

    found: dict[str, Callable[[], object]] = {
        "first page": page(),
        "mine": page(tab=MINE),
        "decided": page(tab="decided"),
        "held, where nothing is": page(tab="held"),
        "an article": page(article=article),
        "a reason": page(reason="spam"),
        "a kind, a reason, an author": page(kind="comment", reason="spam", author=author),
        "since yesterday": page(age="newer-1"),
        "last page but one": lambda: queue_page(moderator, Wanted(), after=deep),
        "counts of all tabs": lambda: counts(moderator),
        "the next": lambda: next_case(moderator),
        "the next for a reason": lambda: next_case(moderator, Wanted(reason="spam")),
        "the first page itself": whole("moderation"),
        "the first page of the API": whole("api-cases"),
    }
    return {f"{name}{of}": act for name, act in found.items()}
