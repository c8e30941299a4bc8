"""What people were told, and which of it still waits to be e-mailed."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from forum.lib.admin import LookOnlyAdmin
from forum.notifications.models import Notification, NotificationKind


@admin.register(Notification)
class NotificationAdmin(LookOnlyAdmin):
    """The outbox and what left it. ``manage.py send_outbox`` sends what waits."""

    list_display = (
        *("subject", "recipient", "kind", "created_at", "emailed_at", "attempts", "given_up_at"),
    )
    list_filter = (
        "kind",
        ("emailed_at", admin.EmptyFieldListFilter),
        ("given_up_at", admin.EmptyFieldListFilter),
    )
    list_select_related = ("recipient",)
    search_fields = ("subject", "recipient__username", "key")
    date_hierarchy = "created_at"
    fields = (
        "recipient",
        "kind",
        "subject",
        "body",
        "path",
        "post",
        "key",
        "created_at",
        "emailed_at",
        "attempts",
        "next_attempt_at",
        "given_up_at",
        "error",
        "read_at",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notification]:
        """For admins, all but what would tell them who flagged what they wrote."""
        told: QuerySet[Notification] = super().get_queryset(request)
        if not request.user.is_superuser:
            return told.none()
        return told.exclude(kind=NotificationKind.OUTCOME, post__author=request.user.pk)
