"""How well the quotes of a comment are found, kind by kind, where the truth is known.

Articles and comments are written from the same few hundred words and the same few patterns, so
that most of what is not quoted looks much like something that is there. Each comment has one
quote. It is *placed* when it is linked to the very passage, to the character (with slips: to the
word); *wrong* when it is linked elsewhere; *lost* when it is not linked. What quotes nothing in
the article is a *ghost* when it is linked to anything, and so is a second link.
"""

from __future__ import annotations

import random
import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from rapidfuzz.fuzz import partial_ratio

from annotations.anchoring.quotes import find_quotes
from annotations.anchoring.search import FLOOR
from annotations.anchoring.units import sentences
from forum.lib.html import Format, render
from tests.benchmarks._prose import Writer

SEEDS = range(8)
LENGTH = 15_000
#: Quotes of each kind in each article.
QUOTES = 40

STYLES = {
    "straight": '"{}"',
    "curly": "“{}”",
    "single": "‘{}’",
    "straight single": "'{}'",
    "German": "„{}“",
    "French": "« {} »",
    "guillemets inwards": "»{}«",
    "corners": "「{}」",
    "LaTeX": "\\`\\`{}''",
    "typed wrongly": "“{}“",
    "closed by the wrong one": '"{}”',
}
_WORD = re.compile(r"\w+")
_PHRASE_WORD = re.compile(r"[^\s.,!?\"]+(?=[\s.,!?\"]|$)")
#: What commenters write around a quote, with marks that are none.
_NEIGHBOURS = (
    "I don't see why it says {} when my neighbours' gardens are 6'2\" below the water line.",
    "In paragraph two: {}. Isn't that a bit much, even for 'those' people?",
    'My teacher used to call this sort of thing "clever", and now I read {}!',
    "({})",
    "{} – well, 'tis easily said.",
    "You may think so. I can't follow, and the readers' letters can't either. See",
    "Rock ’n’ roll! I laughed out loud, then read on, and stopped laughing here:",
    "The whole piece turns on one line, to my mind:",
    "As ever it's “experts” who come first.",
    "What on earth is meant by it?",
    "I keep coming back to that one, it's so odd.",
    "“Really?” was all that I could say.",
    "So much for 'balance'.",
)
_OTHERS = "nine ninety Ostrava Halloran Vesterålen 1815 2099".split()


@dataclass(frozen=True, slots=True)
class Case:
    """A comment, and the passage ``[start, end)`` of its source that it quotes, if any.

    ``loose`` allows a link to begin and end a word away from it.
    """

    comment: str
    sources: tuple[str, ...]
    source: int = 0
    passage: tuple[int, int] | None = None
    loose: bool = False


def _spans(text: str) -> list[tuple[int, int]]:
    return [(unit.start, unit.end) for unit in sentences(text, 0, len(text))]


