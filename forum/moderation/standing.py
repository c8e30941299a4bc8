"""Which decisions of a case stand, whom they concern, and until when they can be appealed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from forum.accounts.models import User
from forum.discussion.models import Revision
from forum.discussion.visibility import Reader
from forum.moderation.models import (
    RESTRICTIONS,
    Action,
    Appeal,
    Basis,
    Case,
    CaseState,
    Decision,
    Flag,
    Notice,
    Outcome,
    Party,
    Sanction,
)

#: How far back a decision goes that turns back one that turns back another: a bulk, and its undo.
_DEPTH = 2
#: On what occasions somebody turns back what another decided.
_OF_ANOTHER = (Basis.APPEAL, Basis.REVERT)


def left(decisions: Iterable[Decision]) -> list[Decision]:
    """Those of some decisions of one case, in order, that no later one of them has turned back."""
    found: list[Decision] = []
    for decision in decisions:
        turned_back = found and found[-1].pk == decision.overrides_id
        if decision.action == Action.REVERSE and turned_back:
            found.pop()
        else:
            found.append(decision)
    return found


def decided_since(decision: Decision) -> Decision | None:
    """What was decided in the same case since and stands; or that it was turned back. One query."""
    later = Decision.objects.filter(case=decision.case_id, pk__gt=decision.pk).order_by("pk")
    return next(reversed(left(later)), None)


def is_passing_on(decision: Decision) -> bool:
    """Whether it is that a case was passed on to those who lead appeals, or that this was taken
    back: those whom it concerns hear of neither. One query for each that it goes back to."""
    at: Decision | None = decision
    while at and at.action == Action.REVERSE:
        at = at.overrides
    return at is not None and at.action == Action.ESCALATE


def told(decisions: QuerySet[Decision]) -> QuerySet[Decision]:
    """Those of ``decisions`` of which those hear whom they concern: not ``is_passing_on``."""
    passed_on = Q(action=Action.ESCALATE)
    for depth in range(1, _DEPTH + 1):
        passed_on |= Q(
            action=Action.REVERSE,
            **{"__".join(["overrides"] * depth + ["action"]): Action.ESCALATE},
        )
    return decisions.exclude(passed_on)


def party_of(person: Reader, decision: Decision) -> Party | None:
    """In what capacity ``decision`` concerns ``person``, if it does. Two queries at most.

    Whoever objects to something afterwards is not concerned by what was decided before.
    """
    if not person.is_authenticated:
        return None
    if decision.case.post.author_id == person.pk:
        return Party.AUTHOR
    if flags_before(decision).filter(flagger=person).exists():
        return Party.FLAGGER
    if notices_before(decision).filter(notifier=person).exists():
        return Party.NOTIFIER
    return None


def flags_before(decision: Decision) -> QuerySet[Flag]:
    """The flags that ``decision`` answers, or that were answered before."""
    return Flag.objects.filter(case=decision.case_id, created_at__lte=decision.created_at)


def notices_before(decision: Decision) -> QuerySet[Notice]:
    """The same of notices of illegal content."""
    return Notice.objects.filter(case=decision.case_id, created_at__lte=decision.created_at)


def words_read(person: User, decision: Decision) -> Revision | None:
    """The last words that ``person`` objected to before ``decision``. Two queries.

    Others may never have been published, or are hidden.
    """
    flagged = flags_before(decision).filter(flagger=person).values("revision")
    noticed = notices_before(decision).filter(notifier=person).values("revision")
    read = Revision.objects.filter(Q(pk__in=flagged) | Q(pk__in=noticed))
    return read.order_by("number").last()


def restricts(decision: Decision) -> bool:
    """Whether it takes something from its author, or puts such a decision back into force."""
    return decision.action in RESTRICTIONS or decision.ground != ""


def takes_from(decision: Decision, party: Party) -> bool:
    """Whether ``decision`` is one that ``party`` could object to.

    An author to what restricts them; the others to all but a removal, which is what they asked for.
    """
    if party == Party.AUTHOR:
        return restricts(decision)
    return decision.state_after != "removed"


def appeal_until(decision: Decision, party: Party | None) -> datetime | None:
    """Until when ``party`` can appeal against ``decision``; ``None`` for not at all, as of what an
    appeal has brought."""
    days: int = settings.APPEAL_DAYS
    if not days or is_last_word(decision, party) or is_passing_on(decision):
        return None
    return decision.created_at + timedelta(days=days)


def is_last_word(decision: Decision, party: Party | None) -> bool:
    """Whether ``party`` has to leave it at ``decision`` here, since an appeal has brought it. One
    query at most.

    An author whom it restricts, and who was not heard in that, appeals against it all the same.
    """
    if decision.basis != Basis.APPEAL:
        return False
    if party != Party.AUTHOR or not restricts(decision):
        return True
    return Appeal.objects.filter(result=decision.pk, party=Party.AUTHOR).exists()


def hands_in(decision: Decision) -> set[int]:
    """Those who have had a hand in ``decision``, by id, and so do not judge it. Four queries.

    Who made it or one that it goes back to, through however many; who answered an appeal against
    one of these; and who sanctioned somebody for any of it, or approved that.
    """
    found: set[int | None] = {decision.moderator_id}
    below = _overridden(decision)
    chain = [decision.pk, *below]
    if below:
        found |= set(below.values())
        answered = Appeal.objects.filter(decision__in=list(below))
        found |= set(answered.values_list("decided_by", flat=True))
    for pair in Sanction.objects.filter(decision__in=chain).values_list("moderator", "approved_by"):
        found |= set(pair)
    return {pk for pk in found if pk is not None}


def was_overridden(person: User, decision: Decision) -> bool:
    """Whether ``decision``, or one that it goes back to, turns back what ``person`` decided, and
    somebody else did that. One query at most."""
    above = decision.moderator_id
    for made_by in _overridden(decision).values():
        if made_by == person.pk and above != person.pk:
            return True
        above = made_by
    return False


def _overridden(decision: Decision) -> dict[int, int | None]:
    """What ``decision`` overrides, and what that does, and so on; with who decided each."""
    at = decision.overrides_id
    if at is None:
        return {}
    rows = Decision.objects.filter(case=decision.case_id, pk__lt=decision.pk)
    known = {pk: rest for pk, *rest in rows.values_list("pk", "overrides", "moderator")}
    found: dict[int, int | None] = {}
    while at is not None and at in known:
        above, found[at] = known[at]
        at = above
    return found


def turned_back_for(person: User) -> Exists:
    """The condition on cases that somebody else has turned back what ``person`` decided in them,
    and that nobody has written other words since."""
    again = Decision.objects.filter(action=Action.REVERSE, overrides=OuterRef("pk"))
    other = Revision.objects.filter(
        post=OuterRef("case__post"),
        editor__isnull=False,
        number__gt=OuterRef("revision__number"),
    )
    turned = Decision.objects.filter(
        ~Exists(again),
        ~Exists(other),
        case=OuterRef("pk"),
        action=Action.REVERSE,
        basis__in=_OF_ANOTHER,
        overrides__moderator=person,
    )
    return Exists(turned.exclude(moderator=person))


def with_turned_back(cases: QuerySet[Case], person: User) -> QuerySet[Case]:
    """``cases``, each knowing of ``turned_back_for``: for lists that ``person`` alone is shown."""
    return cases.annotate(turned_back=turned_back_for(person))


def was_turned_back(person: User, case: Case) -> bool:
    """``turned_back_for`` of one case. No query where ``with_turned_back`` looked it up."""
    known: bool | None = getattr(case, "turned_back", None)
    if known is not None:
        return known
    return Case.objects.filter(turned_back_for(person), pk=case.pk).exists()


def opens_as(case: Case) -> CaseState:
    """For whom ``case`` waits when it is opened again: for those who lead appeals, where they have
    decided about these very words."""
    return CaseState.ESCALATED if is_settled_above(case) else CaseState.OPEN


def is_settled_above(case: Case) -> bool:
    """Whether the words as they are were decided about on an appeal, or escalated. Three queries.

    Where their author writes others, these are new, and anybody's to decide about.
    """
    written = Revision.objects.filter(post=case.post_id, editor__isnull=False)
    since = written.aggregate(last=Max("number"))["last"] or 0
    decisions = Decision.objects.filter(case=case.pk).select_related("revision").order_by("pk")
    escalated = (one for one in left(decisions) if one.action == Action.ESCALATE)
    if any(one.revision.number >= since for one in escalated):
        return True
    answered = Appeal.objects.filter(decision__case=case.pk, decision__revision__number__gte=since)
    return answered.filter(Q(outcome=Outcome.UPHELD) | Q(result__basis=Basis.APPEAL)).exists()


def is_final(decision: Decision) -> bool:
    """Whether an appeal has brought ``decision``, or upheld it. One query at most."""
    if decision.basis == Basis.APPEAL:
        return True
    return Appeal.objects.filter(decision=decision.pk, outcome=Outcome.UPHELD).exists()
