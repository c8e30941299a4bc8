"""Two people at once, each with a connection of their own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from forum.accounts.erasing import erase_account
from forum.accounts.models import User
from forum.discussion.actions import post_comment, revise_post, withdraw_post
from forum.discussion.models import Post
from forum.discussion.writing.revisions import bump_activity, lock_current
from forum.lib.errors import Conflict, Forbidden, PostilError
from forum.moderation import deciding, effects
from forum.moderation.actions import (
    Done,
    decide,
    decide_all,
    decide_appeal,
    file_appeal,
    flag_post,
    reverse,
    reverse_bulk,
)
from forum.moderation.models import Appeal, Bulk, Case, Decision, Event, Flag
from forum.moderation.oversight import reverting
from forum.moderation.priority import points_of, rank_of
from forum.moderation.queue.claims import claim, take_over
from forum.moderation.queue.leases import claimant_of
from forum.moderation.queue.placing import facts_of
from forum.moderation.reviewed import review_for
from forum.moderation.roles.actions import unmake_admin
from forum.notifications.models import Notification
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run ``acts`` in threads that start together; return what each returned or raised."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            start.wait(timeout=20)
            return act()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


@pytest.mark.parametrize("_", range(3))
def test_two_moderators_decide_one_case_once(case, carol, mallory, rules, _):
    def deciding(moderator, action: str) -> Callable[[], Decision]:
        own = Case.objects.get(pk=case.pk)
        return lambda: decide(
            moderator=moderator,
            case=own,
            action=action,
            version=own.version,
            rule=rules["on-topic"],
            reason="It is about a ferry.",
        )

    outcomes = at_once(deciding(carol, "remove"), deciding(mallory, "keep"))
    (won,) = [outcome for outcome in outcomes if isinstance(outcome, Decision)]
    (lost,) = [outcome for outcome in outcomes if isinstance(outcome, Conflict)]
    assert Decision.objects.get() == won
    assert won.moderator_name in lost.message
    case.refresh_from_db()
    case.post.refresh_from_db()
    assert (case.state, case.post.state) == ("decided", won.state_after)
    assert Event.objects.filter(case=case, kind="decided").count() == 1
    assert Notification.objects.count() == 2


@pytest.mark.parametrize("_", range(3))
def test_two_first_flags_open_one_case(comment, bob, carol, _):
    outcomes = at_once(
        lambda: flag_post(flagger=bob, post=comment, reason="spam"),
        lambda: flag_post(flagger=carol, post=comment, reason="abuse"),
    )
    assert [new for _, new in outcomes] == [True, True]
    case = Case.objects.get()
    assert case.flags.count() == 2
    assert Event.objects.filter(case=case, kind="opened").count() == 1


@pytest.mark.parametrize("_", range(3))
def test_one_flag_sent_twice_at_once_is_one(comment, bob, _):
    outcomes = at_once(
        lambda: flag_post(flagger=bob, post=comment, reason="spam"),
        lambda: flag_post(flagger=bob, post=comment, reason="spam"),
    )
    assert sorted(new for _, new in outcomes) == [False, True]
    assert Flag.objects.count() == 1
    assert factories.make_flag(comment).case == Case.objects.get()


@pytest.mark.parametrize("_", range(3))
def test_a_flag_and_a_decision_at_once_lose_neither(case, comment, carol, sam, _):
    own = Case.objects.get(pk=case.pk)
    flagged, decided = at_once(
        lambda: flag_post(flagger=sam, post=comment, reason="abuse"),
        lambda: decide(moderator=carol, case=own, action="keep", version=own.version),
    )
    flag, new = flagged
    assert new is True
    case.refresh_from_db()
    if isinstance(decided, Decision):
        # These words were reviewed before they were flagged once more.
        assert (case.state, flag.case.state) == ("decided", "decided")
        assert flag.created_at > decided.created_at
    else:
        # The decision has to be thought over.
        assert isinstance(decided, Conflict)
        assert case.state == "open"


def test_a_flag_that_comes_while_the_words_are_being_kept_leaves_them_kept(
    case, comment, carol, sam
):
    own = Case.objects.get(pk=case.pk)
    deciding = threading.Event()

    def decide_slowly() -> None:
        with transaction.atomic():
            decide(moderator=carol, case=own, action="keep", version=own.version)
            deciding.set()
            time.sleep(0.5)

    def flag_meanwhile() -> tuple[Flag, bool]:
        assert deciding.wait(timeout=20)
        return flag_post(flagger=sam, post=comment, reason="abuse")

    flag, new = at_once(decide_slowly, flag_meanwhile)[1]
    assert new is True
    case.refresh_from_db()
    kept = Decision.objects.get()
    assert (case.state, flag.case.state) == ("decided", "decided")
    assert case.events.last().kind == "flagged"
    # Nobody is told later, so it counts as raised after the decision, and is told at once.
    assert flag.created_at > kept.created_at
    assert review_for(flag) == kept


def test_a_flag_that_comes_while_words_are_edited_is_about_those_it_read(
    case, comment, alice, carol, sam
):
    decide(moderator=carol, case=case, action="keep", version=case.version)
    read = Post.objects.get(pk=comment.pk)
    flagged, revised = at_once(
        lambda: flag_post(flagger=sam, post=read, reason="abuse"),
        lambda: revise_post(editor=alice, post=comment, source="Other words, not read."),
    )
    assert revised is not None
    flag, _ = flagged
    case.refresh_from_db()
    assert case.state == ("decided" if flag.revision.number == 1 else "open")


@pytest.mark.parametrize("_", range(3))
def test_an_edit_and_a_removal_at_once_leave_the_words_that_were_decided_about(
    case, comment, alice, carol, rules, _
):
    own = Case.objects.get(pk=case.pk)
    read = comment.current
    at_once(
        lambda: revise_post(editor=alice, post=comment, source="Others.", expected=read.pk),
        lambda: decide(
            moderator=carol, case=own, action="remove", version=own.version,
            rule=rules["on-topic"], reason="It is about a ferry.",
        ),
    )  # fmt: skip
    comment.refresh_from_db()
    if comment.state == "removed":
        assert comment.current == Decision.objects.get().revision == read
    else:
        assert (comment.current.number, Decision.objects.count()) == (2, 0)


def test_an_edit_begun_before_a_removal_is_refused_after_it(case, comment, alice, carol, rules):
    begun = Post.objects.get(pk=comment.pk)
    decide(
        moderator=carol, case=case, action="remove", version=case.version,
        rule=rules["on-topic"], reason="It is about a ferry.",
    )  # fmt: skip
    with pytest.raises(Conflict):
        revise_post(editor=alice, post=begun, source="Others.")
    assert begun.current.number == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_a_note_and_a_decision_on_one_post_do_not_wait_for_each_other(case, comment, carol):
    own = Case.objects.get(pk=case.pk)
    locked, decided = threading.Event(), threading.Event()

    def annotate_slowly() -> None:
        with transaction.atomic():
            lock_current(comment)
            locked.set()
            assert decided.wait(timeout=20)
            bump_activity(comment)

    def decide_meanwhile() -> None:
        assert locked.wait(timeout=20)
        with transaction.atomic():
            decide(moderator=carol, case=own, action="keep", version=own.version)
            decided.set()

    assert at_once(annotate_slowly, decide_meanwhile) == [None, None]


def test_eight_moderators_decide_fifty_cases_once_each(article, rules):
    moderators = [factories.make_user(is_moderator=True) for _ in range(8)]
    flagger = factories.make_user()
    for _ in range(50):
        factories.make_flag(factories.make_comment(article, author=flagger), flagger=moderators[0])

    def working(moderator) -> Callable[[], int]:
        def work() -> int:
            decided = 0
            for case in Case.objects.filter(state="open").order_by("rank", "pk"):
                try:
                    claim(moderator=moderator, case=case)
                    decide(moderator=moderator, case=case, action="keep", version=case.version)
                    decided += 1
                except Conflict:
                    continue
            return decided

        return work

    decided = at_once(*map(working, moderators))
    assert sum(decided) == 50
    assert Decision.objects.count() == Event.objects.filter(kind="decided").count() == 50
    assert Decision.objects.values("case").distinct().count() == 50
    assert not Case.objects.exclude(state="decided", queue="decided", claimed_by=None).exists()


def test_fifty_flags_at_once_open_one_case(comment):
    people = [factories.make_user() for _ in range(50)]

    def flagging(person) -> Callable[[], tuple[Flag, bool]]:
        return lambda: flag_post(
            flagger=person, post=Post.objects.get(pk=comment.pk), reason="abuse"
        )

    outcomes = at_once(*map(flagging, people))
    assert [new for _, new in outcomes] == [True] * 50
    case = Case.objects.get()
    assert (case.flags.count(), case.version) == (50, 50)
    assert Event.objects.filter(case=case, kind="opened").count() == 1
    # Whoever came last has seen them all.
    assert case.points == points_of(facts_of(case, case.post).whole)
    assert case.rank == rank_of(case.waits_since, case.points)


def outcomes_of(*acts: Callable[[], Any]) -> tuple[list[Any], list[Conflict]]:
    """What became of ``acts`` at once: what they gave, and what was refused."""
    found = at_once(*acts)
    lost = [outcome for outcome in found if isinstance(outcome, Conflict)]
    return [outcome for outcome in found if outcome not in lost], lost


@pytest.mark.parametrize("_", range(3))
@pytest.mark.parametrize("expired", [False, True])
def test_of_two_who_claim_one_wins(case, carol, mallory, frances, expired, _):
    if expired:
        past = timezone.now() - timedelta(seconds=1)
        Case.objects.filter(pk=case.pk).update(claimed_by=frances, claim_expires_at=past)

    def claiming(moderator: User) -> Callable[[], User]:
        def act() -> User:
            claim(moderator=moderator, case=Case.objects.get(pk=case.pk))
            return moderator

        return act

    (won,), (lost,) = outcomes_of(claiming(carol), claiming(mallory))
    case.refresh_from_db()
    assert claimant_of(case) == won
    assert won.public_name in lost.message
    assert Event.objects.filter(case=case, kind="claimed").count() == 1


@pytest.mark.parametrize("_", range(3))
def test_a_takeover_and_a_decision_at_once(case, carol, mallory, _):
    claim(moderator=carol, case=case)
    own, others = (Case.objects.get(pk=case.pk) for _ in range(2))
    won, lost = outcomes_of(
        lambda: decide(moderator=carol, case=own, action="keep", version=own.version),
        lambda: take_over(moderator=mallory, case=others, claimant=carol.pk),
    )
    assert (len(won), len(lost)) == (1, 1)
    case.refresh_from_db()
    if case.state == "decided":
        assert (won[0].moderator, claimant_of(case)) == (carol, None)
    else:
        assert claimant_of(case) == mallory
        assert not Decision.objects.exists()


@pytest.mark.parametrize("_", range(3))
def test_two_leads_decide_one_appeal_once(case, alice, carol, frances, rules, _):
    other = factories.make_user(is_superuser=True)
    removal = decide(
        moderator=carol, case=case, action="remove", version=case.version,
        rule=rules["on-topic"], reason="It is about a ferry.",
    )  # fmt: skip
    appeal = file_appeal(decision=removal, appellant=alice, text="The ferry is in the text.")

    def deciding(moderator, outcome: str) -> Callable[[], Appeal]:
        own = Appeal.objects.get(pk=appeal.pk)
        return lambda: decide_appeal(
            moderator=moderator, appeal=own, outcome=outcome, answer="So be it."
        )

    outcomes = at_once(deciding(frances, "overturned"), deciding(other, "upheld"))
    (won,) = [outcome for outcome in outcomes if isinstance(outcome, Appeal)]
    (lost,) = [outcome for outcome in outcomes if isinstance(outcome, Conflict)]
    assert won.decided_by_name in lost.message
    appeal.refresh_from_db()
    case.post.refresh_from_db()
    assert appeal.outcome == won.outcome
    assert case.post.state == ("published" if won.outcome == "overturned" else "removed")
    # Turned back, and found to be fine.
    assert Decision.objects.count() == (3 if won.outcome == "overturned" else 1)
    assert Event.objects.filter(case=case, kind="appeal-decided").count() == 1


@pytest.mark.parametrize("_", range(3))
def test_an_appeal_and_an_undo_at_once_leave_no_appeal_waiting(case, alice, carol, rules, _):
    removal = decide(
        moderator=carol, case=case, action="remove", version=case.version,
        rule=rules["on-topic"], reason="It is about a ferry.",
    )  # fmt: skip
    filed, undone = at_once(
        lambda: file_appeal(decision=removal, appellant=alice, text="It is in the text."),
        lambda: reverse(decision=removal, moderator=carol, basis="undo"),
    )
    assert isinstance(undone, Decision)
    assert isinstance(filed, Appeal | Conflict)
    assert not Appeal.objects.filter(outcome="").exists()
    assert Case.objects.get(pk=case.pk).appealed_at is None


@pytest.mark.parametrize("_", range(3))
def test_a_decision_taken_back_twice_at_once_is_taken_back_once(case, carol, _):
    kept = decide(moderator=carol, case=case, action="keep", version=case.version)
    outcomes = at_once(*[lambda: reverse(decision=kept, moderator=carol, basis="undo")] * 2)
    assert sum(isinstance(outcome, Decision) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 1
    assert Decision.objects.count() == 2


@pytest.mark.parametrize("_", range(3))
def test_nobody_answers_in_a_thread_that_is_being_locked(case, comment, sam, carol, rules, _):
    article = comment.root.article
    own = Case.objects.get(pk=case.pk)
    answered, locked = at_once(
        lambda: post_comment(author=sam, article=article, parent=comment, source="And yet."),
        lambda: decide(
            moderator=carol, case=own, action="lock", version=own.version,
            rule=rules["on-topic"], reason="It goes round in circles.",
        ),
    )  # fmt: skip
    assert isinstance(locked, Decision)
    if isinstance(answered, Forbidden):
        assert not comment.answers.exists()
    else:
        # It was there before the lock.
        assert comment.answers.get() == answered[0]
    with pytest.raises(Forbidden):
        post_comment(
            author=sam, article=article, parent=Post.objects.get(pk=comment.pk), source="Again."
        )


@pytest.mark.parametrize("_", range(3))
def test_of_two_undos_of_one_bulk_one_says_who_was_faster(article, carol, _):
    cases = [factories.make_flag(factories.make_comment(article)).case for _ in range(4)]
    bulk = decide_all(moderator=carol, cases=[(case, 1) for case in cases], action="keep").bulk
    assert bulk is not None

    def undoing() -> Done:
        own = Bulk.objects.get(pk=bulk.pk)
        return reverse_bulk(bulk=own, moderator=carol, basis="undo")

    found = at_once(undoing, undoing)
    (lost,) = [one for one in found if isinstance(one, Conflict)]
    (won,) = [one for one in found if isinstance(one, Done)]
    assert (len(won.decisions), won.refusals) == (4, [])
    assert lost.message == "Carol Kidd has turned this back already."
    assert Bulk.objects.filter(undoes=bulk).count() == 1
    assert Decision.objects.filter(action="reverse").count() == 4
    assert set(Case.objects.values_list("state", flat=True)) == {"open"}


def test_of_two_undos_on_the_page_the_second_is_told(article, carol):
    cases = [factories.make_flag(factories.make_comment(article)).case for _ in range(2)]
    bulk = decide_all(moderator=carol, cases=[(case, 1) for case in cases], action="keep").bulk
    last = Decision.objects.latest("pk")

    def clicking() -> int:
        client = Client()
        client.force_login(carol, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client.post("/moderation/undo/", {"decision": last.pk}).status_code

    assert sorted(at_once(clicking, clicking)) == [302, 409]
    assert Bulk.objects.filter(undoes=bulk).count() == 1


@pytest.mark.parametrize("_", range(3))
def test_two_leads_put_back_the_same_at_once(article, carol, rules, _):
    leads = [factories.make_user(leads_appeals=True) for _ in range(2)]
    cases = [factories.make_flag(factories.make_comment(article)).case for _ in range(3)]
    decide_all(moderator=carol, cases=[(case, 1) for case in cases], action="keep")
    bulk = reverting.revert(reverter=leads[0], person=carol, since=None, reason="No.").done.bulk
    assert bulk is not None

    def putting_back(lead: User) -> Callable[[], reverting.Step]:
        return lambda: reverting.undo_revert(person=lead, bulk=Bulk.objects.get(pk=bulk.pk))

    for outcome in at_once(*map(putting_back, leads)):
        assert isinstance(outcome, reverting.Step | Conflict), outcome
    assert set(Case.objects.values_list("state", flat=True)) == {"decided"}
    assert Decision.objects.filter(bulk__undoes=bulk).count() == 3


@pytest.mark.parametrize("_", range(3))
@pytest.mark.parametrize("third", [False, True])
def test_two_admins_who_take_it_from_each_other_leave_one(frances, third, _):
    other = factories.make_user("gwen", is_superuser=True)
    if third:
        factories.make_user("hal", is_superuser=True)
    found = at_once(
        lambda: unmake_admin(taker=frances, person=other),
        lambda: unmake_admin(taker=other, person=frances),
    )
    # Who came second was none any more, and takes nothing.
    assert [type(one) for one in found if one] == [Forbidden]
    left = User.objects.filter(is_superuser=True, is_active=True)
    assert left.count() == 1 + third


#: Set once the words of whoever is erased are taken.
taken = threading.Event()


def wait_with_the_words(*_: Any) -> None:
    """A step of erasing that lets others go on first, the one time."""
    if not taken.is_set():
        taken.set()
        time.sleep(0.5)


@pytest.mark.parametrize("posts", ["kept", "erased"])
@pytest.mark.parametrize("erased", ["author", "moderator"])
def test_a_decision_and_the_erasing_of_an_account_do_not_break_each_other(
    article, alice, carol, rules, settings, monkeypatch, posts, erased
):
    """Erased right when the decision has its case, and not yet the post and the article."""
    steps = list(settings.ERASURE_STEPS)
    steps.insert(
        steps.index("forum.moderation.erasing.erase_record"), f"{__name__}.wait_with_the_words"
    )
    settings.ERASURE_STEPS = steps
    taken.clear()
    post = factories.make_comment(article, author=alice)
    factories.make_comment(article, author=carol)
    case = factories.make_flag(post).case
    begun = threading.Event()
    choose = effects.effect_of

    def slowly(*args: Any, **kwargs: Any) -> Any:
        begun.set()
        # Until whoever erases has what comes first with them; it may be ours.
        taken.wait(1)
        return choose(*args, **kwargs)

    monkeypatch.setattr(deciding, "effect_of", slowly)
    own = Case.objects.get(pk=case.pk)
    leaving = alice if erased == "author" else carol

    def leave() -> None:
        begun.wait(timeout=20)
        erase_account(person=User.objects.get(pk=leaving.pk), posts=posts)

    made, gone = at_once(
        lambda: decide(
            moderator=carol,
            case=own,
            action="remove",
            version=own.version,
            rule=rules["on-topic"],
            reason="It is about the ferry.",
        ),
        leave,
    )
    assert gone is None
    assert not User.objects.filter(pk=leaving.pk).exists()
    if erased == "author":
        assert isinstance(made, Decision)
        assert Decision.objects.get(case=case).action == "remove"
    else:
        # Whoever is gone by then decides nothing.
        assert isinstance(made, (Decision, IntegrityError, PostilError))


@pytest.mark.parametrize("_", range(3))
def test_two_admins_who_leave_at_once_leave_one(frances, _):
    other = factories.make_user("gwen", is_superuser=True)
    found = at_once(
        lambda: erase_account(person=frances, posts="kept"),
        lambda: erase_account(person=other, posts="kept"),
    )
    assert [type(one) for one in found if one] == [Forbidden]
    assert User.objects.filter(is_superuser=True, is_active=True).count() == 1


@pytest.mark.parametrize("_", range(3))
def test_an_admin_who_leaves_and_one_who_is_taken_leave_one(frances, _):
    other = factories.make_user("gwen", is_superuser=True)
    found = at_once(
        lambda: erase_account(person=frances, posts="kept"),
        lambda: unmake_admin(taker=frances, person=other),
    )
    assert [type(one) for one in found if one] == [Forbidden]
    assert User.objects.filter(is_superuser=True, is_active=True).count() == 1


@pytest.mark.parametrize("_", range(3))
def test_a_withdrawal_and_a_decision_at_once(article, alice, carol, settings, _):
    settings.HOLD_FIRST_POSTS = 5
    post = factories.make_comment(article, author=alice)
    own = Case.objects.get(post=post)
    (_won,), (_lost,) = outcomes_of(
        lambda: withdraw_post(author=alice, post=Post.objects.get(pk=post.pk)),
        lambda: decide(moderator=carol, case=own, action="keep", version=own.version),
    )
    own.refresh_from_db()
    now = own.state, own.queue, Post.objects.get(pk=post.pk).state
    assert now in [("closed", "", "withdrawn"), ("decided", "decided", "published")]
