"""Giving, approving, refusing, lifting, acknowledging: what is written, told and logged."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from forum.accounts.erasing import erase_account
from forum.accounts.models import User
from forum.courses.models import Course
from forum.lib.errors import Conflict, Forbidden, NotFound, Refused
from forum.moderation.models import Event, PersonNote, Sanction
from forum.moderation.people.acknowledging import acknowledge
from forum.moderation.people.approving import approve, refuse
from forum.moderation.people.grounds import Grounds, Place
from forum.moderation.people.lifting import lift
from forum.moderation.people.noting import add_note
from forum.moderation.people.sanctioning import impose, latest_number
from forum.notifications.models import Notification
from tests import factories
from tests.moderation.people.conftest import misuse


def holds(person: User) -> list[str]:
    """The kinds that are in force against ``person``, and that the account says the same."""
    person.refresh_from_db()
    kinds = [s.kind for s in Sanction.objects.in_force().filter(person=person)]
    assert person.is_sanctioned == bool(kinds)
    return kinds


def log(person: User) -> list[str]:
    return list(Event.objects.filter(subject=person).values_list("kind", flat=True))


class TestGiving:
    def test_it_holds_and_is_told_and_logged(self, alice, carol, sanction, rules):
        given = sanction(alice, "silence", days=3, note="Twice this week.")
        assert holds(alice) == ["silence"]
        assert given.expires_at == given.created_at + timedelta(days=3)
        assert (given.moderator_name, given.person_name) == ("Carol Kidd", "Alice Liddell")
        notice = Notification.objects.get(recipient=alice)
        assert notice.path == f"/you/standing/{given.pk}/"
        for said in (
            "You call people names.",
            "Rule 1",
            "version 1",
            "appeal until",
            "By a moderator",
        ):
            assert said in notice.body
        assert "Twice this week." not in notice.body
        line = Event.objects.get(subject=alice)
        assert (line.kind, line.actor, line.subject_name) == ("sanctioned", carol, "Alice Liddell")
        assert "You call people names." in line.detail

    @pytest.mark.parametrize(
        ("kind", "days", "said", "field"),
        [
            ("exile", 1, {}, "kind"),
            ("silence", None, {}, "days"),
            ("silence", 0, {}, "days"),
            ("silence", 367, {}, "days"),
            ("warn", None, {"reason": "  "}, "reason"),
            ("warn", None, {"rule": None}, "rule"),
            ("warn", None, {"reason": "x" * 20_001}, "reason"),
            ("mute-flags", 7, {}, "misuse"),
            ("mute-flags", 7, misuse("flags"), "kind"),
            ("suspend", 7, misuse("content"), "kind"),
            ("suspend", 7, misuse("flags"), "kind"),
            ("warn", None, misuse("flags") | {"intent": ""}, "intent"),
            ("warn", None, misuse("flags") | {"gravity": " "}, "gravity"),
            ("warn", None, misuse("flags") | {"number": 16}, "number"),
            ("warn", None, misuse("flags") | {"number": None}, "number"),
            ("warn", None, misuse("flags") | {"misuse": "weather"}, "misuse"),
        ],
    )
    def test_what_cannot_be_taken_names_its_field(
        self, alice, carol, rules, kind, days, said, field
    ):
        grounds = Grounds(**{"reason": "Names.", "rule": rules["civility"]} | said)
        with pytest.raises(Refused) as refused:
            impose(moderator=carol, person=alice, kind=kind, seen=0, grounds=grounds, days=days)
        assert refused.value.field == field
        assert not Sanction.objects.exists()
        assert not Event.objects.exists()

    @pytest.mark.parametrize("kind", ["suspend", "ban"])
    def test_an_account_is_closed_everywhere_or_nowhere(self, alice, article, sanction, kind):
        with pytest.raises(Refused) as refused:
            sanction(alice, kind, place=Place(article=article))
        assert refused.value.field == "scope"

    def test_it_may_rest_on_the_law_alone(self, alice, sanction):
        law = {"rule": None, "legal_ground": "Section 185 of the Criminal Code"}
        # Else the Transparency Database would hear that something illegal broke the rules alone.
        told = sanction(alice, "warn", category="ILLEGAL_OR_HARMFUL_SPEECH", **law)
        assert told.category == "ILLEGAL_OR_HARMFUL_SPEECH"
        given = sanction(alice, "warn", **law)
        assert given.category == "NOT_SPECIFIED_NOTICE"
        assert (given.ground, given.rule) == ("illegal", None)
        assert "Section 185" in Notification.objects.filter(recipient=alice).latest("pk").body

    def test_of_two_who_have_read_the_same_the_second_is_told(
        self, alice, mallory, sanction, rules
    ):
        sanction(alice, "silence")
        with pytest.raises(Conflict, match="Carol Kidd") as conflict:
            impose(
                moderator=mallory,
                person=alice,
                kind="warn",
                seen=0,
                grounds=Grounds(reason="Names.", rule=rules["civility"]),
            )
        assert conflict.value.details == {"seen": 1}
        assert Sanction.objects.count() == 1

    def test_nobody_is_sanctioned_who_is_gone(self, alice, carol, rules):
        erase_account(person=User.objects.get(pk=alice.pk), posts="kept")
        with pytest.raises(NotFound):
            impose(
                moderator=carol,
                person=alice,
                kind="warn",
                seen=0,
                grounds=Grounds(reason="Names.", rule=rules["civility"]),
            )


class TestReplacing:
    def test_the_same_kind_and_scope_takes_the_place(self, alice, sanction):
        first = sanction(alice, "silence", days=30)
        second = sanction(alice, "silence", days=2)
        assert second.replaces == first
        assert list(Sanction.objects.in_force()) == [second]

    def test_another_scope_stands_beside_it(self, alice, article, sanction):
        sanction(alice, "silence", days=30)
        there = sanction(alice, "silence", place=Place(article=article))
        assert there.replaces is None
        assert holds(alice) == ["silence", "silence"]

    def test_what_is_overturned_brings_back_what_it_replaced(self, alice, mallory, sanction):
        first = sanction(alice, "silence", days=30)
        second = sanction(alice, "silence", days=300)
        lift(moderator=mallory, sanction=second, reason="Too long.", overturned=True)
        assert list(Sanction.objects.in_force()) == [first]
        third = sanction(alice, "silence", days=3)
        assert third.replaces == first
        assert list(Sanction.objects.in_force()) == [third]

    def test_what_is_lifted_leaves_nothing_in_force(self, alice, mallory, sanction):
        sanction(alice, "silence", days=30)
        second = sanction(alice, "silence", days=300)
        lift(moderator=mallory, sanction=second, reason="Enough.")
        assert holds(alice) == []

    def test_what_it_replaced_holds_again_for_as_long_as_it_was_to(
        self, alice, mallory, sanction, monkeypatch
    ):
        first = sanction(alice, "silence", days=2)
        second = sanction(alice, "silence", days=30)
        later = timezone.now() + timedelta(days=5)
        monkeypatch.setattr(timezone, "now", lambda: later)
        lift(moderator=mallory, sanction=second, reason="Wrong.", overturned=True)
        assert first.expires_at is not None
        assert first.expires_at < later
        assert holds(alice) == []


class TestBans:
    def test_a_ban_waits_and_a_suspension_stands_meanwhile(self, alice, sanction):
        ban = sanction(alice, "ban")
        assert ban.is_proposed
        assert holds(alice) == ["suspend"]
        meanwhile = ban.meanwhile
        assert meanwhile.expires_at == ban.created_at + timedelta(days=7)
        assert [n.subject for n in Notification.objects.filter(recipient=alice)] == [
            "Your account is suspended"
        ]

    def test_without_a_suspension_nothing_holds_and_nothing_is_told(self, alice, sanction):
        sanction(alice, "ban", meanwhile=False)
        assert holds(alice) == []
        assert not Notification.objects.exists()

    def test_another_moderator_approves(self, alice, mallory, sanction):
        ban = sanction(alice, "ban")
        approve(moderator=mallory, sanction=ban)
        assert holds(alice) == ["ban"]
        assert (ban.approved_by, ban.approved_by_name) == (mallory, "Mallory Archer")
        assert log(alice) == ["sanctioned", "sanctioned", "approved"]
        assert Notification.objects.filter(subject="Your account is banned").exists()

    def test_who_proposed_it_does_not_approve(self, alice, carol, sanction):
        ban = sanction(alice, "ban")
        with pytest.raises(Forbidden) as refusal:
            approve(moderator=carol, sanction=ban)
        assert refusal.value.code == "second-moderator"
        with pytest.raises(Forbidden):
            refuse(moderator=carol, sanction=ban, reason="No.")

    def test_refused_it_lapses_and_so_does_the_suspension(self, alice, mallory, sanction):
        ban = sanction(alice, "ban")
        refuse(moderator=mallory, sanction=ban, reason="A week is enough.")
        assert holds(alice) == []
        assert ban.was_refused
        ban.meanwhile.refresh_from_db()
        assert ban.meanwhile.overturned
        told = Notification.objects.filter(recipient=alice).first()
        assert told is not None
        assert "A week is enough." in told.body
        assert log(alice)[-1] == "lifted"

    def test_the_suspension_it_pushed_aside_holds_again(self, alice, mallory, sanction):
        short = sanction(alice, "suspend", days=3)
        ban = sanction(alice, "ban")
        assert Sanction.objects.in_force().get().pending == ban
        refuse(moderator=mallory, sanction=ban, reason="No.")
        assert Sanction.objects.in_force().get() == short

    def test_a_longer_suspension_is_left_alone(self, alice, sanction):
        long = sanction(alice, "suspend", days=30)
        sanction(alice, "ban")
        assert Sanction.objects.in_force().get() == long

    def test_there_is_one_at_a_time(self, alice, mallory, sanction):
        ban = sanction(alice, "ban")
        with pytest.raises(Conflict):
            sanction(alice, "ban", by=mallory)
        approve(moderator=mallory, sanction=ban)
        with pytest.raises(Conflict):
            sanction(alice, "ban", by=mallory)

    @pytest.mark.parametrize("first", [approve, refuse])
    def test_what_is_settled_is_not_settled_again(self, alice, mallory, frances, sanction, first):
        ban = sanction(alice, "ban")
        stale = [Sanction.objects.get(pk=ban.pk) for _ in range(2)]
        first(moderator=mallory, sanction=ban, **({"reason": "No."} if first == refuse else {}))
        for again, said in ((approve, {}), (refuse, {"reason": "No."})):
            with pytest.raises(Conflict, match="Mallory Archer"):
                again(moderator=frances, sanction=stale.pop(), **said)
            with pytest.raises(Conflict):
                again(moderator=frances, sanction=ban, **said)


class TestLifting:
    def test_it_ends_and_is_told_and_logged(self, alice, mallory, sanction):
        given = sanction(alice, "silence")
        lift(moderator=mallory, sanction=given, reason="They wrote to us.")
        assert holds(alice) == []
        assert (given.lifted_by_name, given.lifted_reason) == (
            "Mallory Archer",
            "They wrote to us.",
        )
        assert log(alice) == ["sanctioned", "lifted"]
        assert "They wrote to us." in Notification.objects.filter(recipient=alice)[0].body

    def test_it_says_why_and_happens_once(self, alice, mallory, sanction):
        given = sanction(alice, "silence")
        with pytest.raises(Refused):
            lift(moderator=mallory, sanction=given, reason=" ")
        lift(moderator=mallory, sanction=given, reason="Enough.")
        with pytest.raises(Conflict):
            lift(moderator=mallory, sanction=given, reason="Enough.")

    def test_what_an_admin_gave_a_moderator_does_not_lift(self, alice, mallory, frances, sanction):
        given = sanction(alice, "silence", by=frances)
        with pytest.raises(Forbidden) as refusal:
            lift(moderator=mallory, sanction=given, reason="No.")
        assert refusal.value.code == "outranked"
        assert holds(alice) == ["silence"]

    def test_other_sanctions_go_on(self, alice, mallory, sanction):
        sanction(alice, "premoderate")
        given = sanction(alice, "silence")
        lift(moderator=mallory, sanction=given, reason="Enough.")
        assert holds(alice) == ["premoderate"]


class TestAcknowledging:
    def test_once_and_by_whoever_was_warned(self, alice, bob, sanction):
        warning = sanction(alice, "warn")
        with pytest.raises(NotFound):
            acknowledge(person=bob, sanction=warning)
        assert holds(alice) == ["warn"]
        acknowledge(person=alice, sanction=warning)
        first = warning.acknowledged_at
        acknowledge(person=alice, sanction=warning)
        assert warning.acknowledged_at == first
        assert holds(alice) == []
        assert log(alice) == ["sanctioned", "acknowledged"]

    def test_nothing_but_a_warning(self, alice, sanction):
        with pytest.raises(Conflict):
            acknowledge(person=alice, sanction=sanction(alice, "silence"))


class TestMisuse:
    def test_a_warning_comes_before_the_flags_are_set_aside(self, alice, sanction, warned_of_flags):
        with pytest.raises(Refused):
            sanction(alice, "mute-flags")
        warned_of_flags(alice)
        given = sanction(alice, "mute-flags")
        assert (given.misuse, given.misuse_number, given.misuse_of) == ("flags", 12, 15)
        body = Notification.objects.filter(recipient=alice)[0].body
        assert "12 of 15 (80 %)" in body

    def test_a_warning_that_was_overturned_is_none(self, alice, mallory, sanction, warned_of_flags):
        lift(moderator=mallory, sanction=warned_of_flags(alice), reason="Wrong.", overturned=True)
        with pytest.raises(Refused):
            sanction(alice, "mute-flags")


class TestTheTable:
    def test_what_must_not_change_does_not(self, alice, mallory, sanction):
        given = sanction(alice, "silence")
        for change in (
            {"kind": "warn"},
            {"reason": "Another."},
            {"expires_at": timezone.now() + timedelta(days=900)},
            {"moderator": mallory},
            {"person": mallory},
            {"number": 9},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                Sanction.objects.filter(pk=given.pk).update(**change)
        with pytest.raises(IntegrityError), transaction.atomic():
            given.delete()

    def test_what_is_written_once_is_written_once(self, alice, mallory, carol, sanction):
        given = sanction(alice, "silence")
        lift(moderator=mallory, sanction=given, reason="Enough.")
        for change in (
            {"lifted_at": None, "lifted_by": None, "lifted_by_name": "", "lifted_reason": ""},
            {"lifted_at": timezone.now()},
            {"lifted_by": carol},
            {"lifted_by_name": "Carol Kidd"},
            {"lifted_reason": "Another."},
            {"overturned": True},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                Sanction.objects.filter(pk=given.pk).update(**change)
        Sanction.objects.filter(pk=given.pk).update(lifted_by=None)

    def test_a_scope_is_one_and_whole(self, alice, carol, article, rules):
        course = Course.objects.create(slug="one", title="One")
        shapes = [
            {"scope": "site", "course": course},
            {"scope": "site", "article": article},
            {"scope": "course"},
            {"scope": "course", "article": article},
            {"scope": "article"},
            {"scope": "article", "article": article, "course": course},
            {"scope": "world"},
        ]
        for number, shape in enumerate(shapes, 1):
            with pytest.raises(IntegrityError), transaction.atomic():
                Sanction.objects.create(
                    person=alice,
                    person_name="Alice",
                    number=number,
                    kind="premoderate",
                    moderator=carol,
                    moderator_name="Carol",
                    rule=rules["civility"],
                    reason="Names.",
                    **shape,
                )

    def test_nobody_approves_their_own_ban_by_another_road(self, alice, carol, sanction):
        ban = sanction(alice, "ban")
        with pytest.raises(IntegrityError), transaction.atomic():
            Sanction.objects.filter(pk=ban.pk).update(
                approved_by=carol, approved_by_name="Carol Kidd", approved_at=timezone.now()
            )

    def test_a_note_stays(self, alice, carol, db):
        note = add_note(author=carol, person=alice, text="Writes from a school.")
        with pytest.raises(IntegrityError), transaction.atomic():
            PersonNote.objects.filter(pk=note.pk).update(text="Something else.")
        with pytest.raises(IntegrityError), transaction.atomic():
            note.delete()


@pytest.mark.parametrize("posts", ["erased", "kept"])
def test_an_account_that_goes_takes_the_texts_and_leaves_the_numbers(
    alice, mallory, article, sanction, warned_of_flags, posts
):
    warned_of_flags(alice)
    sanction(alice, "silence", days=9, note="A private word.")
    ban = sanction(alice, "ban")
    refuse(moderator=mallory, sanction=ban, reason="No ban.")
    add_note(author=mallory, person=alice, text="Alice writes at night.")
    kinds = list(Sanction.objects.values_list("kind", "expires_at", "number"))
    erase_account(person=alice, posts=posts)
    former = f"Former member {alice.pk}"
    assert list(Sanction.objects.values_list("kind", "expires_at", "number")) == kinds
    for row in Sanction.objects.all():
        assert (row.person, row.person_name) == (None, former)
        assert {row.reason, row.note, row.gravity, row.intent, row.lifted_reason} <= {"", "erased"}
    assert PersonNote.objects.get().text == "erased"
    lines = Event.objects.filter(subject_name=former)
    assert lines
    assert {line.detail for line in lines} <= {"", "erased"}


def test_a_moderator_who_goes_leaves_what_they_did(alice, carol, mallory, sanction):
    ban = sanction(alice, "ban")
    approve(moderator=mallory, sanction=ban)
    numbers = {person: person.pk for person in (carol, mallory)}
    for person in (carol, mallory):
        erase_account(person=User.objects.get(pk=person.pk), posts="kept")
    ban.refresh_from_db()
    assert ban.moderator_name == f"Former member {numbers[carol]}"
    assert ban.approved_by_name == f"Former member {numbers[mallory]}"
    assert ban.reason == "You call people names."
    assert holds(alice) == ["ban"]
    assert latest_number(alice) == 2


def test_nothing_is_written_of_somebody_unknown(db):
    somebody = factories.make_user()
    assert latest_number(somebody) == 0
    assert holds(somebody) == []
