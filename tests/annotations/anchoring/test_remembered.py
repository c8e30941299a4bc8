"""What is remembered of texts, so that the next comment on one is quick: no more than it may be."""

from __future__ import annotations

import random
import tracemalloc

from annotations.anchoring import folding, search


def chinese(length: int) -> str:
    """A text in which every character is a word, and hardly a pair of them comes twice."""
    made = random.Random(length)
    return "".join(chr(made.randint(0x4E00, 0x9FFF)) for _ in range(length))


def test_texts_without_spaces_fill_no_more_than_may_be_filled():
    texts = [chinese(20_000 + number) for number in range(8)]
    folding._WORDS.clear()
    search._PLACES_IN.clear()
    tracemalloc.start()
    for text in texts:
        search.Searched(text, set())
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    most = folding._WORDS.most + search._PLACES_IN.most
    # Words that are folded are remembered too: some of these thousands.
    assert held < most + 4_000_000
    # What is thought to be held is.
    assert 0.7 < held / (folding._WORDS.weight + search._PLACES_IN.weight) < 1.5


def test_a_text_of_the_usual_length_is_gone_through_once():
    text = "The committee says that the bridge must close at once. " * 360
    first, again = search.Searched(text, set()), search.Searched(text, set())
    assert again.places is first.places
    assert again.words is first.words
