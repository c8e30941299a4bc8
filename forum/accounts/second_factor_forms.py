"""Forms of the second factor: allauth's, in the site's words, and deaf to whatever is no answer."""

from __future__ import annotations

import struct
from typing import Any, ClassVar

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.utils.translation import gettext_lazy as _

from forum.accounts.actions import use_code_once
from forum.accounts.forms import OurWords
from forum.lib.errors import Refused
from forum.lib.text import clean_line

NAME_LIMIT = 60
#: Characters of what a browser says a passkey has answered. Real answers have a few thousand.
ANSWER_LIMIT = 20_000
#: What parsers of answers raise at ones that no browser gives.
_UNREADABLE = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
)


class _OnceOnly:
    """A code of an app counts once, also while its thirty seconds last."""

    #: Set by the form that this is mixed into, once the code is right.
    authenticator: Authenticator

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]  # of the form this is mixed into
        if not use_code_once(self.authenticator, code):
            raise get_adapter().validation_error("incorrect_code")
        return code


class AuthenticateForm(_OnceOnly, OurWords, base.AuthenticateForm):
    words: ClassVar = {"code": (_("Code from your app, or a recovery code"), "")}


class ReauthenticateForm(_OnceOnly, OurWords, base.ReauthenticateForm):
    words: ClassVar = {"code": (_("Code from your app, or a recovery code"), "")}


class ActivateForm(OurWords, totp.ActivateTOTPForm):
    words: ClassVar = {"code": (_("Code that the app shows now"), "")}


class _AnswerField(forms.JSONField):
    """What a passkey has answered."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        try:
            if len(value or "") <= ANSWER_LIMIT:
                return super().to_python(value)
        except RecursionError:
            pass
        raise get_adapter().validation_error("incorrect_code")

    def bound_data(self, data: Any, initial: Any) -> None:
        """Nothing: an answer fits one question, and the form that comes back asks another."""


class _Answered(forms.Form):
    """A form that a passkey's answer comes with."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"] = _AnswerField(
            error_messages={"required": _("The passkey gave no answer. This needs JavaScript.")}
        )


class _Proved(_Answered):
    def clean_credential(self) -> Authenticator:
        try:
            return super().clean_credential()  # type: ignore[misc]  # of the form this is mixed into
        except _UNREADABLE as error:
            raise get_adapter().validation_error("incorrect_code") from error


class AuthenticatePasskeyForm(_Proved, webauthn.AuthenticateWebAuthnForm):
    pass


class LoginPasskeyForm(_Proved, webauthn.LoginWebAuthnForm):
    pass


class ReauthenticatePasskeyForm(_Proved, webauthn.ReauthenticateWebAuthnForm):
    pass


class _Named(OurWords):
    words: ClassVar = {
        "name": (_("Name"), _("So that you know it again, such as “My telephone”.")),
    }
    cleaned_data: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs |= {"maxlength": NAME_LIMIT, "autocomplete": "off"}

    def clean_name(self) -> str:
        inherited = getattr(super(), "clean_name", None)
        name = inherited() if inherited else self.cleaned_data["name"]
        try:
            return clean_line(name, field="name", limit=NAME_LIMIT)
        except Refused as refusal:
            raise forms.ValidationError(refusal.message) from None


class AddPasskeyForm(_Named, _Answered, webauthn.AddWebAuthnForm):
    """Takes passkeys only: keys that say who one is, and unlock by a finger, a face or a PIN."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["passwordless"]

    def clean(self) -> dict[str, Any]:
        self.cleaned_data["passwordless"] = True
        try:
            return super().clean() or {}
        except _UNREADABLE as error:
            raise get_adapter().validation_error("incorrect_code") from error


class EditPasskeyForm(_Named, webauthn.EditWebAuthnForm):
    pass
