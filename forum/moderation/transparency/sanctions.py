"""What the sanctions that people have are in statements of reasons and in the yearly report."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import override

from forum.moderation.models import GONE, Flag, Ground, Notice, Sanction, Sanctioning
from forum.moderation.transparency.measures import is_for_everybody
from forum.moderation.transparency.statements import ACCOUNT_NOUN, Measure, statement_of

#: What keeps the service, or an account, from somebody. A warning keeps nothing from anybody, and
#: whose flags are set aside can still say everything.
RESTRICTING = (
    *(Sanctioning.PREMODERATE, Sanctioning.SILENCE, Sanctioning.SUSPEND, Sanctioning.BAN),
)
_BATCH = 200


def restrictions_of_people(
    since: datetime | None = None, until: datetime | None = None
) -> QuerySet[Any]:
    """The sanctions that restrict somebody where everybody reads: none of a course, no ban that
    still waits for a second moderator or got none. Those in force from ``since`` on and before
    ``until``."""
    found = Sanction.objects.filter(holds_for_everybody(), kind__in=RESTRICTING)
    found = found.exclude(kind=Sanctioning.BAN, approved_at=None)
    began: QuerySet[Any] = found.annotate(since=Coalesce("approved_at", "created_at"))
    asked = {"since__gte": since, "since__lt": until}
    return began.filter(**{name: at for name, at in asked.items() if at})


def holds_for_everybody(sanction: str = "") -> Q:
    """The condition that what ``sanction`` leads to holds where everybody reads: in no course."""
    article = Q(**{f"{sanction}scope": "article"}) & is_for_everybody(f"{sanction}article__post")
    return Q(**{f"{sanction}scope": "site"}) | article


def statements_of_people(
    since: datetime | None = None, until: datetime | None = None
) -> Iterator[dict[str, Any]]:
    """The statements of reasons of sanctions, oldest first, streamed."""
    found = restrictions_of_people(since, until).order_by("pk")
    for sanction in told(found).iterator(chunk_size=_BATCH):
        yield statement_of(measure_of_person(sanction))


def told(sanctions: QuerySet[Sanction]) -> QuerySet[Sanction]:
    """``sanctions`` with all that ``measure_of_person`` asks of them."""
    case = OuterRef("decision__case")
    notices = Notice.objects.filter(case=case, created_at__lte=OuterRef("created_at"))
    return sanctions.select_related("rule", "person", "moderator", "approved_by").annotate(
        noticed=Exists(notices),
        noticed_by_trusted=Exists(notices.filter(is_trusted=True)),
        flagged=Exists(Flag.objects.filter(case=case, created_at__lte=OuterRef("created_at"))),
    )


def measure_of_person(sanction: Sanction) -> Measure:
    """What the statement of ``sanction`` is made of. It comes from ``told``."""
    known: Any = sanction
    law, rule = sanction.ground == Ground.LAW, sanction.rule
    ends = [at.date() for at in (sanction.expires_at, sanction.lifted_at) if at]
    people = [sanction.person, sanction.moderator, sanction.approved_by]
    names = {sanction.person_name, sanction.moderator_name, sanction.approved_by_name}
    for person in people:
        if person:
            names |= {person.username, person.display_name}
    source = "VOLUNTARY"
    if known.noticed:
        source = "TRUSTED_FLAGGER" if known.noticed_by_trusted else "ARTICLE_16"
    elif known.flagged:
        source = "TYPE_OTHER_NOTIFICATION"
    began = sanction.person.date_joined if sanction.person else sanction.created_at
    # It is read by all of Europe.
    with override("en"):
        rules = f"{rule} (version {rule.version})" if rule else "The rules of the site"
    return Measure(
        puid=f"sanction-{sanction.pk}",
        restriction=sanction.kind,
        noun=ACCOUNT_NOUN,
        illegal=law,
        category=sanction.category,
        ground=sanction.legal_ground if law else rules,
        ground_url=settings.SITE_URL + rule.get_absolute_url() if rule else "",
        reason=sanction.reason,
        source=source,
        found_by_machine=False,
        decided_by_machine=False,
        written_on=began.date(),
        decided_on=known.since.date(),
        ended_on=min(ends, default=None),
        names=names,
        erased=sanction.reason == GONE,
    )
