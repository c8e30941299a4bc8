"""What a search takes, beside looking through every text for the same word (``icontains``).

In process, on a database of its own that is filled with responses and the article of ``script/bench
page``; ``DATABASE_URL`` may name another than SQLite, which has to be empty. Both ask for the
first page of what a stranger may read. Each round measures everything once; the middle of the
ratios is told, with the best and the worst.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from urllib.parse import urlencode

import django


def main(*arguments: str) -> None:
    """Measure, and print a line for each query."""
    parser = argparse.ArgumentParser(prog="script/bench search")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--responses", type=int, default=50_000)
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="postil-bench-") as folder:
        os.environ["DATA_DIR"] = folder
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/site.sqlite3")
        django.setup()
        _fill(chosen.responses)
        for name, written in _queries().items():
            _compare(name, written, chosen.rounds)


def _fill(responses: int) -> None:
    from django.core.management import call_command

    from annotations.search.rebuilding import rebuild
    from tests.benchmarks._filling import fill

    call_command("migrate", verbosity=0)
    print("Filling a site …", flush=True)
    fill([responses])
    began = time.perf_counter()
    count = rebuild()
    print(f"{count} posts made to be found in {time.perf_counter() - began:.0f} s")


def _queries() -> dict[str, str]:
    """Words that many, some and few texts have."""
    from forum.discussion.models import SearchEntry

    seen: Counter[str] = Counter()
    for body in SearchEntry.objects.values_list("body", flat=True)[:3_000]:
        seen.update(word for word in set(body.split()) if len(word) > 3)
    words = [word for word, _ in seen.most_common()]
    return {
        "the commonest word": words[0],
        "a word in some": words[len(words) // 4],
        "the rarest word": words[-1],
        "two words together": f'"{words[0]} {words[1]}"',
    }


def _compare(name: str, written: str, rounds: int) -> None:
    from django.contrib.auth.models import AnonymousUser
    from django.http import QueryDict

    from annotations.search.asked import Asked
    from annotations.search.results import PAGE, search
    from forum.discussion.models import Revision

    asked = Asked.of(QueryDict(urlencode({"q": written})))
    everybody = AnonymousUser()

    def index() -> int:
        return search(asked, everybody).count

    def every_text() -> int:
        current = Revision.objects.current().visible_to(everybody)
        found = current.filter(text__icontains=written.strip('"')).order_by("-post_id")
        found.count()
        return len(found.select_related("post")[:PAGE])

    ratios, times = [], []
    for _ in range(rounds):
        times.append(_seconds(index))
        ratios.append(times[-1] / _seconds(every_text))
    print(
        f"{name} ({index()} found): {statistics.median(times) * 1000:.0f} ms, "
        f"{statistics.median(ratios):.2f} of looking through every text "
        f"({min(ratios):.2f}–{max(ratios):.2f})"
    )


def _seconds(act: Callable[[], int]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began
