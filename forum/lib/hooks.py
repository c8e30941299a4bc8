"""What the settings name, for apps that may not import it (``forum.settings.hooks``)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.utils.module_loading import import_string


def named(names: Sequence[str]) -> list[Any]:
    """What stands at each of the dotted ``names``, in their order. Raises ``ImportError``."""
    return _imported(tuple(names))


@cache
def _imported(names: tuple[str, ...]) -> list[Any]:
    return [import_string(name) for name in names]
