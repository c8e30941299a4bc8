"""Lists of words, and a site that looks for them."""

from __future__ import annotations

import pytest

from forum.screening.lists import Wanted, make_list


@pytest.fixture
def listed(rules, frances):
    """``listed(kind, *words)`` is a new list of them, under the rule ``civility``."""

    def make(kind: str, *words: str, rule: str = "civility", name: str = ""):
        wanted = Wanted(name or f"The {kind} ones", kind, rule, is_on=True, words="\n".join(words))
        return make_list(editor=frances, wanted=wanted)

    return make
