"""What the admin pages of several apps have in common."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest


def enters_the_admin(request: HttpRequest) -> bool:
    """Whether whoever asks may open the admin pages at all: not while they are suspended."""
    person = request.user
    return person.is_active and person.is_staff and not person.is_suspended


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


class LookOnlyAdmin(LookOnly, admin.ModelAdmin):  # type: ignore[type-arg]  # none when it runs
    """A list and a page for each row, to look at."""

    #: Long tables are counted once, not twice.
    show_full_result_count = False
    list_per_page = 50


class LookOnlyInline(LookOnly, admin.TabularInline):  # type: ignore[type-arg]  # likewise
    """Rows that belong to another, to look at."""

    extra = 0
    show_change_link = True
