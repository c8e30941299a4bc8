"""How well passages are carried from revision to revision, beside the common approach.

Each row is a kind of edit, done to several texts. Of every passage it is known what became of it:

- whole: all of it lives on in one run. It is *placed* when its place is right to the character,
  *wrong* anywhere else, *lost* when it is orphaned.
- edited: words of it were changed. It is placed when its extent is that of the words that live
  on, with or without those typed at its edges; wrong when it is off; lost when it is orphaned
  although most of it lives on (which of two it is may be doubted when little does).
- torn: it stood more than once, and lives on without any of its surroundings, so that nobody could
  tell it from its likes. To orphan it is right, and to place it where it is.
- gone: nothing of it lives on. It is a *ghost* when it is placed anywhere.

Recall is placed of those that live on, precision placed of all that were given a place.

``--seeds 100-111`` measures on texts and edits of other seeds than those the method was made with.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz.fuzz import partial_ratio_alignment

from annotations.anchoring.carry import FLOOR, carry
from tests.benchmarks._prose import Writer
from tests.benchmarks._tracked import Fate, Fates, Tracked

Span = tuple[int, int]
Place = Span | None
Carrying = Callable[[str, str, Sequence[Span]], list[Place]]

SEEDS = "0-11"
LENGTH = 15_000
PHRASES = 250
CHAIN = 20
SPANS = 10_000


def postil(old: str, new: str, spans: Sequence[Span]) -> list[Place]:
    """What is measured."""
    places = carry(old, new, spans)
    return [None if p.start is None or p.end is None else (p.start, p.end) for p in places]


def common(old: str, new: str, spans: Sequence[Span]) -> list[Place]:
    """What others do: the nearest place with the same words, else the most similar one."""
    return [_nearest(new, old[start:end], start) for start, end in spans]


def _nearest(text: str, quote: str, hint: int) -> Place:
    after = text.find(quote, hint)
    before = text.rfind(quote, 0, hint + len(quote))
    exact = [at for at in (before, after) if at >= 0]
    if exact:
        at = min(exact, key=lambda at: abs(at - hint))
        return at, at + len(quote)
    found = partial_ratio_alignment(quote, text)
    return (found.dest_start, found.dest_end) if found and found.dest_end else None


@dataclass
class Tally:
    """Verdicts counted: ``placed``, ``wrong``, ``lost``, ``ghost``, ``orphaned`` (rightly)."""

    counts: Counter[str]

    def add(self, verdicts: Sequence[str]) -> None:
        """Count more."""
        self.counts.update(verdicts)

    def share(self, verdict: str, *of: str) -> float:
        """How much of some verdicts is ``verdict``, in per cent."""
        total = sum(self.counts[one] for one in of)
        return 100 * self.counts[verdict] / total if total else 100.0

    def line(self) -> str:
        """As it stands in the table."""
        recall = self.share("placed", "placed", "wrong", "lost")
        precision = self.share("placed", "placed", "wrong", "ghost")
        wrong, lost, ghost = (self.counts[one] for one in ("wrong", "lost", "ghost"))
        return f"{recall:7.2f} {precision:7.2f} {wrong:5} {lost:5} {ghost:5}"


def verdict(fate: Fate, place: Place) -> str:
    """What is to be said of a place, given what became of the passage."""
    if fate.kind == "gone":
        return "orphaned" if place is None else "ghost"
    if place is None:
        return "lost" if fate.left >= FLOOR and fate.kind != "torn" else "orphaned"
    (start, end), starts, ends = place, fate.starts, fate.ends
    right = starts[0] <= start <= starts[1] and ends[0] <= end <= ends[1]
    return "placed" if right else "wrong"


def passages(writer: Writer, tracked: Tracked) -> list[tuple[str, Span]]:
    """Every sentence, unique or repeated, and phrases of two to eight words."""
    text, sentences = tracked.text, tracked.sentences()
    counted = Counter(text[start:end] for start, end in sentences)
    found = [
        ("unique" if counted[text[start:end]] == 1 else "repeated", (start, end))
        for start, end in sentences
    ]
    for _ in range(PHRASES):
        start, end = writer.random.choice(sentences)
        words = writer.words(text, start, end)
        count = min(writer.random.randint(2, 8), len(words))
        first = writer.random.randint(0, len(words) - count)
        found.append(("phrase", (words[first][0], words[first + count - 1][1])))
    return found


def through(carrying: Carrying, revisions: Sequence[str], spans: Sequence[Span]) -> list[Place]:
    """Carry spans from revision to revision; what is orphaned once stays so."""
    places: list[Place] = list(spans)
    for before, after in pairwise(revisions):
        alive = [place for place in places if place is not None]
        carried = iter(carrying(before, after, alive))
        places = [None if place is None else next(carried) for place in places]
    return places


Revise = Callable[[Writer, Tracked], list[Tracked]]


def _once(edit: Callable[[Writer, Tracked], Tracked]) -> Revise:
    return lambda writer, text: [text, edit(writer, text)]


def _chain(writer: Writer, text: Tracked) -> list[Tracked]:
    revisions = [text]
    while len(revisions) <= CHAIN:
        revisions.append(writer.mixed(revisions[-1], 0.01))
    return revisions


KINDS: dict[str, tuple[Revise, str]] = {
    "insertions": (_once(Writer.insert), "latin"),
    "deletions": (_once(Writer.delete), "latin"),
    "rewording": (_once(Writer.reword), "latin"),
    "paragraphs moved": (_once(Writer.move_paragraphs), "latin"),
    "sentences moved": (_once(Writer.move_sentences), "latin"),
    "paragraphs split": (_once(Writer.split), "latin"),
    "paragraphs joined": (_once(Writer.join), "latin"),
    "quotation marks": (_once(Writer.quote_styles), "latin"),
    "lookalikes deleted": (_once(Writer.drop_lookalikes), "latin"),
    "a little of all": (_once(Writer.mixed), "latin"),
    "much of all": (_once(Writer.heavy), "latin"),
    "right to left": (_once(Writer.mixed), "right to left"),
    "twenty revisions": (_chain, "latin"),
    "accents and emoji": (_once(Writer.written_otherwise), "latin"),
    "lines broken anew": (_once(Writer.wrap_anew), "wrapped"),
    "no spaces": (_once(Writer.mixed), "han"),
}


def measure(seeds: Sequence[int]) -> list[dict[str, Tally]]:
    """Print a table by kind of edit; the verdicts by kind of passage, on ours and on the common."""
    kinds: list[dict[str, Tally]] = [{}, {}]
    head = f"{'recall':>7} {'prec.':>7} {'wrong':>5} {'lost':>5} {'ghost':>5}"
    print(f"{'':18} {'':5} | {'postil':33} | common approach")
    print(f"{'kind of edit':18} {'spans':>5} | {head} | {head}")
    totals = [Tally(Counter()), Tally(Counter())]
    for name, (revise, script) in KINDS.items():
        row = [Tally(Counter()), Tally(Counter())]
        for seed in seeds:
            writer = Writer(seed, script)
            revisions = revise(writer, writer.text(LENGTH))
            _judge(writer, revisions, row, kinds)
        for total, tally in zip(totals, row, strict=True):
            total.counts.update(tally.counts)
        _print(name, row)
    _print("all", totals)
    return kinds


def _judge(
    writer: Writer,
    revisions: Sequence[Tracked],
    row: Sequence[Tally],
    kinds: Sequence[dict[str, Tally]],
) -> None:
    """Count what both ways make of the passages of a text."""
    texts = [revision.text for revision in revisions]
    fates = Fates(texts[0], revisions[-1])
    found = passages(writer, revisions[0])
    spans = [span for _, span in found]
    for way, tally, by_kind in zip((postil, common), row, kinds, strict=True):
        places = through(way, texts, spans)
        for (kind, span), place in zip(found, places, strict=True):
            fate = fates.of(*span)
            said = verdict(fate, place)
            tally.add([said])
            by_kind.setdefault(f"{kind} {fate.kind}", Tally(Counter())).add([said])


def _print(name: str, row: Sequence[Tally]) -> None:
    print(f"{name:18} {row[0].counts.total():5} | {row[0].line()} | {row[1].line()}")


def clock(revise: Callable[[Writer, Tracked], Tracked]) -> tuple[float, float]:
    """Seconds of CPU for 10,000 spans, no two the same, over a revised text of 100,000 characters:
    ours, the best of three; the common approach's, by a sample."""
    writer = Writer(99)
    text = writer.text(100_000)
    new = revise(writer, text)
    distinct: set[Span] = set()
    while len(distinct) < SPANS:
        distinct.update(span for _, span in passages(writer, text))
    spans = writer.random.sample(sorted(distinct), SPANS)
    times = []
    for _ in range(3):
        started = time.process_time()
        carry(text.text, new.text, spans)
        times.append(time.process_time() - started)
    sample = spans[::50]
    started = time.process_time()
    common(text.text, new.text, sample)
    return min(times), (time.process_time() - started) * len(spans) / len(sample)


