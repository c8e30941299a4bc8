"""Flagging: what readers object to becomes a case, or joins one."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from forum.accounts.models import User
from forum.discussion.models import Post, Revision, State
from forum.lib.errors import Forbidden
from forum.lib.interface import spoken_by_site
from forum.lib.text import NOTE_LIMIT, check_choice, clean_source
from forum.moderation.models import (
    Case,
    CaseState,
    EventKind,
    Flag,
    FlagReason,
    FlagSetAside,
    Sanctioning,
)
from forum.moderation.people.standing import holding
from forum.moderation.queue.hiding import hide_if_enough
from forum.moderation.queue.placing import place
from forum.moderation.queue.reporters import standing_of
from forum.moderation.record import UNDECIDED, log
from forum.moderation.reviewed import review_of
from forum.moderation.standing import opens_as
from forum.permissions import require


def flag_post(*, flagger: User, post: Post, reason: str, note: str = "") -> tuple[Flag, bool]:
    """Flag the current revision of ``post``; return the flag and whether it is new.

    One person flags one revision once: the second time gives back the first flag. A flag opens
    a case, or joins it; one that was decided it opens again, unless a moderator has let these very
    words stand: "reviewed, fine" holds until they change (``reviewed``). What is against the law
    comes as a notice, and each of these is decided.

    Raises ``Forbidden`` where the flags of ``flagger`` are set aside: ``take_flag`` of
    ``people.setting_aside`` keeps those, and is what takes flags from people.
    """
    require(flagger, "post.flag", post)
    if holding(flagger, post, Sanctioning.MUTE_FLAGS):
        raise Forbidden(_("Your flags are set aside."), code="flags-set-aside")
    check_choice(reason, FlagReason.values, field="reason")
    note = clean_source(note, field="note", limit=NOTE_LIMIT, required=False)
    revision = post.current
    try:
        with transaction.atomic():
            flag = _flag(flagger, post, revision, reason, note)
    except IntegrityError:
        # Either this person flagged it already, or another opened the case a moment before us.
        earlier = Flag.objects.filter(flagger=flagger, revision=revision).first()
        if earlier:
            return earlier, False
        with transaction.atomic():
            flag = _flag(flagger, post, revision, reason, note)
    return flag, True


def count_again(aside: FlagSetAside) -> bool:
    """Let a flag count that was set aside, from the time that it was raised; whether it does now.

    It joins the case of its post while that waits. Where there is none, it opens one if its words
    are still there to be read: nobody has looked at them. What was decided since is not opened
    again. In the caller's transaction.
    """
    flagger, revision = aside.flagger, aside.revision
    if flagger is None or Flag.objects.filter(flagger=flagger, revision=revision).exists():
        return False
    case = Case.objects.select_for_update().filter(post=revision.post_id).first()
    post = Post.objects.select_related("author").get(pk=revision.post_id)
    if post.state == State.ERASED or (case and case.state not in UNDECIDED):
        return False
    if case is None and (post.state != State.PUBLISHED or revision.superseded_at):
        return False
    _flag(flagger, post, revision, aside.reason, aside.note, raised_at=aside.created_at)
    aside.delete()
    return True


def _flag(
    flagger: User,
    post: Post,
    revision: Revision,
    reason: str,
    note: str,
    *,
    raised_at: datetime | None = None,
) -> Flag:
    """``raised_at``, where it was set aside until now."""
    case, opened = Case.objects.get_or_create(post=post)
    if not opened:
        # Before anything else: this waits for a decision that is just being made, so that what
        # follows sees it, and the flag is no older than it.
        Case.objects.filter(pk=case.pk).update(version=F("version") + 1)
    flag = Flag.objects.create(
        case=case,
        revision=revision,
        flagger=flagger,
        flagger_name=flagger.public_name,
        reason=reason,
        note=note,
        **standing_of(flagger, post)._asdict(),
        **({"created_at": raised_at} if raised_at else {}),
    )
    review = None if opened else review_of(case, revision)
    with spoken_by_site():
        said = str(flag.get_reason_display())
        if raised_at:
            said += ". " + _("It had been set aside, and counts again.")
        if review:
            said += ". " + _("These words had been reviewed, and stay.")
        again = _("A flag on words that had not been reviewed.")
    if opened:
        log(case, EventKind.OPENED, flagger)
    elif not review:
        decided = Case.objects.filter(pk=case.pk, state=CaseState.DECIDED)
        if decided.update(state=opens_as(case)):
            log(case, EventKind.REOPENED, flagger, again)
    log(case, EventKind.FLAGGED, flagger, said)
    case.refresh_from_db()
    place(case)
    if not review and revision.superseded_at is None:
        hide_if_enough(case, post, revision)
    return flag
