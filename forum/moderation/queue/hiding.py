"""Hiding what enough people have flagged, until a moderator has looked.

No person decides that, so it is written down as a decision of the site, and the author is told at
once and why: it restricts them as a removal does, if only for a while.
"""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from forum.discussion.models import Kind, Post, Revision, State
from forum.discussion.writing.revisions import bump_activity
from forum.lib.interface import spoken_by_site, spoken_to
from forum.moderation.models import (
    Action,
    Basis,
    Case,
    Category,
    Decision,
    Event,
    EventKind,
    Flag,
    Ground,
    Party,
)
from forum.moderation.priority import hides
from forum.moderation.queue.placing import reporters_of
from forum.moderation.reviewed import review_of
from forum.moderation.statement import as_text, statement_of
from forum.notifications.actions import notify
from forum.notifications.models import NotificationKind


def hide_if_enough(case: Case, post: Post, revision: Revision) -> None:
    """Hide ``post`` if enough has been said against ``revision``, in the caller's transaction.

    Never what was written by those who moderate or publish, nor words that a moderator has looked
    at and let stand.
    """
    if not settings.AUTO_HIDE or post.kind == Kind.ARTICLE:
        return
    author = post.author
    if author and (author.moderates_site or author.publishes):
        return
    flags = Flag.objects.filter(case=case, revision=revision).order_by("id")
    if not hides(reporters_of(flags)) or review_of(case, revision):
        return
    published = Post.objects.filter(pk=post.pk, state=State.PUBLISHED, held_for="")
    if not published.update(state=State.HIDDEN):
        return
    post.state = State.HIDDEN
    bump_activity(post)
    with spoken_by_site():
        said = _("Several people have flagged it.")
        site = _("The site")
        decision = Decision.objects.create(
            case=case,
            revision=revision,
            moderator=None,
            moderator_name=site,
            action=Action.HIDE,
            reason=said,
            state_before=State.PUBLISHED,
            state_after=State.HIDDEN,
            basis=Basis.AUTOMATIC,
            ground=Ground.TERMS,
            category=Category.NOT_SPECIFIED,
        )
        Event.objects.create(case=case, kind=EventKind.HIDDEN, actor_name=site, detail=said)
    _tell_author(decision, post)


def _tell_author(decision: Decision, post: Post) -> None:
    if not post.author:
        return
    with spoken_to(post.author):
        said = _(
            "Several people have flagged your %(noun)s. The site has hidden it by itself; no"
            " person has decided about it yet. A moderator looks at it soon and shows it again"
            " or removes it; you will be told which, and why."
        ) % {"noun": post.noun}
        notify(
            post.author,
            kind=NotificationKind.DECISION,
            key=f"decision:{decision.pk}",
            subject=_("Your %(noun)s is hidden until a moderator has looked at it")
            % {"noun": post.noun},
            body=f"{said}\n\n{as_text(statement_of(decision, Party.AUTHOR))}",
            path=reverse("decision", args=[decision.pk]),
            post=post,
        )
