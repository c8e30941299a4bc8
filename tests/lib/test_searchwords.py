"""The words of a text: folded, in their places, the same however they are spelled."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest

from forum.lib.searchwords import WORD_LIMIT, fold, folded_words, words_of
from tests.properties import given, st


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The Committee's report", "the committee s report"),
        ("naïve CAFÉ Straße", "naive cafe strasse"),
        ("climate-change, CO₂ and 3.5 %", "climate change co2 and 3 5"),
        ("snake_case", "snake case"),
        ("气候变化 tax", "气 候 变 化 tax"),
        ("ガラス", "ガ ラ ス"),
        ("ｶﾞﾗｽ", "ガラス"),
        ("हिन्दी की भाषा", "हिन्दी की भाषा"),
        ("שָׁלוֹם", "שלום"),
        ("كِتَاب", "كتاب"),
        ("한국어 문장", "한국어 문장"),
        ("ไทย", "ไ ท ย"),
        ("soft\u00adware zero\u200dwidth", "software zerowidth"),
        ("Ωμέγα ΣΑΣ", "ωμεγα σασ"),
        ("🚸 … — ()", ""),
        ("\u0301 \u200d", ""),
    ],
)
def test_words_are_folded(text, words):
    assert " ".join(folded_words(text)) == words


def test_a_word_knows_where_it_stands():
    text = "«Já», e\u0301 so\u00adft 气候"
    assert [(text[w.start : w.end], w.folded) for w in words_of(text)] == [
        ("Já", "ja"),
        ("e\u0301", "e"),
        ("so\u00adft", "soft"),
        ("气", "气"),
        ("候", "候"),
    ]


def test_a_word_is_cut_where_a_database_would_refuse_it():
    assert folded_words("é" * 500) == ["e" * WORD_LIMIT]
    assert folded_words("a" * 500) == ["a" * WORD_LIMIT]


@given(st.text(max_size=60))
def test_any_text_has_words_that_a_query_can_hold(text):
    words = list(words_of(text))
    assert [w.folded for w in words] == folded_words(text)
    assert all(a.end <= b.start for a, b in pairwise(words))
    for word in words:
        assert 0 < len(word.folded) <= WORD_LIMIT
        # What ends a token, a string or a phrase in either database.
        assert not any(c.isspace() or (c.isascii() and not c.isalnum()) for c in word.folded)


@given(st.text(st.characters(categories=["L", "Nd", "Zs"]), max_size=40))
def test_composed_and_decomposed_are_the_same(text):
    composed, apart = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert folded_words(composed) == folded_words(apart)


def test_folding_twice_changes_nothing():
    for word in ["Straße", "ﬁx", "İstanbul", "Ⅷ", "ŉ", "ǰ", "ΐ"]:
        assert fold(fold(word)) == fold(word)
