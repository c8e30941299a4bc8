"""Fields of the API that take one JSON type each and guess nothing.

The framework's own would read ``1`` as a text, ``"yes"`` as true and ``3.0`` as a whole number;
a client that sends those has a mistake in it, and is told so.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

#: The largest id and the largest position that every database can store.
ID_LIMIT = 2**63 - 1
POSITION_LIMIT = 2**31 - 1


def moment(at: datetime) -> str:
    """A point in time as the API writes it: ISO 8601, in UTC."""
    return at.isoformat().replace("+00:00", "Z")


class Text(serializers.CharField):
    """A string, white space and all. Its length in code points is for the action to judge."""

    default_error_messages = {"invalid": _lazy("This must be a string.")}

    def __init__(self, **options: Any) -> None:
        options.setdefault("trim_whitespace", False)
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Token(Text):
    """What a client may choose for one thing it makes, so that sent twice it is made once."""

    def __init__(self, **options: Any) -> None:
        optional = {"required": False, "allow_null": True, "allow_blank": True}
        super().__init__(**{**optional, "max_length": 64, **options})


class Anyway(Text):
    """The answer of whoever was asked to think about their words again, and did."""

    def __init__(self, **options: Any) -> None:
        optional = {"required": False, "allow_null": True, "allow_blank": True}
        help_text = "The `anyway` of a 409 with code `nudge`: post it all the same."
        super().__init__(**{**optional, "max_length": 400, "help_text": help_text, **options})


class Whole(serializers.IntegerField):
    """A whole number, written as one: not ``true``, not ``3.0``, not ``"3"``."""

    default_error_messages = {"invalid": _lazy("This must be a whole number.")}

    def __init__(self, **options: Any) -> None:
        options.setdefault("min_value", 0)
        options.setdefault("max_value", ID_LIMIT)
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int:  # a bool is an int to isinstance
            self.fail("invalid")
        return data


class YesNo(serializers.BooleanField):
    """``true`` or ``false``."""

    default_error_messages = {"invalid": _lazy("This must be true or false.")}

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid")
        return data


class Choice(serializers.ChoiceField):
    """One of a few words."""

    default_error_messages = {"invalid_choice": _lazy("Choose one of: {choices}.")}

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str) or data not in self.choices:
            self.fail("invalid_choice", choices=", ".join(self.choices))
        return data


class Texts(serializers.ListField):
    """A list of strings."""

    default_error_messages = {"not_a_list": _lazy("This must be a list of strings.")}

    def __init__(self, *, each: int, most: int, **options: Any) -> None:
        super().__init__(child=Text(max_length=each), max_length=most, **options)

    def to_internal_value(self, data: Any) -> list[Any]:
        # Counted first: a million wrong values would become a million messages.
        if isinstance(data, list) and len(data) > (self.max_length or 0):
            self.fail("max_length", max_length=self.max_length)
        return super().to_internal_value(data)


@extend_schema_field({"oneOf": [{"type": "string"}, {"type": "integer"}], "nullable": True})
class SlugOrNumber(serializers.Field[str | int, Any, str | int, Any]):
    """What something can be called by: its slug, or its number."""

    default_error_messages = {"invalid": _lazy("This must be a slug or a number.")}

    def to_internal_value(self, data: Any) -> str | int:
        if type(data) is int and 0 <= data <= ID_LIMIT:
            return data
        if isinstance(data, str) and len(data) <= 100 and data.isprintable():
            return data
        return self.fail("invalid")

    def to_representation(self, value: str | int) -> str | int:
        return value


class Input(serializers.Serializer[Any]):
    """What a client sends. ``null`` for a field that allows it is as good as leaving it out."""

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in attrs.items() if value is not None}
