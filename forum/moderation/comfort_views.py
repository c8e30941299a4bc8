"""What spares a moderator at the desk: a page of their own settings."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from forum.accounts.models import User
from forum.lib.web import page_errors, shows_form
from forum.moderation.lookup import moderator_of


class ComfortForm(forms.Form):
    """What is veiled until one looks at it."""

    blur_images = forms.BooleanField(
        label=_lazy("Blur images until I point at them"), required=False
    )
    gray_images = forms.BooleanField(label=_lazy("Show images without colour"), required=False)
    hide_words = forms.BooleanField(
        label=_lazy("Hide words of the word lists until I point at them"),
        required=False,
        help_text=_lazy(
            "On all pages of moderation, and wherever they stand in a text. With a keyboard, go "
            "there with Tab; on a screen, touch it. A screen reader says that a word is veiled, "
            "and reads it once you are there."
        ),
    )


@shows_form
@page_errors
def desk_settings(request: HttpRequest) -> HttpResponse:
    """Choose what the pages of moderation veil."""
    person = moderator_of(request)
    if request.method == "POST":
        form = ComfortForm(request.POST)
        if form.is_valid():
            User.objects.filter(pk=person.pk).update(**form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("desk-settings")
    else:
        form = ComfortForm(
            initial={name: getattr(person, name) for name in ComfortForm.base_fields}
        )
    return render(request, "moderation/desk_settings.html", {"form": form})
