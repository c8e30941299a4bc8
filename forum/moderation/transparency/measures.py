"""Which decisions restricted what everybody could read, and what their statements are made of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db.models import DateTimeField, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import override

from forum.discussion.models import Audience, State
from forum.moderation.models import (
    GONE,
    RESTRICTIONS,
    Action,
    Basis,
    Decision,
    Flag,
    Ground,
    Notice,
)
from forum.moderation.transparency.statements import RESTRICTS, Measure, statement_of

#: Rows read at a time.
_BATCH = 200
#: What lifts a restriction without naming it.
_LIFTS = {
    Action.REMOVE: (Action.RESTORE,),
    Action.HIDE_NOTE: (Action.SHOW_NOTE,),
    Action.LOCK: (Action.UNLOCK,),
    # What else is decided then has a statement of its own.
    Action.ASK_REVISION: (Action.KEEP, Action.RESTORE, Action.REMOVE),
    Action.HIDE: (Action.KEEP, Action.RESTORE, *RESTRICTIONS),
}


def is_for_everybody(post: str) -> Q:
    """The condition that what ``post`` leads to is, with all that it hangs on, for everybody, and
    was published: nothing of a course, no private note, no draft."""
    above = (f"{post}__root", f"{post}__parent", f"{post}__note", f"{post}__note__parent")
    said = Q(**{f"{post}__audience": Audience.PUBLIC}) & ~Q(**{f"{post}__state": State.DRAFT})
    for other in above:
        public = Q(**{f"{other}__audience": Audience.PUBLIC})
        said &= Q(**{f"{other}__isnull": True}) | public & ~Q(**{f"{other}__state": State.DRAFT})
    return said


def in_year(year: int, rows: QuerySet[Any], column: str) -> QuerySet[Any]:
    """Those of ``rows`` whose ``column`` is a time in ``year``, in no order."""
    start, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    return rows.filter(**{f"{column}__gte": start, f"{column}__lt": end}).order_by()


def restrictions(
    since: datetime | None = None, until: datetime | None = None
) -> QuerySet[Decision]:
    """The decisions that restricted what is for everybody, from ``since`` on and before ``until``.

    Not those that kept something, nor those that asked for a change and hid nothing meanwhile.
    """
    asked = Q(action=Action.ASK_REVISION) & ~Q(state_after=State.HIDDEN)
    found = Decision.objects.filter(is_for_everybody("case__post")).exclude(ground="")
    within = {"created_at__gte": since, "created_at__lt": until}
    return found.exclude(asked).filter(**{name: at for name, at in within.items() if at})


def statements(
    since: datetime | None = None, until: datetime | None = None
) -> Iterator[dict[str, Any]]:
    """Every statement of reasons from ``since`` on and before ``until``, oldest first, streamed.

    Asked again, each comes under the same ``puid``; an end date is there once there is one.
    """
    found = restrictions(since, until).order_by("pk")
    for decision in _told(found).iterator(chunk_size=_BATCH):
        yield statement_of(measure_of(decision))


def page_of(decisions: QuerySet[Decision]) -> QuerySet[Decision]:
    """``decisions`` with all that ``measure_of`` asks of them."""
    return _told(decisions)


def measure_of(decision: Decision) -> Measure:
    """What the statement of ``decision`` is made of. It comes from ``page_of``."""
    known: Any = decision
    post = decision.case.post
    law = decision.ground == Ground.LAW
    rule = decision.rule
    # It is read by all of Europe.
    with override("en"):
        noun = post.noun
        rules = _rules(decision)
    url = settings.SITE_URL + rule.get_absolute_url() if rule else ""
    return Measure(
        puid=f"decision-{decision.pk}",
        restriction=_restriction(decision),
        noun=noun,
        illegal=law,
        category=decision.category or "NOT_SPECIFIED_NOTICE",
        ground=decision.legal_ground if law else rules,
        ground_url=url,
        reason=decision.reason or (_first(decision).reason if decision.overrides_id else ""),
        source=_source(decision),
        flagger=_flagger(decision),
        found_by_machine=decision.detected_automatically,
        decided_by_machine=decision.basis == Basis.AUTOMATIC,
        written_on=post.created_at.date(),
        decided_on=decision.created_at.date(),
        ended_on=_ended(decision),
        language=_article_language(decision),
        pictured=known.pictured,
        names=_names(decision),
        erased=decision.reason == GONE,
    )


def _rules(decision: Decision) -> str:
    """The rule that it rests on, or what it rests on where none is named."""
    rule = decision.rule
    if rule:
        return f"{rule} (version {rule.version})"
    if decision.action == Action.HIDE:
        return "What enough readers have flagged is hidden until a moderator has looked"
    return "The rules of the site"


def _told(decisions: QuerySet[Decision]) -> QuerySet[Decision]:
    before: dict[str, Any] = {"case": OuterRef("case"), "created_at__lte": OuterRef("created_at")}
    after = Decision.objects.filter(case=OuterRef("case"), pk__gt=OuterRef("pk")).order_by("pk")
    ends: dict[str, Any] = {
        f"ended_{action.value.replace('-', '_')}": Subquery(
            after.filter(action__in=lifts).values("created_at")[:1], output_field=DateTimeField()
        )
        for action, lifts in _LIFTS.items()
    }
    return (
        decisions.select_related(
            *("rule", "moderator", "overrides__overrides"),
            *("case__post__author", "case__post__root__article", "case__post__article"),
        )
        .prefetch_related("case__flags__flagger", "case__notices__notifier")
        .annotate(
            noticed=Exists(Notice.objects.filter(**before)),
            noticed_by_trusted=Exists(Notice.objects.filter(**before, is_trusted=True)),
            flagged=Exists(Flag.objects.filter(**before)),
            pictured=Q(revision__html__contains="<img"),
            turned_back_at=Subquery(
                Decision.objects.filter(overrides=OuterRef("pk"), action=Action.REVERSE)
                .order_by("pk")
                .values("created_at")[:1]
            ),
            **ends,
        )
    )


def _first(decision: Decision) -> Decision:
    """The restriction that ``decision`` puts back into force, or is."""
    if decision.action != Action.REVERSE or decision.overrides is None:
        return decision
    return decision.overrides.overrides or decision.overrides


def _restriction(decision: Decision) -> str:
    action = _first(decision).action
    return str(action if action in RESTRICTS else Action.HIDE)


def _source(decision: Decision) -> str:
    told: Any = decision
    if told.noticed_by_trusted:
        return "TRUSTED_FLAGGER"
    if told.noticed:
        return "ARTICLE_16"
    return "TYPE_OTHER_NOTIFICATION" if told.flagged else "VOLUNTARY"


def _flagger(decision: Decision) -> str:
    """The trusted flagger that gave notice before, by the name of that body."""
    bodies = (
        notice.trusted_flagger
        for notice in decision.case.notices.all()
        if notice.is_trusted and notice.created_at <= decision.created_at
    )
    return next(bodies, "")


def _ended(decision: Decision) -> Any:
    told: Any = decision
    lifted = getattr(told, f"ended_{_first(decision).action.replace('-', '_')}", None)
    ends = [at.date() for at in (told.turned_back_at, lifted) if at]
    return min(ends, default=None)


def _article_language(decision: Decision) -> str:
    article = decision.case.post.loaded_article
    return article.language if article else ""


def _names(decision: Decision) -> set[str]:
    """Everybody who has to do with the case, as they were and as they are called."""
    case = decision.case
    found = {case.post.author_name, decision.moderator_name}
    people = [case.post.author, decision.moderator]
    for flag in case.flags.all():
        found.add(flag.flagger_name)
        people.append(flag.flagger)
    for notice in case.notices.all():
        found.add(notice.name)
        people.append(notice.notifier)
    for person in people:
        if person:
            found |= {person.username, person.display_name}
    return found