class Quoter:
    """Writes comments that quote an article."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.writer = Writer(seed)
        self.article = self.writer.text(LENGTH).text
        self.stranger = Writer(seed + 1000)
        self.folded = " ".join(_WORD.findall(self.article.casefold()))
        self.spans = [span for span in _spans(self.article) if self.once(*span)]

    def once(self, start: int, end: int) -> bool:
        """Whether the article says this in one place."""
        return self.folded.count(" ".join(_WORD.findall(self.article[start:end].casefold()))) == 1

    def sentence(self) -> tuple[int, int]:
        """A sentence of the article that stands in it once."""
        return self.random.choice(self.spans)

    def plain_sentence(self) -> str:
        """A sentence in which nobody is quoted: half of it may be verbatim otherwise."""
        while True:
            start, end = self.sentence()
            if '"' not in self.article[start:end]:
                return self.article[start:end]

    def phrase(self, least: int, most: int) -> tuple[int, int]:
        """Some words in a row that stand in it once."""
        while True:
            start, end = self.sentence()
            words = [word.span() for word in _PHRASE_WORD.finditer(self.article, start, end)]
            count = min(self.random.randint(least, most), len(words))
            first = self.random.randint(0, len(words) - count)
            span = words[first][0], words[first + count - 1][1]
            if self.once(*span):
                return span

    def around(self, quote: str) -> str:
        """A comment that quotes this."""
        before, after = self.random.sample(_NEIGHBOURS, 2)
        if "{}" in before:
            return before.replace("{}", quote)
        return f"{before} {quote} {after.replace('{}', 'so')}"

    def slipped(self, passage: str) -> str:
        """The passage copied by hand: one slip to thirty code points."""
        for _ in range(max(1, len(passage) // 30)):
            words = [w.span() for w in _WORD.finditer(passage) if len(w.group()) > 3][1:-1]
            small = [w.span() for w in re.finditer(r"\b(the|of|a) ", passage)][1:]
            if small and self.random.random() < 0.2:
                start, end = self.random.choice(small)
                passage = passage[:start] + passage[end:]
            elif words:
                start, end = self.random.choice(words)
                at = self.random.randrange(start + 1, end - 1)
                typo = self.random.choice(
                    [
                        passage[at + 1] + passage[at],
                        passage[at] + passage[at : at + 2],
                        passage[at + 1],
                    ]
                )
                passage = passage[:at] + typo + passage[at + 2 :]
        return passage


def _styled(style: str) -> Callable[[Quoter], Case]:
    def write(quoter: Quoter) -> Case:
        start, end = quoter.phrase(5, 14)
        quote = style.format(quoter.article[start:end])
        return Case(quoter.around(quote), (quoter.article,), passage=(start, end))

    return write


def _refolded(quoter: Quoter) -> Case:
    start, end = quoter.phrase(5, 14)
    quote = quoter.article[start:end].replace("'", "’").replace(",", "").replace(" ", "  ")
    quote = quote[:1].upper() + quote[1:]
    return Case(quoter.around(f"“{quote}.”"), (quoter.article,), passage=(start, end))


def _slips(quoter: Quoter) -> Case:
    start, end = quoter.phrase(7, 20)
    quote = quoter.slipped(quoter.article[start:end])
    return Case(quoter.around(f"“{quote}”"), (quoter.article,), passage=(start, end), loose=True)


def _short(quoter: Quoter) -> Case:
    while True:
        start, end = quoter.phrase(2, 4)
        if end - start >= 12 and "\n" not in quoter.article[start:end]:
            quote = f"“{quoter.article[start:end]}”"
            return Case(quoter.around(quote), (quoter.article,), passage=(start, end))


def _elided(quoter: Quoter) -> Case:
    start, end = quoter.sentence()
    words = [word.span() for word in _PHRASE_WORD.finditer(quoter.article, start, end)]
    first = last = max(4, len(words) // 3)
    if len(words) < 10:
        return _elided(quoter)
    mark = quoter.random.choice(["…", " … ", "...", " [...] ", " (…) "])
    head = quoter.article[words[0][0] : words[first - 1][1]]
    tail = quoter.article[words[-last][0] : words[-1][1]]
    passage = words[0][0], words[-1][1]
    return Case(quoter.around(f"“{head}{mark}{tail}”"), (quoter.article,), passage=passage)


def _nested(quoter: Quoter) -> Case:
    start, end = quoter.phrase(5, 14)
    wrong = quoter.random.choice(["“My cousin wrote ‘{}’ to me”", '"They said "{}" to her"'])
    quote = wrong.format(quoter.article[start:end])
    return Case(quoter.around(quote), (quoter.article,), passage=(start, end))


def _blockquote(quoter: Quoter) -> Case:
    start, end = quoter.sentence()
    quote = quoter.slipped(quoter.article[start:end]).replace("\n", " ")
    after = quoter.random.choice(_NEIGHBOURS).replace("{}", "so")
    return Case(f"Look.\n\n> {quote}\n\n{after}", (quoter.article,), 0, (start, end), loose=True)


def _bare(quoter: Quoter) -> Case:
    while True:
        start, end = quoter.phrase(7, 14)
        quote = quoter.article[start:end]
        if end - start >= 40 and '"' not in quote:
            comment = quoter.around(f"¶ {quote} ¶")
            return Case(comment, (quoter.article,), passage=(start, end))


def _of_a_comment(quoter: Quoter) -> Case:
    other = quoter.stranger.paragraph(0)
    start, end = quoter.random.choice(_spans(other))
    quote = quoter.slipped(other[start:end])
    sources = (quoter.article, other)
    return Case(quoter.around(f"“{quote}”"), sources, 1, (start, end), loose=True)


def _of_a_lookalike(quoter: Quoter) -> Case:
    """Of two paragraphs that say the same of others, the second is quoted, with slips."""
    while True:
        start, end = quoter.sentence()
        sentence = quoter.article[start:end]
        sibling = quoter.writer._lookalike(sentence)
        if sibling != sentence:
            source = f"{quoter.article}\n{sibling}\n"
            passage = len(quoter.article) + 1, len(source) - 1
            quote = quoter.slipped(sibling)
            return Case(quoter.around(f"“{quote}”"), (source,), 0, passage, loose=True)


def _elsewhere(quoter: Quoter) -> Case:
    quote = quoter.stranger.sentence().replace('"', "")
    return Case(quoter.around(f"“{quote}”"), (quoter.article,))


def _lookalike_gone(quoter: Quoter) -> Case:
    """A paragraph that was in no revision; its sibling is there."""
    while True:
        sentence = quoter.plain_sentence()
        quote = quoter.writer._lookalike(sentence)
        if quote != sentence and quote not in quoter.article:
            return Case(quoter.around(f"“{quote}”"), (quoter.article,))


def _another_claim(quoter: Quoter) -> Case:
    """One name, number or negation is another."""
    while True:
        sentence = quoter.plain_sentence()
        words = [w.span() for w in _PHRASE_WORD.finditer(sentence)]
        first, last = quoter.random.choice(words[1:-1])
        word = sentence[first:last]
        if word.isdigit() or word[0].isupper():
            changed = sentence[:first] + quoter.random.choice(_OTHERS) + sentence[last:]
        else:
            changed = sentence[:first] + "not " + sentence[first:]
        return Case(quoter.around(f"“{changed}”"), (quoter.article,))


def _paraphrase(quoter: Quoter) -> Case:
    words = quoter.plain_sentence().split(" ")
    for at in quoter.random.sample(range(len(words)), max(2, len(words) // 4)):
        words[at] = quoter.random.choice(["shut", "vast", "laden", "wry", "swims", "gladly"])
    return Case(quoter.around(f"“{' '.join(words)}”"), (quoter.article,))


KINDS: dict[str, Callable[[Quoter], Case]] = {
    **{name: _styled(style) for name, style in STYLES.items()},
    "case, spaces, commas": _refolded,
    "two to four words": _short,
    "slips": _slips,
    "cut with …": _elided,
    "inside other marks": _nested,
    "blockquote, slips": _blockquote,
    "without marks": _bare,
    "of a comment, slips": _of_a_comment,
    "of one of two alike, slips": _of_a_lookalike,
}
NOTHING: dict[str, Callable[[Quoter], Case]] = {
    "from elsewhere": _elsewhere,
    "its lookalike is there": _lookalike_gone,
    "name, number, negation": _another_claim,
    "paraphrase": _paraphrase,
}


def verdict(case: Case) -> list[str]:
    """What is to be said of the links found in a comment."""
    rendered = render(case.comment, format=Format.COMMENT)
    found = find_quotes(rendered.html, rendered.text, case.sources)
    if case.passage is None:
        return ["ghost"] * len(found) or ["left"]
    if not found:
        return ["lost"]
    slack = 12 if case.loose else 0
    start, end = case.passage
    right = [
        quote
        for quote in found
        if quote.source == case.source
        and abs(quote.start - start) <= slack
        and abs(quote.end - end) <= max(slack, 1)
    ]
    return ["placed" if right else "wrong", *["ghost"] * (len(found) - 1)]


def measure() -> Counter[str]:
    """Print the table; return all verdicts."""
    print(f"{'kind of quote':28} {'count':>5} {'recall':>7} {'prec.':>7}  wrong  lost ghost")
    quoters = [Quoter(seed) for seed in SEEDS]
    total: Counter[str] = Counter()
    for name, write in [*KINDS.items(), *NOTHING.items()]:
        said: Counter[str] = Counter()
        for quoter in quoters:
            for _ in range(QUOTES):
                said.update(verdict(write(quoter)))
        total.update(said)
        _print(name, said)
    _print("all", total)
    return total


def _print(name: str, said: Counter[str]) -> None:
    there = said["placed"] + said["wrong"] + said["lost"]
    links = said["placed"] + said["wrong"] + said["ghost"]
    recall = f"{100 * said['placed'] / there:7.2f}" if there else f"{'':7}"
    precision = f"{100 * said['placed'] / links:7.2f}" if links and there else f"{'':7}"
    count = there or said["left"] + said["ghost"]
    wrong, lost, ghost = said["wrong"], said["lost"], said["ghost"]
    print(f"{name:28} {count:5} {recall} {precision}  {wrong:5} {lost:5} {ghost:5}")


def floors() -> None:
    """Print how alike, by their letters, slips and lookalikes are: why a floor is not enough."""
    alike: dict[str, list[float]] = {}
    kinds = {"slips": _slips, "its lookalike is there": _lookalike_gone}
    kinds |= {"name, number, negation": _another_claim, "from elsewhere": _elsewhere}
    for name, write in kinds.items():
        for seed in SEEDS:
            quoter = Quoter(seed)
            for _ in range(QUOTES):
                case = write(quoter)
                quote = case.comment[case.comment.index("“") + 1 : case.comment.rindex("”")]
                alike.setdefault(name, []).append(partial_ratio(quote, case.sources[0]) / 100)
    print(f"\n{'likeness by letters alone':28} {'5 %':>6} {'half':>6} {'95 %':>6}   ≥ {FLOOR}")
    for name, values in alike.items():
        values.sort()
        shares = [values[round((len(values) - 1) * part)] for part in (0.05, 0.5, 0.95)]
        above = 100 * sum(value >= FLOOR for value in values) / len(values)
        print(f"{name:28} {shares[0]:6.2f} {shares[1]:6.2f} {shares[2]:6.2f} {above:6.1f} %")


def clock() -> float:
    """Processor seconds for 10,000 code points, of which half are quotes with slips."""
    quoter = Quoter(99)
    quoter.article = quoter.writer.text(100_000).text
    quoter.spans = _spans(quoter.article)
    comment = ""
    while len(comment) < 10_000:
        start, end = quoter.sentence()
        comment += quoter.around(f"“{quoter.slipped(quoter.article[start:end])}”") + "\n\n"
    rendered = render(comment, format=Format.COMMENT)
    times: list[float] = []
    for _ in range(3):
        started = time.process_time()
        find_quotes(rendered.html, rendered.text, [quoter.article + " " * len(times)])
        times.append(time.process_time() - started)
    return min(times)


def main() -> None:
    """Print the table, what floors would do, and the targets."""
    total = measure()
    floors()
    there = total["placed"] + total["wrong"] + total["lost"]
    links = total["placed"] + total["wrong"] + total["ghost"]
    recall, precision = 100 * total["placed"] / there, 100 * total["placed"] / links
    seconds = clock()
    print()
    for target, value, met in (
        ("quotes placed, ≥ 97 %", f"{recall:.2f} %", recall >= 97),
        ("links that are right, ≥ 99.5 %", f"{precision:.2f} %", precision >= 99.5),
        ("10,000 in 100,000, < 0.5 s", f"{seconds:.3f} s", seconds < 0.5),
    ):
        print(f"{target:38} {value:>9}  {'met' if met else 'MISSED'}")
