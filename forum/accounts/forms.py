"""The forms of an account. Most are allauth's; here they get the site's own words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from allauth.account import forms as allauth
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.email_verification import send_verification_email_to_address
from allauth.account.models import EmailAddress
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _lazy

from forum.accounts.actions import ask_for_address
from forum.accounts.models import NAME_LIMIT, Leaving, User
from forum.lib.errors import Refused
from forum.lib.text import clean_line

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_CHOOSE_WELL = _lazy("At least 8 characters, not only digits, and nothing that is easy to guess.")


class SettingsForm(forms.Form):
    """What a person may change about themselves."""

    display_name = forms.CharField(
        label=_lazy("Name beside what you write"),
        help_text=_lazy(
            "Leave it empty to use your user name. What you wrote before keeps its name."
        ),
        max_length=NAME_LIMIT,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email_notices = forms.BooleanField(label=_lazy("Send me notices by e-mail too"), required=False)
    show_picture = forms.BooleanField(
        label=_lazy("A picture of my initials on my profile"), required=False
    )

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


class ErasureForm(forms.Form):
    """What becomes of the posts of an account that is erased, and the password once more."""

    posts = forms.ChoiceField(
        label=_lazy("What becomes of what you wrote?"),
        choices=Leaving.choices,
        # Nothing is chosen beforehand.
        widget=forms.RadioSelect,
        error_messages={"required": _lazy("Choose what becomes of what you wrote.")},
    )
    password = forms.CharField(
        label=_lazy("Your password"),
        help_text=_lazy("So that nobody else does this who finds you logged in."),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _lazy("Type your password.")},
    )

    def __init__(self, person: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._person = person

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not self._person.check_password(password):
            raise forms.ValidationError(_lazy("This is not your password."))
        return password


class OurWords:
    """Labels and help of our own, and no placeholders: they vanish while one types."""

    #: By field: its label and its help.
    words: ClassVar[dict[str, tuple[str | _StrPromise, str | _StrPromise]]] = {}
    #: Of the form this is mixed into.
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name in self.words:
                field.label, field.help_text = self.words[name]


class LoginForm(OurWords, allauth.LoginForm):
    words: ClassVar = {
        "login": (_lazy("User name or e-mail address"), ""),
        "password": (_lazy("Password"), ""),
        "remember": (_lazy("Keep me logged in on this device"), ""),
    }


class SignupForm(OurWords, allauth.SignupForm):
    words: ClassVar = {
        "username": (
            _lazy("User name"),
            _lazy(
                "2 to 60 letters, digits, dots, dashes or underscores. You can show another name."
            ),
        ),
        "email": (
            _lazy("E-mail address"),
            _lazy("For notices and lost passwords. Nobody else sees it."),
        ),
        "password1": (_lazy("Password"), _CHOOSE_WELL),
        "password2": (_lazy("The same password again"), ""),
    }


class AddEmailForm(OurWords, allauth.AddEmailForm):
    """Asks for another address in place of the one there is.

    An address that another account has is taken like any other: who does not read its mail does
    not learn that it has one, and who does cannot confirm it here.
    """

    words: ClassVar = {"email": (_lazy("New e-mail address"), "")}

    def save(self, request: HttpRequest) -> EmailAddress:
        address = ask_for_address(self.user, self.cleaned_data["email"])
        send_verification_email_to_address(request, address)
        get_adapter().send_notification_mail("account/email/email_change_asked", self.user)
        return address


class ResetPasswordForm(OurWords, allauth.ResetPasswordForm):
    words: ClassVar = {"email": (_lazy("E-mail address"), "")}


class ResetPasswordKeyForm(OurWords, allauth.ResetPasswordKeyForm):
    words: ClassVar = {
        "password1": (_lazy("New password"), _CHOOSE_WELL),
        "password2": (_lazy("The same password again"), ""),
    }


class SetPasswordForm(OurWords, allauth.SetPasswordForm):
    words: ClassVar = {
        "password1": (_lazy("Password"), _CHOOSE_WELL),
        "password2": (_lazy("The same password again"), ""),
    }


class ChangePasswordForm(OurWords, allauth.ChangePasswordForm):
    words: ClassVar = {
        "oldpassword": (_lazy("Password until now"), ""),
        "password1": (_lazy("New password"), _CHOOSE_WELL),
        "password2": (_lazy("The same password again"), ""),
    }


class ReauthenticateForm(OurWords, allauth.ReauthenticateForm):
    words: ClassVar = {"password": (_lazy("Password"), "")}
