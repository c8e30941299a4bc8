"""Who may decide about what was decided: nobody twice, and nobody against whom it was decided."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forum.discussion.actions import revise_post
from forum.discussion.models import Post
from forum.lib.errors import Conflict, Forbidden
from forum.moderation.actions import (
    decide,
    decide_all,
    decide_appeal,
    file_appeal,
    flag_post,
    reopen,
    reverse,
    reverse_bulk,
)
from forum.moderation.models import Bulk, Case, Decision
from forum.moderation.oversight import reverting
from forum.moderation.people import approving, sanctioning
from forum.moderation.people.grounds import Grounds
from forum.moderation.roles.actions import repeat_roles
from forum.permissions import can, refusal
from tests import factories


@pytest.fixture
def lead(db):
    return factories.make_user("lea", display_name="Lea", leads_appeals=True)


@pytest.fixture
def other_lead(db):
    return factories.make_user("leo", display_name="Leo", leads_appeals=True)


@pytest.fixture
def deciding(rules):
    """``deciding(moderator, case, action)`` decides the case as it stands now."""

    def act(moderator, case: Case, action: str = "remove", **choice: Any) -> Decision:
        case.refresh_from_db()
        grounds = {"rule": rules["civility"], "reason": "It insults."}
        return decide(
            moderator=moderator,
            case=case,
            action=action,
            version=case.version,
            **(grounds | choice if action not in ("keep", "restore", "escalate") else choice),
        )

    return act


def opened_again(moderator, case: Case) -> Case:
    case.refresh_from_db()
    reopen(moderator=moderator, case=case, version=case.version, reason="Look again.")
    return case


class TestAppealsAgainstReversals:
    @pytest.fixture
    def appeal(self, case, bob, carol, lead, deciding):
        """Bob, who flagged it, objects: what Carol had removed Lea has turned back."""
        removal = deciding(carol, case)
        back = reverse(decision=removal, moderator=lead, basis="revert", reason="It does not.")
        return file_appeal(decision=back, appellant=bob, text="It does.")

    def test_whoever_was_turned_back_does_not_decide(self, appeal, carol, lead, mallory):
        for person in (carol, lead):
            with pytest.raises(Forbidden):
                decide_appeal(moderator=person, appeal=appeal, outcome="overturned", answer="Yes.")
        assert can(mallory, "appeal.decide", appeal)

    def test_however_far_back_it_was(self, case, bob, alice, carol, lead, other_lead, deciding):
        kept = deciding(carol, case)
        once = reverse(decision=kept, moderator=lead, basis="revert")
        twice = reverse(decision=once, moderator=other_lead, basis="revert")
        appeal = file_appeal(decision=twice, appellant=alice, text="No.")
        third = factories.make_user("third", leads_appeals=True)
        assert [can(one, "appeal.decide", appeal) for one in (carol, lead, other_lead, third)] == [
            *(False, False, False),
            True,
        ]

    def test_whoever_upheld_what_was_turned_back_does_not(
        self, case, alice, bob, carol, lead, other_lead, deciding
    ):
        removal = deciding(carol, case)
        first = file_appeal(decision=removal, appellant=alice, text="No.")
        decide_appeal(moderator=lead, appeal=first, outcome="upheld", answer="It stands.")
        restored = deciding(other_lead, opened_again(other_lead, case), "restore")
        assert restored.overrides is None
        appeal = file_appeal(decision=restored, appellant=bob, text="It was settled.")
        # The one has decided this, the other something else.
        assert [can(one, "appeal.decide", appeal) for one in (lead, other_lead)] == [True, False]

    def test_whoever_sanctioned_for_it_or_approved_that_does_not(
        self, case, alice, carol, lead, other_lead, frances, rules, deciding
    ):
        removal = deciding(carol, case)
        ban = sanctioning.impose(
            moderator=lead,
            person=alice,
            kind="ban",
            seen=0,
            meanwhile=False,
            grounds=Grounds(reason="For this.", rule=rules["civility"], decision=removal),
        )
        assert ban.decision == removal
        approving.approve(moderator=other_lead, sanction=ban)
        appeal = file_appeal(decision=removal, appellant=alice, text="No.")
        assert [can(one, "appeal.decide", appeal) for one in (lead, other_lead, frances)] == [
            *(False, False),
            True,
        ]

    def test_an_appellant_who_moderates_is_nobody_else(self, case, bob, mallory, carol, deciding):
        flag_post(flagger=mallory, post=case.post, reason="abuse")
        kept = deciding(carol, case, "keep")
        appeal = file_appeal(decision=kept, appellant=mallory, text="No.")
        why = refusal(carol, "appeal.decide", appeal)
        assert why is not None
        assert why.code == "too-early"


class TestOpeningAgain:
    def test_what_was_escalated_is_not_opened_below(self, case, carol, lead, deciding):
        deciding(carol, case, "escalate")
        deciding(lead, case, "keep")
        assert not can(carol, "case.reopen", case)
        with pytest.raises(Forbidden, match="whoever leads appeals opens it again"):
            opened_again(carol, case)
        opened_again(lead, case)
        assert case.state == "escalated"
        with pytest.raises(Forbidden):
            deciding(carol, case)
        assert deciding(lead, case).state_after == "removed"

    def test_an_escalation_that_was_taken_back_binds_nobody(self, case, carol, mallory, deciding):
        reverse(decision=deciding(carol, case, "escalate"), moderator=carol, basis="undo")
        deciding(carol, case, "keep")
        assert opened_again(mallory, case).state == "open"

    @pytest.mark.parametrize("outcome", ["upheld", "overturned"])
    def test_nor_is_what_an_appeal_has_settled(
        self, case, alice, carol, mallory, frances, deciding, outcome
    ):
        removal = deciding(carol, case)
        appeal = file_appeal(decision=removal, appellant=alice, text="No.")
        decide_appeal(moderator=frances, appeal=appeal, outcome=outcome, answer="So be it.")
        for person in (carol, mallory):
            with pytest.raises(Forbidden):
                opened_again(person, case)
        assert opened_again(frances, case).state == "escalated"

    def test_nor_by_a_notice(self, case, comment, alice, carol, frances, deciding):
        appeal = file_appeal(decision=deciding(carol, case), appellant=alice, text="No.")
        decide_appeal(moderator=frances, appeal=appeal, outcome="overturned", answer="Right.")
        factories.make_notice(Post.objects.get(pk=comment.pk))
        case.refresh_from_db()
        assert case.state == "escalated"

    def test_new_words_are_anybodys_to_decide_about(
        self, case, comment, alice, sam, carol, mallory, frances, deciding
    ):
        appeal = file_appeal(decision=deciding(carol, case), appellant=alice, text="No.")
        decide_appeal(moderator=frances, appeal=appeal, outcome="overturned", answer="Right.")
        revise_post(editor=alice, post=Post.objects.get(pk=comment.pk), source="Other words.")
        flag_post(flagger=sam, post=Post.objects.get(pk=comment.pk), reason="spam")
        case.refresh_from_db()
        assert case.state == "open"
        assert deciding(mallory, case).state_after == "removed"

    def test_hidden_words_are_no_new_ones(self, article, alice, bob, carol, frances, deciding):
        note = factories.make_annotation(article, author=alice)
        case = factories.make_flag(note, flagger=bob).case
        appeal = file_appeal(decision=deciding(carol, case, "hide-note"), appellant=alice, text="?")
        decide_appeal(moderator=frances, appeal=appeal, outcome="upheld", answer="It mocks.")
        assert not can(carol, "case.reopen", case)

    def test_the_pages_do_not_offer_it(self, as_, case, alice, carol, frances, deciding):
        appeal = file_appeal(decision=deciding(carol, case), appellant=alice, text="No.")
        decide_appeal(moderator=frances, appeal=appeal, outcome="upheld", answer="It stands.")
        page = f"/moderation/cases/{case.pk}/"
        assert as_(carol).get(page).context["reopening"] is None
        assert as_(frances).get(page).context["reopening"] is not None
        case.refresh_from_db()
        sent = {"version": case.version, "reason": "All the same."}
        assert as_(carol).post(f"{page}reopen/", sent).status_code == 403

    def test_a_case_with_an_appeal_is_decided_by_deciding_that(
        self, as_, case, comment, bob, carol, mallory, frances, deciding
    ):
        kept = deciding(carol, case, "keep")
        appeal = file_appeal(decision=kept, appellant=bob, text="No.")
        factories.make_notice(comment)
        case.refresh_from_db()
        assert (case.state, case.queue) == ("open", "appealed")
        with pytest.raises(Conflict, match="An appeal waits"):
            deciding(mallory, case)
        assert as_(mallory).get(f"/moderation/cases/{case.pk}/").context["is_open"] is False
        case.refresh_from_db()
        assert not Decision.objects.filter(case=case).exclude(pk=kept.pk).exists()
        decide_appeal(moderator=frances, appeal=appeal, outcome="upheld", answer="It may stay.")
        assert deciding(mallory, case).state_after == "removed"


class TestWhatWasTurnedBack:
    @pytest.fixture
    def below(self, article, alice, lead, frances, deciding):
        """What Lea has decided, and an admin turned back; and the list of that."""
        case = factories.make_flag(factories.make_comment(article, author=alice)).case
        removal = deciding(lead, case)
        step = reverting.revert(reverter=frances, person=lead, since=None, reason="Wrong.")
        assert step.done.bulk is not None
        return removal, step.done.bulk

    def test_whose_it_was_does_not_put_it_back(self, as_, below, lead):
        removal, bulk = below
        with pytest.raises(Forbidden):
            reverting.undo_revert(person=lead, bulk=bulk)
        overview = as_(lead).get("/moderation/oversight/").content.decode()
        assert "For somebody else to put back" in overview
        assert ">Put back" not in overview
        assert as_(lead).post(f"/moderation/oversight/bulks/{bulk.pk}/undo/").status_code == 403
        for back in bulk.decisions.all():
            with pytest.raises(Forbidden):
                reverse(decision=back, moderator=lead, basis="revert")
        assert Post.objects.get(pk=removal.case.post_id).state == "published"

    def test_nor_does_somebody_of_a_lower_rank(self, below, other_lead):
        with pytest.raises(Forbidden, match="higher rank"):
            reverting.undo_revert(person=other_lead, bulk=below[1])

    def test_another_admin_does(self, below):
        removal, bulk = below
        reverting.undo_revert(person=factories.make_user(is_superuser=True), bulk=bulk)
        assert Post.objects.get(pk=removal.case.post_id).state == "removed"

    def test_whoever_turned_it_back_may_think_again(self, below, frances):
        removal, bulk = below
        reverting.undo_revert(person=frances, bulk=bulk)
        assert Post.objects.get(pk=removal.case.post_id).state == "removed"

    def test_an_equal_does_and_whose_it_was_does_not(self, case, carol, lead, other_lead, deciding):
        deciding(carol, case)
        step = reverting.revert(reverter=lead, person=carol, since=None, reason="Wrong.")
        # Who has been made a lead since.
        carol.roles.update(role="appeals-lead")
        repeat_roles(carol)
        assert step.done.bulk is not None
        with pytest.raises(Forbidden):
            reverting.undo_revert(person=carol, bulk=step.done.bulk)
        reverting.undo_revert(person=other_lead, bulk=step.done.bulk)
        case.post.refresh_from_db()
        assert case.post.state == "removed"

    def test_nor_do_they_decide_the_same_again(
        self, as_, case, carol, mallory, lead, deciding, comment
    ):
        removal = deciding(carol, case)
        reverse(decision=removal, moderator=lead, basis="revert", reason="Wrong.")
        case.refresh_from_db()
        assert case.state == "open"
        with pytest.raises(Forbidden, match="What you decided here was turned back"):
            deciding(carol, case)
        page = as_(carol).get(f"/moderation/cases/{case.pk}/")
        assert "What you decided here was turned back" in page.text
        assert (page.context["is_open"], page.context["reopening"]) == (False, None)
        # Nor are they offered it.
        opened = as_(carol).post("/moderation/next/", {"tab": "reported"}).headers["Location"]
        assert opened != f"/moderation/cases/{case.pk}/"
        assert deciding(mallory, case).state_after == "removed"

    def test_others_words_are_theirs_again(self, case, comment, alice, carol, lead, deciding):
        reverse(decision=deciding(carol, case), moderator=lead, basis="revert")
        revise_post(editor=alice, post=Post.objects.get(pk=comment.pk), source="Other words.")
        assert deciding(carol, case).state_after == "removed"

    def test_what_was_put_back_is_theirs_again(self, case, carol, lead, deciding):
        back = reverse(decision=deciding(carol, case), moderator=lead, basis="revert")
        reverse(decision=back, moderator=lead, basis="revert")
        assert deciding(carol, opened_again(carol, case), "restore").state_after == "published"

    def test_looking_at_many_costs_no_query_each(self, as_, article, carol):
        def queries(number: int) -> int:
            posts = [factories.make_comment(article) for _ in range(number)]
            cases = [factories.make_flag(post).case for post in posts]
            client = as_(carol)
            with CaptureQueriesContext(connection) as captured:
                client.post("/moderation/bulk/", {"case": [case.pk for case in cases]})
            return len(captured)

        assert queries(2) == queries(6)


class TestFinal:
    def test_what_an_appeal_has_brought_is_not_taken_back(
        self, case, alice, carol, frances, deciding
    ):
        removal = deciding(carol, case)
        appeal = file_appeal(decision=removal, appellant=alice, text="No.")
        decided = decide_appeal(
            moderator=frances, appeal=appeal, outcome="overturned", answer="Right."
        )
        assert decided.result is not None
        for basis in ("undo", "revert"):
            with pytest.raises(Forbidden, match="that is final"):
                reverse(decision=decided.result, moderator=frances, basis=basis)

    def test_nor_what_it_has_upheld(self, case, alice, carol, frances, lead, deciding):
        removal = deciding(carol, case)
        appeal = file_appeal(decision=removal, appellant=alice, text="No.")
        decide_appeal(moderator=frances, appeal=appeal, outcome="upheld", answer="It stands.")
        with pytest.raises(Forbidden):
            reverse(decision=removal, moderator=carol, basis="undo")
        step = reverting.revert(reverter=lead, person=carol, since=None, reason="Wrong.")
        ((refused, why),) = step.done.refusals
        assert (refused, why.code) == (case, "final")
        assert step.done.bulk is None


def test_the_second_undo_of_a_bulk_says_who_undid_it(case, carol, lead, frances):
    case.refresh_from_db()
    first = decide_all(moderator=carol, cases=[(case, case.version)], action="keep").bulk
    assert first is not None
    reverse_bulk(bulk=first, moderator=carol, basis="undo")
    with pytest.raises(Conflict, match="Carol Kidd has turned this back already"):
        reverse_bulk(bulk=first, moderator=carol, basis="undo")
    assert Bulk.objects.filter(undoes=first).count() == 1
