"""The priority of a case in the API."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from forum.accounts.serializers import NameField
from forum.lib.api import ApiView, answers
from forum.moderation.lookup import case_for, moderator_of
from forum.moderation.models import Case, Queue
from forum.moderation.queue.explaining import (
    BANDS,
    Line,
    Priority,
    Weighed,
    priority_of,
)
from forum.moderation.queue.listing import rank_for


class PriorityItemSerializer(serializers.Serializer[Line]):
    """One part of a priority."""

    code = serializers.CharField(help_text="What it is for, for programs.")
    words = serializers.CharField(help_text="The same in words.")
    points = serializers.FloatField()


class ReporterSerializer(serializers.Serializer[Weighed]):
    """Somebody whose flag counts, and for how much."""

    name = NameField()
    weight = serializers.FloatField(help_text="From 0 to 8.")
    counted = serializers.FloatField(
        help_text="As much of it as counts beside the others: the flags are 4·log₂(1 + their sum)."
    )
    record = serializers.CharField(help_text="What the weight comes from.")


class PrioritySerializer(serializers.Serializer[Priority]):
    """Why a case stands where it does.

    The points of the items add up to the total; without those for waiting, to `points`.
    """

    band = serializers.ChoiceField(
        choices=[code for code, _words in BANDS.values()],
        help_text="What it comes before: `danger` before `notice`, and that before `usual`.",
    )
    points = serializers.FloatField(
        help_text="As it came. Ten more stand before what has waited twice as long."
    )
    total = serializers.FloatField(
        help_text="With the waiting: with as many, a case that came now would stand beside it."
    )
    items = PriorityItemSerializer(many=True, source="lines")
    reporters = ReporterSerializer(many=True)


class CasePrioritySerializer(serializers.Serializer[Case]):
    """Where a case stands, and why."""

    case = serializers.IntegerField(source="pk")
    queue = serializers.ChoiceField(choices=Queue.choices)
    rank = serializers.SerializerMethodField(
        help_text="Its place in the queue: the smallest comes first."
    )
    waits_since = serializers.DateTimeField()
    priority = serializers.SerializerMethodField(help_text="Null where it waits for nobody.")

    def get_rank(self, case: Case) -> int:
        found: int = getattr(case, rank_for(self.context["request"].user))
        return found

    @extend_schema_field(PrioritySerializer(allow_null=True))
    def get_priority(self, case: Case) -> dict[str, object] | None:
        found = priority_of(self.context["request"].user, case, case.post)
        return dict(PrioritySerializer(found).data) if found else None


class CasePriority(ApiView):
    @extend_schema(responses=answers({200: CasePrioritySerializer}, 401, 403, 404))
    def get(self, request: Request, pk: int) -> Response:
        """Why a case stands where it does in the queue, itemised (moderators)."""
        case = case_for(moderator_of(request), pk, "case.read")
        return self.one(case, CasePrioritySerializer)
