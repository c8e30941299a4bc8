"""What a decision makes of a post: the whole table, pure. What is not in it cannot happen."""

#: (action, state of the post) → state after it.
DECISIONS: dict[tuple[str, str], str] = {
    ("keep", "published"): "published",
    ("keep", "held"): "published",
    ("keep", "hidden"): "published",
    ("keep", "withdrawn"): "withdrawn",
    ("remove", "published"): "removed",
    ("remove", "held"): "removed",
    ("remove", "hidden"): "removed",
    ("remove", "withdrawn"): "removed",
    ("remove", "removed"): "removed",
    ("restore", "held"): "published",
    ("restore", "hidden"): "published",
    ("restore", "removed"): "published",
}


class ImpossibleTransition(ValueError):
    """The action makes no sense on a post in that state."""


def after(action: str, state: str) -> str:
    """The state of a post in ``state`` after ``action``. Raises ``ImpossibleTransition``."""
    try:
        return DECISIONS[action, state]
    except KeyError:
        raise ImpossibleTransition(f"A post that is {state} cannot be met with {action}.") from None


def actions_on(state: str) -> list[str]:
    """The actions a moderator can choose for a post in ``state``, in the table's order."""
    return [action for action, before in DECISIONS if before == state]
