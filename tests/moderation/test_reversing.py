"""Turning decisions back: exactly, once, and only what nobody has changed since."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from annotations.models import Annotation
from forum.discussion.actions import withdraw_post
from forum.discussion.models import Article, Post
from forum.lib.errors import Conflict, Forbidden
from forum.moderation import actions
from forum.moderation.actions import decide, decide_all, reverse, reverse_all, reverse_bulk
from forum.moderation.models import Bulk, Case, Decision, Event
from forum.moderation.transitions import DECISIONS
from forum.notifications.models import Notification
from tests import factories


@pytest.fixture
def note_case(article, alice, bob, rules) -> Case:
    """An open case on Alice's note, which Bob flagged."""
    return factories.make_flag(factories.make_annotation(article, author=alice), flagger=bob).case


@pytest.fixture
def deciding(carol, rules):
    """``deciding(case, action)`` decides as Carol does."""

    def act(case: Case, action: str, moderator=carol, **choice: Any) -> Decision:
        case.refresh_from_db()
        return decide(
            moderator=moderator,
            case=case,
            action=action,
            version=case.version,
            rule=rules["civility"],
            reason="Said at the committee’s expense.",
            **choice,
        )

    return act


def stands(case: Case) -> tuple[object, ...]:
    """Everything that a decision can change."""
    post = Post.objects.get(pk=case.post_id)
    note = Annotation.objects.filter(pk=post.pk)
    return (
        Case.objects.get(pk=case.pk).state,
        post.state,
        post.held_for,
        post.locked_at is not None,
        post.current.text,
        post.revisions.filter(withheld_at__isnull=False).exists(),
        sorted(note.values_list("tags__slug", flat=True)),
        Article.objects.get(pk=post.article_id).locks,
    )


STATES = [("published", ""), ("held", "newcomer"), ("hidden", "edited"), ("withdrawn", "")]
CHOICES = ["keep", "remove", "hide-note", "retag", "ask-revision", "lock", "escalate"]


@pytest.mark.parametrize(
    ("action", "state"),
    [(action, state) for action in CHOICES for state in STATES if (action, state[0]) in DECISIONS],
)
def test_it_is_as_if_it_had_not_been(note_case, carol, deciding, action, state):
    Post.objects.filter(pk=note_case.post_id).update(state=state[0], held_for=state[1])
    before = stands(note_case)
    decision = deciding(note_case, action, tags=["missing-factor"], hide=True)
    after = stands(note_case)
    assert after != before
    reversal = reverse(decision=decision, moderator=carol, basis="undo")
    assert stands(note_case) == before
    assert (reversal.action, reversal.basis, reversal.overrides) == ("reverse", "undo", decision)
    # And the reversal is a decision as any other.
    reverse(decision=reversal, moderator=carol, basis="undo")
    assert stands(note_case) == after


def test_a_reversal_stands_in_the_log(case, carol, deciding):
    decision = deciding(case, "remove")
    reverse(decision=decision, moderator=carol, basis="undo", reason="The wrong case.")
    last = Event.objects.filter(case=case, kind="undone").get()
    assert (last.actor, last.detail) == (carol, "Turn back a decision. The wrong case.")
    assert case.decisions.count() == 2


class TestRefusals:
    def refused(self, decision, moderator, basis="undo") -> Conflict:
        count = Decision.objects.count(), Event.objects.count()
        with pytest.raises(Conflict) as refused:
            reverse(decision=decision, moderator=moderator, basis=basis)
        assert (Decision.objects.count(), Event.objects.count()) == count
        return refused.value

    def test_twice(self, case, carol, deciding):
        decision = deciding(case, "remove")
        reverse(decision=decision, moderator=carol, basis="undo")
        assert "Carol Kidd has turned this back already." in self.refused(decision, carol).message

    def test_the_author_has_withdrawn_it_since(self, case, alice, carol, deciding):
        decision = deciding(case, "keep")
        withdraw_post(author=alice, post=Post.objects.get(pk=case.post_id))
        conflict = self.refused(decision, carol)
        assert conflict.message == "Its author has withdrawn it in the meantime."
        assert conflict.details == {"post_state": "withdrawn"}

    def test_somebody_decided_later(self, case, carol, mallory, deciding):
        decision = deciding(case, "keep")
        Case.objects.filter(pk=case.pk).update(state="open")
        later = deciding(case, "remove", moderator=mallory)
        conflict = self.refused(decision, carol)
        assert conflict.message == "Mallory Archer has decided later: Remove."
        assert conflict.details == {"decision": later.pk}

    def test_its_tags_are_others_by_now(self, note_case, carol, deciding):
        decision = deciding(note_case, "retag", tags=["missing-factor"])
        Annotation.objects.get(pk=note_case.post_id).tags.clear()
        assert self.refused(decision, carol).details == {"tags": []}

    def test_after_ten_minutes(self, case, carol, deciding, monkeypatch):
        decision = deciding(case, "keep")
        decision.created_at -= timedelta(minutes=10)
        assert self.refused(decision, carol).code == "undo-too-late"

    def test_what_others_decided(self, case, carol, mallory, frances, deciding):
        decision = deciding(case, "keep")
        for moderator, basis in ((mallory, "undo"), (mallory, "revert")):
            with pytest.raises(Forbidden):
                reverse(decision=decision, moderator=moderator, basis=basis)
        assert reverse(decision=decision, moderator=frances, basis="revert").basis == "revert"


