"""Who loses what they may do while they are doing it, each with a connection of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from annotations.actions import annotate
from forum.accounts.erasing import erase_account
from forum.accounts.models import User
from forum.discussion.actions import post_comment, revise_post
from forum.discussion.models import Post
from forum.lib.errors import Conflict, Forbidden, PostilError, SignInFirst
from forum.moderation.actions import decide, decide_all, decide_appeal, file_appeal, reverse
from forum.moderation.models import Appeal, Case, Decision, Event, RoleAssignment, Sanction
from forum.moderation.people.grounds import Grounds
from forum.moderation.people.lifting import lift
from forum.moderation.people.sanctioning import impose
from forum.moderation.queue.claims import claim
from forum.moderation.reopening import reopen
from forum.moderation.roles.actions import give_role, make_admin, take_role, unmake_admin
from tests import factories
from tests.moderation.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def removal(moderator: User, case: Case, rules: Any) -> Decision:
    case.refresh_from_db()
    return decide(
        moderator=moderator, case=case, action="remove", version=case.version,
        rule=rules["on-topic"], reason="It is about a ferry.",
    )  # fmt: skip


def sanctioning(moderator: User, person: User, rules: Any, kind: str = "suspend") -> Sanction:
    grounds = Grounds(reason="Names.", rule=rules["civility"])
    return impose(moderator=moderator, person=person, kind=kind, seen=0, grounds=grounds, days=7)


@pytest.mark.parametrize("how", ["taken", "suspended", "erased", "closed"])
def test_a_moderator_no_more_does_nothing_with_what_was_begun_before(
    case, article, alice, bob, carol, mallory, frances, rules, how
):
    other = factories.make_flag(factories.make_comment(article)).case
    decided = removal(carol, other, rules)
    elsewhere = factories.make_flag(factories.make_comment(article)).case
    decide(moderator=mallory, case=elsewhere, action="keep", version=elsewhere.version)
    silence = sanctioning(mallory, bob, rules, "silence")
    begun = User.objects.get(pk=carol.pk)
    if how == "taken":
        take_role(taker=frances, given=carol.roles.get())
    elif how == "suspended":
        sanctioning(frances, carol, rules)
    elif how == "erased":
        erase_account(person=carol, posts="kept")
    else:
        User.objects.filter(pk=carol.pk).update(is_active=False)
    before = Decision.objects.count(), Sanction.objects.count()
    elsewhere.refresh_from_db()
    acts: list[Callable[[], Any]] = [
        lambda: removal(begun, case, rules),
        lambda: reverse(decision=decided, moderator=begun, basis="undo"),
        lambda: reopen(moderator=begun, case=elsewhere, version=elsewhere.version, reason="No."),
        lambda: sanctioning(begun, alice, rules, "silence"),
        lambda: lift(moderator=begun, sanction=silence, reason="Enough."),
    ]
    for act in acts:
        with pytest.raises((Forbidden, SignInFirst)):
            act()
    done = decide_all(moderator=begun, cases=[(case, case.version)], action="keep")
    assert (len(done.refusals), done.bulk) == (1, None)
    assert (Decision.objects.count(), Sanction.objects.count()) == before
    assert Case.objects.get(pk=case.pk).state == "open"


def test_nor_does_whoever_led_appeals(case, alice, carol, frances, rules):
    lead = factories.make_user(leads_appeals=True)
    appeal = file_appeal(decision=removal(carol, case, rules), appellant=alice, text="It is not.")
    begun = User.objects.get(pk=lead.pk)
    take_role(taker=frances, given=lead.roles.get())
    with pytest.raises(PostilError):
        decide_appeal(moderator=begun, appeal=appeal, outcome="overturned", answer="So be it.")
    assert Appeal.objects.get().outcome == ""


def test_an_admin_no_more_gives_and_takes_nothing(alice, carol, frances):
    other = factories.make_user("gwen", is_superuser=True)
    begun = User.objects.get(pk=other.pk)
    unmake_admin(taker=frances, person=other)
    acts: list[Callable[[], Any]] = [
        lambda: make_admin(giver=begun, person=alice),
        lambda: give_role(giver=begun, person=alice, role="moderator"),
        lambda: take_role(taker=begun, given=carol.roles.get()),
        lambda: unmake_admin(taker=begun, person=frances),
    ]
    for act in acts:
        with pytest.raises(Forbidden):
            act()
    assert [*User.objects.filter(is_superuser=True)] == [frances]
    assert [*RoleAssignment.objects.filter(taken_at=None)] == [carol.roles.get()]


@pytest.mark.parametrize("_", range(2))
def test_two_admins_who_give_each_other_a_role_both_do(frances, _):
    other = factories.make_user("gwen", is_superuser=True)
    found = at_once(
        lambda: give_role(giver=frances, person=other, role="moderator"),
        lambda: give_role(giver=other, person=frances, role="moderator"),
    )
    assert [new for _given, new in found] == [True, True]


@pytest.mark.parametrize("_", range(2))
def test_a_role_is_taken_before_or_after_a_decision(case, carol, frances, rules, _):
    own, given = User.objects.get(pk=carol.pk), carol.roles.get()
    made, taken = at_once(
        lambda: removal(own, Case.objects.get(pk=case.pk), rules),
        lambda: take_role(taker=frances, given=given),
    )
    assert taken is None
    assert isinstance(made, (Decision, Forbidden))
    kinds = [*Event.objects.filter(kind__in=("decided", "role-taken")).order_by("pk")]
    expected = ["decided", "role-taken"] if isinstance(made, Decision) else ["role-taken"]
    assert [line.kind for line in kinds] == expected


@pytest.mark.parametrize("_", range(2))
def test_two_bulks_over_the_same_cases_decide_each_once(article, carol, mallory, _):
    cases = [factories.make_flag(factories.make_comment(article)).case for _ in range(6)]
    chosen = [(case.pk, case.version) for case in cases]

    def bulk(moderator: User, order: int, action: str) -> Callable[[], Any]:
        mine = [(Case.objects.get(pk=pk), version) for pk, version in chosen[::order]]
        return lambda: decide_all(moderator=moderator, cases=mine, action=action)

    one, other = at_once(bulk(carol, 1, "keep"), bulk(mallory, -1, "escalate"))
    assert len(one.decisions) + len(other.decisions) == len(cases)
    assert all(isinstance(why, Conflict) for _, why in [*one.refusals, *other.refusals])
    assert Decision.objects.values("case").distinct().count() == len(cases)


@pytest.mark.parametrize("_", range(2))
def test_of_two_who_decide_when_a_claim_has_run_out_one_does(case, carol, mallory, _):
    claim(moderator=carol, case=case)
    Case.objects.filter(pk=case.pk).update(claim_expires_at=timezone.now())
    own, others = (Case.objects.get(pk=case.pk) for _ in range(2))
    found = at_once(
        lambda: decide(moderator=carol, case=own, action="keep", version=own.version),
        lambda: decide(moderator=mallory, case=others, action="keep", version=others.version),
    )
    assert sorted(type(one).__name__ for one in found) == ["Conflict", "Decision"]
    assert Case.objects.get(pk=case.pk).claimed_by is None


@pytest.mark.parametrize("_", range(2))
def test_an_undo_and_a_second_decision_leave_one_that_stands(case, carol, frances, rules, _):
    removed = removal(carol, case, rules)
    case.refresh_from_db()
    reopen(moderator=frances, case=case, version=case.version, reason="Look again.")
    version = case.version
    found = at_once(
        lambda: reverse(decision=removed, moderator=carol, basis="undo"),
        lambda: decide(
            moderator=frances, case=Case.objects.get(pk=case.pk), action="restore",
            version=version,
        ),
    )  # fmt: skip
    assert sorted(type(one).__name__ for one in found) == ["Conflict", "Decision"]
    assert Post.objects.get(pk=case.post_id).state == "published"


@pytest.mark.parametrize("_", range(2))
def test_an_appeal_filed_twice_at_once_is_one(case, alice, carol, rules, _):
    removed = removal(carol, case, rules)

    def filing() -> Appeal:
        own = Decision.objects.get(pk=removed.pk)
        return file_appeal(decision=own, appellant=alice, text="It is not.")

    found = at_once(filing, filing)
    assert sorted(type(one).__name__ for one in found) == ["Appeal", "Conflict"]
    assert Appeal.objects.count() == 1


@pytest.mark.parametrize("_", range(2))
def test_an_account_erased_while_it_appeals_leaves_no_name(case, alice, carol, rules, _):
    removed = removal(carol, case, rules)
    own, leaving = (User.objects.get(pk=alice.pk) for _ in range(2))
    filed, gone = at_once(
        lambda: file_appeal(decision=removed, appellant=own, text="My own words, all of them."),
        lambda: erase_account(person=leaving, posts="erased"),
    )
    assert gone is None
    assert isinstance(filed, (Appeal, PostilError))
    assert not User.objects.filter(pk=alice.pk).exists()
    for appeal in Appeal.objects.all():
        assert (appeal.appellant, "Alice" in appeal.appellant_name) == (None, False)
        assert "My own words" not in appeal.text


class TestWhatIsBeingWritten:
    """A sanction holds against what was begun before it: the screening may take its time."""

    @pytest.fixture
    def acts(self, article, alice, bob, comment) -> dict[str, Callable[[User], Any]]:
        words = article.post.current
        quote = words.text[4:13]
        return {
            "comment": lambda person: post_comment(author=person, article=article, source="Ha."),
            "edit": lambda person: revise_post(
                editor=person, post=Post.objects.get(pk=comment.pk), source="Ha."
            ),
            "note": lambda person: annotate(
                author=person, revision=words, start=4, end=13, quote=quote,
                tags=["bias-claim"], note="Ha.",
            ),
        }  # fmt: skip

    @pytest.mark.parametrize("what", ["comment", "edit", "note"])
    def test_is_not_published_by_who_was_silenced_meanwhile(
        self, alice, carol, rules, acts, what, monkeypatch
    ):
        begun = User.objects.get(pk=alice.pk)
        screening, silenced = threading.Event(), threading.Event()
        module = "annotations.actions" if what == "note" else "forum.discussion.actions"
        look = __import__(module, fromlist=["screen"]).screen

        def slowly(*args: Any, **kwargs: Any) -> Any:
            screening.set()
            assert silenced.wait(timeout=20)
            return look(*args, **kwargs)

        monkeypatch.setattr(f"{module}.screen", slowly)

        def silence() -> None:
            assert screening.wait(timeout=20)
            sanctioning(carol, alice, rules, "silence")
            silenced.set()

        count = Post.objects.count()
        written, _ = at_once(lambda: acts[what](begun), silence)
        assert isinstance(written, Forbidden), written
        assert written.code == "silenced"
        assert Post.objects.count() == count
        assert not Post.objects.filter(revisions__source="Ha.").exists()
