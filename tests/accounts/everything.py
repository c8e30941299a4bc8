"""All that the database holds as text, to look for what must not be in it."""

from __future__ import annotations

from django.apps import apps
from django.db.models import Model


def texts_with(*words: str) -> list[str]:
    """Where any of ``words`` stands, in whatever case, as ``model.column: text``."""
    found = []
    for model in apps.get_models():
        for row in model._default_manager.values():
            for column, value in row.items():
                said = str(value).lower()
                if any(word.lower() in said for word in words):
                    found.append(f"{model._meta.label}.{column}: {value}")
    return found


def count(model: type[Model], **filters: object) -> int:
    """How many rows of ``model`` there are."""
    return model._default_manager.filter(**filters).count()
