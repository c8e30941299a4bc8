"""What the site takes to serve, beside what an empty Django view takes under the same middleware.

A site of its own is made in a folder that goes afterwards, filled with an article of 20,000
characters, 1,000 nested comments and 2,000 overlapping annotations, and served by gunicorn with two
workers as ``script/server`` does. ``DATABASE_URL`` may name another database than SQLite; it has to
be empty. With ``--peers FOLDER`` Isso and doccano are installed there and do the same work.

Machines differ, and a busy one differs from itself: each round measures everything once, ratios are
taken within a round, and of the rounds the middle is told with the best and the worst.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks import _peers
from tests.benchmarks._report import Report
from tests.benchmarks._server import free_port, make_site, postil
from tests.benchmarks._work import Bench

#: Comments in the threads whose first render is timed.
GROWN = (1_000, 3_000, 10_000)
#: Clients that post at once.
CLIENTS = (1, 8, 32)


def main(*arguments: str) -> None:
    """Measure, and print a table with the targets."""
    parser = argparse.ArgumentParser(prog="script/bench page")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.5, help="of each run of reading")
    parser.add_argument("--posts", type=int, default=256, help="in each run of posting")
    parser.add_argument(
        "--peers", metavar="FOLDER", type=Path, help="install Isso and doccano here"
    )
    chosen = parser.parse_args(arguments)
    report = Report()
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="postil-bench-")))
        port = free_port()
        print("Filling a site …", flush=True)
        site = make_site(folder, port, GROWN)
        stack.enter_context(postil(folder, port))
        bench = Bench(port, site, chosen.seconds, chosen.posts)
        peers = list(_started(stack, chosen.peers, site.read.text, report))
        for number in range(chosen.rounds):
            print(f"Round {number + 1} of {chosen.rounds} …", flush=True)
            _round(bench, peers, report)
        report.lost, report.refused, report.stale = bench.lost(), bench.refused, bench.stale
    report.print(database=os.environ.get("DATABASE_URL", "").partition(":")[0] or "sqlite")


def _round(bench: Bench, peers: list[_peers.Peer], report: Report) -> None:
    report.add(bench.reading())
    report.add(bench.listing())
    report.add(bench.after_a_write())
    report.add(bench.first_renders())
    for peer in peers:
        report.add(peer.reading())
    for clients in CLIENTS:
        report.add(bench.posting("comment", clients))
        report.add(bench.posting("annotation", clients))
        for peer in peers:
            report.add(peer.posting(clients))


def _started(
    stack: contextlib.ExitStack, cache: Path | None, text: str, report: Report
) -> Iterator[_peers.Peer]:
    if cache is None:
        return
    for kind in (_peers.Isso, _peers.Doccano):
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="postil-peer-")))
        print(f"Setting up {kind.name} …", flush=True)
        try:
            yield stack.enter_context(kind.started(cache.resolve(), folder, text))
        except _peers.NotInstalled as problem:
            print(f"{kind.name} is left out: {problem}")
            report.missing.append(kind.name)
