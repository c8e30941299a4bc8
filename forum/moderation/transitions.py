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
    # Whose words go, or whose tags change, is fine otherwise.
    ("hide-note", "published"): "published",
    ("hide-note", "held"): "published",
    ("hide-note", "hidden"): "published",
    ("show-note", "published"): "published",
    ("retag", "published"): "published",
    ("retag", "held"): "published",
    ("retag", "hidden"): "published",
    # What waits goes on waiting, now for its author.
    ("ask-revision", "published"): "published",
    ("ask-revision", "held"): "held",
    ("ask-revision", "hidden"): "hidden",
    # A thread goes on under what is gone.
    ("lock", "published"): "published",
    ("lock", "removed"): "removed",
    ("lock", "withdrawn"): "withdrawn",
    ("unlock", "published"): "published",
    ("unlock", "removed"): "removed",
    ("unlock", "withdrawn"): "withdrawn",
    ("escalate", "published"): "published",
    ("escalate", "held"): "held",
    ("escalate", "hidden"): "hidden",
    ("escalate", "removed"): "removed",
    ("escalate", "withdrawn"): "withdrawn",
}
#: The same, where what others read is to be hidden until it has been done.
HIDING: dict[tuple[str, str], str] = {
    ("ask-revision", "published"): "hidden",
}


class ImpossibleTransition(ValueError):
    """The action makes no sense on a post in that state."""


def after(action: str, state: str, *, hide: bool = False) -> str:
    """The state of a post in ``state`` after ``action``. Raises ``ImpossibleTransition``."""
    if hide and (action, state) in HIDING:
        return HIDING[action, state]
    try:
        return DECISIONS[action, state]
    except KeyError:
        raise ImpossibleTransition(f"A post that is {state} cannot be met with {action}.") from None


def actions_on(state: str) -> list[str]:
    """The actions a moderator can choose for a post in ``state``, in the table's order."""
    return [action for action, before in DECISIONS if before == state]
