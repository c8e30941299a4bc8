"""Every action on every state of a post: what comes of it, or that nothing does."""

from __future__ import annotations

import pytest

from annotations.models import Annotation
from forum.discussion.locks import set_lock
from forum.discussion.models import Article, Post, Revision, State
from forum.lib.errors import Conflict
from forum.moderation import actions
from forum.moderation.effects import put
from forum.moderation.models import Case, Decision, Event
from forum.moderation.transitions import DECISIONS, ImpossibleTransition, actions_on, after
from forum.notifications.models import Notification
from tests import factories

#: A row for each action, a column for each state before it; ``-`` is refused.
TABLE = """
             draft published held      hidden    removed   withdrawn erased
keep         -     published published published -         withdrawn -
remove       -     removed   removed   removed   removed   removed   -
restore      -     -         published published published -         -
hide-note    -     published published published -         -         -
show-note    -     published -         -         -         -         -
retag        -     published published published -         -         -
ask-revision -     published held      hidden    -         -         -
lock         -     published -         -         removed   withdrawn -
unlock       -     published -         -         removed   withdrawn -
escalate     -     published held      hidden    removed   withdrawn -
"""


def cells() -> list[tuple[str, str, str]]:
    header, *rows = TABLE.strip().splitlines()
    states = header.split()
    assert set(states) == set(State.values)
    assert [row.split()[0] for row in rows] == list(dict.fromkeys(a for a, _ in DECISIONS))
    return [
        (row.split()[0], state, outcome)
        for row in rows
        for state, outcome in zip(states, row.split()[1:], strict=True)
    ]


def records() -> tuple[object, ...]:
    """All that a decision may leave behind."""
    return (
        list(Case.objects.values()),
        list(Post.objects.values()),
        list(Revision.objects.values()),
        list(Annotation.objects.values("pk", "tags")),
        list(Article.objects.values_list("activity")),
        Decision.objects.count(),
        Event.objects.count(),
        Notification.objects.count(),
    )


@pytest.mark.parametrize(("action", "state", "outcome"), cells())
def test_the_table(action, state, outcome):
    if outcome == "-":
        assert (action, state) not in DECISIONS
        assert action not in actions_on(state)
        with pytest.raises(ImpossibleTransition):
            after(action, state)
    else:
        assert after(action, state) == outcome
        assert action in actions_on(state)


@pytest.fixture
def note(article, alice, bob, rules) -> Case:
    """An open case on Alice's note, which Bob flagged."""
    return factories.make_flag(factories.make_annotation(article, author=alice), flagger=bob).case


def prepare(case: Case, action: str) -> None:
    """Let ``action`` have something to undo."""
    if action == "unlock":
        set_lock(case.post, locked=True)
    if action == "show-note":
        put(case.post, {"note_hidden": [False, True]})
        case.refresh_from_db()


#: The database lets no response be a draft.
@pytest.mark.parametrize(
    ("action", "state", "outcome"), [cell for cell in cells() if cell[1] != State.DRAFT]
)
def test_deciding(note, carol, rules, action, state, outcome):
    """On a note, for which there is every action."""
    prepare(note, action)
    Post.objects.filter(pk=note.post_id).update(state=state)
    before = records()

    def decide() -> Decision:
        return actions.decide(
            moderator=carol,
            case=note,
            action=action,
            version=note.version,
            rule=rules["civility"],
            reason="Said at the committee’s expense.",
            tags=["missing-factor"],
        )

    if outcome == "-":
        with pytest.raises(Conflict):
            decide()
        assert records() == before
        return
    decision = decide()
    assert (decision.state_before, decision.state_after) == (state, outcome)
    assert Post.objects.get(pk=note.post_id).state == outcome
    stood = "escalated" if action == "escalate" else "decided"
    assert Case.objects.get(pk=note.pk).state == stood
