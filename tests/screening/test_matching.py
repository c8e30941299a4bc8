"""Words found however they are disguised, where they stand, and nothing else."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest

from forum.screening.folding import BETWEEN, fold, words_of
from forum.screening.lookalikes import LEET, LETTERS
from forum.screening.matching import Matcher, is_findable
from tests.properties import given, settings, st

WORDS = ("shit", "ass", "kill yourself", "slap", "1488", "кот", "摸鱼", "*pox", "pox*", "*gnat*")


def found(text: str, *words: str) -> list[tuple[str, str]]:
    words = words or WORDS
    return [(words[hit.word], text[hit.start : hit.end]) for hit in Matcher(words).find(text)]


@pytest.mark.parametrize(
    "said",
    [
        "shit",
        "SHIT",
        "ｓｈｉｔ",
        "𝖘𝖍𝖎𝖙",
        "ⓢⓗⓘⓣ",
        "🅢🅷🅸🆃",
        "🇸🇭🇮🇹",
        "ѕһіt",
        "ꓢꓧꓲꓔ",
        "s\u200bh\u200di\u2060t",
        "s\u00adhit",
        "s̷h̶i̵t̴",
        "shít",
        "sh1t",
        "5h1t",
        "$h!t",
        "sh|t",
        "shiiiiit",
        "s h i t",
        "s.h.i.t",
        "s-h-i-t",
        "s - h - i - t",
        "sh-it",
        "s_h_i_t",
        "s\u3164hit",
        "shlt",
        "sh!+",
        "sh1+",
        "$h!+",
        "s\u180bh\u17b4it",
        "s\U0001d173hit",
        "ѕⲏⲓⲧ",
        "ᏕᏂit",
    ],
)
def test_a_word_is_found_in_every_disguise_and_is_all_that_is_marked(said):
    for before, after in (("", ""), ("Well, ", "!"), ("(", ")."), ("文", " 文")):
        assert found(before + said + after) == [("shit", said)]


@pytest.mark.parametrize(
    "innocent",
    [
        "Scunthorpe",
        "a class of grass, an assassin",
        "push it, and push its lid",
        "as a matter of fact",
        "455 people paid $$$ in 2014; 14 of 88",
        "a rail, a slip, siap",
        "shi t",
        "I am a sad person: s. h.",
        "он кото",
        "KOT is no cat in Latin letters",
        "kill it yourself",
        "",
        "!!! ... ---",
        "Sli! Snap+ 1+1 sla! C++",
        "tihs",
    ],
)
def test_what_only_looks_like_it_is_not(innocent):
    assert found(innocent) == []


def test_a_word_of_the_language_of_the_text_is_none_of_another():
    # "рот" is a mouth; all its letters look Latin.
    assert found("Открой рот и скажи, что хочешь.", "pot") == []
    assert found("A рot of gold, a рот of gold.", "pot") == [("pot", "рot"), ("pot", "рот")]
    assert found("Вот кот.", "кот") == [("кот", "кот")]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("\u202etihs\u202c", [("shit", "tihs\u202c")]),
        ("So: \u202et1h5 is shit", [("shit", "t1h5"), ("shit", "shit")]),
        ("So: \u202et!h$ on", [("shit", "t!h$")]),
        ("\u202efle\u200bsruoy llik\u202c now", [("kill yourself", "fle\u200bsruoy llik\u202c")]),
        ("\u202exop llams", [("*pox", "xop"), ("pox*", "xop")]),
        ("\u202etih\u202cs", []),
    ],
)
def test_what_is_shown_from_right_to_left_is_read_so(said, words):
    assert found(said) == words


def test_several_words_are_found_whatever_stands_between():
    text = "Kill\n  YOURSELF, kill-yourself and k1ll yourself"
    assert [said for _word, said in found(text)] == [
        "Kill\n  YOURSELF",
        "kill-yourself",
        "k1ll yourself",
    ]
    for said in ("k!ll yourself", "kill y0ur$elf", "k!|l y0ur$elf", "k i l l yourself"):
        assert found(f"Go, {said}, go.") == [("kill yourself", said)]


def test_a_star_lets_anything_stand_there():
    assert found("smallpox") == [("*pox", "pox")]
    assert found("poxes") == [("pox*", "pox")]
    assert found("stagnating") == [("*gnat*", "gnat")]
    assert found("apoxy") == []


def test_a_number_is_found_as_it_is():
    assert found("It was 1488, not 1489.") == [("1488", "1488")]
    assert found("I4BB") == []


def test_scripts_without_spaces_have_words_anywhere():
    assert found("他在摸鱼呢") == [("摸鱼", "摸鱼")]


def test_a_letter_that_is_doubled_is_not_drawn_out():
    assert found("as asss") == [("ass", "asss")]
    assert found("kil kill killl", "kill") == [("kill", "kill"), ("kill", "killl")]
    assert found("fill", "fil") == []


def test_what_has_nothing_to_look_for_is_told():
    assert [is_findable(word) for word in ("shit", "88", "***", "!", " ", "*", "\u200b")] == [
        *(True, True, False, False, False, False, False)
    ]
    assert not Matcher(["***"])


LETTER = st.sampled_from("abcdefghkmnoprstuvwxyz")
WORD = st.text(LETTER, min_size=4, max_size=10).filter(
    # Letters drawn out are another matter.
    lambda word: all(a != b for a, b in pairwise(word))
)
ALIKE: dict[str, list[str]] = {}
for _like, _letter in LETTERS.items():
    ALIKE.setdefault(_letter, []).append(_like)
NUMBERS: dict[str, list[str]] = {}
for _like, _letter in LEET.items():
    NUMBERS.setdefault(_letter, []).append(_like)
UNSEEN = "\u200b\u200c\u200d\u2060\u00ad\ufe0f\u034f\u202e\u0336\u0301\u20e3"


@st.composite
def disguised(draw) -> tuple[str, str]:
    """A word, and the same in disguise: at least every other letter is still a letter."""
    word = draw(WORD)
    said = ""
    for place, letter in enumerate(word):
        ways = [letter, letter.upper(), *ALIKE.get(letter, [])]
        ways.append(chr(ord(letter) - ord("a") + 0xFF41))
        ways.append(chr(ord(letter) - ord("a") + 0x1D41A))
        if place % 2:
            ways += [way for way in NUMBERS.get(letter, []) if way.isdigit()]
        said += draw(st.sampled_from(ways))
        if place < len(word) - 1:
            said += draw(st.text(UNSEEN, max_size=2))
    return word, said


@given(disguised(), st.sampled_from(["", "So: ", "…"]), st.sampled_from(["", " 77", "."]))
def test_any_word_is_found_in_any_disguise(pair, before, after):
    word, said = pair
    assert found(before + said + after, word) == [(word, said)]


@given(WORD, st.sampled_from([" ", ".", "-", " . ", "_", "\t"]))
def test_any_word_is_found_letter_by_letter(word, between):
    said = between.join(word)
    assert (word, said) in found(said, word)


@given(WORD, WORD, WORD)
def test_a_word_within_another_is_not_found(word, before, after):
    for said in (before + word, word + after, before + word + after):
        assert found(said, word) == [] or word in (before, after)


@given(st.text(max_size=200), st.lists(st.text(min_size=1, max_size=8), max_size=8))
def test_whatever_is_typed_hits_stand_in_it(text, words):
    hits = Matcher(words).find(text)
    assert hits == sorted(hits, key=lambda hit: (hit.start, hit.end, hit.word))
    for hit in hits:
        assert 0 <= hit.start < hit.end <= len(text)
        assert text[hit.start : hit.end].strip()


@given(st.text("ab lLI1. -ß", max_size=60), st.lists(st.text("abli* ", min_size=1, max_size=6)))
def test_the_automaton_finds_what_looking_for_each_word_finds(text, words):
    together = {(hit.word, hit.start, hit.end) for hit in Matcher(words).find(text)}
    alone = {
        (number, hit.start, hit.end)
        for number, word in enumerate(words)
        for hit in Matcher([word]).find(text)
    }
    assert together == alone


@given(st.text(max_size=100))
def test_folding_keeps_the_places(text):
    last = 0
    for word, offset in words_of(text):
        assert BETWEEN not in word.skeleton
        assert len(word.skeleton) == len(word.runs)
        for run in word.runs:
            for letter in run.letters:
                start, end = letter.start + offset, letter.end + offset
                assert last <= start < end <= len(text)
                assert text[start:end] == letter.typed
                last = start


@given(st.text(max_size=40))
def test_normalising_makes_no_other_words(text):
    composed, apart = (
        {word.skeleton for word, _offset in words_of(unicodedata.normalize(form, text))}
        for form in ("NFC", "NFD")
    )
    assert composed == apart


@settings(max_examples=30)
@given(st.lists(WORD, min_size=1, max_size=300, unique=True), st.data())
def test_however_long_the_list(words, data):
    word = data.draw(st.sampled_from(words))
    assert (word, word) in found(f"a {word} b", *words)


def test_a_text_is_read_once_whatever_it_is_made_of():
    matcher = Matcher(["a" * 50 + "b", "*ab", "a a a b", "s h i t"])
    for text in ("a" * 10_000, "a " * 5_000, "a.-" * 3_000, "\u0301" * 10_000, "$!@" * 3_000):
        assert matcher.find(text) == []
    assert fold("") == fold("-")
