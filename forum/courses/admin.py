"""Courses and their members in the admin: where a course is set up."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from forum.courses.models import Course, Membership, Section
from forum.lib.admin import AsksOfWhatItShows


class SectionInline(admin.TabularInline):
    model = Section
    extra = 0


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 0
    autocomplete_fields = ("user", "section")


@admin.register(Course)
class CourseAdmin(AsksOfWhatItShows):
    """A course with its sections and members."""

    list_display = ("title", "slug", "members", "created_at")
    search_fields = ("title", "slug")
    prepopulated_fields = {"slug": ("title",)}
    inlines = (SectionInline, MembershipInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Course]:
        """Courses with the number of their members."""
        courses: QuerySet[Course] = super().get_queryset(request)
        return courses.annotate(member_count=Count("memberships"))

    @admin.display(ordering="member_count")
    def members(self, course: Course) -> int:
        """How many people belong to the course, in whatever role."""
        return int(getattr(course, "member_count", 0))


@admin.register(Section)
class SectionAdmin(AsksOfWhatItShows):
    list_display = ("name", "course")
    list_filter = ("course",)
    search_fields = ("name", "course__title")


@admin.register(Membership)
class MembershipAdmin(AsksOfWhatItShows):
    list_display = ("user", "course", "section", "role")
    list_filter = ("role", "course")
    list_select_related = ("user", "course", "section__course")
    search_fields = ("user__username", "user__display_name", "course__title")
    autocomplete_fields = ("user", "course", "section")
