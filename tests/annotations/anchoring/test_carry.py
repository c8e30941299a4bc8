"""Carrying passages across edits, and finding quotes: pure text, no database."""

from __future__ import annotations

import pytest

from annotations.anchoring.carry import carry
from annotations.anchoring.locate import locate
from annotations.anchoring.selectors import Selector, describe
from tests.properties import given, settings, st

OLD = (
    "The committee says the bridge must close at once, and everyone knows what that means.\n"
    "It has carried two lanes since 1962. The repairs still hold.\n"
    "The bridge must close at once.\n"
    "It is not whether the bridge is old. It is who pays when it is gone 😀 at last."
)


def span(quote, text=OLD, nth=1):
    start = -1
    for _ in range(nth):
        start = text.index(quote, start + 1)
    return start, start + len(quote)


def carried(new, quote, nth=1):
    place = carry(OLD, new, [span(quote, nth=nth)])[0]
    return place, None if place.start is None else new[place.start : place.end]


def test_an_untouched_text_keeps_every_passage():
    spans = [(a, b) for a in range(0, len(OLD), 7) for b in (a + 1, min(a + 40, len(OLD))) if b > a]
    for (start, end), place in zip(spans, carry(OLD, OLD, spans), strict=True):
        assert (place.start, place.end, place.state, place.score) == (start, end, "exact", 1.0)


def test_text_inserted_before_moves_the_place_with_its_words():
    place, quote = carried("A new opening.\n" + OLD, "everyone knows")
    assert (place.state, quote) == ("exact", "everyone knows")


@pytest.mark.parametrize("nth", [1, 2])
def test_a_repeated_phrase_stays_where_it_was(nth):
    new = OLD.replace("It has carried two lanes", "For sixty years it has carried two lanes")
    place, _ = carried(new, "must close at once", nth=nth)
    assert place.state == "exact"
    assert (place.start, place.end) == span("must close at once", new, nth)


def test_an_edited_passage_is_followed():
    new = OLD.replace("The repairs still hold", "The patient repairs of 1989 still hold")
    place, quote = carried(new, "The repairs still hold.")
    assert place.state == "changed"
    assert quote == "The patient repairs of 1989 still hold."
    assert 0.5 <= place.score <= 1.0


def test_a_moved_paragraph_takes_its_notes_along():
    first, *rest = OLD.split("\n")
    new = "\n".join([*rest, first])
    place, quote = carried(new, "everyone knows what that means")
    assert quote == "everyone knows what that means"
    assert place.state in ("exact", "moved")


def test_a_deleted_passage_is_orphaned_not_given_to_a_lookalike():
    new = OLD.replace("It is who pays when it is gone 😀 at last.", "")
    place, _ = carried(new, "It is who pays when it is gone")
    assert (place.state, place.start, place.end) == ("orphaned", None, None)


def test_spans_come_back_in_their_order():
    spans = [span("at last"), span("The committee"), span("two lanes")]
    places = carry(OLD, "Intro.\n" + OLD, spans)
    assert [p.start - s[0] for p, s in zip(places, spans, strict=True)] == [7, 7, 7]


REFRAIN = "Nobody asked the people who live there."
AUTUMN = "In autumn the ferry stopped before noon and the school bus stood waiting at the pier."
LONG = f"{AUTUMN} {REFRAIN}\nThe mayor keeps her own count of the lorries. {REFRAIN}\nSo it ends."


def place_in(old, new, quote, at=0):
    start = old.index(quote, at)
    place = carry(old, new, [(start, start + len(quote))])[0]
    return place.state, None if place.start is None else new[place.start : place.end]


def test_a_sentence_that_moved_and_was_edited_is_found_whole():
    edited = AUTUMN.replace("stood waiting", "waited for an hour")
    new = LONG.replace(f"{AUTUMN} ", "").replace("So it ends.", f"So it ends. {edited}")
    assert place_in(LONG, new, AUTUMN) == ("changed", edited)


