"""What changed between two texts."""

from __future__ import annotations

from itertools import pairwise

from rapidfuzz.distance import Indel

from forum.lib import diff
from forum.lib.diff import Change, Segment, fold, word_diff
from tests.properties import given, st

SAME, ADDED, REMOVED, GAP = Change.SAME, Change.ADDED, Change.REMOVED, Change.GAP
TEXTS = st.text(alphabet="ab ,\n日本é🚸", max_size=40)


def old_of(segments):
    return "".join(s.text for s in segments if s.kind is not ADDED)


def new_of(segments):
    return "".join(s.text for s in segments if s.kind is not REMOVED)


def test_words_not_letters():
    assert word_diff("the old bridge", "the odd bridge") == [
        Segment(SAME, "the "),
        Segment(REMOVED, "old"),
        Segment(ADDED, "odd"),
        Segment(SAME, " bridge"),
    ]


def test_a_lone_space_between_changes_goes_with_them():
    assert word_diff("one two three", "vier fünf three") == [
        Segment(REMOVED, "one two"),
        Segment(ADDED, "vier fünf"),
        Segment(SAME, " three"),
    ]


def test_scripts_without_spaces_are_compared_by_sign():
    assert word_diff("橋は古い", "橋は新い") == [
        Segment(SAME, "橋は"),
        Segment(REMOVED, "古"),
        Segment(ADDED, "新"),
        Segment(SAME, "い"),
    ]


def test_nothing_changed():
    assert word_diff("", "") == []
    assert word_diff("same", "same") == [Segment(SAME, "same")]
    assert word_diff("", "new") == [Segment(ADDED, "new")]
    assert word_diff("old", "") == [Segment(REMOVED, "old")]


@given(TEXTS, TEXTS)
def test_both_texts_are_in_the_answer(old, new):
    segments = word_diff(old, new)
    assert old_of(segments) == old
    assert new_of(segments) == new
    assert all(segment.text for segment in segments)
    kinds = [segment.kind for segment in segments]
    assert all(one != other for one, other in pairwise(kinds))


def test_the_longest_article_is_compared_in_few_steps(monkeypatch):
    steps: list[int] = []
    opcodes = Indel.opcodes

    def counted(before, after):
        steps.append(len(before) * len(after))
        assert sum(steps) <= 2 * diff._BUDGET
        return opcodes(before, after)

    monkeypatch.setattr(Indel, "opcodes", counted)
    old = "\n".join(f"word{n} " * 60 for n in range(1_000))
    new = old.replace("word500 word500", "word500 changed", 1).replace("word3 ", "", 1)
    for before, after in ((old, new), (old, old[::-1]), ("a\n" * 200_000, "b " * 200_000)):
        steps.clear()
        segments = word_diff(before, after)
        assert (old_of(segments), new_of(segments)) == (before, after)
    assert len(word_diff(old, new)) <= 7


def test_folding_leaves_what_stands_around_a_change():
    unchanged = "word " * 500
    segments = word_diff(f"{unchanged}old {unchanged}", f"{unchanged}new {unchanged}")
    folded = fold(segments, around=50)
    assert [segment.kind for segment in folded] == [GAP, SAME, REMOVED, ADDED, SAME, GAP]
    assert 40 <= len(folded[1].text) <= 60
    assert folded[1].text.startswith(("word", " word"))
    assert folded[4].text.endswith(("word", "word "))


def test_folding_leaves_short_stretches_alone():
    segments = word_diff("one two three", "one 2 three")
    assert fold(segments) == segments


def test_folding_what_never_changed():
    folded = fold([Segment(SAME, "word " * 500)], around=50)
    assert [segment.kind for segment in folded] == [SAME, GAP, SAME]
