"""What the answer to an appeal leaves: of the post, of the case, and for whom it is the last."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import OperationalError
from django.urls import reverse as address

from annotations.models import Annotation
from forum.discussion.models import Post
from forum.lib.errors import Forbidden
from forum.moderation.actions import (
    decide,
    decide_all,
    decide_appeal,
    file_appeal,
    flag_post,
    reopen,
    reverse,
)
from forum.moderation.models import Appeal, Case, Decision, Sanction
from forum.moderation.people.grounds import Grounds
from forum.moderation.people.sanctioning import impose
from forum.moderation.reviewed import review_of
from forum.notifications.models import Notification
from forum.permissions import refusal
from tests import factories


@pytest.fixture
def deciding(carol, rules):
    """``deciding(case, action)`` decides as Carol does."""

    def act(case: Case, action: str = "remove", moderator=carol, **choice: Any) -> Decision:
        case.refresh_from_db()
        if action not in ("keep", "restore"):
            choice = {"rule": rules["on-topic"], "reason": "It is about the ferry."} | choice
        return decide(moderator=moderator, case=case, action=action, version=case.version, **choice)

    return act


@pytest.fixture
def answer(frances):
    """``answer(decision, appellant)`` appeals, and overturns it as Frances does."""

    def act(decision: Decision, appellant, *, outcome="overturned", by=frances, **said) -> Appeal:
        appeal = file_appeal(decision=decision, appellant=appellant, text="Read it again.")
        return decide_appeal(
            moderator=by, appeal=appeal, outcome=outcome, answer="It is in the text.", **said
        )

    return act


@pytest.fixture
def hidden(case: Case, comment, monkeypatch) -> Case:
    """The case of Alice's response, which flags have hidden."""
    monkeypatch.setattr("forum.moderation.queue.hiding.hides", lambda said: len(said) > 1)
    factories.make_flag(comment, reason="abuse")
    assert Post.objects.get(pk=comment.pk).state == "hidden"
    return case


def state_of(case: Case) -> tuple[str, str]:
    """That of the case, and of what it is about."""
    now = Case.objects.select_related("post").get(pk=case.pk)
    return now.state, now.post.state


def chain(case: Case) -> list[tuple[str, str]]:
    """What was decided in ``case``, and what each overrides."""
    rows = case.decisions.select_related("overrides")
    return [(one.action, one.overrides.action if one.overrides else "") for one in rows]


class TestOverturned:
    def test_what_flags_had_hidden_stands_and_is_reviewed(
        self, hidden, comment, alice, sam, deciding, answer
    ):
        done = answer(deciding(hidden), alice)
        assert state_of(hidden) == ("decided", "published")
        assert chain(hidden) == [
            ("hide", ""),
            ("remove", ""),
            ("reverse", "remove"),
            ("keep", "remove"),
        ]
        back, kept = hidden.decisions.order_by("pk")[2:]
        # Exactly what the removal did is undone, and what follows is a decision of its own.
        assert (back.state_before, back.state_after) == ("removed", "hidden")
        assert (kept.state_before, kept.state_after, kept.basis) == (
            "hidden",
            "published",
            "appeal",
        )
        assert done.result == kept
        flag_post(flagger=sam, post=Post.objects.get(pk=comment.pk), reason="abuse")
        assert state_of(hidden) == ("decided", "published")
        assert review_of(hidden, comment.current) == kept
        told = Notification.objects.filter(recipient=alice, key=f"appeal:{done.pk}")
        assert told.get().path == address("decision", args=[kept.pk])
        assert not Notification.objects.filter(key__endswith=f":{kept.pk}").exists()

    def test_what_had_waited_is_published(self, article, alice, deciding, answer, settings):
        settings.HOLD_FIRST_POSTS = 5
        post = factories.make_comment(article, author=alice)
        case = Case.objects.get(post=post)
        answer(deciding(case), alice)
        assert state_of(case) == ("decided", "published")
        assert Post.objects.get(pk=post.pk).held_for == ""

    def test_an_earlier_removal_still_stands(self, case, alice, mallory, frances, deciding, answer):
        deciding(case)
        case.refresh_from_db()
        reopen(moderator=mallory, case=case, version=case.version, reason="Another rule.")
        second = deciding(case, moderator=mallory)
        answer(second, alice)
        assert state_of(case) == ("open", "removed")
        assert chain(case)[-1] == ("reverse", "remove")

    def test_what_its_author_was_asked_to_change_still_is(
        self, case, alice, mallory, deciding, answer
    ):
        deciding(case, "ask-revision", hide=True)
        case.refresh_from_db()
        reopen(moderator=mallory, case=case, version=case.version, reason="It is worse.")
        answer(deciding(case, moderator=mallory), alice)
        assert state_of(case) == ("open", "hidden")
        assert Post.objects.get(pk=case.post_id).held_for == "asked"

    def test_for_whoever_flagged_it_the_case_is_open_again(self, case, bob, deciding, answer):
        answer(deciding(case, "lock"), bob)
        assert state_of(case) == ("open", "published")
        assert chain(case) == [("lock", ""), ("reverse", "lock")]

    def test_whoever_decides_is_told_before(self, as_, hidden, alice, frances, deciding):
        appeal = file_appeal(decision=deciding(hidden), appellant=alice, text="Read it again.")
        client = as_(frances)
        page = client.get(address("appeal", args=[appeal.pk]))
        assert "Overturned, it is published, although it waited before" in page.text
        sent = {"outcome": "overturned", "answer": "It is in the text.", "act": "preview"}
        page = client.post(address("appeal", args=[appeal.pk]), sent)
        assert page.status_code == 200
        assert "An earlier decision was turned back. It is published." in page.text
        assert "It is in the text." in page.text
        appeal.refresh_from_db()
        assert (appeal.outcome, state_of(hidden)) == ("", ("decided", "removed"))
        assert not Notification.objects.filter(key__startswith="appeal:").exists()


