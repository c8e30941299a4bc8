"""Moderation in the admin: the rules to write, and a record to read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Max, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from forum.lib.admin import LookOnly, LookOnlyAdmin, LookOnlyInline
from forum.moderation.models import Case, CaseEvent, Decision, Flag, Rule


class RuleForm(forms.ModelForm):
    """A new rule or, under the name of one that stands, the next version of it."""

    class Meta:
        model = Rule
        fields = ("number", "slug", "title", "text")
        help_texts = {
            "number": "Where the rule stands in the list.",
            "slug": "The name of a rule that stands makes this its next version.",
        }

    def clean(self) -> dict[str, Any]:
        """Refuse a number that another rule has."""
        cleaned = super().clean() or self.cleaned_data
        if "number" in cleaned and "slug" in cleaned:
            same = Rule.objects.filter(retired_at=None, number=cleaned["number"])
            if same.exclude(slug=cleaned["slug"]).exists():
                self.add_error("number", "Another rule has this number.")
        return cleaned

    def validate_constraints(self) -> None:
        """Leave them to ``save_model``, which retires the earlier version first."""


@admin.register(Rule)
class RuleAdmin(admin.ModelAdmin):
    """The site's rules. A rule is never rewritten: decisions name the version they rest on."""

    form = RuleForm
    list_display = ("title", "number", "slug", "version", "created_at", "retired_at")
    list_filter = (("retired_at", admin.EmptyFieldListFilter),)
    search_fields = ("title", "text", "slug")
    fields = ("number", "slug", "title", "text", "version", "created_at", "retired_at")
    actions = ("retire",)

    def get_fields(self, request: HttpRequest, obj: Rule | None = None) -> tuple[str, ...]:
        """Of a new rule, only what somebody writes."""
        return self.fields if obj else self.fields[:4]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Start from the next free number."""
        last = Rule.objects.aggregate(last=Max("number"))["last"] or 0
        return {"number": last + 1} | super().get_changeform_initial_data(request)

    def save_model(self, request: HttpRequest, obj: Rule, form: forms.Form, change: Any) -> None:
        """Write the next version and retire the one it replaces, in the page's transaction."""
        versions = Rule.objects.filter(slug=obj.slug)
        obj.version = (versions.aggregate(last=Max("version"))["last"] or 0) + 1
        versions.filter(retired_at=None).update(retired_at=timezone.now())
        obj.save(force_insert=True)

    @admin.action(description="Retire the chosen rules", permissions=["add"])
    def retire(self, request: HttpRequest, chosen: QuerySet[Rule]) -> None:
        """Take rules out of force; decisions keep naming them."""
        chosen.filter(retired_at=None).update(retired_at=timezone.now())

    has_change_permission = LookOnly.has_change_permission
    has_delete_permission = LookOnly.has_delete_permission


class RecordAdmin(LookOnlyAdmin):
    """A part of the record. Nobody reads here who flagged what they wrote themselves."""

    #: How the post that it is about is reached.
    about = "case__post"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """All but what belongs to cases about what the reader wrote."""
        return super().get_queryset(request).exclude(**{f"{self.about}__author": request.user})


class FlagInline(LookOnlyInline):
    model = Flag
    fields = ("reason", "flagger_name", "note", "revision", "created_at")
    readonly_fields = fields


class DecisionInline(LookOnlyInline):
    model = Decision
    fields = ("action", "rule", "reason", "note", "moderator_name", "created_at")
    readonly_fields = fields


class CaseEventInline(LookOnlyInline):
    model = CaseEvent
    fields = ("kind", "actor_name", "detail", "created_at")
    readonly_fields = fields
    show_change_link = False


@admin.register(Case)
class CaseAdmin(RecordAdmin):
    """A case, whole. Cases are decided on the site, by moderators."""

    about = "post"
    list_display = ("__str__", "post", "state", "version", "opened_at")
    list_filter = ("state", "post__kind", "flags__reason")
    list_select_related = ("post",)
    search_fields = ("=id", "=post__id", "post__author_name")
    date_hierarchy = "opened_at"
    ordering = ("-id",)
    fields = ("post", "state", "version", "opened_at")
    inlines = (FlagInline, DecisionInline, CaseEventInline)


@admin.register(Flag)
class FlagAdmin(RecordAdmin):
    """Who objected to what, and why."""

    list_display = ("reason", "flagger_name", "case", "revision", "created_at")
    list_filter = ("reason", "case__state")
    list_select_related = ("case", "revision")
    search_fields = ("flagger_name", "note")
    date_hierarchy = "created_at"
    ordering = ("-id",)
    fields = ("case", "revision", "flagger", "flagger_name", "reason", "note", "created_at")


@admin.register(Decision)
class DecisionAdmin(RecordAdmin):
    """What was decided, by whom and by which rule."""

    list_display = ("action", "case", "rule", "moderator_name", "created_at")
    list_filter = ("action", "rule", "moderator_name")
    list_select_related = ("case", "rule")
    search_fields = ("moderator_name", "reason", "note")
    date_hierarchy = "created_at"
    ordering = ("-id",)
    fields = (
        "case",
        "revision",
        "action",
        "rule",
        "reason",
        "note",
        "moderator",
        "moderator_name",
        "state_before",
        "state_after",
        "created_at",
    )


@admin.register(CaseEvent)
class CaseEventAdmin(RecordAdmin):
    """The log of all cases, line by line."""

    list_display = ("created_at", "kind", "actor_name", "case", "detail")
    list_filter = ("kind",)
    list_select_related = ("case",)
    search_fields = ("actor_name", "detail")
    date_hierarchy = "created_at"
    ordering = ("-id",)
    fields = ("case", "kind", "actor", "actor_name", "detail", "created_at")
