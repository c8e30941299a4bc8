"""What was refused before publication: a page for moderators, and the same in the API."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from forum.discussion.lookup import as_id
from forum.lib.api import ApiView, answers, query
from forum.lib.paging import NewestFirst
from forum.lib.web import page_errors, person_of
from forum.permissions import require
from forum.screening.models import Refusal
from forum.screening.reading import ShownRefusal, shown_refusals
from forum.screening.refusals import KEPT, OF_ONE, refusals_for

#: Refusals on a page.
_SHOWN = 25


@require_safe
@page_errors
def refusals(request: HttpRequest) -> HttpResponse:
    """What was refused lately, the latest first; with ``author`` in the address, to one person."""
    require(request.user, "refusal.list")
    moderator = person_of(request)
    found, author = refusals_for(moderator), request.GET.get("author", "")
    if author:
        found = found.filter(author__username=author)
    if before := as_id(request.GET.get("before", "")):
        found = found.filter(pk__lt=before)
    rows = list(found[: _SHOWN + 1])
    context = {
        "refusals": shown_refusals(rows[:_SHOWN], moderator),
        "author": author,
        "older": rows[_SHOWN - 1].pk if len(rows) > _SHOWN else 0,
        "is_later": before,
        "days": KEPT.days,
        "of_one": OF_ONE,
    }
    return render(request, "screening/refusals.html", context)


class FindingSerializer(serializers.Serializer[Any]):
    """What one step found."""

    step = serializers.CharField()
    outcome = serializers.CharField(help_text="`publish`, `nudge`, `hold` or `refuse`.")
    weight = serializers.FloatField()
    detail = serializers.CharField()


class RefusalSerializer(serializers.Serializer[ShownRefusal]):
    """Words that were not taken, and why."""

    id = serializers.IntegerField(source="refusal.pk")
    author = serializers.CharField(
        source="refusal.author.username",
        allow_null=True,
        default=None,
        help_text="Of a guest null.",
    )
    article = serializers.CharField(source="refusal.article.slug", allow_null=True, default=None)
    post = serializers.IntegerField(source="refusal.post_id", allow_null=True)
    kind = serializers.CharField(source="refusal.kind")
    step = serializers.CharField(source="refusal.step", help_text="The one that refused it.")
    rule = serializers.CharField(source="refusal.rule")
    text = serializers.CharField(source="refusal.text", help_text="The words, or their beginning.")
    findings = FindingSerializer(many=True, source="signals.shown")
    times = serializers.IntegerField(source="refusal.times")
    created_at = serializers.DateTimeField(source="refusal.created_at")
    last_at = serializers.DateTimeField(source="refusal.last_at")


class Refusals(ApiView):
    pagination_class = NewestFirst

    @extend_schema(
        parameters=[query("author", "Only what was refused to this person.")],
        responses=answers({200: RefusalSerializer(many=True)}, 400, 401, 403),
    )
    def get(self, request: Request) -> Response:
        """What was refused before publication, the latest first (moderators)."""
        require(request.user, "refusal.list")
        moderator = person_of(request)
        found = refusals_for(moderator)
        if author := request.query_params.get("author", ""):
            found = found.filter(author__username=author)
        paging, rows = self.paged(found)
        kept: list[Refusal] = list(rows)
        shape: Any = RefusalSerializer
        shown = shape(shown_refusals(kept, moderator), many=True)
        return paging.get_paginated_response(shown.data)
