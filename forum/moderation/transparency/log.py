"""The public log of moderation: what was decided, without anybody's name, words or reasons.

It is one log for everybody, whoever reads: what is in it is what somebody who is not signed in may
know there was. Nothing of a course, no private note, no draft, nothing that waited and was never
seen; no title of an article that cannot be read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.utils.timezone import localdate, make_aware
from django.utils.translation import gettext as _

from forum.accounts.models import shown_name
from forum.discussion.holding import ASKED, EDITED
from forum.discussion.models import Article, Kind, Post, State
from forum.moderation.models import Basis, Decision, Rule, Sanction, Sanctioning
from forum.moderation.standing import told
from forum.moderation.transparency.measures import is_for_everybody
from forum.moderation.transparency.sanctions import holds_for_everybody

#: Lines on a page, and in the feed.
PAGE_SIZE = 50
#: What the log calls what a decision is about.
KINDS = ("article", "response", "note", "reply", "account")
#: The kind of what was decided about people, which the log has for itself.
ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines somebody asks for; what is empty narrows nothing."""

    action: str = ""
    rule: str = ""
    kind: str = ""
    article: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log."""

    number: int
    at: datetime
    action: str
    label: str
    kind: str
    rule: Rule | None
    #: Nothing where the article cannot be read by everybody.
    article: Article | None
    #: The address of what it is about, if everybody can read that.
    path: str
    automatic: bool
    basis: str
    #: Empty unless the site names its moderators (``MODERATION_LOG_NAMES``).
    moderator: str
    #: Of a sanction that was lifted before its time: that, in words.
    ended: str = ""


def decisions(wanted: Wanted) -> QuerySet[Decision]:
    """The decisions that the log tells of, as far as they are asked for; in no order."""
    found = told(Decision.objects.filter(_may_be_known()))
    if wanted.action:
        found = found.filter(action=wanted.action)
    if wanted.rule:
        found = found.filter(rule__slug=wanted.rule)
    if wanted.kind:
        found = found.filter(_of_kind(wanted.kind))
    if wanted.article:
        # Of an article that cannot be read there is nothing under its name.
        article = Article.objects.filter(slug=wanted.article, post__state=State.PUBLISHED)
        posts = article.values("post")
        found = found.filter(Q(case__post__root__in=posts) | Q(case__post__in=posts))
    if wanted.since:
        found = found.filter(created_at__gte=_midnight(wanted.since))
    if wanted.until:
        found = found.filter(created_at__lt=_midnight(wanted.until) + timedelta(days=1))
    return found.select_related(
        "rule", "case__post__root__article", "case__post__article", "overrides"
    )


def found(wanted: Wanted) -> QuerySet[Any]:
    """What the log tells of, as far as it is asked for: decisions or, of accounts, sanctions."""
    if wanted.kind == ACCOUNT or wanted.action in Sanctioning.values:
        return sanctions(wanted)
    return decisions(wanted)


def sanctions(wanted: Wanted) -> QuerySet[Sanction]:
    """The sanctions that the log tells of, in no order: of no course, under no article that
    cannot be read, and no ban that was never given."""
    readable = Q(article=None) | Q(article__post__state=State.PUBLISHED)
    told = Sanction.objects.filter(holds_for_everybody(), readable)
    told = told.exclude(kind=Sanctioning.BAN, approved_at=None)
    if wanted.action:
        told = told.filter(kind=wanted.action)
    if wanted.rule:
        told = told.filter(rule__slug=wanted.rule)
    if wanted.article:
        told = told.filter(article__slug=wanted.article)
    if wanted.since:
        told = told.filter(created_at__gte=_midnight(wanted.since))
    if wanted.until:
        told = told.filter(created_at__lt=_midnight(wanted.until) + timedelta(days=1))
    return told.select_related("rule", "article", "instead")


def page(wanted: Wanted, *, before: int = 0) -> tuple[list[Line], int]:
    """The latest lines, before the line of that number; and the number to ask for next, or 0."""
    asked = found(wanted).order_by("-pk")
    if before:
        asked = asked.filter(pk__lt=before)
    rows = list(asked[: PAGE_SIZE + 1])
    more = rows[PAGE_SIZE - 1].pk if len(rows) > PAGE_SIZE else 0
    return lines(rows[:PAGE_SIZE]), more


def lines(rows: list[Any]) -> list[Line]:
    """``rows`` as lines. One query of decisions, none of sanctions."""
    if rows and isinstance(rows[0], Sanction):
        return [_line_of_sanction(sanction) for sanction in rows]
    posts = {decision.case.post_id for decision in rows}
    readable = set(
        Post.objects.visible_to(AnonymousUser()).filter(pk__in=posts).values_list("pk", flat=True)
    )
    return [_line(decision, decision.case.post_id in readable) for decision in rows]


def kind_of(post: Post) -> str:
    """What the log calls ``post``: one of ``KINDS``."""
    if post.note_id:
        return "reply"
    return {Kind.ARTICLE: "article", Kind.COMMENT: "response", Kind.ANNOTATION: "note"}[
        Kind(post.kind)
    ]


def _line_of_sanction(sanction: Sanction) -> Line:
    ended = ""
    if sanction.lifted_at:
        ended = _("Overturned") if sanction.overturned else _("Lifted")
        if hasattr(sanction, "instead"):
            ended = _("Overturned in part")
    return Line(
        number=sanction.pk,
        # To the day: beside a decision of the same minute it would tell who it is.
        at=_midnight(localdate(sanction.created_at)),
        action=sanction.kind,
        label=sanction.get_kind_display(),
        kind=ACCOUNT,
        rule=sanction.rule,
        article=sanction.article,
        path="",
        automatic=False,
        basis="",
        moderator=shown_name(sanction.moderator_name) if settings.MODERATION_LOG_NAMES else "",
        ended=ended,
    )


def _line(decision: Decision, readable: bool) -> Line:
    post = decision.case.post
    known = post.root is not None or readable
    return Line(
        number=decision.pk,
        at=decision.created_at,
        action=decision.action,
        label=decision.get_action_display(),
        kind=kind_of(post),
        rule=decision.rule,
        article=post.loaded_article if known else None,
        path=post.get_absolute_url() if readable else "",
        automatic=decision.basis == Basis.AUTOMATIC,
        basis=decision.basis,
        moderator=shown_name(decision.moderator_name) if settings.MODERATION_LOG_NAMES else "",
    )


def _may_be_known() -> Q:
    """What the log may tell that there was, to anybody."""
    post = "case__post"
    # What waited and was removed keeps what it waited for, and nobody has seen it.
    seen = ~Q(**{f"{post}__state": State.HELD}) & Q(
        **{f"{post}__held_for__in": ("", EDITED, ASKED)}
    )
    article = Q(**{f"{post}__root": None}) | Q(**{f"{post}__root__state": State.PUBLISHED})
    marked = Q(**{f"{post}__parent": None}) | ~Q(**{f"{post}__parent__state": State.HELD})
    return is_for_everybody(post) & seen & article & marked


def _of_kind(kind: str) -> Q:
    if kind == "reply":
        return Q(case__post__note__isnull=False)
    of = {"article": Kind.ARTICLE, "response": Kind.COMMENT, "note": Kind.ANNOTATION}[kind]
    return Q(case__post__kind=of, case__post__note=None)


def _midnight(day: date) -> datetime:
    return make_aware(datetime.combine(day, time()))
