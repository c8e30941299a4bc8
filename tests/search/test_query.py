"""What a query means, and where in a text it stands."""

from __future__ import annotations

import pytest

from forum.discussion.search.excerpts import Piece, excerpt, marked, places
from forum.discussion.search.query import QUERY_LIMIT, WORDS_LIMIT, Query, Term
from forum.lib.errors import Refused
from tests.properties import given, st


def found(text: str, written: str) -> list[str]:
    return [text[start:end] for start, end in places(text, Query.parse(written))]


@pytest.mark.parametrize(
    ("written", "terms", "without"),
    [
        ("Carbon tax", [("carbon", True), ("tax", True)], []),
        ('"carbon  Tax"', [("carbon tax", False)], []),
        ("“carbon tax” now", [("carbon tax", False), ("now", True)], []),
        ('"open end', [("open end", False)], []),
        ('carbon -tax -"free ride"', [("carbon", True)], [("tax", True), ("free ride", False)]),
        ("climate-change", [("climate change", True)], []),
        ("to be", [("to", False), ("be", False)], []),
        ("气候", [("气 候", False)], []),
        ("same same", [("same", True)], []),
        ('"" - " -" *()^ NEAR( :', [("near", True)], []),
        ("", [], []),
    ],
)
def test_a_query_is_read(written, terms, without):
    def made(parts):
        return tuple(Term(tuple(words.split()), open=open) for words, open in parts)

    assert Query.parse(written) == Query(made(terms), made(without))


def test_a_query_that_only_excludes_asks_for_nothing():
    assert not Query.parse("-tax")


MANY = " ".join(f"w{n}" for n in range(WORDS_LIMIT + 1))


@pytest.mark.parametrize("written", ["x" * (QUERY_LIMIT + 1), MANY])
def test_what_is_too_long_is_refused_by_name(written):
    with pytest.raises(Refused) as refused:
        Query.parse(written)
    assert refused.value.field == "q"


def test_places_are_code_points_of_the_text_itself():
    assert found("🚸 The Cafés of Köln, cafe\u0301!", "cafe") == ["Cafés", "cafe\u0301"]
    assert found("The bridge-builders' bridge, a bridge builder", '"bridge builders"') == [
        "bridge-builders"
    ]
    assert found("我们谈气候变化和气候", "气候") == ["气候", "气候"]
    assert found("one two three", "one two") == ["one", "two"]
    assert found("nothing here", "bridge") == []


def test_what_overlaps_is_marked_once():
    text = "the old bridge must close"
    assert marked(text, Query.parse('"old bridge" "bridge must"')) == [
        Piece("the "),
        Piece("old bridge must", found=True),
        Piece(" close"),
    ]


def test_an_excerpt_shows_where_most_of_it_stands():
    text = "tax " + "word " * 200 + "a carbon tax is a tax " + "end " * 200
    pieces = excerpt(text, Query.parse("carbon tax"), 100)
    shown = "".join(piece.text for piece in pieces)
    assert (shown[:6], shown[-5:]) == ("… word", "end …")
    assert [piece.text for piece in pieces if piece.found] == ["carbon", "tax", "tax"]
    assert len(shown) < 110


def test_an_excerpt_without_a_place_is_the_beginning():
    assert excerpt("a b c", Query.parse("zebra")) == [Piece("a b c")]
    assert excerpt("", Query()) == []


@given(st.text(max_size=200), st.text(max_size=30), st.integers(1, 80))
def test_pieces_are_the_text(text, written, length):
    query = Query.parse(written)
    assert "".join(piece.text for piece in marked(text, query)) == text
    shown = "".join(piece.text for piece in excerpt(text, query, length))
    assert shown.removeprefix("… ").removesuffix(" …") in text
