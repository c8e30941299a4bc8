"""People and what lets them in, in the admin.

Whoever has the permission for it, and is no admin, helps those who have nothing but an account: not
their equals here nor anybody who moderates, publishes or teaches. What somebody may do, and
whether an account is in use, only admins say.
"""

from __future__ import annotations

from typing import Any

from allauth.account.admin import EmailAddressAdmin
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import AnonymousUser, Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from forum.accounts.admins import require_another_admin
from forum.accounts.models import ApiToken, Erasure, User
from forum.courses.models import Membership, Role
from forum.lib.admin import AsksOfWhatItShows, LookOnlyAdmin
from forum.lib.errors import Forbidden

#: What makes an account more than one: none of these has whoever is helped.
_POWERS = (
    *("is_superuser", "is_staff", "is_moderator", "leads_appeals", "moderates_parts", "is_editor"),
)
#: What only admins change, of whomever.
_FOR_ADMINS = ("is_editor", "is_active", "is_staff", "groups", "user_permissions")


def whom_they_help(person: User | AnonymousUser) -> QuerySet[User]:
    """Whose accounts ``person`` may change or delete in these pages: an admin everybody's."""
    if person.is_superuser:
        return User.objects.all()
    teaches = Membership.objects.filter(user=OuterRef("pk"), role=Role.STAFF)
    return User.objects.filter(
        ~Exists(teaches),
        *(Q(**{power: False}) for power in _POWERS),
    )


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
class PersonAdmin(AsksOfWhatItShows, UserAdmin):
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

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """What somebody may do is to look at, but for admins."""
        theirs = () if request.user.is_superuser else _FOR_ADMINS
        return (*self.readonly_fields, *theirs)

    def save_model(
        self, request: HttpRequest, obj: User, form: forms.ModelForm, change: Any
    ) -> None:
        """Write only what the form changes: roles may have been given and taken meanwhile."""
        columns = {column.name for column in User._meta.concrete_fields}
        obj.save(update_fields=columns.intersection(form.changed_data) if change else None)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Only of those whom they help."""
        return super().has_change_permission(request, obj) and _helps(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Only of those whom they help; the last admin is not deleted."""
        return super().has_delete_permission(request, obj) and _helps(request, obj)

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


def _helps(request: HttpRequest, person: User | None) -> bool:
    return person is None or whom_they_help(request.user).filter(pk=person.pk).exists()


class OfAPerson(AsksOfWhatItShows):
    """What lets somebody in, of those whom the reader helps."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Theirs, and nobody else's."""
        return super().get_queryset(request).filter(user__in=whom_they_help(request.user))


@admin.register(ApiToken)
class ApiTokenAdmin(OfAPerson):
    """Tokens are made with ``manage.py create_token``, which alone can show the key."""

    list_display = ("name", "user", "created_at", "last_used_at", "revoked_at")
    list_filter = (("revoked_at", admin.EmptyFieldListFilter),)
    list_select_related = ("user",)
    search_fields = ("name", "user__username")
    fields = ("name", "user", "created_at", "last_used_at", "revoked_at")
    readonly_fields = ("user", "created_at", "last_used_at", "revoked_at")
    actions = ("revoke",)

    def save_model(
        self, request: HttpRequest, obj: ApiToken, form: forms.ModelForm, change: Any
    ) -> None:
        """Write only what the form changes: it may have been revoked meanwhile."""
        obj.save(update_fields=form.changed_data)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A token made here would have no key that anybody knows."""
        return False

    @admin.action(description="Revoke the chosen tokens", permissions=["change"])
    def revoke(self, request: HttpRequest, tokens: QuerySet[ApiToken]) -> None:
        """Make tokens useless from now on, and keep the record of them."""
        tokens.filter(revoked_at=None).update(revoked_at=timezone.now())


admin.site.unregister((Authenticator, EmailAddress, Group))


@admin.register(EmailAddress)
class AddressAdmin(OfAPerson, EmailAddressAdmin):
    """Addresses. A confirmed one lets whoever reads its mail into the account it belongs to."""

    def get_readonly_fields(
        self, request: HttpRequest, obj: EmailAddress | None = None
    ) -> tuple[str, ...]:
        """An address stays with its account."""
        return ("user",) if obj else ()

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only admins give somebody an address."""
        return request.user.is_superuser


@admin.register(Group)
class PermissionGroupAdmin(AsksOfWhatItShows, GroupAdmin):
    """Permissions in these pages, which admins give."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Admins alone."""
        return request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        """Admins alone."""
        return request.user.is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        """Admins alone."""
        return request.user.is_superuser


@admin.register(Authenticator)
class AuthenticatorAdmin(OfAPerson):
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
