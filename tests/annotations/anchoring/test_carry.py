"""Carrying passages across edits: pure text, no database."""

from __future__ import annotations

import textwrap

import pytest

from annotations.anchoring.carry import carry
from annotations.anchoring.selectors import describe
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


def carried(new, quote, nth=1, old=OLD):
    place = carry(old, new, [span(quote, old, nth=nth)])[0]
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


# A passage that moved and was edited keeps the words at its edges, edited too.


@pytest.mark.parametrize(
    ("was", "now"),
    [("In autumn", "In winter"), ("at the pier", "by the station"), ("stood waiting", "waited")],
)
def test_the_extent_of_a_moved_sentence_follows_the_edit(was, now):
    edited = AUTUMN.replace(was, now)
    new = LONG.replace(f"{AUTUMN} ", "").replace("So it ends.", f"So it ends. {edited}")
    assert place_in(LONG, new, AUTUMN) == ("changed", edited)


def test_a_sentence_that_moved_and_was_edited_at_both_ends_is_found_whole():
    kept = "ferry stopped before noon and the school bus stood waiting at the pier"
    old, edited = f"In autumn 1962 the {kept} for its driver.", f"Later our {kept}, lights on."
    new = f"The mayor keeps her own count. {REFRAIN}\nSo it ends. {edited}"
    assert place_in(f"{old}\n{new.replace(edited, '')}", new, old) == ("changed", edited)


def test_a_part_of_a_sentence_that_moved_takes_its_words_along():
    clause = "where the ferry stopped before noon and the school bus stood waiting"
    old = f"The pier, {clause}, is gone. {REFRAIN}\nThe mayor counts the lorries, and so it ends."
    new = f"The pier is gone. {REFRAIN}\nThe mayor counts the lorries {clause}, and so it ends."
    for quote in (clause, "school bus"):
        assert place_in(old, new, quote) == ("moved", quote)


def test_words_whose_last_mark_is_now_part_of_a_longer_one_are_the_same():
    quote = "These are the settings that are in force on the first day:"
    assert place_in(f"{AUTUMN} {quote}\none", f"{AUTUMN} {quote}:\none", quote) == ("exact", quote)


def test_words_that_stand_once_are_known_again_among_new_ones():
    quote = "keeps her own count of the lorries. Nobody"
    new = f"Whales sing for weeks. She too {quote} knows.\n{AUTUMN} {AUTUMN.replace('noon', 'one')}"
    assert place_in(LONG, new, quote)[1] == quote


def test_words_typed_at_an_edge_that_was_not_edited_are_not_the_passage():
    new = LONG.replace(AUTUMN, f"Listen: it is so. {AUTUMN}")
    assert place_in(LONG, new, AUTUMN) == ("exact", AUTUMN)


def test_a_whole_new_paragraph_is_not_the_edit_of_a_word():
    new = LONG.replace("The mayor", "Whales sing for weeks on end, and some for months.\nOur mayor")
    kept = "mayor keeps her own count of the lorries."
    assert place_in(LONG, new, f"The {kept}") == ("changed", f"Our {kept}")


# What is only written otherwise.

WRAPPED = (
    "In autumn the ferry stopped before noon and the school bus\n"
    "stood waiting at the pier. The mayor keeps her own count of\n"
    "the lorries. Nobody asked the people who live there, and so\n"
    "it ends. The repairs of the bridge still hold.\n"
)


@pytest.mark.parametrize("width", [20, 45, 72, 1000])
@pytest.mark.parametrize(
    "quote",
    [
        "In autumn the ferry stopped before noon and the school bus\nstood waiting at the pier.",
        "The mayor keeps her own count of\nthe lorries.",
        "count of\nthe",
        "of\n",
    ],
)
def test_a_passage_whose_lines_are_broken_elsewhere_is_found_whole(width, quote):
    new = textwrap.fill(WRAPPED, width)
    place, found = carried(new, quote, old=WRAPPED)
    assert found is not None
    assert found.split() == quote.split()
    assert place.state == ("exact" if found == quote else "changed")
    assert place.score == 1.0


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ('"Go," she said.', "“Go,” she said."),
        ('"Go," she said.', "«Go,» she said."),
        ("the café's door", "the cafe\u0301’s door"),
        ("first and second", "ﬁrst and second"),
        ("now — or never", "now -- or never"),
        ("and 👩\u200d🔬 too", "and 👨\u200d🔬 too"),
        ("שָׁלוֹם אמר המורה", "שלום אמר המורה"),
        ("كُتِبَ الخطاب أمس", "كتب الخطاب أمس"),
    ],
)
def test_a_passage_written_otherwise_is_changed_to_the_character(was, now):
    assert place_in(f"{AUTUMN} {was} {REFRAIN}", f"New. {AUTUMN} {now} {REFRAIN}", was) == (
        "changed",
        now,
    )


