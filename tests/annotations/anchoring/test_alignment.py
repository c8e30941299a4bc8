"""Aligning two texts: what a block promises, what moves, and what hostile texts cost."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest

from annotations.anchoring.alignment import align
from tests.properties import given, settings, st

PARAGRAPHS = [
    "The committee says the bridge must close at once.",
    "It has carried two lanes since 1962. The repairs still hold.",
    "The committee says the bridge must close at once.",
    "So the question is who pays when it is gone.",
]
TEXTS = st.lists(
    st.sampled_from(["a", "b", "the", "old", "bridge", ".", ". ", " ", "\n", "😀", "colour"]),
    max_size=40,
).map("".join)


def check_promises(old, new):
    blocks = align(old, new)
    for block in blocks:
        assert block.start < block.end
        assert old[block.start : block.end] == new[block.target : block.target_end]
    for one, other in pairwise(blocks):
        assert one.end <= other.start
    by_target = sorted(blocks, key=lambda block: block.target)
    for one, other in pairwise(by_target):
        assert one.target_end <= other.target
    in_order = [block for block in blocks if not block.moved]
    assert [b.target for b in in_order] == sorted(b.target for b in in_order)
    return blocks


@given(TEXTS, TEXTS)
@settings(max_examples=400, deadline=None)
def test_blocks_are_equal_disjoint_and_in_order(old, new):
    check_promises(old, new)


def test_the_same_text_is_one_block():
    text = "\n".join(PARAGRAPHS)
    [block] = check_promises(text, text)
    assert (block.start, block.end, block.target, block.moved) == (0, len(text), 0, False)


def test_a_paragraph_that_moved_is_found_whole():
    old = "\n".join(PARAGRAPHS)
    new = "\n".join([PARAGRAPHS[3], *PARAGRAPHS[:3]])
    moved = [block for block in check_promises(old, new) if block.moved]
    assert [old[block.start : block.end] for block in moved] == [PARAGRAPHS[3]]


def test_a_sentence_that_moved_into_another_paragraph_is_found():
    old = "\n".join(PARAGRAPHS)
    new = old.replace(" The repairs still hold.", "") + " The repairs still hold."
    assert any(
        "The repairs still hold." in old[block.start : block.end]
        and new[block.target :].startswith(old[block.start : block.end])
        for block in check_promises(old, new)
    )


def test_of_two_equal_paragraphs_the_one_that_stays_is_kept():
    old = "\n".join(PARAGRAPHS)
    new = "\n".join(PARAGRAPHS[1:])
    second = old.index(PARAGRAPHS[2], 10)
    [block] = [b for b in check_promises(old, new) if b.start <= second < b.end]
    assert new[block.target + second - block.start :].startswith(PARAGRAPHS[2])


def test_an_edited_word_is_matched_by_its_letters():
    blocks = check_promises("all colours fade", "all colors fade")
    assert "colo" in "".join("all colours fade"[b.start : b.end] for b in blocks)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a b " * 100_000, "b a " * 100_000),
        ("a " * 200_000, "b " * 200_000),
        ("a. " * 130_000, "a! " * 130_000),
        ("a\n" * 200_000, "b\na\n" * 100_000),
        ("." * 400_000, "!" * 400_000),
        ("x" * 400_000, "y" * 400_000),
        ("”" * 400_000, ".”" * 200_000),
    ],
)
def test_no_pair_of_texts_takes_long(old, new):
    """A guard against the quadratic, not a benchmark: the worst known takes about a second."""
    started = time.process_time()
    align(old, new)
    assert time.process_time() - started < 15
