"""What the compiled templates know: those of the parts that a page shows by the thousand."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.urls import get_script_prefix, reverse
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import get_language
from jinja2 import Environment, StrictUndefined

from annotations.spoken import Spoken, plural_form
from forum.accounts.models import shown_name
from forum.discussion.templatetags.language import spoken_in
from forum.discussion.templatetags.revision_html import body_html

#: Stand for numbers in an address that is not whole yet.
_HOLES = (10**17 + 1, 10**17 + 2)


def environment(**options: Any) -> Environment:
    """Jinja2 with the names that our templates use; it escapes whatever is no ``Body``."""
    options |= {"undefined": StrictUndefined}
    made = Environment(autoescape=options.pop("autoescape", True), **options)
    made.policies["ext.i18n.trimmed"] = True
    made.add_extension(Spoken)
    made.globals |= {"url": url, "body_html": body_html, "plural_form": plural_form}
    made.globals["spoken_in"] = spoken_in
    made.filters |= {"moment": _moment, "day": _day, "truncatechars": _truncate}
    made.filters["default_if_none"] = _default_if_none
    made.filters["named"] = shown_name
    return made


def url(name: str, *args: int | str) -> str:
    """The address ``name`` of a page; of one known by numbers, a tenth of the cost of asking."""
    if not all(type(arg) is int for arg in args):
        return reverse(name, args=args)
    pattern = _pattern(get_script_prefix(), name, len(args))
    return pattern.format(*args)


@lru_cache(maxsize=64)
def _pattern(prefix: str, name: str, holes: int) -> str:
    whole = reverse(name, args=_HOLES[:holes]).replace("{", "{{").replace("}", "}}")
    for place, hole in enumerate(_HOLES[:holes]):
        whole = whole.replace(str(hole), f"{{{place}}}")
    return whole


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _day(at: datetime) -> str:
    return _day_of(at.astimezone(UTC).date(), get_language())


@lru_cache(maxsize=512)
def _day_of(day: Any, language: str | None) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")


def _truncate(text: str, length: int) -> str:
    if text.isascii():
        # The same without a look at each character.
        return text if len(text) <= length else f"{text[: length - 1]}…"
    return Truncator(text).chars(length)


def _default_if_none(value: object) -> object:
    return "" if value is None else value