# Scripts without spaces.

CHINESE = "桥很老了。委员会说它必须马上关闭。谁来付钱?没有人问过住在那里的人。市长自己数卡车。"


@pytest.mark.parametrize(
    ("new", "quote", "state", "found"),
    [
        (f"新的开头。{CHINESE}", "委员会说它必须马上关闭。", "exact", "委员会说它必须马上关闭。"),
        (
            CHINESE.replace("必须马上", "应该马上"),
            "委员会说它必须马上关闭。",
            "changed",
            "委员会说它应该马上关闭。",
        ),
        (
            "没有人问过住在那里的人。" + CHINESE.replace("没有人问过住在那里的人。", ""),
            "没有人问过住在那里的人。",
            "moved",
            "没有人问过住在那里的人。",
        ),
        (CHINESE.replace("市长自己数卡车。", ""), "市长自己数卡车。", "orphaned", None),
        (CHINESE.replace("桥", "这座桥"), "老", "exact", "老"),
    ],
)
def test_text_without_spaces(new, quote, state, found):
    assert place_in(CHINESE, new, quote) == (state, found)


def test_thai_is_followed_within_what_has_no_end_of_a_sentence():
    old = "สะพานเก่าปิดในฤดูหนาวที่แล้วไม่มีใครถามคนที่อาศัยอยู่ที่นั่น"
    new = old.replace("เก่า", "ใหม่")
    assert place_in(old, new, "ไม่มีใครถาม") == ("exact", "ไม่มีใครถาม")


# Passages that are no sentences.


@pytest.mark.parametrize(
    "quote",
    [
        "e",
        " ",
        ",",
        "\n",
        "mmitt",
        "means.\nIt has",
        OLD.split("\n")[1],
        OLD,
        "😀",
        "hold.\nThe bri",
    ],
)
def test_any_passage_of_an_untouched_part_stays(quote):
    new = f"A new opening.\n{OLD}\nAnd a new end."
    place, found = carried(new, quote)
    assert (place.state, found) == ("exact", quote)


def test_a_passage_over_several_paragraphs_takes_their_edits_along():
    new = OLD.replace("since 1962", "since the war").replace("must close", "has to close")
    place, found = carried(new, OLD)
    assert (place.state, found) == ("changed", new)


def test_paragraphs_split_and_joined_keep_their_passages():
    new = OLD.replace("1962. The", "1962.\nThe").replace("hold.\nThe", "hold. The")
    assert place_in(OLD, new, "The repairs still hold.")[0] == "exact"
    assert place_in(OLD, new, "1962. The repairs") == ("changed", "1962.\nThe repairs")


@pytest.mark.parametrize("new", ["", " ", "Something else altogether."])
def test_nothing_is_left_of_a_text_that_went(new):
    places = carry(OLD, new, [(0, len(OLD)), (4, 13), (0, 1)])
    assert {(p.state, p.start, p.end, p.score) for p in places} == {("orphaned", None, None, 0.0)}


def test_no_passages_no_places():
    assert carry(OLD, "", []) == []


def test_a_whole_sentence_that_is_once_in_both_texts_is_found_wherever_it_went():
    # Nothing around it is left, and it is too short to be found by its place.
    old, new = "One two. Is it so? Three four.", "New words here.\nIs it so?\nAnd more."
    assert place_in(old, new, "Is it so?")[1] == "Is it so?"


def test_a_stock_phrase_whose_surroundings_are_all_new_is_a_doubt():
    stock = "and that is how it is done"
    whales = f"Whales sing on end and longer in May {stock} by men in red caps in the far north."
    cooks = f"Six hungry cooks opened an inn there {stock} where paper was dear and had margins."
    rest = f"{AUTUMN} Men dig up copper and coal {stock} by men. {REFRAIN} It is where {stock}."
    assert place_in(f"{whales} {rest}", f"{cooks} {rest}", stock) == ("orphaned", None)
    later = len(whales)
    assert place_in(f"{whales} {rest}", f"{cooks} {rest}", stock, later) == ("exact", stock)


