"""What somebody has flagged, and what was decided about them: for the export of their own data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import QuerySet

from annotations.own_data.pieces import Row, address, chunks, utc
from forum.moderation.models import (
    Appeal,
    Decision,
    Flag,
    FlagSetAside,
    Notice,
    Sanction,
    Sanctioning,
)
from forum.moderation.people.statements import where
from forum.moderation.people.telling import statement_path
from forum.screening.models import Refusal

if TYPE_CHECKING:
    from forum.accounts.models import User


def flags(person: User) -> Iterator[Row]:
    """What ``person`` has flagged, and why; then what was set aside of it."""
    for model in (Flag, FlagSetAside):
        made = _without_words(model._default_manager.filter(flagger=person))
        for found in chunks(made):
            for flag in found:
                yield {
                    "post": address("post", flag.revision.post_id),
                    "reason": flag.reason,
                    "note": flag.note,
                    "counts": model is Flag,
                    "created_at": utc(flag.created_at),
                }


def _without_words(rows: QuerySet[Any]) -> QuerySet[Any]:
    """``rows``, each with the revision that it is about, but for what that says."""
    heavy = (f"revision__{name}" for name in ("source", "html", "text"))
    return rows.select_related("revision").defer(*heavy)


def notices_given(person: User) -> Iterator[Row]:
    """The notices of illegal content that ``person`` has given."""
    for found in chunks(_without_words(Notice.objects.filter(notifier=person))):
        for notice in found:
            yield {
                "number": notice.pk,
                "post": address("post", notice.revision.post_id),
                "url": notice.url,
                "explanation": notice.explanation,
                "category": notice.category,
                "law": notice.law,
                "offence_against_children": notice.offence_against_children,
                "trusted_flagger": notice.trusted_flagger,
                "state": notice.state,
                "created_at": utc(notice.created_at),
                "decided_at": utc(notice.decided_at),
            }


def refused(person: User) -> Iterator[Row]:
    """What ``person`` wrote that was not taken, as long as it is kept."""
    mine = Refusal.objects.filter(author=person).exclude(text="").select_related("article")
    for found in chunks(mine):
        for refusal in found:
            article = refusal.article
            yield {
                "article": settings.SITE_URL + article.get_absolute_url() if article else None,
                "text": refusal.text,
                "rule": refusal.rule,
                "times": refusal.times,
                "created_at": utc(refusal.created_at),
            }


def decisions(person: User) -> Iterator[Row]:
    """What ``person`` has decided as a moderator, and how they gave reasons for it."""
    made = Decision.objects.filter(moderator=person).select_related("case", "rule")
    for found in chunks(made):
        for decision in found:
            yield {
                "post": address("post", decision.case.post_id),
                **decision_row(decision),
                "note": decision.note,
            }


def sanctions(person: User) -> Iterator[Row]:
    """What moderators have decided about ``person``, and their appeals: not who did, nor what these
    told one another; and no ban that was never given."""
    told = Sanction.objects.filter(person=person).exclude(kind=Sanctioning.BAN, approved_at=None)
    for found in chunks(told.select_related("rule", "course", "article")):
        against = {one.sanction_id: one for one in Appeal.objects.filter(sanction__in=found)}
        for sanction in found:
            yield {
                "kind": sanction.kind,
                "where": where(sanction),
                "rule": str(sanction.rule) if sanction.rule else None,
                "law": sanction.legal_ground,
                "reason": sanction.reason,
                "misuse": _misuse(sanction),
                "address": settings.SITE_URL + statement_path(sanction),
                "created_at": utc(sanction.created_at),
                "expires_at": utc(sanction.expires_at),
                "acknowledged_at": utc(sanction.acknowledged_at),
                "lifted_at": utc(sanction.lifted_at),
                "lifted_reason": sanction.lifted_reason,
                "overturned": sanction.overturned,
                "appeal": _appeal(against[sanction.pk]) if sanction.pk in against else None,
            }


def appeals(person: User) -> Iterator[Row]:
    """The appeals of ``person`` against decisions; those against sanctions stand beside these."""
    filed = Appeal.objects.filter(appellant=person, sanction=None)
    for found in chunks(filed.select_related("decision__case")):
        for appeal in found:
            yield {
                "post": address("post", appeal.contested.case.post_id),
                "address": address("decision", appeal.contested.pk),
                "party": appeal.party,
                **_appeal(appeal),
            }


def _misuse(sanction: Sanction) -> Row | None:
    if not sanction.misuse:
        return None
    counted = {"number": sanction.misuse_number, "of": sanction.misuse_of}
    weighed = {"gravity": sanction.gravity, "intent": sanction.intent}
    return {"kind": sanction.misuse, **counted, **weighed}


def _appeal(appeal: Appeal) -> Row:
    said = {name: getattr(appeal, name) for name in ("text", "outcome", "answer")}
    return {**said, "filed_at": utc(appeal.filed_at), "decided_at": utc(appeal.decided_at)}


def decision_row(decision: Decision) -> Row:
    """What was decided, without who decided it."""
    return {
        "action": decision.action,
        "rule": str(decision.rule) if decision.rule else None,
        "reason": decision.reason,
        "created_at": utc(decision.created_at),
    }
