"""People in the answers of the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from forum.accounts.models import shown_name


class NameField(serializers.CharField):
    """The name of whoever did something, as people read it."""

    def to_representation(self, value: Any) -> str:
        return shown_name(str(value))
