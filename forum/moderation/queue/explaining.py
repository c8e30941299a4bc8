"""Why a case stands where it does, in words and in numbers that add up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from django.utils import timezone
from django.utils.formats import localize
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from forum.accounts.models import User
from forum.discussion.models import Post
from forum.moderation.models import WAITING, Case, FlagReason
from forum.moderation.priority import (
    NEW,
    PROVED,
    UNPROVED,
    UNRELIED,
    Band,
    Facts,
    Reporter,
    counted,
    items,
    waiting_points,
)
from forum.moderation.queue.placing import facts_of

_GRAVITY = {
    "again": gettext_lazy("It is to be looked at again"),
    "waits": gettext_lazy("Its author waits for it to be published"),
    "appeal": gettext_lazy("Somebody appeals"),
    "notice": gettext_lazy("Notice of illegal content"),
    "trusted": gettext_lazy("Notice of illegal content by a trusted flagger"),
    "danger": gettext_lazy("Notice of danger to somebody"),
}
BANDS = {
    Band.DANGER: ("danger", gettext_lazy("Danger to somebody: before all else")),
    Band.NOTICED: ("notice", gettext_lazy("Notice of illegal content: before what is flagged")),
    Band.USUAL: ("usual", gettext_lazy("What is flagged or held")),
}
_TRUST = {
    0: gettext_lazy("new here"),
    1: gettext_lazy("known here"),
    2: gettext_lazy("a regular"),
    3: gettext_lazy("here for long"),
    5: gettext_lazy("runs the site"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One part of the priority: what it is for, and how many points it is."""

    code: str
    words: str
    points: float


class Weighed(NamedTuple):
    """Somebody who flagged it, how much that weighs, and what the weight comes from."""

    name: str
    weight: float
    #: As much of the weight as counts beside the others.
    counted: float
    record: str


@dataclass(frozen=True, slots=True)
class Priority:
    """The points of a case, itemised, and where that puts it."""

    #: What it comes before, for programs and in words.
    band: str
    band_words: str
    #: As they are stored: those of the lines but for the waiting.
    points: float
    #: Those of all lines: as many has what comes now and stands beside it.
    total: float
    lines: list[Line]
    reporters: list[Weighed]

    @property
    def shared(self) -> str:
        """Why not all of the weights count, in words; empty: all of them do."""
        if all(one.counted == one.weight for one in self.reporters):
            return ""
        return _(
            "Those with whom moderators have not agreed %(proved)s times yet, and in more than"
            " seven of ten, together count %(most)s at most, newcomers among them %(new)s; of"
            " those who joined in the same week one counts."
        ) % {
            "proved": PROVED,
            "most": UNPROVED,
            "new": localize(UNRELIED),
        }


def priority_of(moderator: User, case: Case, post: Post) -> Priority | None:
    """The priority of ``case`` as it stands for ``moderator``; ``None`` where it waits for nobody.

    For who moderates a part of the site it rests on that part, as their queue does.
    """
    if case.queue not in WAITING:
        return None
    known, whole = facts_of(case, post), moderator.moderates_site
    facts = known.whole if whole else known.part
    band, words = BANDS[case.band]
    lines = [Line(item.what, _said(item.what, facts), item.points) for item in items(facts)]
    points = case.points if whole else case.part_points
    waited = waiting_points(points, case.waits_since, timezone.now())
    said = _("Waiting: %(long)s") % {"long": timesince(case.waits_since, depth=1)}
    lines.append(Line("waiting", said, round(waited, 1)))
    lines = [line for line in lines if line.points]
    return Priority(
        band=band,
        band_words=str(words),
        points=points,
        total=round(sum(line.points for line in lines), 1),
        lines=lines,
        reporters=[
            Weighed(one.name, round(one.weight, 1), round(counts, 1), _record(one))
            for one, counts in zip(facts.reporters, counted(facts.reporters), strict=True)
        ],
    )


def _said(what: str, facts: Facts) -> str:
    if what == "flags":
        number = len(facts.reporters)
        said = ngettext(
            "%(number)s person flagged it, weighed by their record",
            "%(number)s people flagged it, each weighed by their record",
            number,
        )
        return said % {"number": number}
    if what == "signals":
        return _("What was found before it was published")
    if what in _GRAVITY:
        return str(_GRAVITY[what])
    label = str(FlagReason(what).label)
    said_by = [one for one in facts.reporters if one.reason == what]
    if any(one.proved for one in said_by):
        return label
    if all(one.trust == NEW for one in said_by):
        return _("%(reason)s (said by newcomers alone: half)") % {"reason": label}
    return _("%(reason)s (said by people whose flags have not proved right yet: half)") % {
        "reason": label
    }


def _record(one: Reporter) -> str:
    """What a weight comes from."""
    trust = str(_TRUST.get(one.trust, _TRUST[0]))
    if not one.agreed + one.disagreed:
        return trust
    return _("%(trust)s; moderators agreed %(agreed)s times and %(disagreed)s times not") % {
        "trust": trust,
        "agreed": one.agreed,
        "disagreed": one.disagreed,
    }
