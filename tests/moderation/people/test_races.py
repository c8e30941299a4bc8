"""Two moderators and one person at once, each with a connection of their own."""

from __future__ import annotations

import pytest
from django.db import OperationalError

from forum.accounts.erasing import erase_account
from forum.accounts.models import User
from forum.lib.errors import Conflict, NotFound
from forum.moderation.actions import decide
from forum.moderation.models import Appeal, Case, Event, FlagSetAside, Sanction
from forum.moderation.people.acknowledging import acknowledge
from forum.moderation.people.appealing import appeal_against, decide_sanction_appeal
from forum.moderation.people.approving import approve, refuse
from forum.moderation.people.grounds import Grounds
from forum.moderation.people.lifting import lift
from forum.moderation.people.sanctioning import impose
from forum.moderation.people.setting_aside import take_flag
from forum.notifications.models import Notification
from tests import factories
from tests.moderation.test_answers import Broken
from tests.moderation.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def giving(moderator, person, rules, kind="silence", seen=0):
    grounds = Grounds(reason="Names.", rule=rules["civility"])
    own = User.objects.get(pk=person.pk)
    days = 7 if kind in ("silence", "suspend") else None
    return lambda: impose(
        moderator=moderator, person=own, kind=kind, seen=seen, grounds=grounds, days=days
    )


@pytest.mark.parametrize("_", range(3))
@pytest.mark.parametrize("kinds", [("silence", "silence"), ("silence", "warn"), ("ban", "ban")])
def test_of_two_who_sanction_one_person_one_does(alice, carol, mallory, rules, kinds, _):
    outcomes = at_once(
        giving(carol, alice, rules, kinds[0]), giving(mallory, alice, rules, kinds[1])
    )
    (won,) = [outcome for outcome in outcomes if isinstance(outcome, Sanction)]
    (lost,) = [outcome for outcome in outcomes if isinstance(outcome, Conflict)]
    assert won.moderator_name in lost.message
    assert set(Sanction.objects.values_list("moderator", flat=True)) == {won.moderator_id}
    alice.refresh_from_db()
    assert alice.is_sanctioned
    assert Notification.objects.filter(recipient=alice).count() == 1


@pytest.mark.parametrize("_", range(3))
def test_a_ban_is_approved_or_refused_not_both(alice, mallory, frances, sanction, _):
    ban = sanction(alice, "ban")
    one, other = Sanction.objects.get(pk=ban.pk), Sanction.objects.get(pk=ban.pk)
    outcomes = at_once(
        lambda: approve(moderator=mallory, sanction=one),
        lambda: refuse(moderator=frances, sanction=other, reason="No."),
    )
    assert [type(outcome) for outcome in outcomes].count(Conflict) == 1
    ban.refresh_from_db()
    assert bool(ban.approved_at) != bool(ban.lifted_at)
    alice.refresh_from_db()
    assert alice.is_sanctioned == bool(ban.approved_at)
    kinds = Event.objects.filter(subject=alice, kind__in=("approved", "lifted"))
    assert kinds.count() == 1


@pytest.mark.parametrize("act", ["approve", "refuse"])
def test_what_the_database_breaks_off_starts_afresh(alice, mallory, sanction, monkeypatch, act):
    """Also of what the first try has made of the ban, where the second asks whether it may."""
    ban = sanction(alice, "ban")
    User.objects.filter(pk=mallory.pk).update(is_sanctioned=True)
    tries = []

    def break_off(_person: User) -> None:
        tries.append(1)
        if len(tries) == 1:
            raise OperationalError from Broken()

    monkeypatch.setattr("forum.moderation.people.approving.settle", break_off)
    if act == "approve":
        approve(moderator=mallory, sanction=ban)
    else:
        refuse(moderator=mallory, sanction=ban, reason="No.")
    now = Sanction.objects.get(pk=ban.pk)
    assert (bool(now.approved_at), bool(now.lifted_at)) == (act == "approve", act == "refuse")
    assert len(tries) == 2


@pytest.mark.parametrize("_", range(3))
def test_what_is_given_while_another_is_lifted_holds(alice, carol, mallory, sanction, rules, _):
    first = sanction(alice, "silence")
    outcomes = at_once(
        lambda: lift(moderator=mallory, sanction=first, reason="Enough."),
        giving(carol, alice, rules, "warn", seen=1),
    )
    assert not any(isinstance(outcome, Exception) for outcome in outcomes)
    alice.refresh_from_db()
    assert alice.is_sanctioned
    assert [s.kind for s in Sanction.objects.in_force()] == ["warn"]


