"""Whatever is done about one note, in whatever order: what the record says is what stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from forum.accounts.models import User
from forum.discussion.actions import reinstate_post, revise_post, withdraw_post
from forum.discussion.models import Post
from forum.lib.errors import PostilError
from forum.moderation.actions import (
    decide,
    decide_appeal,
    file_appeal,
    flag_post,
    reopen,
    reverse,
)
from forum.moderation.deciding import CHOICES
from forum.moderation.effects import is_note_hidden, tags_of
from forum.moderation.models import Appeal, Bulk, Case, Decision, Flag, Rule
from forum.moderation.oversight import reverting
from forum.moderation.queue.placing import place
from forum.moderation.record import UNDECIDED
from forum.moderation.standing import hands_in, is_settled_above, left
from forum.permissions import can
from tests import factories
from tests.properties import HealthCheck, given, settings, st

AUTHOR, FLAGGERS = "alice", ["bob", "sam"]
MODERATORS, LEADS = ["carol", "mallory"], ["lea", "leo", "frances"]
DESK = [*MODERATORS, *LEADS]
#: Who and which are drawn along with what: of a number only the rest counts.
STEPS = st.tuples(
    st.sampled_from(
        [
            *("flag", "notice", "edit", "withdraw", "put back", "undo", "revert", "revert all"),
            *("put back all", "appeal", "answer", "answer", "reopen", "reopen"),
            *("decide", "decide", "decide"),
        ]
    ),
    st.integers(0, 59),
    st.integers(0, 59),
)


@dataclass
class History:
    """What is done, and what has become of the note outside of any decision."""

    people: dict[str, User]
    post_id: int
    moves: list[tuple[int, str]] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    @property
    def post(self) -> Post:
        return Post.objects.get(pk=self.post_id)

    @property
    def case(self) -> Case:
        return Case.objects.get(post=self.post_id)

    def decisions(self) -> list[Decision]:
        return list(Decision.objects.filter(case__post=self.post_id).order_by("pk"))

    def one(self, of: list[Any], number: int) -> Any:
        return of[number % len(of)] if of else None

    def person(self, names: list[str], number: int) -> User:
        # As the next request finds them.
        return User.objects.get(pk=self.people[self.one(names, number)].pk)

    def step(self, what: str, who: int, which: int) -> None:
        """Do one thing, if it may be done, and look whether all is as it should be."""
        act: Callable[[int, int], None] = getattr(self, what.replace(" ", "_"))
        before, number = self.post.state, len(self.decisions())
        known = Case.objects.filter(post=self.post_id).first()
        above = known is not None and known.state != "open" and is_settled_above(known)
        try:
            with transaction.atomic():
                act(who, which)
        except PostilError as refused:
            self.done.append(f"({what} {who} {which}: {refused.message})")
            return
        self.done.append(f"{what} {who} {which}")
        after = self.post.state
        new = self.decisions()[number:]
        if after != before and not new:
            self.moves.append((number, after))
        for decision in new:
            if above and decision.action not in ("reverse", "hide"):
                assert decision.moderator is not None
                assert decision.moderator.decides_appeals, self.done
        self.check()

    def flag(self, who: int, which: int) -> None:
        reasons = ["spam", "abuse", "off-topic"]
        flagger = self.person([*FLAGGERS, *MODERATORS], who)
        flag_post(flagger=flagger, post=self.post, reason=self.one(reasons, which))

    def notice(self, who: int, which: int) -> None:
        factories.make_notice(self.post, email=f"n{which}@example.org")

    def edit(self, who: int, which: int) -> None:
        words = "rubbish" if which % 2 else "words"
        revise_post(
            editor=self.people[AUTHOR], post=self.post, source=f"Other {words} {len(self.done)}."
        )

    def withdraw(self, who: int, which: int) -> None:
        withdraw_post(author=self.people[AUTHOR], post=self.post)

    def put_back(self, who: int, which: int) -> None:
        reinstate_post(author=self.people[AUTHOR], post=self.post)

    def undo(self, who: int, which: int) -> None:
        if found := self.one(self.decisions(), which):
            reverse(decision=found, moderator=self.person(DESK, who), basis="undo")

    def revert(self, who: int, which: int) -> None:
        if found := self.one(self.decisions(), which):
            reverse(decision=found, moderator=self.person(DESK, who), basis="revert")

    def revert_all(self, who: int, which: int) -> None:
        reverting.revert(
            reverter=self.person(DESK, who),
            person=self.person(DESK, which),
            since=None,
            reason="No.",
        )

    def put_back_all(self, who: int, which: int) -> None:
        if bulk := self.one(list(Bulk.objects.order_by("pk")), which):
            reverting.undo_revert(person=self.person(DESK, who), bulk=bulk)

    def appeal(self, who: int, which: int) -> None:
        person = self.person([AUTHOR, *FLAGGERS, *MODERATORS], who)
        if found := self.one(self.decisions()[::-1][:3], which):
            file_appeal(decision=found, appellant=person, text="No.")

    def answer(self, who: int, which: int) -> None:
        waiting = Appeal.objects.filter(decision__case__post=self.post_id, outcome="")
        if found := self.one(list(waiting), which):
            outcome = self.one(["upheld", "overturned", "varied"], who + which)
            decide_appeal(
                moderator=self.person(DESK, who),
                appeal=found,
                outcome=outcome,
                answer="So be it.",
                **self.choice(which) if outcome == "varied" else {},
            )

    def reopen(self, who: int, which: int) -> None:
        case = Case.objects.filter(post=self.post_id).first()
        if case:
            moderator = self.person(DESK, who)
            reopen(moderator=moderator, case=case, version=case.version, reason="Again.")

    def decide(self, who: int, which: int) -> None:
        case = Case.objects.filter(post=self.post_id).first()
        if case:
            moderator = self.person(DESK, who)
            decide(moderator=moderator, case=case, version=case.version, **self.choice(which))

    def choice(self, number: int) -> dict[str, Any]:
        return {
            "action": self.one(CHOICES, number),
            "rule": Rule.objects.get(slug="civility"),
            "reason": "It insults.",
            "hide": bool(number % 2),
            "tags": [self.one(["bias-claim", "missing-factor"], number // 2)],
        }

    def check(self) -> None:
        case = Case.objects.filter(post=self.post_id).first()
        if case is None:
            return
        decisions = self.decisions()
        self.replay(decisions)
        self.check_case(case, decisions)
        self.check_appeals(case)

    def replay(self, decisions: list[Decision]) -> None:
        """What the decisions say, one after the other, is what stands."""
        post = self.post
        state, tags = "published", ["bias-claim"]
        flags = {"locked": False, "note_hidden": False}
        moves = list(self.moves)
        for number, decision in enumerate(decisions):
            while moves and moves[0][0] <= number:
                state = moves.pop(0)[1]
            assert decision.state_before == state, self.done
            state = decision.state_after
            for name, (before, after) in decision.effect.items():
                if name == "tags":
                    assert set(before) == set(tags), self.done
                    tags = after
                elif name in flags:
                    assert before == flags[name], self.done
                    flags[name] = after
        state = moves[-1][1] if moves else state
        assert (post.state, set(tags_of(post))) == (state, set(tags)), self.done
        assert (post.locked_at is not None, is_note_hidden(post)) == tuple(flags.values())
        turned = [one.overrides_id for one in decisions if one.action == "reverse"]
        assert len(turned) == len(set(turned)), self.done

    def check_case(self, case: Case, decisions: list[Decision]) -> None:
        post = self.post
        queue, version = case.queue, case.version
        place(case)
        assert (case.queue, case.version) == (queue, version), self.done
        assert queue in ("reported", "held", "appealed", "escalated", "decided", ""), self.done
        waiting = Appeal.objects.filter(decision__case=case, outcome="")
        assert (case.appealed_at is not None) == waiting.exists(), self.done
        assert (queue == "") == (case.state == "closed"), self.done
        if queue == "held":
            assert post.waits, self.done
        if post.waits and case.state not in UNDECIDED and not case.appealed_at:
            # Only where it is its author whom all wait for.
            last = left(decisions)[-1]
            while last.action == "reverse" and last.overrides:
                last = last.overrides.overrides or last.overrides
            assert last.action == "ask-revision", self.done

    def check_appeals(self, case: Case) -> None:
        for appeal in Appeal.objects.filter(decision__case=case).select_related("result"):
            if not appeal.outcome:
                desk = [self.person([name], 0) for name in DESK]
                able = [one for one in desk if can(one, "appeal.decide", appeal)]
                assert able, ("nobody can decide", self.done)
            elif appeal.result is None or appeal.result.basis == "appeal":
                assert appeal.decided_by_id is not None
                assert appeal.decided_by_id != appeal.appellant_id, self.done
                assert appeal.decided_by_id != case.post.author_id, self.done
                assert appeal.decided_by_id not in hands_in(appeal.contested), self.done


@pytest.fixture
def people(alice, bob, sam, carol, mallory, frances) -> dict[str, User]:
    named = {"alice": alice, "bob": bob, "sam": sam, "carol": carol, "mallory": mallory}
    leads = {name: factories.make_user(name, leads_appeals=True) for name in ("lea", "leo")}
    return named | leads | {"frances": frances}


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEPS, min_size=8, max_size=20))
def test_what_the_record_says_is_what_stands(article, people, rules, steps):
    with transaction.atomic():
        factories.make_word_list("rubbish")
        note = factories.make_annotation(article, author=people[AUTHOR])
        history = History(people, note.pk)
        history.flag(0, 0)
        assert Flag.objects.count() == 1
        for step in steps:
            history.step(*step)
        for name in ("alice", "frances"):
            client = Client()
            client.force_login(
                people[name], backend="allauth.account.auth_backends.AuthenticationBackend"
            )
            pages = [f"/decisions/{one.pk}/" for one in history.decisions()[-3:]]
            pages += [f"/moderation/appeals/{one.pk}/" for one in Appeal.objects.all()[:2]]
            for page in (f"/moderation/cases/{history.case.pk}/", *pages):
                assert client.get(page).status_code < 500, (page, history.done)
        transaction.set_rollback(True)
