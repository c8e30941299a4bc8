"""What a person sets for themselves: one page for each part, and the list that leads to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django import template
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

register = template.Library()


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the settings."""

    label: _StrPromise
    #: The name of its address.
    page: str
    #: Names of further pages that belong to it.
    further: frozenset[str] = field(default_factory=frozenset)
    #: Whether it is there for those who moderate alone.
    at_the_desk: bool = False


#: In the order in which they are listed. A new part gets a line here.
PARTS = [
    Part(_("Profile"), "you"),
    Part(_("E-mail"), "account_email"),
    Part(_("Password"), "account_change_password", frozenset({"account_set_password"})),
    Part(
        _("Two-step log-in"),
        "mfa_index",
        frozenset(
            {
                "mfa_activate_totp",
                "mfa_deactivate_totp",
                "mfa_view_recovery_codes",
                "mfa_generate_recovery_codes",
            }
        ),
    ),
    Part(
        _("Passkeys"),
        "mfa_list_webauthn",
        frozenset({"mfa_add_webauthn", "mfa_edit_webauthn", "mfa_remove_webauthn"}),
    ),
    Part(_("Sessions"), "sessions"),
    Part(_("Notices"), "notifications-settings"),
    Part(_("Language"), "language"),
    Part(_("Following and muting"), "followed", frozenset({"person-follow", "person-mute"})),
    Part(_("At the desk"), "desk-settings", at_the_desk=True),
    Part(_("Your standing"), "standing"),
    Part(_("Your data"), "you-data", frozenset({"you-erase"})),
]


@register.inclusion_tag("accounts/_settings_nav.html", takes_context=True)
def settings_nav(context: template.Context) -> dict[str, object]:
    """Links to all parts, the one that is open marked."""
    here = _here(context)
    moderates = getattr(context["user"], "moderates", False)
    return {
        "parts": [
            {
                "label": part.label,
                "href": reverse(part.page),
                # "page" is this very one; "true" one that belongs to it.
                "current": "page" if here == part.page else here in part.further and "true",
            }
            for part in PARTS
            if moderates or not part.at_the_desk
        ]
    }


@register.simple_tag(takes_context=True)
def is_settings_page(context: template.Context) -> bool:
    """Whether this page is one that somebody who is logged in finds among their settings."""
    here = _here(context)
    request = context.get("request")
    known = any(here == part.page or here in part.further for part in PARTS)
    return known and isinstance(request, HttpRequest) and request.user.is_authenticated


@register.filter
def in_fours(key: str) -> str:
    """``key`` in groups that are read off and typed more easily."""
    return " ".join(key[at : at + 4] for at in range(0, len(key), 4))


def _here(context: template.Context) -> str:
    match = getattr(context.get("request"), "resolver_match", None)
    return (match.url_name if match else None) or ""
