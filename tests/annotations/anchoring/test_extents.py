"""How far an edited passage reaches: to the end of its own words, and no further."""

from __future__ import annotations

import pytest

from annotations.anchoring import carry

KEY = "To open the cellar door, you can use the small brass key and the iron lever"
LIST = "\nBread, Butter, and Cheese\nMore words follow here, and they stay as they are in both."
DOWN = "\nAfter going down, turn to the left. In this house, that is where the wine is kept:"
WOLF = "wolf answered that he would rather wait outside."
BOOTS = "allow you to walk over ice without falling down."
NIGHT = ") Handle all the night requests and the day ones too."

#: Old text, new text, passage, what it became.
EDITED = {
    "another paragraph's colon is not its own": (
        f"{KEY}:{LIST}",
        f"{KEY}.{DOWN}{LIST}",
        f"{KEY}:",
        f"{KEY}.",
    ),
    "nor is another paragraph's full stop": (
        f"{KEY}.{LIST}",
        f"{KEY}:\nAfter going down, turn to the left.{LIST}",
        f"{KEY}.",
        f"{KEY}:",
    ),
    "nor the mark that closes the words before": (
        f"We will serve you. And the {WOLF} He did.",
        f"“We will serve you.” The {WOLF} He did.",
        f"And the {WOLF}",
        f"The {WOLF}",
    ),
    "nor that mark at the end of a paragraph": (
        f"We will serve you.\nAnd the {WOLF} He did.",
        f"“We will serve you.”\nThe {WOLF} He did.",
        f"And the {WOLF}",
        f"The {WOLF}",
    ),
    "nor the mark that opens the words after": (
        "Then he answered them loud and clear in the hall. Come at once, all of you.",
        "He answered them loud and clear in the house: “Come at once, all of you.”",
        "Then he answered them loud and clear in the hall.",
        "He answered them loud and clear in the house:",
    ),
    "its first words go with it though a heading came before": (
        f"A line first.\nSticky boots {BOOTS} He shuts the gate.",
        f"A line first.\nLocking boot spikes\nLocking boot spikes {BOOTS} He shuts the gate.",
        f"Sticky boots {BOOTS}",
        f"Locking boot spikes {BOOTS}",
    ),
    "so does its number though a line came before": (
        f"How?\n4{NIGHT}\nEnd.",
        f"How?\nThe first thing is to do the work in time:\n5{NIGHT}\nEnd.",
        f"4{NIGHT}",
        f"5{NIGHT}",
    ),
    "it ends with a whole word": (
        "Es war kalt, so dass alle froren.",
        "Es war kalt, sodass alle froren.",
        "Es war kalt, so",
        "Es war kalt, sodass",
    ),
    "it begins with a whole word": (
        "Es war kalt, so dass alle froren.",
        "Es war kalt, sodass alle froren.",
        "dass alle froren",
        "sodass alle froren",
    ),
}


@pytest.mark.parametrize("case", EDITED)
def test_an_edited_passage_keeps_to_its_own_words(case):
    old, new, passage, became = EDITED[case]
    start = old.index(passage)
    (found,) = carry(old, new, [(start, start + len(passage))])
    assert found.state == "changed"
    assert new[found.start : found.end] == became


def test_a_sentence_outlives_a_long_paragraph_put_in_behind_it():
    story = (
        "It is a long story, and nobody has told it to the end, but it is the reason for all that "
        "follows in this list of things:"
    )
    old, new = f"{KEY}:{LIST}", f"{KEY}.{DOWN.replace(':', '.')} {story}{LIST}"
    (found,) = carry(old, new, [(0, len(KEY) + 1)])
    assert found.start is not None, "orphaned"
    assert new[found.start : found.end] == f"{KEY}."


def test_a_mark_that_stands_alone_at_the_end_keeps_its_place():
    old = "It is so. Nobody asked the people. “"
    (found,) = carry(old, f"{old}Prologue of other words!", [(0, len(old))])
    assert (found.start, found.end, found.state) == (0, len(old), "exact")
