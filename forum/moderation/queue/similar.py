"""How like cases were decided: with like words or tags, for the same reason, of the same author."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import QuerySet
from django.db.models.functions import Substr
from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from forum.accounts.models import User
from forum.discussion.models import Kind, Revision
from forum.moderation.models import Action, Basis, Case, CaseReason, Decision, Queue
from forum.moderation.reading import cases_for
from forum.moderation.standing import left

#: So many are shown, of so many of each sort that are looked at, each of which is read so far.
SHOWN, LOOKED_AT, READ = 5, 60, 2_000
#: From this on words are said to be like others, and nearly the same (0 to 100).
ALIKE, SAME = 70, 92
#: What each thing in common counts, beside the likeness of the words (0 to 100).
_AUTHOR, _REASON, _RULE, _TAG, _KIND = 30, 20, 20, 25, 5
#: What says nothing of how such a case is decided.
_NO_ANSWER = (Action.HIDE, Action.ESCALATE, Action.REVERSE)


@dataclass(frozen=True, slots=True)
class Similar:
    """One earlier decision that stands, and what it has in common with this case."""

    decision: Decision
    why: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class _Common:
    """The cases that have each thing in common with one, by id."""

    author: Collection[int]
    reason: Collection[int]
    rule: Collection[int]
    kind: Collection[int]
    tag: Collection[int]

    @property
    def all(self) -> set[int]:
        return {*self.author, *self.reason, *self.rule, *self.kind, *self.tag}


def similar_to(moderator: User, case: Case, current: Revision | None) -> list[Similar]:
    """Decisions of like cases, the most like first. Ten queries at most, each by an index."""
    common = _common(moderator, case)
    decisions = _standing(common.all)
    words = _words(moderator, decisions)
    said = current.text[:READ] if current else ""
    texts = {pk: words.get(one.case.post_id, "") for pk, one in decisions.items()}
    alike: dict[int, float] = {}
    if said:
        close = process.extract(said, texts, scorer=fuzz.token_sort_ratio, limit=None)
        alike = {pk: ratio for text, ratio, pk in close if text}
    scored = []
    for pk, decision in decisions.items():
        ratio = alike.get(pk, 0.0)
        points = (
            (ratio if ratio >= ALIKE else ratio / 4)
            + _AUTHOR * (pk in common.author)
            + _REASON * (pk in common.reason)
            + _RULE * (pk in common.rule)
            + _TAG * (pk in common.tag)
            + _KIND * (pk in common.kind)
        )
        why = _why(ratio, pk, common)
        # To be of the same kind is nothing in common.
        if why:
            scored.append((points, decision.pk, Similar(decision, why, texts[pk])))
    scored.sort(key=lambda one: (-one[0], -one[1]))
    return [similar for *_score, similar in scored[:SHOWN]]


def _common(moderator: User, case: Case) -> _Common:
    decided = cases_for(moderator).filter(queue=Queue.DECIDED).exclude(pk=case.pk)
    latest = decided.order_by("rank", "pk")
    of_kind = _first(latest.filter(kind=case.kind))
    by_reason: set[int] = set()
    for reason in list(CaseReason.objects.filter(case=case).values_list("reason", flat=True))[:2]:
        same = decided.filter(reasons__reason=reason, reasons__queue=Queue.DECIDED)
        by_reason |= _first(same.order_by("reasons__rank", "reasons__case"))
    tagged: set[int] = set()
    if case.kind == Kind.ANNOTATION:
        tags = case.post.annotation.tags.all()
        # Of those at hand: to look for a tag that is rare would be to look through all there are.
        at_hand = decided.filter(pk__in=of_kind | by_reason)
        tagged = set(at_hand.filter(post__annotation__tags__in=tags).values_list("pk", flat=True))
    return _Common(
        author=_first(latest.filter(author=case.author_id)) if case.author_id else set(),
        reason=by_reason,
        rule=_first(latest.filter(rule=case.rule)) if case.rule else set(),
        kind=of_kind,
        tag=tagged,
    )


def _first(cases: QuerySet[Case]) -> set[int]:
    return set(cases.values_list("pk", flat=True)[:LOOKED_AT])


def _standing(cases: Collection[int]) -> dict[int, Decision]:
    """By case, the last decision that a person made in it and that stands."""
    rows = Decision.objects.filter(case__in=cases).select_related("rule", "case")
    by_case: dict[int, list[Decision]] = {}
    for decision in rows.order_by("pk"):
        by_case.setdefault(decision.case_id, []).append(decision)
    found = {}
    for pk, decisions in by_case.items():
        for one in left(decisions):
            if one.action not in _NO_ANSWER and one.basis != Basis.AUTOMATIC:
                found[pk] = one
    return found


def _words(moderator: User, decisions: dict[int, Decision]) -> dict[int, str]:
    current = Revision.objects.current().visible_to(moderator)
    of_these = current.filter(post__in=[one.case.post_id for one in decisions.values()])
    return dict(of_these.annotate(begun=Substr("text", 1, READ)).values_list("post", "begun"))


def _why(ratio: float, pk: int, common: _Common) -> str:
    alike = _("nearly the same words") if ratio >= SAME else _("similar words")
    found = [
        words
        for holds, words in (
            (ratio >= ALIKE, alike),
            (pk in common.tag, _("the same tag")),
            (pk in common.author, _("the same author")),
            (pk in common.reason, _("flagged for the same reason")),
            (pk in common.rule, _("the same rule")),
        )
        if holds
    ]
    return ", ".join(found)
