"""gzip joined from parts is gzip like any other."""

from __future__ import annotations

import gzip

import pytest

from forum.lib.gzipped import is_accepted, joined, part_of, plain
from tests.properties import given, st


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=200), max_size=6))
def test_what_was_joined_comes_out_again(texts):
    file = joined(part_of(text) for text in texts)
    assert plain(file) == gzip.decompress(file) == "".join(texts).encode()


def test_the_same_parts_make_the_same_bytes_in_any_order():
    one, two = part_of("one " * 500), part_of("two " * 500)
    assert joined([one, two]) == joined([part_of("one " * 500), two])
    assert plain(joined([two, one])).startswith(b"two")
    assert len(joined([one, two])) < 200


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
