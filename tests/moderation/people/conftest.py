"""Somebody to sanction, and somebody who does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from forum.moderation.models import Sanction
from forum.moderation.people.grounds import Grounds, Place
from forum.moderation.people.sanctioning import impose, read_so_far


def in_(person) -> Client:
    """A client in which that person is logged in, beside those of others."""
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def sanction(carol, rules) -> Callable[..., Sanction]:
    """``sanction(alice, "silence", days=3)``: as Carol does it, having read all before."""

    def give(person, kind: str, *, by=carol, days: int | None = None, **said) -> Sanction:
        place = said.pop("place", Place())
        meanwhile = said.pop("meanwhile", True)
        if days is None and kind in ("silence", "suspend", "mute-flags"):
            days = 7
        if kind == "mute-flags":
            said = misuse("flags") | said
        said = {"reason": "You call people names.", "rule": rules["civility"]} | said
        made = impose(
            moderator=by,
            person=person,
            kind=kind,
            seen=read_so_far(by, person),
            grounds=Grounds(**said),
            days=days,
            place=place,
            meanwhile=meanwhile,
        )
        person.refresh_from_db()
        return made

    return give


def misuse(kind: str) -> dict[str, object]:
    """What a measure against misuse says more."""
    return {
        "misuse": kind,
        "number": 12,
        "of": 15,
        "gravity": "Nothing that was hard to see.",
        "intent": "They said that they want the author to go.",
    }


@pytest.fixture
def warned_of_flags(sanction) -> Callable[..., Sanction]:
    """Warn somebody of the misuse of flags, and have them acknowledge it."""
    from forum.moderation.people.acknowledging import acknowledge

    def warn(person) -> Sanction:
        warning: Sanction = sanction(person, "warn", **misuse("flags"))
        acknowledge(person=person, sanction=warning)
        return warning

    return warn
