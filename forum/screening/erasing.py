"""What becomes of signals when an account is erased, in the eraser's transaction."""

from __future__ import annotations

from forum.accounts.models import Leaving, User
from forum.discussion.models import State
from forum.screening.models import Signal

#: Steps that say something of the person, not of the words.
_OF_THE_PERSON = ("rate", "newcomer", "removals", "repeats")


def erase_signals(person: User, posts: Leaving) -> None:
    """Take away what signals say of words that are erased, and of ``person``; that a step said it
    stays."""
    said = Signal.objects.exclude(evidence={})
    own = said.filter(revision__post__author=person)
    own.filter(revision__post__state=State.ERASED).update(evidence={})
    own.filter(step__in=_OF_THE_PERSON).update(evidence={})
