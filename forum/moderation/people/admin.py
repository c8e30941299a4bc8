"""Sanctions and notes about people in the admin: to look at."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from forum.lib.admin import LookOnlyAdmin
from forum.moderation.models import FlagSetAside, PersonNote, Sanction


class PersonRecordAdmin(LookOnlyAdmin):
    """A part of the record of people, for whoever moderates the whole site.

    Nobody reads here what is about themselves.
    """

    about = "person"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """All but what is about the reader; nothing for others than moderators."""
        rows = super().get_queryset(request).exclude(**{self.about: request.user})
        person = request.user
        return rows if person.is_authenticated and person.moderates_site else rows.none()


@admin.register(Sanction)
class SanctionAdmin(PersonRecordAdmin):
    """Sanctions. They are given, approved and lifted on the site, by moderators."""

    list_display = ("person_name", "kind", "scope", "moderator_name", "created_at", "expires_at")
    list_filter = ("kind", "scope", "misuse")
    search_fields = ("person_name", "moderator_name", "reason", "note")
    date_hierarchy = "created_at"
    ordering = ("-id",)
    fields = (
        *("person", "person_name", "number", "kind", "scope", "course", "article"),
        *("moderator", "moderator_name", "decision", "rule", "reason", "note"),
        *("ground", "category", "legal_ground"),
        *("misuse", "misuse_number", "misuse_of", "gravity", "intent"),
        *("created_at", "expires_at", "replaces", "instead_of", "pending", "acknowledged_at"),
        *("approved_by", "approved_by_name", "approved_at"),
        *("lifted_by", "lifted_by_name", "lifted_at", "lifted_reason", "overturned"),
    )


@admin.register(PersonNote)
class PersonNoteAdmin(PersonRecordAdmin):
    """What moderators tell one another about people."""

    list_display = ("person_name", "author_name", "text", "created_at")
    search_fields = ("person_name", "author_name", "text")
    date_hierarchy = "created_at"
    ordering = ("-id",)
    fields = ("person", "person_name", "author", "author_name", "text", "created_at")


@admin.register(FlagSetAside)
class FlagSetAsideAdmin(PersonRecordAdmin):
    """Flags that count for nothing."""

    about = "flagger"

    list_display = ("reason", "flagger_name", "revision", "created_at")
    list_filter = ("reason",)
    search_fields = ("flagger_name", "note")
    date_hierarchy = "created_at"
    ordering = ("-id",)
    fields = (
        *("revision", "flagger", "flagger_name", "reason", "note"),
        *("sanction", "created_at"),
    )
