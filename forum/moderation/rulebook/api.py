"""The versions of the rules in the API: what statements of reasons cite stays readable there."""

from __future__ import annotations

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from forum.lib.api import ApiView, answers
from forum.lib.errors import NotFound
from forum.lib.paging import CursorPaging
from forum.moderation.models import Category, Rule
from forum.moderation.serializers import RuleSerializer


class ByVersion(CursorPaging):
    """The latest version first."""

    column = "-version"


class RuleVersionSerializer(RuleSerializer):
    """One version of a rule, with the times between which it was in force."""

    category = serializers.ChoiceField(choices=Category.choices)
    severity = serializers.IntegerField(
        help_text="What a removal by it weighs as a strike, 1 to 9."
    )
    url = serializers.SerializerMethodField(help_text="Its page, for people; it stays for ever.")

    class Meta(RuleSerializer.Meta):
        fields = [
            *RuleSerializer.Meta.fields,
            "category",
            "severity",
            "created_at",
            "retired_at",
            "url",
        ]

    def get_url(self, rule: Rule) -> str:
        return str(self.context["request"].build_absolute_uri(rule.get_absolute_url()))


class RuleVersions(ApiView):
    pagination_class = ByVersion

    @extend_schema(
        operation_id="rules_versions_list",
        responses=answers({200: RuleVersionSerializer(many=True)}, 400, 401, 404),
    )
    def get(self, request: Request, slug: str) -> Response:
        """Every version of a rule, the latest first."""
        versions = Rule.objects.filter(slug=slug)
        if not versions.exists():
            raise NotFound(_("There is no such rule."))
        return self.page(versions, RuleVersionSerializer)


class RuleVersion(ApiView):
    @extend_schema(responses=answers({200: RuleVersionSerializer}, 401, 404))
    def get(self, request: Request, slug: str, number: int) -> Response:
        """One version of a rule."""
        rule = Rule.objects.filter(slug=slug, version=number).first()
        if rule is None:
            raise NotFound(_("There is no such rule."))
        return self.one(rule, RuleVersionSerializer)
