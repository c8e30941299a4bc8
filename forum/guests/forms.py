"""Forms that are sent without an account: a response, and traps for programs."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forum.discussion.writing.forms import ResponseForm

#: Seconds: nobody types a name, an address and a response faster.
QUICKEST = 3
#: Seconds that a form is good for.
LONGEST = 86_400
_SALT = "forum.guests.form"


class Traps(forms.Form):
    """Two traps for programs, in a form that is sent without an account."""

    #: Nobody sees this field, so nobody fills it in.
    website = forms.CharField(
        required=False,
        label=gettext_lazy("Leave this empty"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    #: When the form was made, signed.
    began = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("Leave this field empty, and send the form again."))
        return ""

    def clean(self) -> dict[str, object] | None:
        try:
            signing.loads(self.cleaned_data.get("began", ""), salt=_SALT, max_age=LONGEST)
        except signing.BadSignature:
            self.data = {name: self.data.get(name) for name in self.data} | {"began": stamp()}
            self.add_error(None, _("This form was open for very long. Please send it again."))
            return self.cleaned_data
        if _is_too_quick(self.cleaned_data["began"]):
            self.add_error(None, _("That was very quick. Wait a moment, then send it again."))
        return self.cleaned_data


class GuestForm(Traps, ResponseForm):
    """A response with a name and an e-mail address."""

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        help_text=gettext_lazy("Others see it, with “(guest)” behind it."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("Please give a name.")},
    )
    email = forms.CharField(
        label=gettext_lazy("Your e-mail address"),
        help_text=gettext_lazy("Nobody sees it. You get a link there, to confirm your response."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": gettext_lazy("Please give an e-mail address.")},
    )

    @property
    def days(self) -> int:
        """For how many days after the decision an address is kept."""
        kept: int = settings.GUEST_EMAIL_DAYS
        return kept


def stamp() -> str:
    """When a form was made, for ``began``."""
    return signing.dumps("", salt=_SALT)


def _is_too_quick(began: str) -> bool:
    if not QUICKEST:
        return False
    try:
        signing.loads(began, salt=_SALT, max_age=QUICKEST)
    except signing.SignatureExpired:
        return False
    return True
