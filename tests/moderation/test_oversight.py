"""Oversight: figures of moderators, second looks, and turning back what one of them did."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.discussion.models import Post
from forum.lib.errors import Conflict, Forbidden, NotFound, Refused
from forum.moderation import triggers
from forum.moderation.actions import decide, reverse
from forum.moderation.models import Appeal, Bulk, Case, Decision, Event, SecondReview
from forum.moderation.oversight import reverting
from forum.moderation.oversight.agreement import krippendorff_alpha
from forum.moderation.oversight.reviewing import choices_of, say, tags_then, waiting_for
from forum.moderation.oversight.statistics import agreement, figures
from forum.screening import append_only as screening_log
from tests import append_only
from tests.factories import make_annotation, make_comment, make_flag, make_user


@pytest.fixture
def lead(db):
    return make_user("lead", display_name="Lea", leads_appeals=True)


@pytest.fixture
def flagged(article, alice):
    """A flagged comment each time it is called."""

    def make(author=alice):
        return Case.objects.get(pk=make_flag(make_comment(article, author=author)).case.pk)

    return make


def keep(moderator, case, **more):
    return decide(moderator=moderator, case=case, action="keep", version=case.version, **more)


def remove(moderator, case, rules):
    return decide(
        moderator=moderator,
        case=case,
        action="remove",
        version=case.version,
        rule=rules["civility"],
        reason="An insult.",
    )


def kept_after(minutes, moderator, case):
    """A decision of ``moderator``, made so long after ``case`` was opened."""
    Decision.objects.create(
        case=case,
        revision=case.post.current,
        moderator=moderator,
        moderator_name=moderator.public_name,
        action="keep",
        state_before="published",
        state_after="published",
        created_at=case.events.get(kind="opened").created_at + timedelta(minutes=minutes),
    )


class TestFigures:
    def test_the_median_is_the_middle_one_or_the_mean_of_the_middle_two(
        self, flagged, carol, mallory, frances
    ):
        for moderator, times in ((carol, (1, 60, 5)), (mallory, (2, 4, 30, 90)), (frances, (7,))):
            for minutes in times:
                kept_after(minutes, moderator, flagged())
        found = {row.name: (row.handled, row.median) for row in figures(since=None)}
        assert found == {
            "Carol Kidd": (3, timedelta(minutes=5)),
            "Mallory Archer": (4, timedelta(minutes=17)),
            "frances": (1, timedelta(minutes=7)),
        }
        assert [row.name for row in figures(since=None, moderator=carol)] == ["Carol Kidd"]

    def test_what_became_of_decisions_is_counted_for_whoever_made_them(
        self, flagged, carol, mallory, lead, rules, alice
    ):
        appealed = remove(carol, flagged(), rules)
        appeal = Appeal.objects.create(
            decision=appealed, party="author", appellant=alice, appellant_name="A", text="No."
        )
        answer = reverse(decision=appealed, moderator=lead, basis="appeal")
        Appeal.objects.filter(pk=appeal.pk).update(
            outcome="overturned", answer="Right.", decided_at=timezone.now(), result=answer
        )
        reverse(decision=keep(carol, flagged()), moderator=carol, basis="undo")
        reverse(decision=keep(carol, flagged()), moderator=lead, basis="revert")
        (row,) = figures(since=None)
        assert (row.handled, row.appealed, row.overturned) == (3, 1, 1)
        assert (row.undone, row.reverted) == (1, 1)
        assert figures(since=timezone.now()) == []

    def test_whoever_is_gone_stays_in_the_figures(self, flagged, carol):
        keep(carol, flagged())
        carol.delete()
        (row,) = figures(since=None)
        assert (row.account, row.name, row.username, row.handled) == (None, "Carol Kidd", "", 1)
        assert row.median is not None

    def test_the_number_of_queries_does_not_grow(self, flagged, carol, mallory, lead, rules):
        def queries():
            with CaptureQueriesContext(connection) as captured:
                figures(since=None)
                agreement(since=None)
            return len(captured)

        keep(carol, flagged())
        few = queries()
        for moderator in (carol, mallory, lead, make_user(is_moderator=True)):
            for _ in range(2):
                keep(moderator, flagged())
        assert queries() == few

    def test_moderators_see_their_own_and_leads_see_all(
        self, client, flagged, carol, mallory, lead
    ):
        keep(carol, flagged())
        keep(mallory, flagged())
        for person, names in ((carol, ["Carol Kidd"]), (lead, ["Carol Kidd", "Mallory Archer"])):
            client.force_login(person)
            page = client.get("/moderation/oversight/?period=all")
            assert [row.name for row in page.context["rows"]] == names
            table = client.get("/moderation/oversight/figures.csv?period=all").content.decode()
            rows = list(csv.DictReader(io.StringIO(table)))
            assert [row["moderator"] for row in rows] == names
            assert {row["handled"] for row in rows} == {"1"}

    def test_a_name_is_no_formula(self, client, flagged, lead):
        keep(make_user(display_name="=1+1", is_moderator=True), flagged())
        client.force_login(lead)
        assert b"'=1+1,1," in client.get("/moderation/oversight/figures.csv").content


class TestAlpha:
    @pytest.mark.parametrize(
        ("pairs", "expected"),
        [
            ({}, None),
            ({("keep", "keep"): 9}, None),
            ({("keep", "keep"): 5, ("remove", "remove"): 5}, 1),
            # Two units, four values, each pair differs: o = 4, n = 4, 1 - 3 * 4 / (16 - 8).
            ({("keep", "remove"): 1, ("remove", "keep"): 1}, -0.5),
            # Krippendorff 2011, “Computing Krippendorff’s alpha-reliability”, part A: 0.095.
            ({("0", "0"): 5, ("1", "1"): 1, ("0", "1"): 2, ("1", "0"): 2}, 0.095),
        ],
    )
    def test_it(self, pairs, expected):
        found = krippendorff_alpha(pairs)
        assert found == (None if expected is None else pytest.approx(expected, abs=0.001))


class TestSecondLooks:
    @pytest.mark.parametrize(("share", "drawn"), [(0, 0), (1, 1)])
    def test_decisions_are_drawn(self, settings, flagged, carol, share, drawn):
        settings.SECOND_REVIEW_SHARE = share
        decision = keep(carol, flagged())
        assert SecondReview.objects.count() == drawn
        reverse(decision=decision, moderator=carol, basis="undo")
        assert SecondReview.objects.count() == drawn

    def test_about_so_many_as_the_setting_says(self, settings, flagged, carol, monkeypatch):
        settings.SECOND_REVIEW_SHARE = 0.25
        tickets = iter([0, 2499, 2500, 9999])
        monkeypatch.setattr("secrets.randbelow", lambda number: next(tickets))
        for _ in range(4):
            keep(carol, flagged())
        assert SecondReview.objects.count() == 2

    @pytest.fixture
    def review(self, settings, flagged, carol, rules):
        settings.SECOND_REVIEW_SHARE = 1
        return SecondReview.objects.get(decision=remove(carol, flagged(), rules))

    def test_somebody_else_says_what_they_would_decide(self, review, carol, mallory):
        assert list(waiting_for(carol)) == []
        assert list(waiting_for(mallory)) == [review]
        with pytest.raises(Forbidden):
            say(reviewer=carol, review=review, action="remove")
        with pytest.raises(Refused) as refused:
            say(reviewer=mallory, review=review, action="restore")
        assert refused.value.field == "action"
        said = say(reviewer=mallory, review=review, action="keep", note="It is none.")
        assert said.agrees is False
        assert Post.objects.get(pk=said.decision.case.post_id).state == "removed"
        assert list(waiting_for(mallory)) == []
        with pytest.raises(Conflict):
            say(reviewer=make_user(is_moderator=True), review=review, action="keep")
        assert Event.objects.get(kind="reviewed").actor == mallory

    def test_nobody_is_asked_about_a_response_what_is_for_notes(self, review):
        of_notes = {"hide-note", "show-note", "retag"}
        assert not of_notes & set(choices_of(review))
        assert {"keep", "remove"} <= set(choices_of(review))

    def test_of_a_note_the_tags_that_it_had(self, settings, article, carol, mallory, rules, client):
        settings.SECOND_REVIEW_SHARE = 1
        note = make_annotation(article)
        case = make_flag(note).case
        for action, fields in (("retag", {"tags": ["missing-factor"]}), ("hide-note", {})):
            Case.objects.filter(pk=case.pk).update(state="open")
            case.refresh_from_db()
            said = {"rule": rules["civility"], "reason": "So."} | fields
            decide(moderator=carol, case=case, action=action, version=case.version, **said)
        retagged, hidden = SecondReview.objects.order_by("pk")
        assert (tags_then(retagged), tags_then(hidden)) == (["Bias claim"], ["Missing factor"])
        for review in (retagged, hidden):
            assert "hide-note" in choices_of(review)
            assert "show-note" not in choices_of(review)
        client.force_login(mallory)
        page = client.get(f"/moderation/reviews/{retagged.pk}/").content.decode()
        assert "Its tags: Bias claim" in page
        assert "Missing factor" not in page

    def test_the_decision_is_not_shown_before(self, client, review, mallory):
        client.force_login(mallory)
        assert client.get("/moderation/reviews/", follow=True).status_code == 200
        address = f"/moderation/reviews/{review.pk}/"
        before = client.get(address).content.decode()
        assert "What would you decide?" in before
        for told in ("An insult.", "Carol Kidd", "Removed"):
            assert told not in before
        assert client.post(address, {}).status_code == 400
        after = client.post(address, {"action": "keep"}, follow=True).content.decode()
        assert "An insult." in after
        assert "Carol Kidd" in after
        assert f"/moderation/cases/{review.decision.case_id}/reopen/" in after

    def test_agreement_says_on_how_many_it_rests(self, settings, flagged, carol, mallory, rules):
        settings.SECOND_REVIEW_SHARE = 1
        for action, second in (("keep", "keep"), ("keep", "remove"), ("remove", "remove")):
            act = keep(carol, flagged()) if action == "keep" else remove(carol, flagged(), rules)
            say(reviewer=mallory, review=act.second_review, action=second)
        found = agreement(since=None)
        assert (found.number, found.agreed) == (3, 2)
        assert found.alpha == pytest.approx(1 - 5 * 2 / (36 - 9 - 9))
        (row,) = figures(since=None)
        assert (row.reviewed, row.agreed) == (3, 2)


class TestTurningBack:
    def test_all_of_it_and_back_again(self, flagged, carol, lead, rules):
        cases = [flagged() for _ in range(3)]
        decisions = [remove(carol, case, rules) for case in cases]
        step = reverting.revert(reverter=lead, person=carol, since=None, reason="Wrong rule.")
        assert (len(step.done.decisions), step.done.refusals, step.left) == (3, [], 0)
        assert {case.post.state for case in Case.objects.all()} == {"published"}
        assert not reverting.standing_of(carol, None).exists()
        assert step.done.bulk is not None
        back = reverting.undo_revert(person=lead, bulk=step.done.bulk).done
        assert len(back.decisions) == 3
        assert {case.post.state for case in Case.objects.all()} == {"removed"}
        # They stand again.
        assert list(reverting.standing_of(carol, None)) == decisions[::-1]
        with pytest.raises(Conflict):
            reverting.undo_revert(person=lead, bulk=step.done.bulk)

    def test_what_cannot_be_is_reported_and_keeps_none_of_the_others(
        self, flagged, carol, mallory, lead, rules, frances
    ):
        earlier = remove(carol, flagged(), rules)
        gone = remove(carol, flagged(), rules)
        own = keep(carol, flagged(author=lead))
        since = remove(carol, flagged(), rules)
        Post.objects.filter(pk=gone.case.post_id).update(state="erased")
        step = reverting.revert(reverter=lead, person=carol, since=gone.created_at, reason="Wrong.")
        assert {decision.overrides for decision in step.done.decisions} == {since}
        assert {case.pk for case, why in step.done.refusals if str(why)} == {
            gone.case_id,
            own.case_id,
        }
        assert list(reverting.standing_of(carol, None)) == [own, gone, earlier]

    def test_what_can_never_be_put_back_is_told_and_not_offered(
        self, flagged, carol, lead, rules, client
    ):
        cases = [flagged() for _ in range(3)]
        for case in cases:
            remove(carol, case, rules)
        reverting.revert(reverter=lead, person=carol, since=None, reason="Wrong.")
        client.force_login(lead)

        def offered() -> str:
            page = client.get("/moderation/oversight/").content.decode()
            return " ".join(page.partition('id="reverts"')[2].split())

        undo = f"/moderation/oversight/bulks/{Bulk.objects.get().pk}/undo/"
        assert ">Put back</button>" in offered()
        Post.objects.filter(pk=cases[2].post_id).update(state="erased")
        page = client.post(undo)
        assert "2 decisions were put back" in page.content.decode()
        assert f"Case {cases[2].pk}" in page.content.decode()
        assert "button" not in offered().partition("</section>")[0]
        assert "Put back, but for 1 that cannot be any more" in offered()
        assert "Nothing was put back" in client.post(undo).content.decode()
        # Where it can be again, it is offered again.
        Post.objects.filter(pk=cases[2].post_id).update(state="published")
        assert "Put back the rest" in offered()
        assert "1 decision was put back" in client.post(undo).content.decode()
        assert "button" not in offered().partition("</section>")[0]
        assert {post.state for post in Post.objects.filter(kind="comment")} == {"removed"}
        assert client.post(undo).status_code == 409

    def test_what_nobody_can_put_back_from_the_start(self, flagged, carol, mallory, lead, client):
        keep(carol, flagged())
        keep(carol, flagged())
        step = reverting.revert(reverter=lead, person=carol, since=None, reason="Wrong.")
        gone, other = (one.case for one in step.done.decisions)
        Post.objects.filter(pk=gone.post_id).update(state="erased")
        kept = keep(mallory, Case.objects.get(pk=other.pk))
        client.force_login(lead)
        page = client.get("/moderation/oversight/").content.decode()
        assert "Nothing of it can be put back any more" in page
        assert ">Put back" not in page
        # As long as that stands.
        reverse(decision=kept, moderator=mallory, basis="undo")
        assert ">Put back</button>" in client.get("/moderation/oversight/").content.decode()

    def test_long_lists_come_in_steps_of_one_bulk(self, monkeypatch, flagged, carol, lead, client):
        monkeypatch.setattr(reverting, "STEP", 2)
        for _ in range(3):
            keep(carol, flagged())
        client.force_login(lead)
        address = f"/moderation/oversight/people/{carol.username}/revert/"
        assert client.get(address).context["number"] == 3
        first = client.post(address, {"reason": "Wrong."})
        assert first.context["step"].left == 1
        bulk = first.context["done"].bulk
        again = {"bulk": bulk.pk, "below": first.context["step"].below, "reason": "Wrong."}
        assert client.post(address, again).status_code == 302
        assert bulk.decisions.count() == 3
        assert Bulk.objects.count() == 1
        undo = f"/moderation/oversight/bulks/{bulk.pk}/undo/"
        back = client.post(undo)
        assert back.context["step"].left == 1
        assert reverting.standing_of(carol, None).count() == 2
        assert b"Put back the rest" in client.get("/moderation/oversight/").content
        assert client.post(undo, {"below": back.context["step"].below}).status_code == 200
        assert reverting.standing_of(carol, None).count() == 3
        assert b"Put back the rest" not in client.get("/moderation/oversight/").content
        assert Bulk.objects.count() == 2
        with pytest.raises(NotFound):
            reverting.revert(
                reverter=make_user(is_superuser=True),
                person=carol,
                since=None,
                reason="",
                bulk=bulk,
            )

    @pytest.mark.parametrize("since", ["yesterday", "2026-13-40"])
    def test_a_day_that_is_none(self, client, carol, lead, since):
        client.force_login(lead)
        address = f"/moderation/oversight/people/{carol.username}/revert/"
        for answer in (
            client.get(address, {"since": since}),
            client.post(address, {"since": since}),
        ):
            assert answer.status_code == 400
            assert answer.context["form"].errors["since"]


#: Tables of moderation that are no log, and why rows of theirs may change or go.
MAY_CHANGE = {
    "moderation_case": "moves on; the log says how",
    "moderation_casereason": "is counted anew from flags, which it repeats for the queue",
    "moderation_flag": "what an account that is erased wrote in it goes",
    "moderation_flagsetaside": "a flag that counts for nothing, or again; the log says so",
    "moderation_rule": "is retired; decisions name a version, and nothing rewrites one",
    "moderation_reasontemplate": "words to choose from; changes are in the log",
    "moderation_roleassignment": "is taken; the log says so",
    "moderation_notice": "is answered, and whoever gave it is forgotten; the log says so",
    "moderation_order": "of an authority: is answered; the log says so",
}
SCREENING_MAY_CHANGE = {
    "screening_refusal": "is counted when it comes again, and gone after a month",
    "screening_wordlist": "is changed by moderators; the log says so",
    "screening_word": "belongs to a list; the log says so",
    "screening_listsversion": "counts changes",
    "screening_feedback": "an outbox",
}


@pytest.mark.parametrize(
    ("app", "protected", "may_change"),
    [
        ("moderation", triggers.TABLES, MAY_CHANGE),
        ("screening", screening_log.TABLES, SCREENING_MAY_CHANGE),
    ],
)
def test_every_table_is_a_log_or_said_not_to_be(app, protected, may_change):
    from django.apps import apps

    tables = {model._meta.db_table for model in apps.get_app_config(app).get_models()}
    assert tables - set(protected) == set(may_change), "say why it needs no trigger"
    assert set(protected) <= tables
    assert not set(protected) & set(may_change)
    # Whoever empties a test's database lifts all of them.
    assert set(protected) <= set(append_only.TABLES)
