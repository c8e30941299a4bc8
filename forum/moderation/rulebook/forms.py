"""The form for a rule."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _lazy

from forum.moderation.models import Category
from forum.moderation.rulebook.actions import MOST_SEVERE


class RuleForm(forms.Form):
    """The words of a rule, and the version that they are to follow."""

    number = forms.IntegerField(
        label=_lazy("Number"), help_text=_lazy("Where it stands in the list."), min_value=1
    )
    slug = forms.CharField(
        label=_lazy("Name in addresses"),
        help_text=_lazy("Letters, digits and hyphens. It stays for ever."),
    )
    title = forms.CharField(label=_lazy("Title"))
    text = forms.CharField(
        label=_lazy("Text"), strip=False, widget=forms.Textarea(attrs={"rows": 10})
    )
    category = forms.ChoiceField(
        label=_lazy("What a breach of it is about"),
        help_text=_lazy("As the Transparency Database of the EU sorts statements of reasons."),
        choices=Category.choices,
    )
    severity = forms.IntegerField(
        label=_lazy("What a removal by it weighs"),
        help_text=_lazy("As a strike, from 1 for what happens to anybody to 9 for the gravest."),
        min_value=1,
        max_value=MOST_SEVERE,
        initial=1,
    )
    expected = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=32_767)
