"""Moderation in the admin: a record to read."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from forum.lib.admin import AsksOfWhatItShows, LookOnlyAdmin, LookOnlyInline
from forum.lib.web import person_of
from forum.moderation.models import (
    Appeal,
    Case,
    Decision,
    Event,
    Flag,
    Notice,
    Order,
    ReasonTemplate,
    RoleAssignment,
    Rule,
)
from forum.moderation.people import admin as _people  # noqa: F401  # registers its own
from forum.moderation.roles.scope import within
from forum.permissions import can


@admin.register(Rule)
class RuleAdmin(LookOnlyAdmin):
    """The site's rules, version by version. Admins write them on the site, where it is logged."""

    list_display = ("title", "number", "slug", "version", "created_at", "retired_at")
    list_filter = (("retired_at", admin.EmptyFieldListFilter),)
    search_fields = ("title", "text", "slug")
    fields = (
        *("number", "slug", "title", "text", "category", "severity"),
        *("version", "created_at", "retired_at"),
    )


class RecordAdmin(LookOnlyAdmin):
    """A part of the record, for whoever moderates what it is about.

    Nobody reads here who flagged what they wrote themselves.
    """

    #: How the post that it is about is reached.
    about = "case__post"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """What is theirs to moderate, but for cases about what they wrote themselves."""
        theirs = super().get_queryset(request).filter(within(request.user, self.about))
        return theirs.exclude(**{f"{self.about}__author": request.user})


class FlagInline(LookOnlyInline):
    model = Flag
    fields = ("reason", "flagger_name", "note", "revision", "created_at")
    readonly_fields = fields


class DecisionInline(LookOnlyInline):
    model = Decision
    fields = ("action", "rule", "reason", "note", "moderator_name", "created_at")
    readonly_fields = fields


class EventInline(LookOnlyInline):
    model = Event
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
    inlines = (FlagInline, DecisionInline, EventInline)


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
        "ground",
        "category",
        "legal_ground",
        "detected_automatically",
        "basis",
        "overrides",
        "moderator",
        "moderator_name",
        "state_before",
        "state_after",
        "effect",
        "created_at",
    )


@admin.register(Appeal)
class AppealAdmin(RecordAdmin):
    """Who objected to which decision or sanction, and what became of it."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """All but what is about the reader."""
        return super().get_queryset(request).exclude(sanction__person=request.user.pk)

    about = "decision__case__post"
    list_display = ("filed_at", "party", "appellant_name", "decision", "sanction", "outcome")
    list_filter = ("outcome", "party")
    list_select_related = ("decision", "sanction")
    search_fields = ("appellant_name", "text", "answer")
    date_hierarchy = "filed_at"
    ordering = ("-id",)
    fields = (
        *("decision", "sanction", "party", "appellant", "appellant_name", "text", "filed_at"),
        *("outcome", "answer", "decided_by", "decided_by_name", "decided_at", "result"),
    )


@admin.register(Event)
class EventAdmin(RecordAdmin):
    """The log, line by line. What was done to the reader is not theirs to read here."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """All but what is about the reader."""
        return super().get_queryset(request).exclude(subject=request.user.pk)

    list_display = ("created_at", "kind", "actor_name", "case", "detail")
    list_filter = ("kind",)
    list_select_related = ("case",)
    search_fields = ("actor_name", "detail")
    date_hierarchy = "created_at"
    ordering = ("-id",)
    fields = (
        *("case", "kind", "actor", "actor_name", "subject", "subject_name", "detail"),
        "created_at",
    )


@admin.register(ReasonTemplate)
class ReasonTemplateAdmin(LookOnlyAdmin):
    """Words for reasons. Moderators write them on the site, where each change is logged."""

    list_display = ("title", "rule_slug", "updated_at")
    list_filter = ("rule_slug",)
    search_fields = ("title", "text")
    fields = ("rule_slug", "title", "text", "updated_at")


@admin.register(RoleAssignment)
class RoleAssignmentAdmin(LookOnlyAdmin):
    """Who has, and had, which role, for admins. They give and take them on the site."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """All for whoever may list them on the site, and none for others."""
        given = super().get_queryset(request)
        return given if can(request.user, "role.list") else given.none()

    list_display = (
        "person_name",
        "role",
        "article",
        "course",
        "given_by_name",
        "given_at",
        "taken_at",
    )
    list_filter = ("role", ("taken_at", admin.EmptyFieldListFilter))
    list_select_related = ("article", "course")
    search_fields = ("person__username", "person_name", "article__title", "course__title")
    date_hierarchy = "given_at"
    ordering = ("-id",)
    fields = (
        *(
            "person",
            "person_name",
            "role",
            "article",
            "course",
            "given_by",
            "given_by_name",
            "given_at",
        ),
        *("taken_by", "taken_by_name", "taken_at"),
    )


@admin.register(Notice)
class NoticeAdmin(RecordAdmin):
    """Who gave notice of what, and why they find it illegal."""

    list_display = ("__str__", "category", "state", "case", "created_at")
    list_filter = ("state", "category", "is_trusted", "offence_against_children")
    list_select_related = ("case",)
    search_fields = ("=id", "explanation", "law")
    date_hierarchy = "created_at"
    ordering = ("-id",)
    fields = (
        *("case", "revision", "url", "state", "category", "explanation", "law"),
        *("offence_against_children", "trusted_flagger", "is_trusted"),
        *("notifier", "name", "email", "created_at", "decision", "decided_at", "forgotten_at"),
    )

    def get_fields(self, request: HttpRequest, obj: Notice | None = None) -> list[Any]:
        """Without the address, for whoever moderates a part of the site."""
        fields = super().get_fields(request, obj)
        whole = person_of(request).moderates_site
        return [name for name in fields if name != "email" or whole]


@admin.register(Order)
class OrderAdmin(AsksOfWhatItShows):
    """Orders of authorities, for the yearly report to count."""

    list_display = ("received_at", "kind", "member_state", "authority", "category", "effected_at")
    list_filter = ("kind", "member_state", "category")
    search_fields = ("authority", "note")
    date_hierarchy = "received_at"
    raw_id_fields = ("post",)
