"""Flags of those whose flags are set aside: kept, and told honestly, but without any effect.

Until it turns out that they should not have been: then they count as if they never were.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from forum.accounts.models import User
from forum.discussion.models import Post
from forum.lib.interface import spoken_by_site
from forum.lib.text import NOTE_LIMIT, check_choice, clean_source
from forum.moderation.flagging import count_again, flag_post
from forum.moderation.models import (
    Event,
    EventKind,
    Flag,
    FlagReason,
    FlagSetAside,
    Sanction,
    Sanctioning,
)
from forum.moderation.people.standing import held_then, holding
from forum.permissions import require


def take_flag(
    *, flagger: User, post: Post, reason: str, note: str = ""
) -> tuple[Flag | FlagSetAside, bool]:
    """Flag ``post`` as ``flag_post`` does or, where flags of ``flagger`` are set aside, keep the
    flag without any effect. Raises what ``flag_post`` raises."""
    sanction = holding(flagger, post, Sanctioning.MUTE_FLAGS)
    if sanction is None:
        return flag_post(flagger=flagger, post=post, reason=reason, note=note)
    require(flagger, "post.flag", post)
    check_choice(reason, FlagReason.values, field="reason")
    note = clean_source(note, field="note", limit=NOTE_LIMIT, required=False)
    with transaction.atomic():
        flag, new = FlagSetAside.objects.get_or_create(
            flagger=flagger,
            revision=post.current,
            defaults={
                "flagger_name": flagger.public_name,
                "reason": reason,
                "note": note,
                "sanction": sanction,
            },
        )
        if new:
            with spoken_by_site():
                said = _("Set aside: %(reason)s") % {"reason": flag.get_reason_display()}
            Event.objects.create(
                kind=EventKind.FLAGGED,
                actor=flagger,
                actor_name=flagger.public_name,
                detail=said,
            )
    return flag, new


def revive(sanction: Sanction) -> int:
    """Let the flags count that ``sanction``, which was overturned, had set aside; how many do.

    Not those that something else had set aside as well: these wait for that. In the caller's
    transaction.
    """
    aside = FlagSetAside.objects.filter(sanction=sanction, flagger=sanction.person)
    # By post, as whoever takes several cases takes them.
    rows = aside.select_related("flagger", "revision__post").order_by("revision__post__cases", "pk")
    number = 0
    for flag in rows:
        other = held_then(sanction, flag.revision.post, flag.created_at)
        if other:
            flag.sanction = other
            flag.save(update_fields=["sanction"])
        else:
            number += count_again(flag)
    return number
