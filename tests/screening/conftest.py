"""Lists of words, and a site that looks for them."""

from __future__ import annotations

import pytest
from django.test import Client

from forum.screening.lists import Wanted, make_list


@pytest.fixture
def listed(rules, frances):
    """``listed(kind, *words)`` is a new list of them, under the rule ``civility``."""

    def make(kind: str, *words: str, rule: str = "civility", name: str = ""):
        wanted = Wanted(name or f"The {kind} ones", kind, rule, is_on=True, words="\n".join(words))
        return make_list(editor=frances, wanted=wanted)

    return make


@pytest.fixture
def as_(client: Client):
    """``as_(person)`` is a client in which that person is logged in."""

    def log_in(person) -> Client:
        client.logout()
        client.force_login(person)
        return client

    return log_in