class TestTelling:
    def test_who_was_told_is_told_that_it_was_taken_back(self, case, alice, bob, carol, deciding):
        decision = deciding(case, "remove")
        Notification.objects.update(emailed_at=decision.created_at)
        reverse(decision=decision, moderator=carol, basis="undo")
        for person in (alice, bob):
            subjects = list(person.notifications.order_by("pk").values_list("subject", flat=True))
            assert len(subjects) == 2
            assert "taken back" in subjects[1]

    def test_who_was_not_told_yet_never_is(self, case, alice, bob, carol, deciding):
        decision = deciding(case, "remove")
        Notification.objects.filter(recipient=bob).update(read_at=decision.created_at)
        reverse(decision=decision, moderator=carol, basis="undo")
        assert not alice.notifications.exists()
        assert bob.notifications.count() == 2

    def test_of_a_revert_all_are_told(self, case, alice, bob, frances, deciding):
        decision = deciding(case, "remove")
        reverse(decision=decision, moderator=frances, basis="revert", reason="In bad faith.")
        assert "In bad faith." in alice.notifications.first().body
        assert (alice.notifications.count(), bob.notifications.count()) == (2, 2)


class TestBulk:
    @pytest.fixture
    def cases(self, article, rules) -> list[Case]:
        return [factories.make_flag(factories.make_comment(article)).case for _ in range(3)]

    def remove(self, cases, carol, rules) -> actions.Done:
        return decide_all(
            moderator=carol,
            cases=[(case, case.version) for case in cases],
            action="remove",
            rule=rules["on-topic"],
            reason="It is about ferries.",
        )

    def test_each_is_decided_for_itself(self, cases, carol, mallory, rules):
        decide(moderator=mallory, case=Case.objects.get(pk=cases[1].pk), action="keep", version=1)
        done = self.remove(cases, carol, rules)
        assert [decision.case for decision in done.decisions] == [cases[0], cases[2]]
        assert {decision.bulk for decision in done.decisions} == {done.bulk}
        ((case, refusal),) = done.refusals
        assert (case, type(refusal)) == (cases[1], Conflict)

    def test_nothing_done_leaves_no_bulk(self, cases, carol, rules):
        done = decide_all(moderator=carol, cases=[(cases[0], 99)], action="keep")
        assert (done.bulk, len(done.refusals), Bulk.objects.count()) == (None, 1, 0)

    def test_one_undo_for_all(self, cases, carol, rules):
        first = self.remove(cases, carol, rules)
        states = Post.objects.filter(cases__in=cases).values_list("state", flat=True)
        assert set(states.all()) == {"removed"}
        assert first.bulk is not None
        undone = reverse_bulk(bulk=first.bulk, moderator=carol, basis="undo")
        assert (len(undone.decisions), undone.refusals) == (3, [])
        assert undone.bulk is not None
        assert undone.bulk.undoes == first.bulk
        assert set(states.all()) == {"published"}
        with pytest.raises(Conflict):
            reverse_bulk(bulk=first.bulk, moderator=carol, basis="undo")
        # And back again.
        again = reverse_bulk(bulk=undone.bulk, moderator=carol, basis="undo")
        assert (len(again.decisions), set(states.all())) == (3, {"removed"})

    def test_all_that_one_moderator_decided_on_one_case(self, case, mallory, frances, deciding):
        before = stands(case)
        deciding(case, "keep", moderator=mallory)
        Case.objects.filter(pk=case.pk).update(state="open")
        deciding(case, "remove", moderator=mallory)
        done = reverse_all(
            Decision.objects.filter(moderator=mallory), moderator=frances, basis="revert"
        )
        assert (len(done.decisions), done.refusals) == (2, [])
        assert stands(case) == before
        assert done.bulk is not None
        back = reverse_bulk(bulk=done.bulk, moderator=frances, basis="revert")
        assert (len(back.decisions), Post.objects.get(pk=case.post_id).state) == (2, "removed")
