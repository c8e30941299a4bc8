"""The forms for giving notice. What is taken is for the action to say, not for these."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from forum.discussion.lookup import as_id, get_article_for, get_post_for
from forum.discussion.writing.forms import TokenField
from forum.guests.forms import Traps
from forum.lib.errors import NotFound, Refused
from forum.moderation.models import URL_LIMIT, Category

if TYPE_CHECKING:
    from forum.discussion.models import Post
    from forum.discussion.visibility import Reader

_FRAGMENT = re.compile(r"(?:comment|note|reply)-([0-9]{1,18})")


class AddressForm(forms.Form):
    """What somebody wants to give notice of, by its address."""

    url = forms.CharField(
        label=_lazy("Address of what is illegal"),
        help_text=_lazy("Copy it from the address bar, or from the link of the response or note."),
        max_length=URL_LIMIT,
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _lazy("Give the exact address.")},
    )


class NoticeForm(Traps):
    """A notice of illegal content."""

    category = forms.ChoiceField(
        label=_lazy("What is it about?"),
        choices=[("", _lazy("Choose what fits best")), *Category.choices],
        error_messages={"required": _lazy("Choose what it is about.")},
    )
    explanation = forms.CharField(
        label=_lazy("Why is it illegal?"),
        help_text=_lazy("Say what exactly is illegal and why, so that a moderator can tell."),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _lazy("Say why it is illegal.")},
    )
    law = forms.CharField(
        label=_lazy("The law that it is against"),
        help_text=_lazy("If you know it: the act and the section."),
        required=False,
    )
    offence_against_children = forms.BooleanField(
        label=_lazy("It is about the sexual abuse or exploitation of children"),
        help_text=_lazy("Then you need not say who you are."),
        required=False,
    )
    name = forms.CharField(
        label=_lazy("Your name"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.CharField(
        label=_lazy("Your e-mail address"),
        help_text=_lazy("Only moderators see it. You are told there what was decided."),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    trusted_flagger = forms.CharField(
        label=_lazy("Trusted flagger"),
        help_text=_lazy(
            "If you give notice for a body that is one: its name. Log in first, with an account "
            "that has confirmed its e-mail address."
        ),
        required=False,
    )
    good_faith = forms.BooleanField(
        label=_lazy("I believe in good faith that what I say here is accurate and complete."),
        error_messages={
            "required": _lazy(
                "Confirm that what you say is, as far as you know, accurate and whole."
            )
        },
    )
    token = TokenField()

    def __init__(self, *args: Any, has_account: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_account = has_account
        if has_account:
            del self.fields["name"], self.fields["email"]
            self.fields["offence_against_children"].help_text = ""

    def clean(self) -> dict[str, object] | None:
        cleaned = self.cleaned_data if self.has_account else super().clean()
        if not self.has_account and not self.cleaned_data.get("offence_against_children"):
            for field, said in (
                ("name", _("Please give a name.")),
                ("email", _("Please give an e-mail address.")),
            ):
                if not self.cleaned_data.get(field) and field not in self.errors:
                    self.add_error(field, said)
        return cleaned

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        traps = ("website", "began")
        return {key: value for key, value in self.cleaned_data.items() if key not in traps}


def post_at(reader: Reader, url: str, host: str) -> Post:
    """The post whose address on this site ``url`` is, whatever page shows it; ``host`` is how
    ``reader`` reaches the site.

    Raises ``Refused`` naming ``url``, with the same words whether it is elsewhere, nowhere, or
    somewhere that ``reader`` may not read.
    """
    refusal = Refused(
        "url", _("This is not the address of an article, a response or a note on this site.")
    )
    try:
        parts = urlsplit(url.strip())
        here = ("", host.lower(), urlsplit(settings.SITE_URL).netloc.lower())
        if parts.netloc.lower() not in here:
            raise refusal
        if within := _FRAGMENT.fullmatch(parts.fragment):
            return get_post_for(reader, int(within[1]))
        found = resolve(parts.path)
        if "slug" in found.kwargs and found.route.startswith("articles/"):
            return get_article_for(reader, found.kwargs["slug"]).post
        if "pk" in found.kwargs and found.route.startswith("posts/"):
            return get_post_for(reader, as_id(str(found.kwargs["pk"])) or 0)
    except (ValueError, Resolver404, NotFound):
        raise refusal from None
    raise refusal
