"""The language of an article's words, for the elements that hold them."""

from __future__ import annotations

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString

from forum.lib.language import direction_of

register = template.Library()


@register.simple_tag
def in_language(language: str, html: str) -> SafeString:
    """Attributes for an element with words of an article in ``language``, whose text is ``html``.

    Where nobody has said which language it is, and its letters are not the site's, it is left
    open: a screen reader that reads Hebrew as if it were English reads nothing.
    """
    direction = direction_of(language, html)
    if language:
        return format_html('lang="{}" dir="{}"', language, direction)
    if direction != direction_of(settings.LANGUAGE_CODE):
        return format_html('lang="" dir="{}"', direction)
    return format_html('dir="{}"', direction)


@register.filter
def runs_left(language: str, html: str) -> bool:
    """Whether a text in ``language``, whose text is ``html``, runs from right to left."""
    return direction_of(language, html) == "rtl"
