"""What waited for a moderator and is withdrawn: its case is closed, until it is put back."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import F
from django.utils.translation import gettext as _

from forum.discussion.models import Post, State
from forum.lib.interface import spoken_by_site
from forum.moderation.models import Case, CaseState, EventKind
from forum.moderation.queue.placing import facts_of, place
from forum.moderation.record import UNDECIDED, log
from forum.moderation.standing import opens_as


def note_withdrawal(post: Post, after: str) -> Callable[[], None]:
    """Follow what its author is about to withdraw or put back, as ``after`` says.

    In the caller's transaction; what it returns is called once the post is as it will be. Before
    that the case is held, as by whoever decides in it.
    """
    case = Case.objects.select_for_update().filter(post=post.pk).first()
    waited = post.waits

    def follow() -> None:
        if case is None:
            return
        if after != State.WITHDRAWN:
            _put_back(case, post)
        elif waited and case.state in UNDECIDED:
            _withdrawn(case, post)
        place(case)

    return follow


def _withdrawn(case: Case, post: Post) -> None:
    """Close ``case``, unless somebody objects to what is withdrawn: that is still answered."""
    facts = facts_of(case, post).whole
    state = case.state
    if not (facts.reporters or facts.noticed or facts.appealed):
        state = CaseState.CLOSED
    _to(case, state)
    with spoken_by_site():
        said = _("Its author has withdrawn it.")
    log(case, EventKind.WITHDRAWN, post.author, said)


def _put_back(case: Case, post: Post) -> None:
    if not post.waits or case.state == CaseState.DECIDED:
        return
    closed = case.state == CaseState.CLOSED
    _to(case, opens_as(case) if closed else case.state)
    with spoken_by_site():
        said = _("Its author has put it back: it waits again.")
    log(case, EventKind.REOPENED if closed else EventKind.HELD, post.author, said)


def _to(case: Case, state: str) -> None:
    """Whoever has it open must look again; nobody has a claim on what is closed."""
    released = {"claimed_by": None, "claim_expires_at": None} if state != case.state else {}
    changes: dict[str, object] = {"state": state, "version": F("version") + 1, **released}
    Case.objects.filter(pk=case.pk).update(**changes)
    case.refresh_from_db()
