"""Who is deciding a case: a lease that nobody has to end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from forum.lib.errors import Conflict, Forbidden
from forum.moderation.actions import decide
from forum.moderation.models import Case, Event
from forum.moderation.queue.claims import claim, release, take_over
from forum.moderation.queue.leases import claimant_of


def expire(case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(claim_expires_at=timezone.now() - timedelta(seconds=1))
    case.refresh_from_db()


def log_of(case: Case) -> list[tuple[str, str]]:
    claiming = ("claimed", "taken-over", "released")
    events = Event.objects.filter(case=case, kind__in=claiming)
    return list(events.values_list("kind", "actor_name"))


def test_one_has_it_and_no_other(case, carol, mallory):
    claim(moderator=carol, case=case)
    assert claimant_of(case) == carol
    left = case.claim_expires_at - timezone.now()
    assert timedelta(minutes=9) < left <= timedelta(minutes=10)
    with pytest.raises(Conflict, match="Carol Kidd is deciding"):
        claim(moderator=mallory, case=case)
    assert claimant_of(Case.objects.get(pk=case.pk)) == carol
    assert log_of(case) == [("claimed", "Carol Kidd")]


def test_whoever_has_it_goes_on_having_it_without_a_line_in_the_log(case, carol):
    claim(moderator=carol, case=case)
    soon = timezone.now() + timedelta(minutes=1)
    Case.objects.filter(pk=case.pk).update(claim_expires_at=soon)
    claim(moderator=carol, case=case)
    assert case.claim_expires_at > soon
    assert len(log_of(case)) == 1


def test_it_is_no_part_of_what_was_read(case, carol):
    version = case.version
    claim(moderator=carol, case=case)
    assert case.version == version


def test_after_its_time_it_is_anybodys(case, carol, mallory):
    claim(moderator=carol, case=case)
    expire(case)
    assert claimant_of(case) is None
    claim(moderator=mallory, case=case)
    assert claimant_of(case) == mallory
    assert log_of(case) == [("claimed", "Carol Kidd"), ("claimed", "Mallory Archer")]


def test_giving_it_up(case, carol, mallory):
    claim(moderator=carol, case=case)
    assert not release(moderator=mallory, case=case)
    assert release(moderator=carol, case=case)
    assert not release(moderator=carol, case=case)
    assert claimant_of(case) is None
    assert log_of(case)[1:] == [("released", "Carol Kidd")]


def test_taking_it_over_from_whom_one_saw_there(case, carol, mallory, frances):
    claim(moderator=carol, case=case)
    take_over(moderator=mallory, case=case, claimant=carol.pk)
    assert claimant_of(case) == mallory
    event = Event.objects.get(case=case, kind="taken-over")
    assert (event.actor, event.detail) == (mallory, "It was Carol Kidd’s.")
    # Somebody else has it by now than was seen.
    with pytest.raises(Conflict, match="Mallory Archer is deciding"):
        take_over(moderator=frances, case=case, claimant=carol.pk)


def test_nobody_else_decides_it_meanwhile(case, carol, mallory):
    claim(moderator=carol, case=case)
    with pytest.raises(Conflict):
        decide(moderator=mallory, case=case, action="keep", version=case.version)
    decide(moderator=carol, case=case, action="keep", version=case.version)
    assert (case.claimed_by, case.claim_expires_at) == (None, None)
    with pytest.raises(Conflict, match="decided"):
        claim(moderator=mallory, case=case)


def test_what_nobody_has_anybody_decides(case, mallory):
    decision = decide(moderator=mallory, case=case, action="keep", version=case.version)
    assert (decision.moderator, case.state, case.claimed_by) == (mallory, "decided", None)


def test_nobody_claims_what_they_wrote_or_without_being_a_moderator(case, alice, dan):
    for person in (alice, dan):
        with pytest.raises(Forbidden):
            claim(moderator=person, case=case)
    assert log_of(case) == []
