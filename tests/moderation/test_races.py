"""Two people at once, each with a connection of their own."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any

import pytest
from django.db import connection, transaction

from forum.discussion.actions import revise_post
from forum.discussion.models import Post
from forum.discussion.revisions import bump_activity, lock_current
from forum.lib.errors import Conflict
from forum.moderation.actions import decide, flag_post
from forum.moderation.models import Case, CaseEvent, Decision, Flag
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
    assert CaseEvent.objects.filter(case=case, kind="decided").count() == 1
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
    assert CaseEvent.objects.filter(case=case, kind="opened").count() == 1


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
    assert flagged[1] is True
    case.refresh_from_db()
    # Whoever came second: the flag opened the case again, or the decision had to be thought over.
    assert case.state == "open"
    assert isinstance(decided, Decision | Conflict)


def test_a_flag_that_comes_while_a_decision_is_being_made_opens_the_case_again(
    case, comment, carol, sam
):
    own = Case.objects.get(pk=case.pk)
    deciding = Event()

    def decide_slowly() -> None:
        with transaction.atomic():
            decide(moderator=carol, case=own, action="keep", version=own.version)
            deciding.set()
            time.sleep(0.5)

    def flag_meanwhile() -> tuple[Flag, bool]:
        assert deciding.wait(timeout=20)
        return flag_post(flagger=sam, post=comment, reason="abuse")

    assert at_once(decide_slowly, flag_meanwhile)[1][1] is True
    case.refresh_from_db()
    assert (case.state, Decision.objects.count()) == ("open", 1)
    assert [e.kind for e in case.events.all()][-2:] == ["reopened", "flagged"]


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
    locked, decided = Event(), Event()

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
