"""What narrows the public log and the export of statements."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _lazy

from forum.lib.forms import offer
from forum.moderation.models import Action, Rule, Sanctioning
from forum.moderation.transparency.log import Wanted

#: Days that a clock can go on from.
_THINKABLE = [MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(9000, 1, 1))]
_DAY = forms.DateInput(attrs={"type": "date"})
#: What nobody decides who may be asked about it.
_ACTIONS = [choice for choice in Action.choices if choice[0] != Action.ESCALATE]
#: Of people, apart from those of posts.
_ABOUT_PEOPLE = (_lazy("About accounts"), Sanctioning.choices)
_KINDS = [
    ("article", _lazy("Articles")),
    ("response", _lazy("Responses")),
    ("note", _lazy("Notes")),
    ("reply", _lazy("Replies to notes")),
    ("account", _lazy("Accounts")),
]


class PeriodForm(forms.Form):
    """From one day to another, both included."""

    since = forms.DateField(label=_lazy("From"), required=False, widget=_DAY, validators=_THINKABLE)
    until = forms.DateField(label=_lazy("To"), required=False, widget=_DAY, validators=_THINKABLE)

    def times(self) -> tuple[datetime | None, datetime | None]:
        """From when on, and before when. What is no day narrows nothing: ``is_valid`` says so."""
        self.is_valid()
        since, until = (self.cleaned_data.get(name) for name in ("since", "until"))
        return _midnight(since), _midnight(until + timedelta(days=1)) if until else None


def _midnight(day: date | None) -> datetime | None:
    return make_aware(datetime.combine(day, time())) if day else None


class LogFilter(PeriodForm):
    """Which lines of the log somebody asks for."""

    action = forms.ChoiceField(
        label=_lazy("Decision"),
        choices=[("", _lazy("Every decision")), *_ACTIONS, _ABOUT_PEOPLE],
        required=False,
    )
    kind = forms.ChoiceField(
        label=_lazy("Kind"), choices=[("", _lazy("Everything")), *_KINDS], required=False
    )
    rule = forms.ChoiceField(label=_lazy("Rule"), required=False)
    article = forms.SlugField(
        max_length=100, allow_unicode=True, required=False, widget=forms.HiddenInput
    )

    field_order = ("action", "kind", "rule", "since", "until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        titles: dict[str, str] = {}
        for rule in Rule.objects.order_by("version"):
            titles[rule.slug] = rule.title
        offer(self, "rule", [("", _lazy("Every rule")), *titles.items()])

    def wanted(self) -> Wanted:
        """What is asked for. What is no choice narrows nothing; call ``is_valid`` to be told."""
        self.is_valid()
        found = {name: value for name, value in self.cleaned_data.items() if value}
        return Wanted(**found)
