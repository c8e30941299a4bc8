"""Every action on every state of a post: what comes of it, or that nothing does."""

from __future__ import annotations

import pytest

from forum.discussion.models import Article, Post, State
from forum.lib.errors import Conflict
from forum.moderation import actions
from forum.moderation.models import Action, Case, CaseEvent, Decision
from forum.moderation.transitions import DECISIONS, ImpossibleTransition, actions_on, after
from forum.notifications.models import Notification

#: A row for each action, a column for each state before it; ``-`` is refused.
TABLE = """
           draft published held      hidden    removed   withdrawn erased
keep       -     published published published -         withdrawn -
remove     -     removed   removed   removed   removed   removed   -
restore    -     -         published published published -         -
"""


def cells() -> list[tuple[str, str, str]]:
    header, *rows = TABLE.strip().splitlines()
    states = header.split()
    assert set(states) == set(State.values)
    assert [row.split()[0] for row in rows] == Action.values
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
        list(Article.objects.values_list("activity")),
        Decision.objects.count(),
        CaseEvent.objects.count(),
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


#: The database lets no response be a draft.
@pytest.mark.parametrize(
    ("action", "state", "outcome"), [cell for cell in cells() if cell[1] != State.DRAFT]
)
def test_deciding(case, carol, rules, action, state, outcome):
    Post.objects.filter(pk=case.post_id).update(state=state)
    before = records()

    def decide() -> Decision:
        return actions.decide(
            moderator=carol,
            case=case,
            action=action,
            version=case.version,
            rule=rules["civility"],
            reason="Said at the committee’s expense.",
        )

    if outcome == "-":
        with pytest.raises(Conflict):
            decide()
        assert records() == before
        return
    decision = decide()
    assert (decision.state_before, decision.state_after) == (state, outcome)
    assert Post.objects.get(pk=case.post_id).state == outcome
    assert Case.objects.get(pk=case.pk).state == "decided"
