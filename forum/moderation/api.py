"""Flags, cases, decisions and rules in the API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from forum.discussion.lookup import get_post_for
from forum.discussion.serializers import with_words
from forum.lib.api import ApiView, answers, query
from forum.lib.errors import Conflict, Refused
from forum.lib.paging import ByNumber
from forum.lib.problems import CONTENT_TYPE
from forum.lib.web import person_of
from forum.moderation.actions import decide, reopen
from forum.moderation.lookup import case_for, moderator_of
from forum.moderation.models import Case, CaseState, Decision, Flag, Rule
from forum.moderation.people.setting_aside import take_flag
from forum.moderation.queue.changes import changes_since
from forum.moderation.reading import cases_for
from forum.moderation.serializers import (
    CaseDetailSerializer,
    CaseSerializer,
    ChangesSerializer,
    DecidedSerializer,
    FlagSerializer,
    ModeratorFlagSerializer,
    NewDecision,
    NewFlag,
    Reopening,
    RuleSerializer,
    StaleCaseSerializer,
)
from forum.permissions import can, require

#: For the schema: what a decision that came too late is answered.
_STALE = {
    (409, CONTENT_TYPE): OpenApiResponse(
        StaleCaseSerializer, description="Somebody was faster, or it has changed: what, and how."
    )
}


class FlagCreate(ApiView):
    @extend_schema(
        request=NewFlag,
        responses=answers(
            {201: ModeratorFlagSerializer, 200: ModeratorFlagSerializer},
            *(400, 401, 403, 404, 409, 413, 415),
        ),
    )
    def post(self, request: Request, pk: int) -> Response:
        """Flag a comment or an annotation as it stands now; the same again answers 200.

        `counts` is false where your flags are set aside: it is kept, and has no effect."""
        post = get_post_for(request.user, pk)
        require(request.user, "post.flag", post)
        sent = self.read(NewFlag)
        flag, new = take_flag(
            flagger=self.person, post=post, reason=sent["reason"], note=sent.get("note", "")
        )
        shape = FlagSerializer
        if isinstance(flag, Flag):
            flag.case.post = post
            if can(request.user, "case.read", flag.case):
                shape = ModeratorFlagSerializer
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
        cases = _with_all(request, cases_for(moderator_of(request)))
        state = self.choice("state", CaseState.values)
        return self.page(cases.filter(state=state) if state else cases, CaseSerializer)


class CaseDetail(ApiView):
    @extend_schema(responses=answers({200: CaseDetailSerializer}, 401, 403, 404))
    def get(self, request: Request, pk: int) -> Response:
        """One case with its log (moderators)."""
        return self.one(_case(request, pk), CaseDetailSerializer)


class DecisionCreate(ApiView):
    @extend_schema(
        request=NewDecision,
        responses=answers({201: DecidedSerializer}, 400, 401, 403, 404, 413, 415) | _STALE,
    )
    def post(self, request: Request, pk: int) -> Response:
        """Decide a case as it stood at `version` (moderators)."""
        case = _case(request, pk, "case.decide")
        sent = self.read(NewDecision)
        with _telling_changes(request, case, sent):
            decision = decide(
                moderator=self.person,
                case=case,
                action=sent["action"],
                version=sent["version"],
                rule=rule_called(sent.get("rule")),
                reason=sent.get("reason", ""),
                note=sent.get("note", ""),
                tags=sent.get("tags", ()),
                hide=sent.get("hide", False),
                legal_ground=sent.get("legal_ground", ""),
                category=sent.get("category", ""),
            )
        location = reverse("api-case", args=[case.pk])
        return self.one(decision, DecidedSerializer, status=201, location=location)


class CaseReopen(ApiView):
    @extend_schema(
        request=Reopening,
        responses=answers({200: CaseDetailSerializer}, 400, 401, 403, 404, 413, 415) | _STALE,
    )
    def post(self, request: Request, pk: int) -> Response:
        """Open a decided case again (moderators)."""
        case = _case(request, pk, "case.reopen")
        sent = self.read(Reopening)
        with _telling_changes(request, case, sent):
            reopen(moderator=self.person, case=case, version=sent["version"], reason=sent["reason"])
        return self.one(_case(request, pk), CaseDetailSerializer)


@contextmanager
def _telling_changes(request: Request, case: Case, sent: Mapping[str, Any]) -> Iterator[None]:
    """Tell whoever is refused what has happened since they read ``case``, as the page does."""
    try:
        yield
    except Conflict as conflict:
        changes = changes_since(
            person_of(request),
            case,
            event=sent.get("seen_event") or 0,
            revision=sent.get("seen_revision") or 0,
        )
        shape = ChangesSerializer(changes, context={"request": request})
        conflict.details["changes"] = shape.data
        raise


def _with_all(request: Request, cases: QuerySet[Case]) -> QuerySet[Case]:
    """``cases`` with their posts' words, their flags and their decisions."""
    decisions = Decision.objects.select_related("rule")
    return cases.select_related("post__note_from").prefetch_related(
        with_words(request.user, "post__revisions"),
        with_words(request.user, "post__note_from__revisions", replies=False),
        Prefetch("decisions", queryset=decisions),
        "flags",
    )


def _case(request: Request, pk: int, act: str = "case.read") -> Case:
    """The case with all that, if whoever asks may do ``act`` about it."""
    among = _with_all(request, Case.objects.all())
    return case_for(moderator_of(request), pk, act, among=among)


def rule_called(called: Any) -> Rule | None:
    """The rule by its slug or its number; none where none is called.

    Raises ``Refused`` naming ``rule`` and the known.
    """
    if called in (None, ""):
        return None
    rules = {rule.slug: rule for rule in Rule.objects.filter(retired_at=None)}
    rules |= {str(rule.number): rule for rule in rules.values()}
    try:
        return rules[str(called)]
    except KeyError:
        known = ", ".join(name for name in rules if not name.isdigit())
        raise Refused(
            "rule", _("There is no such rule. Choose one of: %(known)s.") % {"known": known}
        ) from None
