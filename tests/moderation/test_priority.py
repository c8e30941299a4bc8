"""What comes first in the queue, and why."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from forum.moderation.models import FlagReason
from forum.moderation.priority import (
    GRAVITY,
    KNOWN,
    MOST_POINTS,
    MOST_SIGNALS,
    NEW,
    OLD,
    REGULAR,
    STAFF,
    UNPROVED,
    Band,
    Facts,
    Reporter,
    Signal,
    band_at,
    band_of,
    counted,
    head_start,
    hides,
    items,
    points_of,
    rank_of,
    ranks_since,
    report_term,
    signal_term,
    waiting_points,
)
from tests.properties import given, st

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
REASONS = sorted(GRAVITY)
WEEKS = [date(2026, 10, 5) + timedelta(weeks=number) for number in range(8)]


def reporter(trust=NEW, agreed=0, disagreed=0, reason="other", **others) -> Reporter:
    return Reporter("Somebody", trust, agreed, disagreed, reason, **others)


people = st.builds(
    Reporter,
    name=st.just("Somebody"),
    trust=st.sampled_from([NEW, KNOWN, REGULAR, OLD, STAFF]),
    agreed=st.integers(0, 100),
    disagreed=st.integers(0, 100),
    reason=st.sampled_from(REASONS),
    joined_week=st.sampled_from([None, *WEEKS]),
)
facts = st.builds(
    Facts,
    reporters=st.lists(people, max_size=60),
    signals=st.lists(st.builds(Signal, st.just("A link."), st.floats(-5, 50)), max_size=5),
    noticed=st.booleans(),
    trusted=st.booleans(),
    dangerous=st.booleans(),
    appealed=st.booleans(),
    waits=st.booleans(),
)


def test_every_reason_has_its_gravity():
    assert set(GRAVITY) == set(FlagReason.values)


@pytest.mark.parametrize(
    ("agreed", "disagreed", "record"),
    [(0, 0, 0), (20, 0, 8 / 3), (0, 20, -3), (7, 3, 0), (5, 0, 4 / 3)],
)
def test_the_record_of_whoever_flags(agreed, disagreed, record):
    assert reporter(KNOWN, agreed, disagreed).record == pytest.approx(record)


def test_who_is_wrong_every_time_weighs_nothing():
    assert reporter(NEW, 0, 20).weight == 0
    assert reporter(STAFF, 100, 0).weight == 8
    assert points_of(Facts([reporter(NEW, 0, 20, "illegal")])) == points_of(Facts())


@given(facts)
def test_the_items_add_up(known):
    # To the tenth that is told and stored.
    assert round(sum(item.points for item in items(known)), 1) == points_of(known)
    assert all(item.points >= 0 for item in items(known))
    assert points_of(known) <= MOST_POINTS[band_of(known)]


@given(facts, people)
def test_one_more_who_flags_never_makes_it_less_urgent(known, another):
    more = known._replace(reporters=[*known.reporters, another])
    if any(one.weight for one in known.reporters):
        assert points_of(more) >= points_of(known) - 1e-9
    assert report_term(more.reporters) >= report_term(known.reporters)


#: Those on whose word nobody relies: new, whatever their record; or not, and mostly wrong.
unreliable = st.one_of(
    people.map(lambda one: one._replace(trust=NEW)),
    st.builds(
        lambda one, more: one._replace(disagreed=one.agreed + more), people, st.integers(2, 100)
    ),
)
#: Those known here at all with whom moderators agreed as often as usual.
reliable = st.builds(
    lambda one, more: one._replace(agreed=3 * one.disagreed + more),
    people.filter(lambda one: one.trust != NEW).map(lambda one: one._replace(joined_week=None)),
    st.integers(0, 50),
)


@given(st.lists(unreliable, min_size=1, max_size=200), reliable, facts)
def test_no_brigade_outranks_one_who_is_relied_on(brigade, one, known):
    worst = max((each.reason for each in brigade), key=lambda each: GRAVITY[each])
    one = one._replace(reason=worst)
    assert points_of(Facts(brigade)) < points_of(Facts([one]))
    assert report_term(brigade) <= report_term([one])
    assert not hides(brigade)
    # Whatever else there is to say: with many of them it comes no sooner than with that one.
    with_many, with_one = (
        known._replace(reporters=[*known.reporters, *more]) for more in (brigade, [one])
    )
    assert points_of(with_many) <= points_of(with_one)
    # And they put it before nothing that somebody gave notice of.
    assert band_of(with_many) == band_of(known)


@given(st.integers(1, 10**6))
def test_however_many_they_are_it_is_as_if_they_were_two(number):
    assert report_term([reporter()] * min(number, 500)) <= report_term([reporter()] * 2)


#: Whoever has an account, however old and busy, with whose flags moderators have not agreed often.
unproved = people.filter(lambda one: not one.proved)
proved = people.filter(lambda one: one.proved)


@given(st.lists(unproved, min_size=1, max_size=60), proved, proved)
def test_no_prepared_brigade_outranks_two_who_are_proved(brigade, one, other):
    worst = max((each.reason for each in brigade), key=lambda each: GRAVITY[each])
    two = [each._replace(reason=worst) for each in (one, other)]
    assert points_of(Facts(brigade)) < points_of(Facts(two))
    assert report_term(brigade) <= report_term(two)
    assert not hides(brigade)
    # Not even by saying the gravest, where these say that it attacks a person.
    lying = [each._replace(reason="illegal") for each in brigade]
    attacked = [each._replace(reason="abuse") for each in two]
    assert points_of(Facts(lying)) < points_of(Facts(attacked))


@given(st.lists(people, max_size=60))
def test_what_counts_of_each_is_some_of_their_weight(crowd):
    shares = counted(crowd)
    assert all(0 <= share <= one.weight for one, share in zip(crowd, shares, strict=True))
    whole = [share for one, share in zip(crowd, shares, strict=True) if one.proved]
    assert whole == [one.weight for one in crowd if one.proved]
    assert sum(shares) - sum(whole) <= UNPROVED + 1e-9


def test_who_joined_in_one_week_counts_once():
    week, another = WEEKS[:2]
    class_of_thirty = [reporter(KNOWN, joined_week=week)] * 30
    assert sum(counted(class_of_thirty)) == 2
    assert sum(counted([*class_of_thirty, reporter(KNOWN, joined_week=another)])) == 4
    right = reporter(KNOWN, 5, joined_week=week)
    assert counted([*class_of_thirty, right])[-1] == right.weight


@pytest.mark.parametrize("number", [5, 20, 100])
@pytest.mark.parametrize(
    ("trust", "together", "patient"),
    [(NEW, 11.5, 12.8), (KNOWN, 13.8, 16.8), (REGULAR, 15.5, 16.8)],
)
def test_attacks_have_the_figures_that_are_told(number, trust, together, patient):
    """As docs/decisions/2026-11-27-brigades.md has them: accounts that joined in the same week, and
    that joined week by week. All say that it attacks a person, as two do who are proved."""
    weeks = [date(2024, 1, 1) + timedelta(weeks=week) for week in range(number)]
    for joined, points in ((weeks[:1] * number, together), (weeks, patient)):
        crowd = [reporter(trust, reason="abuse", joined_week=week) for week in joined]
        assert points_of(Facts(crowd)) == points
    assert points_of(Facts([reporter(KNOWN, 3, reason="abuse")] * 2)) == 26.1
    assert points_of(Facts([reporter(REGULAR, 7, reason="abuse")] * 2)) == 28.5


@given(st.integers(1, 300))
def test_the_flags_of_many_grow_slowly(number):
    crowd = [reporter(KNOWN)] * number
    assert report_term(crowd * 2) - report_term(crowd) <= 4


@given(st.lists(st.builds(Signal, st.just("A link."), st.floats(-100, 100)), max_size=20))
def test_machines_add_ten_at_most(signals):
    assert 0 <= signal_term(signals) <= MOST_SIGNALS


@given(
    st.integers(0, 10**6), st.integers(0, 10**6), st.floats(0, 74), st.floats(0, 74),
    st.integers(0, 10**7),
)  # fmt: skip
def test_the_order_does_not_depend_on_the_time(ago, other_ago, own, others, later):
    since, other_since = (NOW - timedelta(seconds=each) for each in (ago, other_ago))
    then = NOW + timedelta(seconds=later)
    total = own + waiting_points(own, since, then)
    other_total = others + waiting_points(others, other_since, then)
    if abs(total - other_total) > 0.001:
        assert (rank_of(since, own) < rank_of(other_since, others)) == (total > other_total)


@given(
    facts, facts, st.integers(0, 10**9), st.integers(0, 10**9),
)  # fmt: skip
def test_waiting_brings_nothing_out_of_its_band(known, others, later, longer):
    since = NOW + timedelta(seconds=later)
    before = since - timedelta(seconds=longer)
    rank = rank_of(since, points_of(known), band_of(known))
    other = rank_of(before, points_of(others), band_of(others))
    assert (band_at(rank), band_at(other)) == (band_of(known), band_of(others))
    if band_of(known) > band_of(others):
        assert rank < other


def test_danger_comes_before_what_waits_for_days():
    flagged = Facts([reporter(STAFF, 100, reason="abuse")] * 50)
    danger, notice = Facts(noticed=True, dangerous=True), Facts(noticed=True)
    ranks = [
        rank_of(NOW - timedelta(days=days), points_of(known), band_of(known))
        for known, days in ((danger, 0), (notice, 4), (flagged, 400))
    ]
    assert ranks == sorted(ranks)


@given(facts, st.integers(0, 10**8))
def test_what_came_since_is_looked_for_where_it_can_be(known, seconds):
    moment = NOW - timedelta(days=30)
    rank = rank_of(moment + timedelta(seconds=seconds), points_of(known), band_of(known))
    stretches = ranks_since(moment)
    assert [low <= rank <= high for low, high in stretches].count(True) == 1
    assert stretches == sorted(stretches)
    # And in a stretch nothing stands that waits much longer.
    much = moment - timedelta(seconds=head_start(MOST_POINTS[band_of(known)]) + 60)
    assert not any(low <= rank_of(much, 0, band_of(known)) <= high for low, high in stretches)


@given(facts, facts)
def test_nothing_starves_in_its_band(known, others):
    """Whatever comes with however many points: what came with fewer is before all that comes later
    than a time that is known when it comes."""
    if band_of(known) != band_of(others):
        return
    own, more, band = points_of(known), points_of(others), band_of(known)
    enough = timedelta(seconds=max(0, head_start(more) - head_start(own)) + 1)
    assert rank_of(NOW - enough, own, band) < rank_of(NOW, more, band)
    longest = {Band.USUAL: 30, Band.NOTICED: 60, Band.DANGER: 85}
    assert enough < timedelta(days=longest[band])
    # And what they are told to have says the same.
    assert own + waiting_points(own, NOW - enough, NOW) > more


@given(st.floats(0, 74), st.integers(0, 10**7), st.integers(1, 10**7))
def test_waiting_adds_ever_more_and_ever_more_slowly(points, seconds, more):
    def total(after: int) -> float:
        return float(points + waiting_points(points, NOW, NOW + timedelta(seconds=after)))

    first, then, last = (total(seconds + step * more) for step in range(3))
    assert first < then < last
    assert last - then < then - first
    # It takes twice as long for ten more, and no case has hundreds.
    assert total(2 * seconds) <= total(seconds) + 10
    assert total(10 * 365 * 24 * 3600) < 130


def test_an_old_harmless_case_does_not_beat_all_there_is():
    harmless = points_of(Facts([reporter(KNOWN, reason="mis-tagged")]))
    attack = points_of(Facts([reporter(REGULAR, 5, reason="abuse")] * 3))
    ranks = [rank_of(NOW - timedelta(days=days), harmless) for days in (3, 4)]
    assert ranks[1] < rank_of(NOW, attack) < ranks[0]


@pytest.mark.parametrize(
    ("flagged_by", "hidden"),
    [
        ([(KNOWN, 4)] * 2, True),
        ([(KNOWN, 0)] * 2, False),
        ([(REGULAR, 5)] * 2, True),
        ([(KNOWN, 5), *[(KNOWN, 0)] * 2], True),
        ([(STAFF, 0)], False),
        ([(STAFF, 0), (NEW, 0)], True),
        ([(NEW, 0)] * 200, False),
        ([(OLD, 0)] * 200, False),
        ([(KNOWN, 3), *[(NEW, 0)] * 200], False),
        ([(OLD, 5), *[(NEW, 0)] * 200], True),
    ],
)
def test_how_much_it_takes_to_hide(flagged_by, hidden):
    assert hides([reporter(trust, agreed) for trust, agreed in flagged_by]) is hidden


def test_who_is_always_wrong_hides_nothing():
    assert not hides([reporter(KNOWN, 0, 50)] * 30)


@pytest.mark.parametrize(
    ("known", "what", "worth"),
    [
        (Facts(), "again", 5),
        (Facts(waits=True), "waits", 5),
        (Facts([reporter(KNOWN, 5, reason="mis-tagged")]), "mis-tagged", 2),
        (Facts([reporter(NEW, reason="abuse")]), "abuse", 7.5),
        (Facts([reporter(KNOWN, reason="abuse")]), "abuse", 7.5),
        (Facts([reporter(KNOWN, 3, 2, "abuse")]), "abuse", 7.5),
        (Facts([reporter(KNOWN, 3, 1, "abuse")]), "abuse", 15),
        (Facts([reporter(KNOWN, reason="abuse")], appealed=True), "appeal", 20),
        (Facts([reporter(KNOWN, reason="abuse")], noticed=True), "notice", 25),
        (Facts(noticed=True, trusted=True), "trusted", 35),
        (Facts(noticed=True, trusted=True, dangerous=True), "danger", 40),
        (Facts([reporter(OLD, 1, 3, "abuse")]), "abuse", 7.5),
    ],
)
def test_the_gravest_counts(known, what, worth):
    assert items(known)[0] == (what, worth)
