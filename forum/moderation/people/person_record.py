"""The record of a person, as far as a moderator may know it."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from forum.accounts.models import User
from forum.discussion.models import Kind, Post, State
from forum.moderation.models import (
    Action,
    Decision,
    Flag,
    FlagSetAside,
    Notice,
    PersonNote,
    Sanction,
    Sanctioning,
)
from forum.moderation.people.reading import Held, held, sanctions_within
from forum.moderation.people.sanctioning import read_so_far
from forum.moderation.people.stretches import Stretch, stretch
from forum.moderation.people.strikes import (
    Month,
    Proposal,
    Strike,
    histogram,
    propose,
    strikes_of,
    unfounded_notices,
    weight_of,
)
from forum.moderation.queue.reporters import AGREES, DISAGREES, FlagRecord, records
from forum.moderation.roles.scope import within

#: Flags on one page.
FLAGS = 20
#: What somebody who moderates a part of the site cannot do.
_OF_ACCOUNTS = (Sanctioning.SUSPEND, Sanctioning.BAN)


@dataclass(frozen=True, slots=True)
class FlagLine:
    """One flag that the person raised, and the first that was decided after it."""

    flag: Flag
    outcome: str

    @property
    def outcome_label(self) -> str:
        """In words; empty while nothing was decided."""
        return str(Action(self.outcome).label) if self.outcome else ""


@dataclass(frozen=True, slots=True)
class Begins:
    """The number below which each list of a record begins; 0: with the latest."""

    decisions: int = 0
    sanctions: int = 0
    notes: int = 0


_LATEST = Begins()


@dataclass(frozen=True, slots=True)
class Record:
    """What moderators know about one person: of those who moderate a part, what is of that."""

    person: User
    #: Whether it is all there is.
    whole: bool
    #: How many posts are in which state, in words; none of what is for nobody else.
    posts: list[tuple[str, int]]
    decisions: Stretch[Decision]
    strikes: list[Strike]
    #: What those weigh that count.
    weight: int
    months: list[Month]
    #: The highest that the histogram reaches, at least 1.
    highest: int
    proposals: list[Proposal]
    flags_raised: int
    flags_agreed: int
    flags_disagreed: int
    flags_set_aside: int
    #: A page of them, the latest first: none on what the reader wrote.
    flag_page: Page[Flag]
    flags: list[FlagLine]
    notices_given: int
    notices_unfounded: int
    #: The latest first.
    sanctions: Stretch[Held]
    notes: Stretch[PersonNote]
    #: The number of their latest sanction: who has read this record has read so far.
    seen: int

    @property
    def reliability(self) -> int | None:
        """How many of a hundred flags that were decided about were agreed with."""
        judged = self.flags_agreed + self.flags_disagreed
        return round(100 * self.flags_agreed / judged) if judged else None


def record_of(moderator: User, person: User, *, page: str = "", below: Begins = _LATEST) -> Record:
    """Everything about ``person`` that ``moderator`` may know, with that page of their flags, and
    of the other lists what is ``below``. A fixed number of queries."""
    here = within(moderator, "case__post")
    theirs = sanctions_within(moderator)
    strikes = strikes_of(person, here)
    months = histogram(strikes)
    flags = records({person.pk}, here).get(person.pk, FlagRecord())
    unfounded, judged = unfounded_notices(person, here)
    given = Sanction.objects.filter(theirs, person=person)
    proposals = propose(person, strikes, flags, (unfounded, judged), theirs)
    if not moderator.moderates_site:
        proposals = [one for one in proposals if one.kind not in _OF_ACCOUNTS]
    decisions = Decision.objects.filter(here, case__post__author=person)
    aside = FlagSetAside.objects.filter(within(moderator, "revision__post"), flagger=person)
    flag_page, lines = _flags(moderator, person, page)
    # They are of the person, and so of the whole site.
    whole = moderator.moderates_site
    notes = PersonNote.objects.filter(person=person) if whole else PersonNote.objects.none()
    return Record(
        person=person,
        whole=whole,
        posts=_posts(moderator, person),
        decisions=stretch(decisions.select_related("rule", "case__post"), below.decisions),
        strikes=strikes,
        weight=weight_of(strikes),
        months=months,
        highest=max([1, *(month.weight for month in months)]),
        proposals=proposals,
        flags_raised=flags.raised,
        flags_agreed=flags.agreed,
        flags_disagreed=flags.disagreed,
        flags_set_aside=aside.count(),
        flag_page=flag_page,
        flags=lines,
        notices_given=Notice.objects.filter(here, notifier=person).count(),
        notices_unfounded=unfounded,
        sanctions=stretch(given, below.sanctions, held),
        notes=stretch(notes, below.notes),
        seen=read_so_far(moderator, person),
    )


def _posts(moderator: User, person: User) -> list[tuple[str, int]]:
    visible = Post.objects.visible_to(moderator).filter(within(moderator, ""), author=person)
    counted = (
        visible.exclude(audience="private")
        .exclude(kind=Kind.ARTICLE)
        .order_by()
        .values_list("state")
        .annotate(n=Count("pk"))
    )
    states = dict(counted)
    return [(str(State(state).label), states[state]) for state in State if state in states]


def _flags(moderator: User, person: User, page: str) -> tuple[Page[Flag], list[FlagLine]]:
    """A page of the flags of ``person``, with what came of them. Nobody reads here who flagged what
    they wrote themselves."""
    found = Flag.objects.filter(within(moderator, "case__post"), flagger=person)
    found = found.exclude(case__post__author=moderator).order_by("-id")
    shown = Paginator(found, FLAGS).get_page(page)
    return shown, _lines(found.filter(pk__in=[flag.pk for flag in shown]))


def _lines(flags: QuerySet[Flag]) -> list[FlagLine]:
    after = Decision.objects.filter(
        Q(action__in=AGREES | DISAGREES),
        case=OuterRef("case"),
        created_at__gte=OuterRef("created_at"),
    ).order_by("id")
    judged = flags.annotate(outcome=Subquery(after.values("action")[:1]))
    rows = judged.select_related("case__post").order_by("-id")
    return [FlagLine(flag, flag.outcome or "") for flag in rows]