class TestVaried:
    def test_the_words_of_a_note_go_and_its_tags_stay(
        self, article, alice, bob, deciding, answer, rules
    ):
        note = factories.make_annotation(article, author=alice)
        case = factories.make_flag(note, flagger=bob).case
        tags = list(Annotation.objects.get(pk=note.pk).tags.all())
        done = answer(
            deciding(case), alice, outcome="varied", action="hide-note", rule=rules["civility"]
        )
        assert state_of(case) == ("decided", "published")
        assert chain(case)[1:] == [("reverse", "remove"), ("hide-note", "remove")]
        assert Post.objects.get(pk=note.pk).current.text == ""
        assert list(Annotation.objects.get(pk=note.pk).tags.all()) == tags
        # One outcome for everybody, with the reasons of what stands; it is the last here.
        for person in (alice, bob):
            (told,) = Notification.objects.filter(recipient=person, key=f"appeal:{done.pk}")
            assert "It is in the text." in told.body
            assert "Its words were hidden." in told.body
            assert "you can appeal" not in told.body
            refused = refusal(person, "appeal.file", done.result)
            assert refused is not None
            assert refused.code == "final"

    def test_whom_it_restricts_unheard_appeals_once(
        self, case, comment, alice, bob, mallory, frances, deciding, answer, rules
    ):
        done = answer(
            deciding(case, "keep"), bob, outcome="varied", action="remove", rule=rules["civility"]
        )
        removal = done.result
        assert removal is not None
        assert state_of(case) == ("decided", "removed")
        told = Notification.objects.get(recipient=alice, key=f"appeal:{done.pk}")
        for said in ("It was removed", "Rule 1", "you can appeal until"):
            assert said in told.body
        with pytest.raises(Forbidden):
            file_appeal(decision=removal, appellant=bob, text="All of them.")
        lea = factories.make_user("lea", leads_appeals=True)
        appeal = file_appeal(decision=removal, appellant=alice, text="I was not asked.")
        assert isinstance(refusal(frances, "appeal.decide", appeal), Forbidden)
        again = decide_appeal(moderator=lea, appeal=appeal, outcome="overturned", answer="Right.")
        assert state_of(case) == ("decided", "published")
        assert again.result is not None
        for person in (alice, bob):
            assert isinstance(refusal(person, "appeal.file", again.result), Forbidden)


#: What leaves the case open.
_OPEN = ("reverse", "reopen", "impose")


class Broken(Exception):
    sqlstate = "40P01"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "act", ["reverse", "decide_appeal", "decide_all", "file_appeal", "reopen", "impose"]
)
def test_what_the_database_breaks_off_is_tried_again(
    case, alice, carol, frances, deciding, rules, monkeypatch, act
):
    """Of two that wait for one another PostgreSQL breaks one off: that is nobody's failure."""
    run: Callable[[], object]
    broken, module = "place", "reversing"
    if act == "reverse":
        run = partial(reverse, decision=deciding(case), moderator=carol, basis="undo")
    elif act == "decide_appeal":
        appeal = file_appeal(decision=deciding(case), appellant=alice, text="No.")
        said: dict[str, Any] = {"outcome": "overturned", "answer": "Right."}
        run = partial(decide_appeal, moderator=frances, appeal=appeal, **said)
    elif act == "file_appeal":
        module = "appealing"
        run = partial(file_appeal, decision=deciding(case), appellant=alice, text="No.")
    elif act == "reopen":
        module = "reopening"
        deciding(case)
        case.refresh_from_db()
        run = partial(reopen, moderator=frances, case=case, version=case.version, reason="Again.")
    elif act == "impose":
        broken, module = "settle", "people.sanctioning"
        grounds = Grounds(rule=rules["civility"], reason="Again.")
        given: dict[str, Any] = {"kind": "silence", "days": 7, "seen": 0, "grounds": grounds}
        run = partial(impose, moderator=frances, person=alice, **given)
    else:
        module = "deciding"
        Case.objects.filter(pk=case.pk).update(state="escalated")
        case.refresh_from_db()
        cases = [(case, case.version)]
        run = partial(decide_all, moderator=frances, cases=cases, action="keep")
    tries = []

    def break_off(at: object) -> None:
        tries.append(at)
        if len(tries) == 1:
            raise OperationalError from Broken()

    monkeypatch.setattr(f"forum.moderation.{module}.{broken}", break_off)

    def written() -> list[int]:
        return [Decision.objects.count(), Appeal.objects.count(), Sanction.objects.count()]

    before = written()
    run()
    more = [now - then for now, then in zip(written(), before, strict=True)]
    expected = {
        "reverse": [1, 0, 0],
        "decide_appeal": [2, 0, 0],
        "decide_all": [1, 0, 0],
        "file_appeal": [0, 1, 0],
        "reopen": [0, 0, 0],
        "impose": [0, 0, 1],
    }
    assert more == expected[act]
    assert len(tries) >= 2
    removed = act in ("file_appeal", "reopen")
    assert Post.objects.get(pk=case.post_id).state == ("removed" if removed else "published")
    assert Case.objects.get(pk=case.pk).state == ("open" if act in _OPEN else "decided")
