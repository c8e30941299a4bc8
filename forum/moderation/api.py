"""Flags, cases, decisions and rules in the API."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from forum.discussion.lookup import get_post_for
from forum.discussion.serializers import with_words
from forum.lib.api import ApiView, answers, query
from forum.lib.errors import NotFound, Refused
from forum.lib.paging import ByNumber
from forum.moderation.actions import decide, flag_post, reopen
from forum.moderation.models import Case, CaseState, Decision, Rule
from forum.moderation.reading import cases_for
from forum.moderation.serializers import (
    CaseDetailSerializer,
    CaseSerializer,
    DecidedSerializer,
    FlagSerializer,
    ModeratorFlagSerializer,
    NewDecision,
    NewFlag,
    Reopening,
    RuleSerializer,
)
from forum.permissions import can, require


class FlagCreate(ApiView):
    @extend_schema(
        request=NewFlag,
        responses=answers(
            {201: ModeratorFlagSerializer, 200: ModeratorFlagSerializer},
            *(400, 401, 403, 404, 409, 413, 415),
        ),
    )
    def post(self, request: Request, pk: int) -> Response:
        """Flag a comment or an annotation as it stands now; the same again answers 200."""
        post = get_post_for(request.user, pk)
        require(request.user, "post.flag", post)
        sent = self.read(NewFlag)
        flag, new = flag_post(
            flagger=self.person, post=post, reason=sent["reason"], note=sent.get("note", "")
        )
        shape = ModeratorFlagSerializer if can(request.user, "case.list") else FlagSerializer
        return self.one(flag, shape, status=201 if new else 200)


class RuleList(ApiView):
    pagination_class = ByNumber

    @extend_schema(responses=answers({200: RuleSerializer(many=True)}, 400, 401))
    def get(self, request: Request) -> Response:
        """The rules of the site, as they are now."""
        return self.page(Rule.objects.filter(retired_at=None), RuleSerializer)


class CaseList(ApiView):
    @extend_schema(
        parameters=[query("state", "Both, unless one is asked for.", CaseState.values)],
        responses=answers({200: CaseSerializer(many=True)}, 400, 401, 403),
    )
    def get(self, request: Request) -> Response:
        """The cases, oldest first (moderators)."""
        require(request.user, "case.list")
        cases = _with_all(request, cases_for(self.person))
        state = self.choice("state", CaseState.values)
        return self.page(cases.filter(state=state) if state else cases, CaseSerializer)


class CaseDetail(ApiView):
    @extend_schema(responses=answers({200: CaseDetailSerializer}, 401, 403, 404))
    def get(self, request: Request, pk: int) -> Response:
        """One case with its log (moderators)."""
        require(request.user, "case.list")
        case = _case(request, pk)
        require(request.user, "case.read", case)
        return self.one(case, CaseDetailSerializer)


class DecisionCreate(ApiView):
    @extend_schema(
        request=NewDecision,
        responses=answers({201: DecidedSerializer}, 400, 401, 403, 404, 409, 413, 415),
    )
    def post(self, request: Request, pk: int) -> Response:
        """Decide a case as it stood at `version` (moderators)."""
        require(request.user, "case.list")
        case = _case(request, pk)
        require(request.user, "case.decide", case)
        sent = self.read(NewDecision)
        decision = decide(
            moderator=self.person,
            case=case,
            action=sent["action"],
            version=sent["version"],
            rule=_rule(sent["rule"]) if sent.get("rule", "") != "" else None,
            reason=sent.get("reason", ""),
            note=sent.get("note", ""),
        )
        location = reverse("api-case", args=[case.pk])
        return self.one(decision, DecidedSerializer, status=201, location=location)


class CaseReopen(ApiView):
    @extend_schema(
        request=Reopening,
        responses=answers({200: CaseDetailSerializer}, 400, 401, 403, 404, 409, 413, 415),
    )
    def post(self, request: Request, pk: int) -> Response:
        """Open a decided case again (moderators)."""
        require(request.user, "case.list")
        case = _case(request, pk)
        require(request.user, "case.reopen", case)
        sent = self.read(Reopening)
        reopen(moderator=self.person, case=case, version=sent["version"], reason=sent["reason"])
        return self.one(_case(request, pk), CaseDetailSerializer)


def _with_all(request: Request, cases: QuerySet[Case]) -> QuerySet[Case]:
    """``cases`` with their posts' words, their flags and their decisions."""
    decisions = Decision.objects.select_related("rule")
    return cases.select_related("post__note_from").prefetch_related(
        with_words(request.user, "post__revisions"),
        with_words(request.user, "post__note_from__revisions", replies=False),
        Prefetch("decisions", queryset=decisions),
        "flags",
    )


def _case(request: Request, pk: int) -> Case:
    case = _with_all(request, Case.objects.filter(pk=pk)).first()
    if case is None:
        raise NotFound("There is no such case.")
    return case


def _rule(called: Any) -> Rule:
    """The rule by its slug or its number. Raises ``Refused`` naming ``rule`` and the known."""
    rules = {rule.slug: rule for rule in Rule.objects.filter(retired_at=None)}
    rules |= {str(rule.number): rule for rule in rules.values()}
    try:
        return rules[str(called)]
    except KeyError:
        known = ", ".join(name for name in rules if not name.isdigit())
        raise Refused("rule", f"There is no such rule. Choose one of: {known}.") from None
