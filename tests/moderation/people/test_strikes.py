"""Strikes, what they propose, and how somebody's flags fared."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from forum.accounts.models import User
from forum.moderation.actions import decide, reverse
from forum.moderation.models import Case, Decision
from forum.moderation.people.approving import approve
from forum.moderation.people.person_record import record_of
from forum.moderation.people.reading import counts
from forum.moderation.people.strikes import (
    Proposal,
    histogram,
    propose,
    strikes_of,
    unfounded_notices,
    weight_of,
)
from forum.moderation.queue.reporters import FlagRecord, records
from tests import factories


def proposed_of(person, strikes) -> list[Proposal]:
    """What is proposed of them, whoever looks."""
    flags = records({person.pk}).get(person.pk, FlagRecord())
    return propose(person, strikes, flags, unfounded_notices(person))


@pytest.fixture
def struck(article, carol, rules):
    """``struck(alice, "lawful")``: something of Alice's is removed by that rule."""

    def strike(person, rule="on-topic") -> Decision:
        post = factories.make_comment(article, author=person)
        return decided(factories.make_flag(post).case, carol, "remove", rules[rule])

    return strike


def decided(case: Case, moderator, action: str, rule=None) -> Decision:
    case.refresh_from_db()
    return decide(
        moderator=moderator,
        case=case,
        action=action,
        version=case.version,
        rule=rule,
        reason="Because." if rule else "",
    )


class TestStrikes:
    def test_each_weighs_what_its_rule_does(self, alice, bob, struck):
        struck(alice)
        struck(alice, "lawful")
        struck(bob, "privacy")
        assert [strike.weight for strike in strikes_of(alice)] == [4, 1]
        assert weight_of(strikes_of(alice)) == 5
        assert weight_of(strikes_of(bob)) == 3

    def test_what_was_kept_is_none(self, alice, carol, article):
        case = factories.make_flag(factories.make_comment(article, author=alice)).case
        decided(case, carol, "keep")
        assert strikes_of(alice) == []

    def test_what_is_taken_back_counts_no_more(self, alice, carol, struck):
        kept, undone = struck(alice), struck(alice)
        reverse(decision=undone, moderator=carol, basis="undo")
        assert [strike.decision for strike in strikes_of(alice)] == [kept]

    def test_what_is_restored_counts_no_more(self, alice, carol, struck):
        from forum.moderation.actions import reopen

        case = struck(alice).case
        case.refresh_from_db()
        reopen(moderator=carol, case=case, version=case.version, reason="Look again.")
        decided(case, carol, "restore")
        assert strikes_of(alice) == []

    def test_it_expires_at_the_second(self, alice, struck, settings, monkeypatch):
        settings.STRIKE_DAYS = 10
        (strike,) = strikes_of(alice) if struck(alice) else []
        assert strike.expires_at == strike.at + timedelta(days=10)
        for moment, weight in (
            (strike.expires_at - timedelta(microseconds=1), 1),
            (strike.expires_at, 0),
        ):
            monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
            assert weight_of(strikes_of(alice)) == weight

    def test_the_histogram_has_a_year_of_months_and_this_one_last(self, alice, struck):
        struck(alice, "lawful")
        months = histogram(strikes_of(alice))
        assert len(months) == 12
        assert (months[-1].strikes, months[-1].weight) == (1, 4)
        assert sum(month.strikes for month in months) == 1
        firsts = [month.begins for month in months]
        assert firsts == sorted(firsts)

    @pytest.mark.parametrize(
        ("rules_broken", "kind"),
        [
            (["on-topic"], None),
            (["civility"], "warn"),
            (["lawful"], "premoderate"),
            (["lawful", "civility"], "silence"),
            (["lawful", "lawful", "on-topic"], "suspend"),
            (["lawful"] * 4, "ban"),
        ],
    )
    def test_what_they_propose_and_nothing_is_done(self, alice, struck, rules_broken, kind):
        for rule in rules_broken:
            struck(alice, rule)
        proposed = proposed_of(alice, strikes_of(alice))
        assert [proposal.kind for proposal in proposed] == ([kind] if kind else [])
        alice.refresh_from_db()
        assert not alice.is_sanctioned
        assert not alice.sanctions.exists()

    def test_what_is_in_force_or_stronger_is_not_proposed_again(self, alice, struck, sanction):
        struck(alice, "lawful")
        sanction(alice, "silence")
        assert proposed_of(alice, strikes_of(alice)) == []


class TestFlags:
    @pytest.fixture
    def unfounded(self, bob, carol, article):
        for _ in range(8):
            post = factories.make_comment(article)
            decided(factories.make_flag(post, flagger=bob).case, carol, "keep")

    def test_a_warning_first_and_then_to_set_them_aside(
        self, bob, unfounded, warned_of_flags, sanction
    ):
        (first,) = proposed_of(bob, [])
        assert (first.kind, first.misuse, first.number, first.of) == ("warn", "flags", 8, 8)
        warned_of_flags(bob)
        (second,) = proposed_of(bob, [])
        assert (second.kind, second.days) == ("mute-flags", 30)
        sanction(bob, "mute-flags")
        assert proposed_of(bob, []) == []

    def test_whoever_is_mostly_right_is_left_alone(self, bob, carol, article, rules, unfounded):
        for _ in range(3):
            post = factories.make_comment(article)
            case = factories.make_flag(post, flagger=bob).case
            decided(case, carol, "remove", rules["on-topic"])
        assert proposed_of(bob, []) == []


def test_the_record_costs_the_same_however_long_it_is(
    alice, mallory, struck, sanction, django_assert_max_num_queries
):
    def add(number: int) -> None:
        # As if each had run out by the next.
        User.objects.filter(pk=alice.pk).update(is_sanctioned=False)
        alice.refresh_from_db()
        for _ in range(number):
            struck(alice)
        for _ in range(number):
            sanction(alice, "silence")

    add(2)
    with django_assert_max_num_queries(20) as first:
        record_of(mallory, alice)
    add(4)
    with django_assert_max_num_queries(len(first.captured_queries)):
        record_of(mallory, alice)


def test_the_report_counts_what_was_given_by_kind(
    alice, bob, mallory, sanction, warned_of_flags, django_assert_num_queries
):
    before = timezone.now()
    warned_of_flags(bob)
    sanction(bob, "mute-flags")
    refused = sanction(alice, "ban")
    after = timezone.now() + timedelta(seconds=1)
    # What waits is none; the suspension that stands for it is one.
    assert counts(before, after) == {
        ("warn", "flags"): 1,
        ("mute-flags", "flags"): 1,
        ("suspend", ""): 1,
    }
    approve(moderator=mallory, sanction=refused)
    assert counts(before, after) == {
        ("warn", "flags"): 1,
        ("mute-flags", "flags"): 1,
        ("ban", ""): 1,
    }
    assert counts(after, after + timedelta(days=1)) == {}
