"""The form for which notices come by e-mail."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms

from forum.notifications.models import CHOSEN, How, NotificationKind


class SettingsForm(forms.Form):
    """One choice for each kind of notice."""

    def __init__(
        self, data: Mapping[str, str] | None = None, *, now: Mapping[NotificationKind, How]
    ) -> None:
        super().__init__(data, initial={kind.value: how for kind, how in now.items()})
        for kind in CHOSEN:
            self.fields[kind.value] = forms.ChoiceField(label=kind.label, choices=How.choices)

    @property
    def chosen(self) -> dict[NotificationKind, How]:
        """What was chosen, once it is valid."""
        return {NotificationKind(kind): How(how) for kind, how in self.cleaned_data.items()}
