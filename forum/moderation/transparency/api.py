"""The public log and the statements of reasons in the API."""

from __future__ import annotations

from typing import Any, TypeVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from forum.lib.api import ApiView, answers, query
from forum.lib.errors import Refused
from forum.lib.paging import NewestFirst
from forum.moderation.models import Action, Basis, Sanctioning
from forum.moderation.transparency import log, measures, sanctions
from forum.moderation.transparency.forms import LogFilter, PeriodForm
from forum.moderation.transparency.statements import statement_of
from forum.permissions import require

F = TypeVar("F", bound=PeriodForm)

#: What statements are about; the first, unless one is asked for.
_OF = ["posts", "people"]


class LogRuleSerializer(serializers.Serializer[Any]):
    slug = serializers.CharField()
    version = serializers.IntegerField()


class LogLineSerializer(serializers.Serializer[log.Line]):
    """One line of the public log: nobody's name, words or reasons."""

    id = serializers.IntegerField(source="number")
    action = serializers.CharField(help_text="What was decided or, of an account, the sanction.")
    kind = serializers.ChoiceField(choices=[(kind, kind) for kind in log.KINDS])
    rule = LogRuleSerializer(allow_null=True)
    article = serializers.SerializerMethodField(
        help_text="The slug of its article, if everybody can read that."
    )
    automatic = serializers.BooleanField()
    basis = serializers.ChoiceField(
        choices=Basis.choices, allow_blank=True, help_text="Empty of an account."
    )
    created_at = serializers.DateTimeField(source="at")

    def get_article(self, line: log.Line) -> str | None:
        return line.article.slug if line.article else None


class ModerationLog(ApiView):
    pagination_class = NewestFirst

    @extend_schema(
        parameters=[
            query("action", "Decisions of one kind.", [*Action.values, *Sanctioning.values]),
            query(
                "kind",
                "What they are about. Those about accounts are asked for so, and are by the day.",
                list(log.KINDS),
            ),
            query("rule", "The slug of a rule, whatever its version."),
            query("article", "The slug of an article."),
            query("since", "From this day on (`2026-01-31`)."),
            query("until", "Up to this day, which is included."),
        ],
        responses=answers({200: LogLineSerializer(many=True)}, 400, 401),
    )
    def get(self, request: Request) -> Response:
        """The public log of moderation, the latest first; the same for everybody."""
        narrowed = _valid(LogFilter(request.query_params))
        paging, rows = self.paged(log.found(narrowed.wanted()))
        shape: Any = LogLineSerializer
        return paging.get_paginated_response(shape(log.lines(rows), many=True).data)


def _valid(form: F) -> F:
    """``form``, if what was asked for can be. Raises ``Refused`` naming the first that cannot."""
    if not form.is_valid():
        field, said = next(iter(form.errors.items()))
        raise Refused(field, str(said[0]))
    return form


class Statements(ApiView):
    pagination_class = NewestFirst

    @extend_schema(
        parameters=[
            query("of", "What was decided about posts, or about people.", _OF),
            query("since", "From this day on (`2026-01-31`)."),
            query("until", "Up to this day, which is included."),
        ],
        responses=answers({200: OpenApiTypes.OBJECT}, 400, 401, 403),
    )
    def get(self, request: Request) -> Response:
        """Statements of reasons for the Transparency Database, the latest first (admins)."""
        require(request.user, "statement.export")
        since, until = _valid(PeriodForm(request.query_params)).times()
        if self.choice("of", _OF) == "people":
            people = sanctions.told(sanctions.restrictions_of_people(since, until))
            paging, rows = self.paged(people)
            made = [statement_of(sanctions.measure_of_person(sanction)) for sanction in rows]
            return paging.get_paginated_response(made)
        paging, rows = self.paged(measures.page_of(measures.restrictions(since, until)))
        found = [statement_of(measures.measure_of(decision)) for decision in rows]
        return paging.get_paginated_response(found)