@pytest.mark.parametrize("_", range(3))
def test_a_warning_acknowledged_while_another_comes_leaves_that_one(
    alice, carol, sanction, rules, _
):
    first = sanction(alice, "warn")
    own = User.objects.get(pk=alice.pk)
    outcomes = at_once(
        lambda: acknowledge(person=own, sanction=first),
        giving(carol, alice, rules, "warn", seen=1),
    )
    assert not any(isinstance(outcome, Exception) for outcome in outcomes)
    alice.refresh_from_db()
    assert alice.is_sanctioned


@pytest.mark.parametrize("_", range(3))
def test_an_appeal_is_decided_once(alice, mallory, frances, sanction, _):
    given = sanction(alice, "silence")
    appeal = appeal_against(sanction=given, appellant=alice, text="I did not.")

    def deciding(moderator, outcome):
        own = Appeal.objects.get(pk=appeal.pk)
        return lambda: decide_sanction_appeal(
            moderator=moderator, appeal=own, outcome=outcome, answer="So I think."
        )

    other = factories.make_user(is_superuser=True)
    outcomes = at_once(deciding(frances, "overturned"), deciding(other, "upheld"))
    assert [type(outcome) for outcome in outcomes].count(Conflict) == 1
    given.refresh_from_db()
    appeal.refresh_from_db()
    assert given.overturned == (appeal.outcome == "overturned")
    alice.refresh_from_db()
    assert alice.is_sanctioned != given.overturned
    assert Event.objects.filter(kind="appeal-decided").count() == 1
    told = Notification.objects.filter(key=f"sanction-appeal:{appeal.pk}", recipient=alice)
    assert told.count() == 1


@pytest.mark.parametrize("_", range(3))
def test_of_two_appeals_at_once_one_is_filed(alice, sanction, _):
    given = sanction(alice, "silence")

    def filing():
        own = Sanction.objects.get(pk=given.pk)
        person = User.objects.get(pk=alice.pk)
        return lambda: appeal_against(sanction=own, appellant=person, text="I did not.")

    outcomes = at_once(filing(), filing())
    assert [type(outcome) for outcome in outcomes].count(Conflict) == 1
    assert Appeal.objects.count() == 1


@pytest.mark.parametrize("_", range(3))
def test_an_appeal_filed_while_it_is_lifted_is_answered_or_refused(alice, mallory, sanction, _):
    given = sanction(alice, "silence")
    own, person = Sanction.objects.get(pk=given.pk), User.objects.get(pk=alice.pk)
    filed, _lifted = at_once(
        lambda: appeal_against(sanction=own, appellant=person, text="I did not."),
        lambda: lift(moderator=mallory, sanction=given, reason="Enough."),
    )
    assert isinstance(filed, Appeal | Conflict)
    assert not Appeal.objects.filter(outcome="").exists()


@pytest.mark.parametrize("_", range(3))
def test_an_account_erased_meanwhile_is_sanctioned_before_or_not_at_all(alice, carol, rules, _):
    own = User.objects.get(pk=alice.pk)
    given, _gone = at_once(
        giving(carol, alice, rules), lambda: erase_account(person=own, posts="kept")
    )
    assert isinstance(given, Sanction | NotFound)
    assert not User.objects.filter(pk=own.pk).exists()
    assert not Sanction.objects.exclude(person=None, reason="erased").exists()


@pytest.mark.parametrize("_", range(3))
def test_flags_count_again_while_somebody_decides(
    article, bob, carol, mallory, sanction, warned_of_flags, _
):
    warned_of_flags(bob)
    mute = sanction(bob, "mute-flags")
    case = factories.make_flag(factories.make_comment(article)).case
    take_flag(flagger=User.objects.get(pk=bob.pk), post=case.post, reason="abuse")
    case.refresh_from_db()
    outcomes = at_once(
        lambda: decide(moderator=carol, case=case, action="keep", version=case.version),
        lambda: lift(moderator=mallory, sanction=mute, reason="Right.", overturned=True),
    )
    decided, lifted = outcomes
    assert lifted is None
    # One of them was first, and the other has seen it.
    if isinstance(decided, Conflict):
        assert Case.objects.get(pk=case.pk).state == "open"
        assert case.flags.count() == 2
    else:
        assert FlagSetAside.objects.count() == 1
