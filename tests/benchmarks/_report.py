"""The table that a run ends with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median

from tests.benchmarks._work import Figures

#: What one round says, as a ratio; ``KeyError`` when something it needs was not measured.
Ratio = Callable[[Figures], float]


@dataclass(frozen=True, slots=True)
class Target:
    """What ought to be: ``ratio`` at least ``least``, or at most ``most``; told only without."""

    words: str
    ratio: Ratio
    least: float | None = None
    most: float | None = None

    def verdict(self, value: float) -> str:
        """Whether ``value`` is as it ought to be, in a word."""
        if self.least is None and self.most is None:
            return ""
        good = (self.least is None or value >= self.least) and (
            self.most is None or value <= self.most
        )
        return "met" if good else "MISSED"


def _of(name: str, other: str) -> Ratio:
    return lambda figures: figures[name] / figures[other]


def _per_comment(figures: Figures) -> float:
    per = [figures[f"first page of {count:,} comments, s"] / count for count in (1_000, 10_000)]
    return per[1] / per[0]


EMPTY = "empty view"
TARGETS = [
    Target("warm page of the empty view, ≥ 0.60", _of("page, warm", EMPTY), least=0.6),
    Target("not modified of the empty view, ≥ 0.80", _of("page, not modified", EMPTY), least=0.8),
    Target("a comment's cost at 10,000 of that at 1,000, ≤ 1.5", _per_comment, most=1.5),
    Target(
        "first page of 1,000 comments of Isso's thread, ≤ 0.05",
        _of("first page of 1,000 comments, s", "Isso: a thread, s"),
        most=0.05,
    ),
    Target(
        "the same with 2,000 annotations, ≤ 0.05",
        _of("first page after a write, s", "Isso: a thread, s"),
        most=0.05,
    ),
    *(
        Target(
            f"posting comments of Isso, {clients} clients, ≥ 1",
            _of(f"posting comments, {clients} clients", f"Isso: posting, {clients} clients"),
            least=1,
        )
        for clients in (1, 8, 32)
    ),
    Target(
        "listing 1,000 annotations of doccano, ≥ 5",
        _of("list of annotations, kept", "doccano: 1,000 spans"),
        least=5,
    ),
    Target(
        "the same made anew",
        _of("list of annotations, made anew", "doccano: 1,000 spans"),
    ),
]


@dataclass
class Report:
    """Figures by round, and what became of what was posted."""

    rounds: list[Figures] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    lost: int = 0
    refused: int = 0
    stale: int = 0

    def add(self, figures: Figures) -> None:
        """Figures of the round that is going on; a name that is known begins the next."""
        if not self.rounds or set(figures) & set(self.rounds[-1]):
            self.rounds.append({})
        self.rounds[-1] |= figures

    def print(self, *, database: str) -> None:
        """The figures, then the targets."""
        columns: defaultdict[str, list[float]] = defaultdict(list)
        for figures in self.rounds:
            for name, value in figures.items():
                columns[name].append(value)
        print(f"\n{len(self.rounds)} rounds, {database}; seconds where it says s, else per second")
        print(f"{'':44} {'median':>9} {'best':>9} {'worst':>9} {'of empty':>9}")
        for name, values in columns.items():
            timed = name.endswith(", s")
            best, worst = (min, max) if timed else (max, min)
            empty = "empty view, one client, s" if timed else EMPTY
            ratio = median(f[name] / f[empty] for f in self.rounds if name in f and empty in f)
            cells = " ".join(
                f"{v:9.4f}" if timed else f"{v:9.1f}"
                for v in (median(values), best(values), worst(values))
            )
            print(f"{name:44} {cells} {ratio:9.3f}")
        print()
        for target in TARGETS:
            self._judge(target)
        for words, count in (
            ("posts refused, 0", self.refused),
            ("posts answered “created” and not there, 0", self.lost),
            ("pages that lacked one's own write, 0", self.stale),
        ):
            print(f"{words:52} {count:17}  {'MISSED' if count else 'met'}")

    def _judge(self, target: Target) -> None:
        try:
            ratios = sorted(target.ratio(figures) for figures in self.rounds)
        except KeyError:
            print(f"{target.words:52} {'not measured':>17}")
            return
        value = median(ratios)
        spread = f"{value:.3f} ({ratios[0]:.2f}–{ratios[-1]:.2f})"
        print(f"{target.words:52} {spread:>17}  {target.verdict(value)}")
