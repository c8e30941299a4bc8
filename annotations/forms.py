"""The forms of placing by hand. What can be done is the action's affair."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

from django import forms
from django.utils.translation import gettext_lazy as _lazy

from annotations.excerpts import excerpt
from annotations.placement.placing import extent
from forum.discussion.writing.forms import ExpectedField
from forum.lib.forms import offer

if TYPE_CHECKING:
    from annotations.models import Placement
    from annotations.placement.placing import Extent

_EXTENT = re.compile(r"([0-9]{1,9})-([0-9]{1,9})")


class ExtentField(forms.CharField):
    """A place as ``12-40``, hidden; nothing, or nonsense, is nowhere."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False)

    def clean(self, value: object) -> Extent:
        match = _EXTENT.fullmatch(value) if isinstance(value, str) else None
        return (int(match[1]), int(match[2])) if match else None


class OfferedField(forms.ChoiceField):
    """One of the places that were offered; the view looks whether it still is."""

    def valid_value(self, value: object) -> bool:
        """Any is, so far."""
        return True


class _Placing(forms.Form):
    #: The text and the place that the editor is looking at.
    revision = ExpectedField()
    before = ExtentField()

    @classmethod
    def at(cls, placement: Placement, *, typed: Mapping[str, str] | None = None) -> Self:
        """The form for a note that stands at ``placement``, with what was ``typed`` before."""
        return cls(initial={**(typed or {}), **looked_at(placement)})


def looked_at(placement: Placement) -> dict[str, str]:
    """What the hidden fields say of ``placement``."""
    place = extent(placement.start, placement.end)
    before = f"{place[0]}-{place[1]}" if place else ""
    return {"revision": str(placement.revision_id), "before": before}


class PlaceForm(_Placing):
    """The words that a note shall stand on."""

    words = forms.CharField(
        label=_lazy("The words it belongs to"),
        help_text=_lazy(
            "As they stand in the present text. Type or paste them, or select them there."
        ),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _lazy("Say which words it belongs to.")},
    )
    #: Set by script from what is selected: which of several places with these words is meant.
    at_once = ExtentField()
    place = OfferedField(
        label=_lazy("Which of these places?"), required=False, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_lazy("Reason"),
        required=False,
        help_text=_lazy("Its author reads it with the notice."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def offer(self, places: Sequence[tuple[int, int]], text: str) -> None:
        """Let one of several ``places`` in ``text`` be chosen."""
        choices = []
        for start, end in places:
            around = excerpt(text, (start, end))
            if around:
                label = f"{around.lead}{around.words}{around.tail}"
                choices.append((f"{start}-{end}", label))
        offer(self, "place", choices)


class TakeOffForm(_Placing):
    """Why a note does not belong where it stands."""

    reason = forms.CharField(
        label=_lazy("Why it does not belong there"),
        help_text=_lazy("Its author reads it with the notice."),
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _lazy("Say why it does not belong there; its author is told.")},
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, auto_id="off_%s", **kwargs)