def _seeds(words: str) -> range:
    first, _, last = words.partition("-")
    return range(int(first), int(last or first) + 1)


def main(*arguments: str) -> None:
    """Print the table, the verdicts by kind of passage, and the targets."""
    parser = argparse.ArgumentParser(prog="script/bench anchoring")
    parser.add_argument("--seeds", default=SEEDS, help="such as 100-111; they are 0-11 if left out")
    seeds = _seeds(parser.parse_args(arguments).seeds)
    ours, theirs = measure(seeds)
    print(f"\n{'passages':18} {'spans':>5} | placed wrong  lost ghost, postil | common approach")
    for kind in sorted(ours):
        cells = [
            " ".join(f"{tally.counts[one]:6}" for one in ("placed", "wrong", "lost", "ghost"))
            for tally in (ours[kind], theirs[kind])
        ]
        print(f"{kind:18} {ours[kind].counts.total():5} | {cells[0]} | {cells[1]}")
    print(f"\nseeds {seeds[0]} to {seeds[-1]}")
    whole = ("placed", "wrong", "lost")
    gone = Tally(sum((ours[k].counts for k in ours if k.endswith("gone")), Counter()))
    seconds, other = clock(Writer.mixed)
    much, _ = clock(Writer.heavy)
    unique = ours["unique whole"].share("placed", *whole)
    repeated = ours["repeated whole"].share("placed", *whole)
    phrases = ours["phrase whole"].share("placed", *whole)
    ghosts = gone.share("ghost", "ghost", "orphaned")
    for target, value, met in (
        ("unique sentences placed, 100 %", f"{unique:.2f} %", unique == 100),
        ("repeated sentences placed, ≥ 99.5 %", f"{repeated:.2f} %", repeated >= 99.5),
        ("phrases of 2 to 8 words, ≥ 99.5 %", f"{phrases:.2f} %", phrases >= 99.5),
        ("deleted passages placed, ≤ 0.2 %", f"{ghosts:.2f} %", ghosts <= 0.2),
        ("10,000 spans in 100,000, < 0.5 s", f"{seconds:.3f} s", seconds < 0.5),
        ("the same, much of all edited, < 0.5 s", f"{much:.3f} s", much < 0.5),
    ):
        print(f"{target:38} {value:>9}  {'met' if met else 'MISSED'}")
    print(
        f"{'the common approach, on a sample':38} {other:.1f} s, {other / seconds:.0f} times ours"
    )
