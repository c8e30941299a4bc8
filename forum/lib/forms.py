"""What forms have in common, whatever they are about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

#: The largest whole number that a column holds.
LARGEST = 2**31 - 1


def offer(form: forms.Form, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
    """Let one of ``choices`` be chosen in the field ``name`` of this ``form``."""
    field: Any = form.fields[name]
    field.choices = list(choices)


def refill(form: forms.Form, **values: str) -> None:
    """Make the form that was sent hold ``values`` in these fields when it is shown again."""
    form.data = {name: form.data.get(name) for name in form.data} | values


def focus_error(form: forms.Form) -> None:
    """Let the first field that is wrong have the focus: it may stand far down on a long page."""
    wrong = next((name for name in form.fields if name in form.errors), None)
    if wrong and not form.fields[wrong].widget.is_hidden:
        form.fields[wrong].widget.attrs["autofocus"] = True