PIECES = [
    *["the ", "old ", "bridge ", "closed. ", "Why? ", "\n", " ", "😀", "橋", "。", "é", "e\u0301"],
    *["“", '"', "a", "b ", "It is so. ", "Nobody asked the people. "],
]
TEXTS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=30).map("".join)


def every(text, data, count=4):
    """Some passages of a text."""
    starts = data.draw(st.lists(st.integers(0, len(text) - 1), min_size=1, max_size=count))
    return [(start, data.draw(st.integers(start + 1, len(text)))) for start in starts]


@given(TEXTS, TEXTS, st.data())
@settings(max_examples=400)
def test_what_is_placed_lies_in_the_new_text_and_says_what_its_state_says(old, new, data):
    spans = every(old, data)
    places = carry(old, new, spans)
    for (start, end), place in zip(spans, places, strict=True):
        if place.start is None or place.end is None:
            assert place.state == "orphaned"
            assert place.start is place.end
            continue
        assert 0 <= place.start < place.end <= len(new)
        same = new[place.start : place.end] == old[start:end]
        assert same == (place.state in ("exact", "moved"))
        assert 0 <= place.runner_up <= place.score <= 1
        assert place.score == 1 or not same


@given(TEXTS, TEXTS, st.data())
@settings(max_examples=200)
def test_each_is_carried_as_if_it_were_alone(old, new, data):
    spans = every(old, data)
    assert carry(old, new, spans) == [carry(old, new, [span])[0] for span in spans]


@given(TEXTS, st.data())
@settings(max_examples=200)
def test_the_same_text_disturbs_nothing(text, data):
    for span, place in zip(spans := every(text, data), carry(text, text, spans), strict=True):
        assert (place.start, place.end, place.state, place.score) == (*span, "exact", 1.0)


@given(TEXTS, st.sampled_from(["Prologue of other words!\n", "Zwei.\nDrei!\n"]), st.data())
@settings(max_examples=200)
def test_what_is_put_before_or_after_disturbs_nothing(text, more, data):
    for start, end in every(text, data):
        after = carry(text, f"{text}\n{more}", [(start, end)])[0]
        assert (after.start, after.end, after.state) == (start, end, "exact")
        before = carry(text, more + text, [(start, end)])[0]
        if text[start:end].strip():
            assert (before.start, before.end) == (start + len(more), end + len(more))


@given(TEXTS, TEXTS, st.data())
@settings(max_examples=300)
def test_a_passage_within_another_stays_within(old, new, data):
    [outer] = every(old, data, 1)
    inner = data.draw(st.integers(outer[0], outer[1] - 1))
    stays_within(old, new, outer, (inner, data.draw(st.integers(inner + 1, outer[1]))))


def test_what_ends_before_a_word_does_not_take_it_in_when_the_space_between_is_gone():
    said = "Nobody asked the people. "
    old, new = f"\n{said}\n{said}", f"{said}a{said}"
    stays_within(old, new, (0, 28), (0, 27))
    stays_within(old[::-1], new[::-1], (24, 52), (25, 52))
    assert place_in(old, new, f"{said}\n") == ("changed", said)


def test_what_ends_in_a_word_that_is_gone_leaves_the_mark_that_opened_it():
    old, new = "bridge closed. “the ", "closed. “"
    stays_within(old, new, (0, 17), (0, 16))
    assert place_in(old, new, "bridge closed. “t") == ("changed", "closed.")


@pytest.mark.parametrize(
    ("old", "new", "span"),
    [
        ("bridge a", "ébridgeé", (1, 7)),
        ("bridge é", "bridgeéaé", (3, 7)),
        ("the bridge ", "ébridge é\n", (3, 9)),
        ("abridge é", "bridgea", (6, 8)),
    ],
)
def test_what_grew_together_with_what_stood_beyond_its_space_is_lost(old, new, span):
    (carried,) = carry(old, new, [span])
    assert (carried.start, carried.end, carried.state) == (None, None, "orphaned")


def stays_within(old, new, outer_span, inner_span):
    outer, place = carry(old, new, [outer_span, inner_span])
    if (
        outer.method == place.method == "diff"
        and outer.start is not None
        and place.start is not None
    ):
        ahead, behind = new[place.start : outer.start], new[outer.end : place.end]
        # A passage that ends in words is given no white space at its end, nor a mark that opens
        # other words or closes them.
        assert not any(map(str.isalnum, ahead + behind))


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
