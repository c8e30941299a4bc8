"""People and API tokens in the admin."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from forum.accounts.admins import require_another_admin
from forum.accounts.models import ApiToken, Erasure, User
from forum.lib.admin import LookOnlyAdmin
from forum.lib.errors import Forbidden


class PersonForm(UserChangeForm):
    """A person, whose account is not closed where no other admin is left."""

    def clean_is_active(self) -> bool:
        """Whether the account is in use. It is asked in the transaction that saves it."""
        is_active: bool = self.cleaned_data["is_active"]
        if self.instance.pk and not is_active:
            try:
                require_another_admin(without=[self.instance.pk])
            except Forbidden as refused:
                raise forms.ValidationError(refused.message) from None
        return is_active


@admin.register(User)
class PersonAdmin(UserAdmin):
    """A person, what they may do, and whether the account is in use.

    Deleting an account leaves what was written and decided, under the name it had; to take that
    away as well there is ``manage.py erase_account``.
    """

    form = PersonForm
    list_display = (
        "username",
        "display_name",
        "email",
        "is_moderator",
        "is_editor",
        "is_active",
        "date_joined",
    )
    list_filter = ("is_moderator", "is_editor", "is_staff", "is_superuser", "is_active")
    search_fields = ("username", "display_name", "email")
    ordering = ("-date_joined",)
    date_hierarchy = "date_joined"
    #: Roles are given and taken at /moderation/roles/, which logs it.
    readonly_fields = (
        *("is_moderator", "leads_appeals", "moderates_parts", "is_superuser"),
        *("date_joined", "last_login"),
    )
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("display_name", "email", "email_notices", "show_picture")}),
        (
            "On this site",
            {
                "fields": ("is_editor", "is_moderator", "leads_appeals", "moderates_parts"),
                "description": "Whoever moderates is given that role at /moderation/roles/.",
            },
        ),
        (
            "In these pages",
            {
                "fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions"),
                "classes": ("collapse",),
            },
        ),
        ("Dates", {"fields": ("date_joined", "last_login")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("username", "email", "usable_password", "password1", "password2"),
            },
        ),
    )

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Admins are changed by admins alone."""
        return super().has_change_permission(request, obj) and _reaches(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """The last admin is not deleted."""
        return super().has_delete_permission(request, obj) and _reaches(request, obj)

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        """Delete one; not the last admin."""
        self.delete_queryset(request, User.objects.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Delete several; not all admins."""
        with transaction.atomic():
            try:
                require_another_admin(without=list(queryset.values_list("pk", flat=True)))
            except Forbidden as refused:
                raise PermissionDenied(refused.message) from None
            super().delete_queryset(request, queryset)


def _reaches(request: HttpRequest, person: User | None) -> bool:
    return person is None or not person.is_superuser or request.user.is_superuser


@admin.register(ApiToken)
class ApiTokenAdmin(admin.ModelAdmin):
    """Tokens are made with ``manage.py create_token``, which alone can show the key."""

    list_display = ("name", "user", "created_at", "last_used_at", "revoked_at")
    list_filter = (("revoked_at", admin.EmptyFieldListFilter),)
    list_select_related = ("user",)
    search_fields = ("name", "user__username")
    fields = ("name", "user", "created_at", "last_used_at", "revoked_at")
    readonly_fields = ("user", "created_at", "last_used_at")
    actions = ("revoke",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A token made here would have no key that anybody knows."""
        return False

    @admin.action(description="Revoke the chosen tokens", permissions=["change"])
    def revoke(self, request: HttpRequest, tokens: QuerySet[ApiToken]) -> None:
        """Make tokens useless from now on, and keep the record of them."""
        tokens.filter(revoked_at=None).update(revoked_at=timezone.now())


admin.site.unregister(Authenticator)


@admin.register(Authenticator)
class AuthenticatorAdmin(admin.ModelAdmin):
    """Apps, passkeys, recovery codes: removed when somebody has lost them, never looked into."""

    list_display = ("user", "type", "created_at", "last_used_at")
    list_filter = ("type",)
    list_select_related = ("user",)
    search_fields = ("user__username",)
    fields = ("user", "type", "created_at", "last_used_at")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only whoever has the device can add it."""
        return False


@admin.register(Erasure)
class ErasureAdmin(LookOnlyAdmin):
    """Which accounts were erased, by their numbers: to be done again after a backup is put back."""

    list_display = ("account", "posts", "erased_at")
    list_filter = ("posts",)
    date_hierarchy = "erased_at"
    fields = ("account", "posts", "erased_at")
