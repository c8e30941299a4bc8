"""What screening takes, beside posting without it, and what long lists take beside short ones.

In process, on a database of its own (``DATABASE_URL`` may name an empty one other than SQLite), in
processor time, with as many people as it takes for none to post too much. Each round measures
everything once, in turn; the middle of the ratios is told, with the best and the worst.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence

import django

from tests.benchmarks._prose import Writer

#: Words of a long list, and of a short one.
LONG, SHORT = 10_000, 10
_ALPHABET = "abcdefghiklmnoprstuvw"


def main(*arguments: str) -> None:
    """Measure, and print a line for each comparison."""
    parser = argparse.ArgumentParser(prog="script/bench screening")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--posts", type=int, default=150)
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="postil-bench-") as folder:
        os.environ["DATA_DIR"] = folder
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/site.sqlite3")
        django.setup()
        _posting(chosen.rounds, chosen.posts)
        _looking(chosen.rounds)


def _posting(rounds: int, posts: int) -> None:
    from django.conf import settings
    from django.core.management import call_command

    from forum.discussion.actions import post_comment
    from tests import factories

    call_command("migrate", verbosity=0)
    settings.POSTS_PER_MINUTE, settings.POSTS_PER_HOUR = 6, 60
    settings.NUDGE_REPEATS, settings.HOLD_REPEATS, settings.HOLD_AFTER_REMOVALS = 1, 3, 3
    article = factories.make_article()
    writer = Writer(1)
    every = list(settings.SCREENING_STEPS)

    def post(steps: list[str]) -> float:
        people = [factories.make_user() for _ in range(posts // 5 + 1)]
        texts = [writer.text(400).text for _ in range(posts)]
        settings.SCREENING_STEPS = steps
        began = time.process_time()
        for number, text in enumerate(texts):
            post_comment(author=people[number // 5], article=article, source=text)
        return time.process_time() - began

    post(every)
    plain, screened, listed = [], [], []
    for round_ in range(rounds):
        plain.append(post([]))
        screened.append(post(every))
        if not round_:
            factories.make_word_list(*_words(LONG), kind="suspect")
            post(every)
        listed.append(post(every))
    _tell("posting with every step, beside none", screened, plain)
    _tell(f"the same with {LONG:,} words looked for", listed, plain)


def _looking(rounds: int) -> None:
    from forum.screening.matching import Matcher

    writer = Writer(2)
    texts = [writer.text(1_000).text for _ in range(300)]
    few, many = Matcher(_words(SHORT)), Matcher(_words(LONG))
    within = Matcher([f"*{word}*" for word in _words(LONG)])

    def look(matcher: Matcher, among: Sequence[str] = texts) -> float:
        return _timed(lambda: [matcher.find(text) for text in among])

    look(few)
    long_texts = ["\n".join(texts[:10])] * 30
    rows = [(look(few), look(many), look(within), look(many, long_texts)) for _ in range(rounds)]
    short, long, stars, once = zip(*rows, strict=True)
    _tell(f"{LONG:,} words looked for, beside {SHORT}", long, short)
    _tell("the same, all of them with stars", stars, short)
    _tell("texts ten times as long, beside as many characters", once, long)


def _words(number: int) -> list[str]:
    chance = random.Random(number)
    return ["".join(chance.choices(_ALPHABET, k=chance.randint(5, 12))) for _ in range(number)]


def _timed(act: Callable[[], object]) -> float:
    began = time.process_time()
    act()
    return time.process_time() - began


def _tell(what: str, these: Sequence[float], those: Sequence[float]) -> None:
    ratios = sorted(this / that for this, that in zip(these, those, strict=True))
    middle = statistics.median(ratios)
    print(f"{what}: {middle:.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})", flush=True)