def test_a_repeated_sentence_goes_along_with_its_neighbour():
    first, *rest = LONG.split("\n")
    new = "\n".join([*rest, f"And yet: it is so. {first}"])
    place = carry(LONG, new, [span(REFRAIN, LONG)])[0]
    assert place.start == new.rindex(REFRAIN)


def test_a_repeated_sentence_edited_where_it_stood_is_not_another_that_came():
    edited = REFRAIN.replace("the people", "the few people")
    new = LONG.replace(REFRAIN, edited, 1).replace("So it ends.", f"So it ends. {REFRAIN}")
    assert place_in(LONG, new, REFRAIN) == ("changed", edited)


def test_a_repeated_sentence_whose_surroundings_are_all_new_is_a_doubt():
    whales = "Whales sing for weeks on end, and some for months."
    copper = "Copper is dug up in the far north by men in red caps."
    cooks = "Six hungry cooks opened an inn near Lake Geneva once!"
    paper = "Paper was dear, so they wrote small: both margins full?"
    old, new = f"{whales} {REFRAIN} {copper}\n{LONG}", f"{cooks} {REFRAIN} {paper}\n{LONG}"
    assert place_in(old, new, REFRAIN) == ("orphaned", None)


def test_a_passage_is_not_given_to_other_words_with_the_same_small_ones():
    old = f"{LONG}\nThe whales and the seals of the bay sang for the boats in the fog."
    new = f"{LONG}\nThe cook and the baker of the inn paid for the flour in the end."
    for quote in ("whales and the seals of the bay", "sang for the boats in the fog"):
        assert place_in(old, new, quote) == ("orphaned", None)


TEXTS = st.text(alphabet="ab c\n.😀", min_size=1, max_size=60)


@given(TEXTS, TEXTS, st.data())
@settings(max_examples=300, deadline=None)
def test_what_is_placed_always_lies_in_the_new_text(old, new, data):
    start = data.draw(st.integers(0, len(old) - 1))
    end = data.draw(st.integers(start + 1, len(old)))
    place = carry(old, new, [(start, end)])[0]
    if place.start is None or place.end is None:
        assert place.state == "orphaned"
        assert place.start is place.end
    else:
        assert 0 <= place.start < place.end <= len(new)
    if place.state in ("exact", "moved"):
        assert new[place.start : place.end] == old[start:end]


def test_describe_gives_the_passage_and_its_surroundings():
    start, end = span("everyone knows")
    selector = describe(OLD, start, end)
    assert selector.exact == "everyone knows"
    assert OLD[: selector.start].endswith(selector.prefix)
    assert OLD[selector.end :].startswith(selector.suffix)
    assert (len(selector.prefix), len(selector.suffix)) == (32, 32)


@pytest.mark.parametrize(("start", "end"), [(3, 3), (5, 2), (-1, 4), (0, len(OLD) + 1)])
def test_describe_refuses_what_is_no_passage(start, end):
    with pytest.raises(ValueError, match="no passage"):
        describe(OLD, start, end)


@pytest.mark.parametrize("nth", [1, 2])
def test_locate_tells_repetitions_apart_by_their_surroundings(nth):
    start, end = span("must close at once", nth=nth)
    described = describe(OLD, start, end)
    elsewhere = Selector(described.exact, described.prefix, described.suffix)
    new = "Before.\n" + OLD
    assert locate(elsewhere, new) == (start + 8, end + 8)


def test_locate_orphans_when_in_doubt():
    assert locate(Selector("must close at once"), OLD) is None
    assert locate(Selector("old"), OLD) is None
    assert locate(Selector("not in this text at all, not anywhere"), OLD) is None
    assert locate(Selector(""), OLD) is None


def test_locate_trusts_a_long_quote_that_stands_once():
    assert locate(Selector("everyone knows what that means"), OLD) == span(
        "everyone knows what that means"
    )


def test_what_stands_everywhere_is_a_doubt_and_found_out_at_once():
    text = "a" * 400_000
    assert locate(describe(text, 200_000, 210_000), text) is None
