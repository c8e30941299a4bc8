"""Forms of those who look after moderators, and of second looks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _lazy

from forum.lib.forms import offer
from forum.moderation.fields import RuleField
from forum.moderation.models import Action, SecondReview
from forum.moderation.oversight.reviewing import choices_of


class RevertForm(forms.Form):
    """From when on what a moderator decided is turned back, and why."""

    since = forms.DateTimeField(
        label=_lazy("Since"),
        required=False,
        help_text=_lazy("A day, or a day and a time, such as 2026-11-26 14:30. Empty: all of it."),
        input_formats=["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d"],
        error_messages={"invalid": _lazy("Write the day as 2026-11-26.")},
    )
    reason = forms.CharField(
        label=_lazy("Reason"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_lazy("Authors whose post comes back, or goes again, are told this."),
    )


class ReviewForm(forms.Form):
    """What somebody would have decided who does not know what was decided."""

    action = forms.ChoiceField(
        label=_lazy("What would you decide?"),
        widget=forms.RadioSelect,
        error_messages={"required": _lazy("Choose what should become of it.")},
    )
    rule = RuleField()
    note = forms.CharField(
        label=_lazy("Why"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_lazy("Only moderators will read it."),
    )

    def __init__(self, *args: Any, review: SecondReview, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "action", [(name, Action(name).label) for name in choices_of(review)])
