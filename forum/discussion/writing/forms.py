"""Forms for writing: a response, an edit. What may be said is the actions' affair."""

from __future__ import annotations

import re
import secrets
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from forum.discussion.lookup import as_id

_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MARKDOWN = _lazy(
    "You can use Markdown: *emphasis*, **strong**, > quotation, - list, [words](address)."
)
_EMPTY = {"required": _lazy("Please write something first.")}


def new_token() -> str:
    """A token for one form on one page: sent twice, the form makes one post."""
    return secrets.token_urlsafe(24)


class TokenField(forms.CharField):
    """The form's token, hidden. One that cannot be ours counts as none."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False)

    def clean(self, value: object) -> str:
        return value if isinstance(value, str) and _TOKEN.fullmatch(value) else ""


class ExpectedField(forms.IntegerField):
    """The id of the revision that the editor started from, hidden. Nonsense is no revision's."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False)

    def clean(self, value: object) -> int:
        return (as_id(value) if isinstance(value, str) else None) or 0


class ResponseForm(forms.Form):
    """A response to an article, or to one of its responses."""

    source = forms.CharField(
        label=_lazy("Your response"),
        help_text=_MARKDOWN,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages=_EMPTY,
    )
    token = TokenField()


class EditForm(forms.Form):
    """New words for a response, or for the note of an annotation."""

    source = forms.CharField(
        label=_lazy("Your words"),
        help_text=_MARKDOWN,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        error_messages=_EMPTY,
    )
    expected = ExpectedField()

    def __init__(self, *args: Any, is_note: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_note:
            # The tags alone can say it all.
            self.fields["source"].required = False
            self.fields["source"].label = _("Your note")
