"""Long texts and their revisions, of which it is known where every character went."""

from __future__ import annotations

import random
import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain

SENTENCE = re.compile(r"[^\s][^\n]*?[.!?…](?:[\"'”’»)]*)(?=\s|$)")
_WORD = re.compile(r"\S+")

_NOUNS = (
    "bridge council harbour teacher archive winter river committee ferry engine orchard letter "
    "railway witness budget village hospital survey student market museum bakery cousin lantern "
    "library tenant farmer valley senator painter contract kitchen meadow journal passenger café "
    "naïveté cafe\u0301 re\u0301sume\u0301 telescope quarry gardener"
).split()
_VERBS = (
    "repaired forgot described questioned carried measured painted refused followed inherited "
    "defended abandoned counted remembered opposed borrowed supported delayed discovered "
    "explained praised closed"
).split()
_ADJECTIVES = (
    "old quiet public wooden famous narrow broken generous early local patient expensive northern "
    "careful empty brilliant modest private annual forgotten"
).split()
_ADVERBS = "slowly once rarely again openly twice almost never calmly always".split()
_PLACES = (
    "near the station|in the autumn|after the flood|behind the town hall|before the vote|"
    "across the water|for eleven years|without a permit|at the edge of town|in the second report"
).split("|")
_NAMES = "Maren Okafor Lindqvist Aurelio Teresa Hạnh Bjørn Zoë Priya Dubois".split()
#: How far the surroundings of a passage reach, in code points.
_NEAR = 32
_EMOJI = "😀 👩‍🔬 🏳️‍🌈 👍🏽 🚲".split()
_REPEATED = (
    "The figures speak for themselves.",
    "Nobody asked the people who live there.",
    "That is the whole of the matter.",
    "It was, of course, too late by then.",
    "We shall come back to this.",
    "Why was that?",
    "Of this the report says nothing at all, and it says so twice.",
)
_HEBREW = (
    "הגשר הישן נסגר בחורף שעבר אחד לא שאל את התושבים קראנו הדו״ח עד סופו השוק נפתח מחדש אחרי "
    "השיטפון שָׁלוֹם אמר המורה לתלמידים הספינה הגיעה אל הנמל בלילה"
).split()
_ARABIC = (
    "الجسر القديم مغلق منذ الشتاء قال المجلس إن التقرير كامل وصل المهندس إلى القرية متأخرا لم يكن "
    "في المكتبة أحد السوق مفتوح بعد الفيضان كُتِبَ الخطاب أمس"
).split()


@dataclass(frozen=True, slots=True)
class Tracked:
    """A text, and for each of its characters where it stood in the first revision, or -1."""

    text: str
    origin: tuple[int, ...]

    @classmethod
    def first(cls, text: str) -> Tracked:
        """A text that every later one is compared with."""
        return cls(text, tuple(range(len(text))))

    @classmethod
    def typed(cls, text: str) -> Tracked:
        """Words that were not there before."""
        return cls(text, (-1,) * len(text))

    def cut(self, start: int, end: int) -> Tracked:
        """A part of the text."""
        return Tracked(self.text[start:end], self.origin[start:end])

    def replaced(self, edits: Sequence[tuple[int, int, str]]) -> Tracked:
        """With stretches that do not overlap replaced by new words."""
        parts, at = [], 0
        for start, end, words in sorted(edits):
            parts += [self.cut(at, start), self.typed(words)]
            at = end
        return joined([*parts, self.cut(at, len(self.text))], "")

    def paragraphs(self) -> list[Tracked]:
        """The lines of the text."""
        return [self.cut(*line.span()) for line in re.finditer(r"[^\n]+", self.text)]

    def sentences(self) -> list[tuple[int, int]]:
        """Where the sentences are."""
        return [sentence.span() for sentence in SENTENCE.finditer(self.text)]


def joined(parts: Sequence[Tracked], between: str = "\n") -> Tracked:
    """Parts put one after the other."""
    gap = Tracked.typed(between)
    run = [piece for part in parts for piece in (gap, part)][1:]
    return Tracked(
        "".join(piece.text for piece in run),
        tuple(chain.from_iterable(piece.origin for piece in run)),
    )


