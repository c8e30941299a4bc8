"""Aligning two texts: what words and sentences are, what a block promises, and what moves."""

from __future__ import annotations

import time
from itertools import chain, pairwise

import pytest

from annotations.anchoring.alignment import align
from annotations.anchoring.likeness import ALIKE, Likeness
from annotations.anchoring.words import Words
from tests.properties import given, settings, st

PARAGRAPHS = [
    "The committee says the bridge must close at once.",
    "It has carried two lanes since 1962. The repairs still hold.",
    "The committee says the bridge must close at once.",
    "So the question is who pays when it is gone.",
]
PIECES = [
    *["a", "b", "the", "old", "bridge", ".", ". ", " ", "\n", "😀", "colour", "café", "cafe\u0301"],
    *["“", '"', "橋", "は", "。", "ﬁ", "fi", "  ", "--", "—", "👩\u200d🔬"],
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


def passages(old, new):
    return align(Words(old), Words(new))


def alike(one, other):
    return Words(one).says == Words(other).says


def check_promises(old, new):
    in_order, *moves = passages(old, new)
    assert in_order.frame == (0, len(old), 0, len(new))
    for passage in (in_order, *moves):
        start, end, target, target_end = passage.frame
        for block in passage.blocks:
            assert start <= block.start < block.end <= end
            assert target <= block.target < block.target_end <= target_end
            assert block.even or alike(
                old[block.start : block.end], new[block.target : block.target_end]
            )
        for one, other in pairwise(passage.blocks):
            assert one.end <= other.start
            assert one.target_end <= other.target
    blocks = sorted(chain.from_iterable(passage.blocks for passage in (in_order, *moves)))
    for one, other in pairwise(blocks):
        assert one.end <= other.start
    for one, other in pairwise(sorted(blocks, key=lambda block: block.target)):
        assert one.target_end <= other.target
    assert [move.frame for move in moves] == sorted(move.frame for move in moves)
    return in_order, moves


@given(TEXTS, TEXTS)
@settings(max_examples=400)
def test_blocks_say_the_same_are_disjoint_and_in_order(old, new):
    check_promises(old, new)


def test_the_same_text_is_one_block():
    text = "\n".join(PARAGRAPHS)
    in_order, moves = check_promises(text, text)
    [block] = in_order.blocks
    assert (block.start, block.end, block.target) == (0, len(text), 0)
    assert not moves


def test_a_paragraph_that_moved_is_found_whole():
    old = "\n".join(PARAGRAPHS)
    new = "\n".join([PARAGRAPHS[3], *PARAGRAPHS[:3]])
    _, [move] = check_promises(old, new)
    assert old[move.frame[0] : move.frame[1]] == PARAGRAPHS[3]


def test_the_shorter_of_two_moves_past_the_longer():
    short, long = PARAGRAPHS[3], "The mayor keeps a count of every lorry that she meets. " * 2
    _, [move] = check_promises(f"{short}\n{long}", f"{long}\n{short}")
    assert move.frame[:2] == (0, len(short))


def test_sentences_that_moved_together_are_one_move():
    old = "\n".join(PARAGRAPHS)
    new = old.replace(PARAGRAPHS[1], "").replace(PARAGRAPHS[3], f"{PARAGRAPHS[3]} {PARAGRAPHS[1]}")
    _, [move] = check_promises(old, new)
    assert old[move.frame[0] : move.frame[1]] == PARAGRAPHS[1]


def test_of_two_equal_paragraphs_the_one_that_stays_is_kept():
    old = "\n".join(PARAGRAPHS)
    new = "\n".join(PARAGRAPHS[1:])
    second = old.index(PARAGRAPHS[2], 10)
    in_order, _ = check_promises(old, new)
    [block] = [b for b in in_order.blocks if b.start <= second < b.end]
    assert new[block.target + second - block.start :].startswith(PARAGRAPHS[2])


def test_an_edited_word_is_matched_by_its_letters():
    in_order, _ = check_promises("all colours fade", "all colors fade")
    assert "colo" in "".join("all colours fade"[b.start : b.end] for b in in_order.blocks)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("café", "cafe\u0301"),
        ("“Why?” — he", '"Why?" -- he'),
        ("«Why?» the others’", "‘Why?’ the others'"),
        ("offi\u00adce", "oﬃce"),
        ("one\n    two", "one two"),
        ("wait…", "wait..."),
    ],
)
def test_words_are_compared_by_what_they_say(one, other):
    assert alike(one, other)


