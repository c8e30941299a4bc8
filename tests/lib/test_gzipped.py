"""gzip joined from parts is gzip like any other."""

from __future__ import annotations

import gzip

import pytest

from forum.lib.gzipped import Part, is_accepted, joined, part_of, plain
from tests.properties import given, st


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=200), max_size=6))
def test_what_was_joined_comes_out_again(texts):
    parts: list[Part] = []
    for number, text in enumerate(texts):
        parts.append(part_of(text, parts[-1] if number % 3 else None))
    file = joined(parts)
    assert plain(file) == gzip.decompress(file) == "".join(texts).encode()


def test_the_same_parts_make_the_same_bytes():
    one, two = part_of("one " * 500), part_of("two " * 500)
    assert joined([one, two]) == joined([part_of("one " * 500), two])
    assert plain(joined([two, one])).startswith(b"two")


def test_what_repeats_the_part_before_it_is_short():
    words = "".join(f"{number * 7919 % 10_007} " for number in range(5_000))
    one = part_of(words)
    assert len(part_of(words, one).deflated) < len(one.deflated) / 20
    # From further back than deflate looks nothing can be taken.
    assert plain(joined([one, part_of(words, one)])) == 2 * words.encode()


@pytest.mark.parametrize(
    ("said", "accepted"),
    [
        ("gzip", True),
        ("br, GZIP ;q=0.5", True),
        ("*", True),
        ("gzip;q=1.000, identity", True),
        ("", False),
        ("br, deflate", False),
        ("gzip;q=0", False),
        ("gzip; q=0.000, *", False),
        ("*;q=0", False),
        ("gzipped", False),
    ],
)
def test_who_takes_gzip(said, accepted):
    assert is_accepted(said) is accepted