class Writer:
    """Writes texts and revises them; the same seed writes the same."""

    def __init__(self, seed: int, right_to_left: bool = False) -> None:
        self.random = random.Random(seed)
        self.right_to_left = right_to_left

    def text(self, length: int) -> Tracked:
        """A text of about ``length`` code points, with paragraphs that look like others."""
        paragraphs: list[str] = []
        size = 0
        while size < length:
            fresh = not paragraphs or self.random.random() > 0.12
            paragraph = self.paragraph() if fresh else self._lookalike(self._any(paragraphs))
            paragraphs.append(paragraph)
            size += len(paragraph) + 1
        return Tracked.first("\n".join(paragraphs))

    def paragraph(self, repeating: float = 0.15) -> str:
        """Two to eight sentences, some of them refrains."""
        sentences: list[str] = []
        for _ in range(self.random.randint(2, 8)):
            repeated = self.random.random() < repeating
            sentence = self._any(_REPEATED) if repeated else self.sentence()
            if sentence not in sentences:
                sentences.append(sentence)
        return " ".join(sentences)

    def sentence(self) -> str:
        """A sentence nobody has written before, as a rule."""
        if self.right_to_left and self.random.random() < 0.7:
            script = self.random.choice((_HEBREW, _ARABIC))
            words = self.random.sample(script, self.random.randint(5, 12))
            words[3] += "،" if script is _ARABIC else ","
            return " ".join([*words, str(self.random.randint(1800, 2100))]) + "."
        clause, more = self._clause(), self._clause()
        shape = self.random.random()
        if shape < 0.15:
            return f'"{clause[0].upper()}{clause[1:]}," {self._any(_NAMES)} said, "and {more}."'
        if shape < 0.25:
            return f"{self._any(_NAMES)}'s {clause[4:]}, they say, wasn't so {self._any(_EMOJI)}."
        if shape < 0.6:
            return f"{clause[0].upper()}{clause[1:]}, and {more}."
        if shape < 0.8:
            return f"{clause[0].upper()}{clause[1:]}!"
        return f"In {self.random.randint(1800, 2030)} {clause}."

    def _clause(self) -> str:
        noun, other = self._any(_NOUNS), self._any(_NOUNS)
        verb = f"{self._any(_ADVERBS)} {self._any(_VERBS)}"
        place = f" {self._any(_PLACES)}" if self.random.random() < 0.5 else ""
        return f"the {self._any(_ADJECTIVES)} {noun} {verb} the {other}{place}"

    def _lookalike(self, paragraph: str) -> str:
        """The same paragraph with another name, number or noun here and there."""
        others = (*_NOUNS, *_NAMES)
        return _WORD.sub(
            lambda word: (
                self._any(others)
                if word.group() in others or self.random.random() < 0.04
                else word.group()
            ),
            paragraph,
        )

    def _any(self, choices: Sequence[str]) -> str:
        return self.random.choice(choices)

    def _some(self, units: Sequence[tuple[int, int]], part: float) -> list[tuple[int, int]]:
        return sorted(self.random.sample(units, max(1, round(len(units) * part))))

    # Edits: each takes a text to its next revision.

    def insert(self, text: Tracked, part: float = 0.15) -> Tracked:
        """New sentences and new paragraphs. No refrains: typed beside its like, which is new?"""
        some = self._some(text.sentences(), part)
        edits = [
            (start, start, self.random.choice([f"{self.sentence()} ", f"{self.paragraph(0)}\n"]))
            for start, _ in some
        ]
        return text.replaced(edits)

    def delete(self, text: Tracked, part: float = 0.15) -> Tracked:
        """Sentences gone, with the space after them; and a few paragraphs."""
        some = self._some(text.sentences(), part)
        lines = text.replaced([(a, b + (text.text[b : b + 1] == " "), "") for a, b in some])
        return joined([p for p in lines.paragraphs() if self.random.random() > part / 3])

    def reword(self, text: Tracked, part: float = 0.3) -> Tracked:
        """A word or two changed, added or left out in some sentences."""
        edits = []
        for start, end in self._some(text.sentences(), part):
            words = [word.span() for word in _WORD.finditer(text.text, start, end)][1:-1]
            if not words:
                continue
            for a, b in self._some(words, 0.15):
                new = self._any((*_NOUNS, *_ADJECTIVES, *_VERBS))
                edits.append(self.random.choice([(a, b, new), (a, a, f"{new} "), (a, b + 1, "")]))
        return text.replaced(edits)

    def move_paragraphs(self, text: Tracked, part: float = 0.1) -> Tracked:
        """Some paragraphs put elsewhere."""
        paragraphs = text.paragraphs()
        for _ in range(max(1, round(len(paragraphs) * part))):
            paragraph = paragraphs.pop(self.random.randrange(len(paragraphs)))
            paragraphs.insert(self.random.randrange(len(paragraphs) + 1), paragraph)
        return joined(paragraphs)

    def move_sentences(self, text: Tracked, part: float = 0.05) -> Tracked:
        """Some sentences put elsewhere, into other paragraphs too."""
        taken = self._some(text.sentences(), part)
        sentences = [text.cut(*span) for span in taken]
        rest = text.replaced([(a, b + (text.text[b : b + 1] == " "), "") for a, b in taken])
        for sentence in sentences:
            places = [a for a, _ in rest.sentences()]
            # Beside its like nobody could say which is which.
            free = [a for a in places if sentence.text not in rest.text[max(0, a - 200) : a + 200]]
            at = self.random.choice(free)
            before, after = rest.cut(0, at), rest.cut(at, len(rest.text))
            rest = joined([before, sentence, Tracked.typed(" "), after], "")
        return rest

    def split(self, text: Tracked, part: float = 0.3) -> Tracked:
        """Paragraphs cut in two."""
        spaces = [(a - 1, a) for a, _ in text.sentences() if text.text[a - 1 : a] == " "]
        return text.replaced([(a, b, "\n") for a, b in self._some(spaces, part)])

    def join(self, text: Tracked, part: float = 0.3) -> Tracked:
        """Paragraphs made one."""
        ends = [end.span() for end in re.finditer("\n", text.text)]
        return text.replaced([(a, b, " ") for a, b in self._some(ends, part)])

    def quote_styles(self, text: Tracked) -> Tracked:
        """Straight quotation marks and apostrophes made curly."""
        opening = re.compile(r"(?<!\S)\"")
        edits = [(m.start(), m.end(), "“") for m in opening.finditer(text.text)]
        opened = {start for start, *_ in edits}
        for mark in re.finditer("[\"']", text.text):
            if mark.start() not in opened:
                edits.append((*mark.span(), "”" if mark.group() == '"' else "’"))
        return text.replaced(edits)

    def drop_lookalikes(self, text: Tracked) -> Tracked:
        """Of two paragraphs that look alike one goes."""
        kept: list[Tracked] = []
        seen: set[tuple[str, ...]] = set()
        for paragraph in text.paragraphs():
            shape = tuple(re.findall(r"\b[a-z]{2,}\w*|\d+", paragraph.text))
            likeness = tuple(word for word in shape if word not in _NOUNS)[:12]
            if likeness not in seen or self.random.random() < 0.3:
                kept.append(paragraph)
            seen.add(likeness)
        return joined([p for p in kept if self.random.random() > 0.05])

    def mixed(self, text: Tracked, part: float = 0.05) -> Tracked:
        """A little of everything."""
        for edit in self.random.sample(self.edits(), 4):
            text = edit(text, part)
        return text

    def heavy(self, text: Tracked) -> Tracked:
        """Much of everything."""
        for edit in self.edits():
            text = edit(text, 0.15)
        return text

    def edits(self) -> list[Callable[[Tracked, float], Tracked]]:
        """Those that can be done to any part of a text."""
        moves = [self.move_paragraphs, self.move_sentences]
        return [self.insert, self.delete, self.reword, *moves, self.split, self.join]


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a passage: ``whole`` (every character, in one run), ``edited`` or ``gone``.

    Or ``torn``: whole, but a repeated one and with nothing of its surroundings, so that the texts
    cannot tell which of the repetitions it is.

    It begins in ``starts`` and ends in ``ends`` (both inclusive): words typed at its edges may
    or may not be taken to belong to it. ``left`` is the part of its characters that lives.
    """

    kind: str
    starts: tuple[int, int] = (0, 0)
    ends: tuple[int, int] = (0, 0)
    left: float = 0.0


class Fates:
    """What became of the passages of the first revision in a later one."""

    def __init__(self, before: str, now: Tracked) -> None:
        self.before, self.now = before, now
        self.where = sorted((origin, at) for at, origin in enumerate(now.origin) if origin >= 0)

    def of(self, start: int, end: int) -> Fate:
        """What became of ``[start, end)``."""
        first, last = bisect_left(self.where, (start, -1)), bisect_left(self.where, (end, -1))
        places = [at for _, at in self.where[first:last]]
        if not places:
            return Fate("gone")
        low, high = min(places), max(places) + 1
        kept = self.now.text[low:high].strip() or self.now.text[low:high]
        left = len(places) / (end - start)
        if left == 1.0 and places == list(range(low, high)):
            kind = "torn" if self._torn(start, end, low, high) else "whole"
            return Fate(kind, (low, low), (high, high), left)
        early, late = low, high
        low = self.now.text.index(kept, low)
        high = low + len(kept)
        if self.where[first][0] > start:
            while early and self.now.origin[early - 1] < 0:
                early -= 1
        if self.where[last - 1][0] < end - 1:
            while late < len(self.now.origin) and self.now.origin[late] < 0:
                late += 1
        return Fate("edited", (early, low), (high, late), left)

    def _torn(self, start: int, end: int, low: int, high: int) -> bool:
        if self.before.count(self.before[start:end]) == 1:
            return False
        ahead = self.now.origin[max(0, low - _NEAR) : low]
        behind = self.now.origin[high : high + _NEAR]
        near = [origin for origin in (*ahead, *behind) if origin >= 0]
        return not any(start - _NEAR <= origin < end + _NEAR for origin in near)
