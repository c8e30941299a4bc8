"""Where a case stands: in which queue, how far in front. Written with whatever it follows from.

``place`` looks at everything that counts and writes what has come of it, in the transaction that
changed something of it. Whoever opens, flags, holds, decides, escalates or reopens a case, or
takes or decides an appeal in it, calls it last.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db.models import Exists, OuterRef
from django.utils import timezone

from forum.discussion.holding import OF_ELSEWHERE
from forum.discussion.models import Post, Revision, State
from forum.moderation.models import (
    WAITING,
    Action,
    Appeal,
    Basis,
    Case,
    CaseKind,
    CaseReason,
    CaseState,
    Category,
    Decision,
    Flag,
    Notice,
    NoticeState,
    Queue,
)
from forum.moderation.priority import (
    GRAVITY,
    Facts,
    Reporter,
    band_of,
    points_of,
    rank_of,
)
from forum.moderation.queue.screened import findings_of
from forum.moderation.reviewed import last_review, last_reviewed
from forum.moderation.standing import left as standing

#: What says nothing of whether those who flagged it are right.
_NO_ANSWER = (Action.ESCALATE, Action.HIDE, Action.REVERSE)
#: What notices are about where somebody is in danger.
_DANGEROUS = (Category.MINORS, Category.SELF_HARM, Category.VIOLENCE)


def place(case: Case) -> None:
    """Write where ``case`` stands now, in the caller's transaction, and set it on ``case``."""
    # Of two that change it at once, the second sees what the first did.
    stored = Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    post = Post.objects.get(pk=stored.post_id)
    decisions = list(Decision.objects.filter(case=stored).select_related("rule").order_by("pk"))
    last = decisions[-1] if decisions else None
    ruled = [one.rule for one in standing(decisions) if one.rule]
    queue = _queue(stored, post)
    since = stored.waits_since
    if queue in WAITING and stored.queue not in WAITING:
        since = timezone.now()
    points = part_points = 0.0
    if queue in WAITING:
        facts = facts_of(stored, post, decisions)
        points, part_points = points_of(facts.whole), points_of(facts.part)
        band = band_of(facts.whole)
        rank, part_rank = (rank_of(since, each, band) for each in (points, part_points))
    else:
        rank = part_rank = -int((last.created_at if last else stored.opened_at).timestamp())
    fields = {
        "queue": queue,
        "rank": rank,
        "points": points,
        "part_rank": part_rank,
        "part_points": part_points,
        "waits_since": since,
        "kind": kind_of(post),
        "article_id": post.article_id,
        "course_id": post.course_id,
        "author_id": post.author_id,
        "rule": ruled[-1].slug if ruled else "",
    }
    Case.objects.filter(pk=case.pk).update(**fields)
    for name, value in fields.items():
        setattr(case, name, value)
    _place_reasons(case)


def place_revised(old: Revision | None, new: Revision) -> None:
    """Write where the case of what was posted or edited stands, if there is one."""
    if old is None and not new.post.waits:
        return
    case = Case.objects.filter(post_id=new.post_id).first()
    if case:
        place(case)


class Known(NamedTuple):
    """What a priority rests on: of what the site knows, and of what its part of it does."""

    whole: Facts
    part: Facts


def facts_of(case: Case, post: Post, decisions: Sequence[Decision] | None = None) -> Known:
    """What the priority of ``case`` rests on. Flags that a decision has answered count no more,
    nor do those of words that it let stand.

    Who moderates a part of the site is to learn nothing of the rest of it, not by reckoning either:
    for them people's records, and what was found, are of that part alone.
    """
    flags = Flag.objects.filter(case=case).order_by("id")
    if decisions is None:
        decisions = list(Decision.objects.filter(case=case).order_by("pk"))
    if last := _answer(decisions):
        flags = flags.filter(created_at__gte=last.created_at)
    if review := last_review(decisions):
        flags = flags.exclude(revision__number__lte=last_reviewed(review))
    waiting = Notice.objects.filter(case=case, state=NoticeState.RECEIVED)
    noticed = list(waiting.values_list("category", "offence_against_children", "is_trusted"))
    raised, findings = list(flags), findings_of(post.pk)
    whole = Facts(
        reporters=reporters_of(raised),
        signals=findings,
        noticed=bool(noticed),
        trusted=any(trusted for *_, trusted in noticed),
        dangerous=any(child or category in _DANGEROUS for category, child, _ in noticed),
        appealed=_appealed(case),
        waits=_waits(post),
    )
    part = whole._replace(
        reporters=reporters_of(raised, part=True),
        signals=[finding for finding in findings if finding.step not in OF_ELSEWHERE],
    )
    return Known(whole, part)


def reporters_of(flags: Iterable[Flag], *, part: bool = False) -> list[Reporter]:
    """``flags`` by person, each with the gravest that they say; whose account is gone, by name.

    ``part``: with their record in this part of the site.
    """
    found: dict[object, Reporter] = {}
    for flag in flags:
        record = (flag.part_agreed, flag.part_disagreed) if part else (flag.agreed, flag.disagreed)
        one = Reporter(
            flag.flagger_name, flag.trust, *record, flag.reason, joined_week=flag.joined_week
        )
        person = flag.flagger_id or flag.flagger_name
        earlier = found.get(person)
        if earlier:
            graver = max(earlier.reason, one.reason, key=lambda reason: GRAVITY[reason])
            one = one._replace(reason=graver)
        found[person] = one
    return list(found.values())


def kind_of(post: Post) -> CaseKind:
    """What a case about ``post`` is about."""
    return CaseKind.REPLY if post.note_id else CaseKind(post.kind)


def _queue(case: Case, post: Post) -> Queue:
    if post.state == State.ERASED or case.state == CaseState.CLOSED:
        return Queue.NONE
    if case.state == CaseState.ESCALATED:
        return Queue.ESCALATED
    if _appealed(case):
        return Queue.APPEALED
    if case.state == CaseState.DECIDED:
        return Queue.DECIDED
    return Queue.HELD if _waits(post) else Queue.REPORTED


def _waits(post: Post) -> bool:
    """Whether its author waits for it to be published."""
    return post.state == State.HELD or post.waits


def _appealed(case: Case) -> bool:
    return Appeal.objects.filter(decision__case=case, outcome="").exists()


def _answer(decisions: Sequence[Decision]) -> Decision | None:
    """The last that a person decided and that was not taken back: it answers what was said."""
    left = [one for one in standing(decisions) if one.action not in _NO_ANSWER]
    appeals = [one for one in decisions if one.basis == Basis.APPEAL]
    return max([*left, *appeals], key=lambda one: one.pk, default=None)


def _place_reasons(case: Case) -> None:
    """Bring the reasons for which ``case`` is found to where it stands."""
    CaseReason.objects.filter(case=case.pk).update(queue=case.queue, rank=case.rank)
    known = CaseReason.objects.filter(case=OuterRef("case"), reason=OuterRef("reason"))
    new = Flag.objects.filter(~Exists(known), case=case.pk).order_by()
    rows = [
        CaseReason(case_id=case.pk, reason=reason, queue=case.queue, rank=case.rank)
        for reason in set(new.values_list("reason", flat=True))
    ]
    CaseReason.objects.bulk_create(rows, ignore_conflicts=True)
