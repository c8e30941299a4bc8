"""What the admin pages of several apps have in common."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest


class LookOnly:
    """Admin pages that show and change nothing: records, and what only actions may write."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is added here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is changed here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is deleted here."""
        return False


# Django's admin classes take no type arguments when they run.
class LookOnlyAdmin(LookOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    """A list and a page for each row, to look at."""

    #: Long tables are counted once, not twice.
    show_full_result_count = False
    list_per_page = 50


class LookOnlyInline(LookOnly, admin.TabularInline):  # type: ignore[type-arg]
    """Rows that belong to another, to look at."""

    extra = 0
    show_change_link = True
