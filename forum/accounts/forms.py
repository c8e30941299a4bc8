"""The forms of an account. Most are allauth's; here they get the site's own words."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account import forms as allauth
from django import forms

from forum.accounts.models import NAME_LIMIT
from forum.lib.errors import Refused
from forum.lib.text import clean_line

_CHOOSE_WELL = "At least 8 characters, not only digits, and nothing that is easy to guess."


class SettingsForm(forms.Form):
    """What a person may change about themselves."""

    display_name = forms.CharField(
        label="Name beside what you write",
        help_text="Leave it empty to use your user name. What you wrote before keeps its name.",
        max_length=NAME_LIMIT,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email_notices = forms.BooleanField(label="Send me notices by e-mail too", required=False)

    def clean_display_name(self) -> str:
        try:
            return clean_line(
                self.cleaned_data["display_name"],
                field="display_name",
                limit=NAME_LIMIT,
                required=False,
            )
        except Refused as refusal:
            raise forms.ValidationError(refusal.message) from None


class _OurWords:
    """Labels and help of our own, and no placeholders: they vanish while one types."""

    #: By field: its label and its help.
    words: ClassVar[dict[str, tuple[str, str]]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # From the form this is mixed into.
        fields: dict[str, forms.Field] = self.fields  # type: ignore[attr-defined]
        for name, field in fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name in self.words:
                field.label, field.help_text = self.words[name]


class LoginForm(_OurWords, allauth.LoginForm):
    words: ClassVar = {
        "login": ("User name or e-mail address", ""),
        "password": ("Password", ""),
        "remember": ("Keep me logged in on this device", ""),
    }


class SignupForm(_OurWords, allauth.SignupForm):
    words: ClassVar = {
        "username": (
            "User name",
            "2 to 60 letters, digits, dots, dashes or underscores. You can show another name.",
        ),
        "email": ("E-mail address", "For notices and lost passwords. Nobody else sees it."),
        "password1": ("Password", _CHOOSE_WELL),
        "password2": ("The same password again", ""),
    }


class AddEmailForm(_OurWords, allauth.AddEmailForm):
    words: ClassVar = {"email": ("E-mail address", "")}


class ResetPasswordForm(_OurWords, allauth.ResetPasswordForm):
    words: ClassVar = {"email": ("E-mail address", "")}


class ResetPasswordKeyForm(_OurWords, allauth.ResetPasswordKeyForm):
    words: ClassVar = {
        "password1": ("New password", _CHOOSE_WELL),
        "password2": ("The same password again", ""),
    }


class SetPasswordForm(_OurWords, allauth.SetPasswordForm):
    words: ClassVar = {
        "password1": ("Password", _CHOOSE_WELL),
        "password2": ("The same password again", ""),
    }


class ChangePasswordForm(_OurWords, allauth.ChangePasswordForm):
    words: ClassVar = {
        "oldpassword": ("Password until now", ""),
        "password1": ("New password", _CHOOSE_WELL),
        "password2": ("The same password again", ""),
    }


class ReauthenticateForm(_OurWords, allauth.ReauthenticateForm):
    words: ClassVar = {"password": ("Password", "")}
