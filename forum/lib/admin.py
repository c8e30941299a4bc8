"""What the admin pages of several apps have in common."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import flatten, flatten_fieldsets
from django.http import HttpRequest


def enters_the_admin(request: HttpRequest) -> bool:
    """Whether whoever asks may open the admin pages at all: not while they are suspended."""
    person = request.user
    return person.is_active and person.is_staff and not person.is_suspended


class AsksOfWhatItShows(admin.ModelAdmin):  # type: ignore[type-arg]  # none when it runs
    """Admin pages whose addresses narrow a list by what the pages show, and by nothing else.

    Django's take every column of the table, and every table that names one of its rows: so they
    answer questions about what is left out, such as which person raised a flag.
    """

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Whether a list may be narrowed so."""
        filters = (one[0] if isinstance(one, tuple) else one for one in self.list_filter)
        known = {"pk", "id", *(str(one).split("__")[0] for one in filters)}
        known.update(flatten_fieldsets(self.get_fieldsets(request)))
        known.update(map(str, flatten(self.list_display)))
        return lookup.split("__")[0] in known and super().lookup_allowed(lookup, value, request)


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


class LookOnlyAdmin(LookOnly, AsksOfWhatItShows):
    """A list and a page for each row, to look at."""

    #: Long tables are counted once, not twice.
    show_full_result_count = False
    list_per_page = 50


class LookOnlyInline(LookOnly, admin.TabularInline):  # type: ignore[type-arg]  # likewise
    """Rows that belong to another, to look at."""

    extra = 0
    show_change_link = True
