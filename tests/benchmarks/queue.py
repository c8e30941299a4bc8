"""What the pages of the queue take, at a thousand cases and at a million: for a moderator of the
site and for one of two parts of it, tab by tab, narrowed, counted, and what is next.

In process, on a database of its own; ``DATABASE_URL`` may name another than SQLite, which has to be
empty. Cases are written straight into the table, beside some real ones that stand first, so
that both sizes show the same page. Each round asks for each page once; the middle of the ratios is
told, with the best and the worst.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import django
from django.utils import timezone

#: Cases that are really there to be read, and how many of them are decided: more than a page.
REAL, DECIDED = 140, 30
_SOME = 5_000


def main(*arguments: str) -> None:
    """Measure, and print a line for each page."""
    parser = argparse.ArgumentParser(prog="script/bench queue")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--cases", type=int, default=1_000_000)
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="postil-bench-") as folder:
        os.environ["DATA_DIR"] = folder
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/site.sqlite3")
        django.setup()
        moderator, scoped = _fill()
        _grow(1_000)
        few = _measure(moderator, scoped, chosen.rounds)
        began = time.perf_counter()
        _grow(chosen.cases)
        print(f"{chosen.cases:,} cases were there after {time.perf_counter() - began:.0f} s")
        many = _measure(moderator, scoped, chosen.rounds)
        for name, times in many.items():
            ratios = sorted(after / before for after, before in zip(times, few[name], strict=True))
            print(
                f"{name:40} {statistics.median(few[name]) * 1000:7.1f} ms at 1,000, "
                f"{statistics.median(times) * 1000:7.1f} ms at {chosen.cases:,}: "
                f"{statistics.median(ratios):.2f} ({ratios[0]:.2f}–{ratios[-1]:.2f})"
            )


def _fill() -> tuple[Any, Any]:
    """Cases as people make them, and a moderator of the site and one of two parts."""
    from django.core.management import call_command

    from annotations.codebooks.defaults import ensure_default_codebook
    from tests import factories

    call_command("migrate", verbosity=0)
    ensure_default_codebook()
    article = factories.make_article()
    author, flagger = factories.make_user(), factories.make_user()
    for number in range(REAL):
        post = factories.make_comment(article, author=author, source=f"What about ferry {number}?")
        factories.make_flag(post, flagger=flagger, reason="spam")
    scoped, moderator = factories.make_user(), factories.make_user(is_moderator=True)
    for part in (article, factories.make_article(title="Another")):
        factories.make_role(scoped, article=part)
    _work(moderator, scoped)
    return moderator, scoped


def _work(moderator: Any, scoped: Any) -> None:
    """A page of the real cases is decided, another taken up; one in ten was given notice of."""
    from forum.moderation.actions import decide
    from forum.moderation.models import Case
    from forum.moderation.queue.claims import claim
    from tests import factories

    for number, case in enumerate(Case.objects.order_by("-rank")):
        if number < DECIDED:
            decide(moderator=moderator, case=case, action="keep", version=case.version)
        elif number < 2 * DECIDED:
            claim(moderator=scoped if number % 2 else moderator, case=case)
        elif number % 10 == 0:
            factories.make_notice(case.post, email=f"{number}@example.org")
    # For as long as it takes to measure.
    Case.objects.filter(claimed_by__isnull=False).update(
        claim_expires_at=timezone.now() + timedelta(days=7)
    )


def _grow(number: int) -> None:
    """Cases up to ``number``, each on a post of its own, behind the real ones."""
    from django.db import connection, transaction

    from forum.discussion.models import Post
    from forum.moderation.models import Case, CaseReason

    article = Post.objects.filter(kind="article").earliest("pk")
    like = Post.objects.filter(kind="comment").latest("pk")
    behind = Case.objects.order_by("rank").values_list("rank", flat=True).last() or 0
    there = Case.objects.count()
    highest = Post.objects.filter(root=article).order_by("-number").values_list("number", flat=True)
    start = highest.first() or 0
    while there < number:
        some = min(_SOME, number - there)
        with transaction.atomic():
            posts = Post.objects.bulk_create(
                Post(
                    kind="comment", root=article, parent=article, author_id=like.author_id,
                    author_name=like.author_name, number=start + index + 1,
                )
                for index in range(some)
            )  # fmt: skip
            cases = Case.objects.bulk_create(
                Case(
                    post=post, queue="reported" if index % 4 else "decided",
                    state="open" if index % 4 else "decided", kind="comment", article=article,
                    author_id=like.author_id, rank=behind + there + index + 1,
                    part_rank=behind + there + index + 1,
                )
                for index, post in enumerate(posts)
            )  # fmt: skip
            CaseReason.objects.bulk_create(
                CaseReason(case=case, reason="spam", queue=case.queue, rank=case.rank)
                for case in cases
            )
        there += some
        start += some
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _measure(moderator: Any, scoped: Any, rounds: int) -> dict[str, list[float]]:
    """Seconds for each page, round by round."""
    asked = _pages("", moderator) | _pages(" of two parts", scoped)
    times: dict[str, list[float]] = {name: [] for name in asked}
    for act in asked.values():
        act()
    for _ in range(rounds):
        for name, act in asked.items():
            began = time.perf_counter()
            act()
            times[name].append(time.perf_counter() - began)
    return times


def _pages(of: str, moderator: Any) -> dict[str, Callable[[], object]]:
    """What is asked for by ``moderator``, each by its name and whose it is."""
    from forum.discussion.models import Post
    from forum.moderation.models import Case
    from forum.moderation.queue.listing import MINE, Place, Wanted, counts, queue_page, rank_for
    from forum.moderation.queue.taking import next_case

    article = Post.objects.filter(kind="article").earliest("pk").pk
    author = Post.objects.filter(kind="comment").earliest("pk").author_id
    rank = rank_for(moderator)
    last = Case.objects.filter(queue="reported").order_by(f"-{rank}").values_list(rank, "pk")
    deep = Place(*next(iter(last[60:61])))

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
    }
    return {f"{name}{of}": act for name, act in found.items()}
