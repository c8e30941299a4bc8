"""Canonical HTML with some of its text between markups."""

from __future__ import annotations

import pytest

from forum.lib.canonical import canonicalise
from forum.lib.pieces import wrap


@pytest.mark.parametrize(
    ("html", "spans", "wrapped"),
    [
        ("<p>one two</p>", [], "<p>one two</p>"),
        ("<p>one two</p>", [(4, 7)], "<p>one [two]</p>"),
        ("<p>a &lt;b&gt; &amp; c</p>", [(2, 5)], "<p>a [&lt;b&gt;] &amp; c</p>"),
        ("<p>ni<em>tw</em>it</p>", [(0, 6)], "<p>[ni]<em>[tw]</em>[it]</p>"),
        ("<p>one</p><p>two</p>", [(2, 5)], "<p>on[e]</p><p>[t]wo</p>"),
        ("<p>one<br>two</p>", [(0, 3), (4, 7)], "<p>[one]<br>[two]</p>"),
        ("<p>a b c</p>", [(0, 1), (2, 3), (4, 5)], "<p>[a] [b] [c]</p>"),
        ("<p>😀 no</p>", [(2, 4)], "<p>😀 [no]</p>"),
    ],
)
def test_stretches_are_wrapped_within_their_elements(html, spans, wrapped):
    assert canonicalise(html)[0] == html
    assert wrap(html, spans, "[", "]") == wrapped
