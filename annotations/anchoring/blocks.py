"""Stretches of characters that two texts share, made of the words they share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from annotations.anchoring.ordering import Range, Run
from annotations.anchoring.words import Words


class Block(NamedTuple):
    """``old[start:end]`` became ``new[target:target_end]``: the same words.

    Of the same length they agree character by character, but for the style of a quotation mark
    or white space. Otherwise they are one thing written in two ways: a letter composed and
    decomposed, a line break and the space it became.
    """

    start: int
    end: int
    target: int
    target_end: int

    @property
    def even(self) -> bool:
        """Whether both sides are of the same length."""
        return self.end - self.start == self.target_end - self.target


@dataclass(frozen=True, slots=True)
class Passage:
    """The blocks, in order, of a stretch of the old text and what it became in the new one."""

    frame: Range
    blocks: list[Block]


def blocks_of(old: Words, new: Words, runs: Iterable[Run]) -> Iterator[Block]:
    """The characters of words that say the same."""
    for run in runs:
        start, target = old.starts[run.start], new.starts[run.target]
        end, target_end = old.ends[run.end - 1], new.ends[run.target_end - 1]
        if old.text[start:end] == new.text[target:target_end]:
            yield Block(start, end, target, target_end)
            continue
        before: Block | None = None
        for i in range(run.start, run.end):
            j = run.target + i - run.start
            word = Block(old.starts[i], old.ends[i], new.starts[j], new.ends[j])
            if before:
                space = Block(before.end, word.start, before.target_end, word.target)
                if space.start < space.end and space.target < space.target_end:
                    yield space
            yield from [word] if word.even else _written_otherwise(old.text, new.text, word)
            before = word


def _written_otherwise(old: str, new: str, word: Block) -> Iterator[Block]:
    """The parts of a word that is written in two ways, such as "caf", "é"."""
    ours, theirs = old[word.start : word.end], new[word.target : word.target_end]
    head = common(ours, theirs)
    tail = common(ours[head:][::-1], theirs[head:][::-1])
    edges = [
        (word.start, word.target),
        (word.start + head, word.target + head),
        (word.end - tail, word.target_end - tail),
        (word.end, word.target_end),
    ]
    for (a1, b1), (a2, b2) in pairwise(edges):
        if a1 < a2 and b1 < b2:
            yield Block(a1, a2, b1, b2)


def common(one: str, other: str) -> int:
    """How many code points two strings have in common from their start."""
    for length, (ours, theirs) in enumerate(zip(one, other, strict=False)):
        if ours != theirs:
            return length
    return min(len(one), len(other))


def joined(old: str, new: str, blocks: Iterable[Block], frame: Range) -> list[Block]:
    """Blocks in order, with the white space they share around them, as few as possible."""
    whole: list[Block] = []
    edge = Block(frame[0], frame[0], frame[2], frame[2])
    for block in (*blocks, Block(frame[1], frame[1], frame[3], frame[3])):
        ahead, there = old[edge.end : block.start], new[edge.target_end : block.target]
        if ahead == there and not ahead.strip():
            # By far the most often: nothing but the same white space.
            _join(whole, Block(edge.end, block.start, edge.target_end, block.target))
        else:
            head = _shared_space(ahead, there)
            tail = _shared_space(ahead[head:][::-1], there[head:][::-1])
            _join(whole, Block(edge.end, edge.end + head, edge.target_end, edge.target_end + head))
            _join(whole, Block(block.start - tail, block.start, block.target - tail, block.target))
        _join(whole, block)
        edge = block
    return whole


def _join(whole: list[Block], block: Block) -> None:
    if block.start == block.end:
        return
    last = whole[-1] if whole else Block(-1, -1, -1, -1)
    follows = last.end == block.start and last.target_end == block.target
    if follows and last.even and block.even:
        whole[-1] = Block(last.start, block.end, last.target, block.target_end)
    else:
        whole.append(block)


def _shared_space(ours: str, theirs: str) -> int:
    """How many code points of white space both begin with."""
    space = ours[: len(ours) - len(ours.lstrip())]
    return common(space, theirs[: len(theirs) - len(theirs.lstrip())])
