"""Telling a slip of somebody who quotes from other words: what may differ, and what may not.

A typing error, a small word left out, added or exchanged is a slip. Another number, name,
negation, or "may" for "must", is another claim, however much the rest agrees. Another word of
content is tolerated in a long quote alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import DamerauLevenshtein

from annotations.anchoring.folding import Words, plain

#: Words that carry little: one more or less is a slip.
SMALL = frozenset(
    "a an the this that these those of in on at to for by as is are was were be been being am has "
    "have had do does did it its he she they we i you his her their our my your him them us and "
    "so but then there here which who whom what will would shall just also very even quite too "
    "of course well now still yet such if when than about into "
    "der die das den dem des ein eine einen einem einer eines und ist sind war zu im am es "
    "le la les l un une des du de et est en au aux que qui el los las y es lo il gli e di "
    "det en ett och att som het een van is te".split()
)
#: Words that turn a sentence round, or say how much, how sure or which way.
_NEGATIONS = frozenset(
    "no not never none nobody nothing nowhere neither nor without cannot hardly nicht kein keine "
    "keinen keinem keiner nie niemals ohne ne pas jamais rien sans nunca nada sin non niet geen "
    "nooit inte ej aldrig ikke нет не ни".split()
)
_WEIGHTY = frozenset(
    "all some few many more most less fewer least half both only any must may might "
    "can could should before after above below up down over under with from against or "
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty "
    "ninety hundred thousand million billion first second third last".split()
)
#: How words begin that say the opposite of each other.
_OPPOSITES = frozenset(
    frozenset(two.split("/"))
    for two in (
        "open/clos open/shut rise/fall rose/fell rising/falling grow/shrink increas/decreas "
        "gain/los won/lost win/los support/oppos accept/reject accept/refus allow/forbid allow/ban "
        "true/false right/wrong left/right good/bad better/worse best/worst high/low large/small "
        "big/small strong/weak rich/poor old/new old/young early/late easy/hard cheap/expensive "
        "safe/dangerous begin/end start/end start/stop buy/sell bought/sold import/export "
        "war/peace love/hate friend/enem success/fail north/south east/west guilty/innocent "
        "public/private always/rarely often/rarely man/woman men/women include/exclude "
        "maximum/minimum major/minor save/spend push/pull keep/lose remember/forget cause/prevent"
    ).split()
)
_PREFIXES = ("un", "in", "im", "il", "ir", "dis", "non", "anti", "mis", "de", "a")
_ENDINGS = ("s", "es", "d", "ed", "n", "en", "e", "ing", "ly")
_SENTENCE_END = ".!?…:;\n。！？"

#: What a difference costs when words are set against each other.
_TYPO, _DROP_SMALL, _SWAP_SMALL, _DROP, _SWAP = 1, 2, 3, 6, 7


@dataclass(frozen=True, slots=True)
class Hunk:
    """Differing words: ``[quote_first, quote_last)`` of a quote, ``[first, last)`` of a text."""

    quote_first: int
    quote_last: int
    first: int
    last: int


@dataclass(slots=True)
class Tally:
    """What makes a quote differ: slips, other words, and whether one of them must not differ."""

    slips: int = 0
    swaps: int = 0
    another_claim: bool = False

    def add(self, other: Tally) -> None:
        """Take in the differences of another hunk."""
        self.slips += other.slips
        self.swaps += other.swaps
        self.another_claim |= other.another_claim


_Pair = tuple[int | None, int | None]


def judge(quote: Words, text: Words, hunk: Hunk, vocabulary: Iterable[str]) -> Tally:
    """What the differing words of a hunk amount to.

    ``vocabulary`` is the text's: a word that the text uses elsewhere is no typing error, and in
    place of another it says another thing.
    """
    ours = quote.folded[hunk.quote_first : hunk.quote_last]
    theirs = text.folded[hunk.first : hunk.last]
    if _same_letters(ours, theirs):
        return Tally(slips=int(ours != theirs))
    tally = Tally()
    left: list[str] = []
    right: list[str] = []
    for i, j in pair(ours, theirs):
        one, other = ours[i] if i is not None else "", theirs[j] if j is not None else ""
        if one == other:
            continue
        named = _is_name(quote, hunk.quote_first, i) or _is_name(text, hunk.first, j)
        if one and other and _is_typo(one, other) and not (named and _other_name(one, other)):
            if one not in vocabulary or _inflected(one, other):
                tally.slips += 1
                continue
            tally.another_claim |= bool(_weights((one, other)))
        elif (one or other) in SMALL and (other or one) in SMALL:
            tally.slips += 1
        else:
            tally.another_claim |= named or (one in vocabulary and one not in SMALL)
        left += [one] if one else []
        right += [other] if other else []
    tally.another_claim |= sorted(_weights(left)) != sorted(_weights(right))
    tally.another_claim |= any(_opposed(one, other) for one in left for other in right)
    said, stands = (sum(w not in SMALL for w in words) for words in (left, right))
    # "whenever" for "every time" is one other word, for it may take two to say it.
    tally.swaps = max(said, stands - 1, min(stands, 1))
    return tally


def cost(ours: Sequence[str], theirs: Sequence[str]) -> int:
    """How far the words of a quote are from those of a text."""
    if _same_letters(ours, theirs):
        return int(list(ours) != list(theirs))
    return _table(ours, theirs)[-1][-1]


def pair(ours: Sequence[str], theirs: Sequence[str]) -> Iterator[_Pair]:
    """Set words against each other, last ones first; ``None`` where a word has no counterpart."""
    table = _table(ours, theirs)
    i, j = len(ours), len(theirs)
    while i or j:
        here = table[i][j]
        if i and j and here == table[i - 1][j - 1] + _exchange(ours[i - 1], theirs[j - 1]):
            i, j = i - 1, j - 1
            yield i, j
        elif i and here == table[i - 1][j] + _drop(ours[i - 1]):
            i -= 1
            yield i, None
        else:
            j -= 1
            yield None, j


def _table(ours: Sequence[str], theirs: Sequence[str]) -> list[list[int]]:
    rows = [[0]]
    for other in theirs:
        rows[0].append(rows[0][-1] + _drop(other))
    for one in ours:
        above = rows[-1]
        row = [above[0] + _drop(one)]
        for j, other in enumerate(theirs):
            row.append(
                min(
                    above[j] + _exchange(one, other),
                    above[j + 1] + _drop(one),
                    row[j] + _drop(other),
                )
            )
        rows.append(row)
    return rows


def _drop(word: str) -> int:
    return _DROP_SMALL if word in SMALL else _DROP


def _exchange(one: str, other: str) -> int:
    if one == other:
        return 0
    if _is_typo(one, other):
        return _TYPO
    return _SWAP_SMALL if one in SMALL and other in SMALL else _SWAP


@lru_cache(1 << 14)
def _is_typo(one: str, other: str) -> bool:
    """Whether a quote's word may be a text's word mistyped, going by their letters."""
    if any(c.isdigit() for c in one + other) or _weights((one,)) or _opposed(one, other):
        return False
    one, other = plain(one), plain(other)
    if one == other:
        return True
    if _weights((other,)):
        return one[0] == other[0] and min(len(one), len(other)) >= 4 and _shuffled(one, other)
    if _inflected(one, other):
        return True
    length = max(len(one), len(other))
    if length < 7:
        return _shuffled(one, other) or (length >= 5 and _distance(one, other) == 1)
    return _distance(one, other) <= 2


def _shuffled(one: str, other: str) -> bool:
    """Whether a letter was left out, doubled or added, or two changed places: not another one."""
    same_length = len(one) == len(other)
    return (
        max(len(one), len(other)) >= 3
        and _distance(one, other) == 1
        and (not same_length or sorted(one) == sorted(other))
    )


def _distance(one: str, other: str) -> int:
    """Letters to add, drop, change, or exchange with a neighbour; 3 if it takes more than 2."""
    return DamerauLevenshtein.distance(one, other, score_cutoff=2)


def _inflected(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) >= 3 and long.startswith(short) and long[len(short) :] in _ENDINGS


@lru_cache(1 << 14)
def _opposed(one: str, other: str) -> bool:
    """Whether one is the other with "un" before it, or its opposite by another name."""
    short, long = sorted((one, other), key=len)
    if len(short) >= 3 and long.endswith(short) and long[: -len(short)] in _PREFIXES:
        return True
    return any(
        frozenset((one[:i], other[:j])) in _OPPOSITES
        for i in range(3, min(len(one), 9) + 1)
        for j in range(3, min(len(other), 9) + 1)
    )


def _weights(words: Iterable[str]) -> list[str]:
    """Those of ``words`` that must not differ; every negation is like any other."""
    return [weight for weight in map(_weight, words) if weight]


@lru_cache(1 << 14)
def _weight(word: str) -> str:
    if word in _NEGATIONS or (word.endswith("nt") and word[:-2] in _AUXILIARIES):
        return "not"
    return word if word in _WEIGHTY or any(c.isdigit() for c in word) else ""


_AUXILIARIES = frozenset(
    "is are was were do does did has have had wo would ca could should must might need".split()
)


def _is_name(words: Words, first: int, offset: int | None) -> bool:
    """Whether a word, if there is one, has a capital that no beginning of a sentence explains."""
    if offset is None or first + offset == 0:
        return False
    index = first + offset
    if words.folded[index] == "i" or not words.text[words.starts[index]].isupper():
        return False
    between = words.text[words.ends[index - 1] : words.starts[index]]
    return not any(c in _SENTENCE_END for c in between)


def _other_name(one: str, other: str) -> bool:
    """Whether two names are too unlike, or too short, for one to be the other mistyped."""
    if len(one) < 7 and len(other) < 7:
        return max(len(one), len(other)) < 5 or not _shuffled(plain(one), plain(other))
    return _distance(plain(one), plain(other)) > 1


def _same_letters(ours: Sequence[str], theirs: Sequence[str]) -> bool:
    """Whether they differ only in where a word ends: "every one", "everyone"."""
    return "".join(ours) == "".join(theirs)
