"""Opening a case again, by hand or because the text has changed."""

from __future__ import annotations

from django.db.models import F
from django.utils.translation import gettext as _

from forum.accounts.models import User
from forum.discussion.holding import to_moderators
from forum.discussion.models import Revision
from forum.lib.deadlocks import tried_again
from forum.lib.errors import Conflict
from forum.lib.interface import spoken_by_site
from forum.lib.text import NOTE_LIMIT, clean_source
from forum.moderation.models import Action, Case, CaseState, EventKind
from forum.moderation.queue.placing import place
from forum.moderation.record import UNDECIDED, log, move
from forum.moderation.standing import opens_as
from forum.permissions import require, require_still


def reopen(*, moderator: User, case: Case, version: int, reason: str) -> None:
    """Open a decided case again, so that it can be decided anew: by those who lead appeals, where
    they have decided about the same words. Raises ``Conflict``, and what ``permissions`` raises."""
    require(moderator, "case.reopen", case)
    reason = clean_source(reason, field="reason", limit=NOTE_LIMIT).strip()

    def act() -> None:
        require_still(moderator, "case.reopen", case)
        move(case, version, before=[CaseState.DECIDED, CaseState.CLOSED], after=opens_as(case))
        if case.appealed_at:
            raise Conflict(_("An appeal waits in this case: that is what has to be decided."))
        log(case, EventKind.REOPENED, moderator, reason)
        place(case)

    tried_again(act)


def note_new_revision(old: Revision | None, new: Revision) -> None:
    """Follow what is posted or edited, and is held, with a case.

    Whoever has the case open must not decide on words they have not read; whoever asked the author
    to change them is shown what has become of it.
    """
    post = new.post
    # In the language of the site, whoever is posting: the log stays, for those of a part as well.
    with spoken_by_site():
        why = to_moderators(post.held_for, whole=False) if post.waits else ""
    case = Case.objects.filter(post_id=new.post_id).first() if old else None
    if old is None or case is None:
        if why:
            log(Case.objects.create(post=post), EventKind.OPENED, None, why)
        return
    cases = Case.objects.filter(pk=case.pk)
    if case.state == CaseState.DECIDED and not why and new.editor_id and _was_asked(case):
        with spoken_by_site():
            why = _("Its author was asked to change it, and has.")
    if why and cases.filter(state=CaseState.DECIDED).update(
        state=CaseState.OPEN, version=F("version") + 1
    ):
        log(case, EventKind.REOPENED, None, why)
    elif cases.filter(state__in=UNDECIDED).update(version=F("version") + 1):
        with spoken_by_site():
            said = _("Revision %(new)s replaced %(old)s.") % {"new": new.number, "old": old.number}
        log(case, EventKind.EDITED, new.editor, said)


def _was_asked(case: Case) -> bool:
    """Whether the last thing decided is that its author should change it."""
    last = case.decisions.last()
    return last is not None and last.action == Action.ASK_REVISION