@pytest.mark.parametrize(("one", "other"), [("cafe", "café"), ("It", "it"), ("====", "===")])
def test_words_that_say_something_else_are_told_apart(one, other):
    assert not alike(one, other)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Die Brücke, 1962!", ["Die", "Brücke", ",", "1962", "!"]),
        ("我们走。", ["我", "们", "走", "。"]),
        ("はしを渡る", ["は", "し", "を", "渡", "る"]),
        ("ที่นี่", ["ที่", "นี่"]),
        ("हिन्दी भाषा", ["हिन्दी", "भाषा"]),
        ("שָׁלוֹם עולם", ["שָׁלוֹם", "עולם"]),
        ("👩\u200d🔬🇩🇪👍🏽 ok", ["👩\u200d🔬", "🇩🇪", "👍🏽", "ok"]),
        ("======", ["======"]),
    ],
)
def test_what_a_word_is_in_several_scripts(text, words):
    found = Words(text)
    assert [text[a:b] for a, b in zip(found.starts, found.ends, strict=True)] == words


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("He left. “Go.” She went!", ["He left.", "“Go.”", "She went!"]),
        ("桥很老。谁付钱？大家。", ["桥很老。", "谁付钱？", "大家。"]),
        ("「行く。」と彼は言った。橋", ["「行く。」", "と彼は言った。", "橋"]),
        ("كيف؟ نعم.", ["كيف؟", "نعم."]),
        ("पुल पुराना है। कौन देगा?", ["पुल पुराना है।", "कौन देगा?"]),
        ("A heading\nA line", ["A heading", "A line"]),
        ("A heading\nA long line of text, as long as they are. So!", 3),
        ("A line of a plain text that was broken\nby hand. So!", 2),
        ("A line of a text that was all there is\n\nNew. So!", 3),
        (f"A line that is longer than any by hand{' and on' * 20}\nThat. So!", 3),
    ],
)
def test_where_sentences_end(text, sentences):
    words = Words(text)
    found = [words.raw(unit.start, unit.end) for unit in words.sentences(0, len(words))]
    if isinstance(sentences, list):
        assert found == sentences
    else:
        assert len(found) == sentences


def test_stock_phrases_make_no_likeness():
    stock = "that , it has to be said , is not all there is to say about the"
    # Everywhere else in the text, and in both sentences, which otherwise share nothing.
    rest = [f"{stock} {word}".split() for word in "egg hen fox cow dog cat rat pig".split()]
    ours, theirs = f"whales sing {stock} sea".split(), f"copper rusts {stock} north".split()
    text = list(chain(*rest))
    likeness = Likeness([*text, *ours], [*text, *theirs])
    assert likeness.of(ours, theirs) < ALIKE
    alone = Likeness(ours, theirs)
    assert alone.of(ours, theirs) > ALIKE


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a b " * 25_000, "b a " * 25_000),
        ("a " * 50_000, "b " * 50_000),
        ("a. " * 25_000, "a! " * 25_000),
        ("a\n" * 30_000, "b\na\n" * 15_000),
        ("." * 200_000, "!" * 200_000),
        ("x" * 200_000, "y" * 200_000),
        ("”" * 200_000, ".”" * 100_000),
        (" \n" * 100_000, "\n " * 100_000),
        ("a\u0301" * 100_000, "á" * 100_000),
        ("橋は" * 25_000, "は橋" * 25_000),
        ("The same line, again and again.\n" * 5_000, "The same line again and again.\n" * 5_000),
    ],
)
def test_no_pair_of_texts_takes_long(old, new):
    """A guard against the quadratic, not a benchmark: the worst known takes a few seconds."""
    started = time.process_time()
    passages(old, new)
    assert time.process_time() - started < 15
