"""The pictures of initials."""

from __future__ import annotations

import pytest

from forum.lib import avatar
from tests.properties import given, st


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Alice Liddell", "AL"),
        ("alice", "A"),
        ("Ada Augusta Byron King", "AK"),
        ("  @dot. (net)", "DN"),
        ("李 明", "李明"),
        ("Émile Zola", "ÉZ"),
        ("ßeta", "S"),
        ("محمد علي", "مع"),
        ("42nd Street", "4S"),
        ("!?", "·"),
        ("", "·"),
    ],
)
def test_initials(name, letters):
    assert avatar.initials(name) == letters


@given(st.text(max_size=80))
def test_whatever_somebody_is_called_there_is_a_picture(name):
    letters = avatar.initials(name)
    assert avatar.is_drawable(letters)
    assert "<text" in avatar.svg(0, letters)


@given(st.text(max_size=60))
def test_a_colour_is_always_the_same(username):
    assert avatar.colour_of(username) == avatar.colour_of(username)
    assert 0 <= avatar.colour_of(username) < len(avatar.COLOURS)


@pytest.mark.parametrize(
    ("colour", "letters"), [(0, ""), (0, "ABC"), (0, "<b"), (0, "&"), (99, "A"), (-1, "A")]
)
def test_there_are_no_others(colour, letters):
    with pytest.raises(ValueError, match="no such picture"):
        avatar.svg(colour, letters)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("colour", avatar.COLOURS)
def test_white_letters_are_legible_on_each(colour):
    assert 1.05 / (luminance(colour) + 0.05) >= 7


def test_many_people_have_all_the_colours():
    assert {avatar.colour_of(f"person{n}") for n in range(200)} == set(range(len(avatar.COLOURS)))
