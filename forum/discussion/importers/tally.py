"""What an import has done, or would do: how many for each reason, as a table and as JSON. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

#: How many of each that was left out are named.
_NAMED = 20


class Outcome(StrEnum):
    """What became of an article or a comment: one of these."""

    IMPORTED = "imported"
    DRAFT = "imported as a draft"
    HELD = "held for a moderator, as it was there"
    HERE = "already here"
    MATCHED = "matched to an article here"
    LEFT_DRAFT = "left out: a draft (--drafts brings it)"
    LEFT_PRIVATE = "left out: private or behind a password (--drafts brings it)"
    TRASH = "left out: deleted there"
    SPAM = "left out: spam there"
    PINGBACK = "left out: a pingback or trackback (--pingbacks brings it)"
    OTHER = "left out: neither an article nor a comment"
    UNMATCHED = "left out: no article here matches (--map can say which)"
    NO_ARTICLE = "left out: its article is not here"
    REPEATED = "left out: the same again in the export"
    TOO_LONG = "left out: too long"
    EMPTY = "left out: nothing to read is left after sanitising"
    UNREADABLE = "left out: cannot be represented"
    FAILED = "not imported"


class Note(StrEnum):
    """What else is to be told of what was imported."""

    PLACE_KEPT = "left out, but its place kept for what answers it"
    REROOTED = "answered something that is nowhere, now the article"
    CYCLE = "circle of answers cut"
    NO_DATE = "without a date that can be right"
    NO_NAME = "without a name, now “Anonymous”"
    NAME_CUT = "name or title shortened"
    MINE = "given to a person here"
    AS_HTML = "comment kept as HTML"
    CLOSED = "discussion closed, as it was there"


@dataclass(slots=True)
class Tally:
    """The counts of one import."""

    articles: Counter[str] = field(default_factory=Counter)
    comments: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    #: Some of what was left out, by outcome: what to look for in the export.
    named: dict[str, list[str]] = field(default_factory=dict)

    def article(self, outcome: Outcome, name: str = "") -> None:
        """Count an article."""
        self.articles[outcome] += 1
        if name:
            self._name(outcome, name)

    def comment(self, outcome: Outcome, name: str = "", count: int = 1) -> None:
        """Count comments."""
        self.comments[outcome] += count
        if name:
            self._name(outcome, name)

    def note(self, note: str, count: int = 1) -> None:
        """Count something to be told."""
        self.notes[note] += count

    def as_json(self, *, dry_run: bool) -> dict[str, Any]:
        """The same for machines. Reasons are called as in the code, in small letters."""
        return {
            "dry_run": dry_run,
            "articles": _keyed(self.articles),
            "comments": _keyed(self.comments),
            "notes": _keyed(self.notes),
            "named": {_key(outcome): names for outcome, names in self.named.items()},
        }

    def table(self, *, dry_run: bool) -> str:
        """The counts for people to read, in lines."""
        rows: list[tuple[str, str]] = []
        for title, counts in (
            ("Articles", self.articles),
            ("Comments", self.comments),
            ("Notes", self.notes),
        ):
            told = +counts
            if told:
                total = "" if title == "Notes" else f"{told.total():,}"
                rows.append((total, title))
                order = [*Outcome, *Note]
                reasons = sorted(told, key=lambda r: (r not in order, str(r)))
                reasons.sort(key=lambda r: order.index(r) if r in order else len(order))
                rows += [(f"{told[reason]:,}", f"  {reason}") for reason in reasons]
        width = max((len(number) for number, _ in rows), default=1)
        lines = [f"{number:>{width}}  {label}" for number, label in rows]
        for outcome, names in self.named.items():
            lines += ["", f"{outcome[0].upper()}{outcome[1:]}:", *(f"  {name}" for name in names)]
            if (more := self._counted(outcome) - len(names)) > 0:
                lines.append(f"  … and {more:,} more")
        if not rows:
            lines = ["There is nothing in it to import."]
        if dry_run:
            lines.append("")
            lines.append("Nothing was written: this was a dry run.")
        return "\n".join(lines)

    def _name(self, outcome: str, name: str) -> None:
        names = self.named.setdefault(outcome, [])
        if len(names) < _NAMED:
            names.append(" ".join(name.split())[:200])

    def _counted(self, outcome: str) -> int:
        return self.articles[outcome] + self.comments[outcome]


def _key(reason: str) -> str:
    return reason.name.lower() if isinstance(reason, Outcome | Note) else reason


def _keyed(counts: Counter[str]) -> dict[str, int]:
    return {_key(reason): count for reason, count in (+counts).items()}
