"""Fields that several forms of moderation have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _lazy

from forum.moderation.models import Category, Outcome, Rule

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class RuleField(forms.ModelChoiceField):
    """A choice among the rules in force; it may be left empty."""

    def __init__(self, **kwargs: Any) -> None:
        in_force = Rule.objects.filter(retired_at=None)
        usual: dict[str, Any] = {"label": _lazy("Rule"), "empty_label": _lazy("No rule")}
        super().__init__(in_force, required=False, **usual | kwargs)

    def label_from_instance(self, obj: Rule) -> str:
        return obj.numbered


def rules_by_slug() -> list[tuple[str, str]]:
    """The rules in force as choices, where the rule is meant whatever its version. One query."""
    return [(rule.slug, rule.numbered) for rule in Rule.objects.filter(retired_at=None)]


class CategoryField(forms.ChoiceField):
    """What something is about, where that is not what its rule says."""

    def __init__(self) -> None:
        super().__init__(
            label=_lazy("What it is about"),
            required=False,
            choices=[("", _lazy("As the rule says")), *Category.choices],
            help_text=_lazy("So the Transparency Database of the EU sorts it."),
        )


class PublicReasonField(forms.CharField):
    """Why something is decided, for everybody whom it concerns; some decisions need none."""

    def __init__(self, *, rows: int) -> None:
        super().__init__(
            label=_lazy("Public reason"),
            required=False,
            widget=forms.Textarea(attrs={"rows": rows}),
            help_text=_lazy(
                "The author and everybody who flagged this will read it. Whatever takes something "
                "from its author needs one."
            ),
        )


class PrivateNoteField(forms.CharField):
    """What moderators tell one another beside a decision."""

    def __init__(self) -> None:
        super().__init__(
            label=_lazy("Private note"),
            required=False,
            widget=forms.Textarea(attrs={"rows": 2}),
            help_text=_lazy("Only moderators will read it."),
        )


class WhyField(forms.CharField):
    """Why somebody wants something, or did it: nothing is taken without."""

    def __init__(self, *, rows: int, label: _StrPromise, help_text: _StrPromise) -> None:
        super().__init__(
            label=label,
            widget=forms.Textarea(attrs={"rows": rows}),
            help_text=help_text,
            error_messages={"required": _lazy("Say why.")},
        )


class OutcomeField(forms.ChoiceField):
    """What becomes of an appeal."""

    def __init__(self, choices: Sequence[tuple[Outcome, _StrPromise]]) -> None:
        super().__init__(
            label=_lazy("What becomes of the appeal?"),
            widget=forms.RadioSelect,
            choices=choices,
            error_messages={"required": _lazy("Choose what should become of it.")},
        )
