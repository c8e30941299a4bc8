"""The pages of the second factor where they are not quite allauth's."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.mfa.base.views import IndexView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    ListWebAuthnView,
    ReauthenticateWebAuthnView,
)
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control

from forum.accounts.actions import has_confirmed_address

View = Callable[..., HttpResponse]


def confirmed_address_first(view: View) -> View:
    """Lead to the address that is to be confirmed before there is a second factor.

    Else somebody could sign up with the address of another and lock it with a factor of their own:
    a new password by e-mail would not get its owner in.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and not has_confirmed_address(request.user):
            messages.warning(request, _("Confirm your e-mail address first; then come back."))
            return redirect("account_email")
        return view(request, *args, **kwargs)

    return answer


#: What a browser must not keep, not even for its own way back.
secret = cache_control(private=True, no_store=True)


class _AddPasskey(AddWebAuthnView):
    def get_success_url(self) -> str:
        return reverse(
            "mfa_view_recovery_codes" if self.did_generate_recovery_codes else "mfa_list_webauthn"
        )


class _Passkeys(ListWebAuthnView):
    def get_queryset(self) -> Any:
        return super().get_queryset().order_by("created_at")


class _TwoSteps(IndexView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = dict(super().get_context_data(**kwargs))
        held = context["authenticators"]
        codes = held.get(Authenticator.Type.RECOVERY_CODES)
        return context | {
            "app": held.get(Authenticator.Type.TOTP),
            "passkeys": held.get(Authenticator.Type.WEBAUTHN, []),
            "codes_left": len(codes.get_unused_codes()) if codes else 0,
        }


class _ReauthenticateByPasskey(ReauthenticateWebAuthnView):
    def form_invalid(self, form: Any) -> HttpResponse:
        """Show what is wrong here, and keep where this was to lead."""
        page: HttpResponse = self.render_to_response(self.get_context_data(form=form))
        return page


two_steps = _TwoSteps.as_view()
activate_app = secret(confirmed_address_first(ActivateTOTPView.as_view()))
view_recovery_codes = secret(ViewRecoveryCodesView.as_view())
passkeys = _Passkeys.as_view()
add_passkey = confirmed_address_first(_AddPasskey.as_view())
reauthenticate_by_passkey = _ReauthenticateByPasskey.as_view()
