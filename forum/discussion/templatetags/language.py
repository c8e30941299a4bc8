"""The language of an article's words, for the elements that hold them."""

from __future__ import annotations

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

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
    spoken = spoken_in("", html)
    if spoken is None:
        return format_html('dir="{}"', direction)
    return format_html('lang="{}" dir="{}"', spoken, direction)


def spoken_in(language: str, html: str) -> str | None:
    """The language of what somebody wrote under an article in ``language``: it is taken for the
    article's, or if nobody has said which that is, for the site's.

    Empty, for a language that is not known, where its letters run the other way. ``None`` where
    the page around it says the same.
    """
    taken = language or settings.LANGUAGE_CODE
    if direction_of("", html) != direction_of(taken):
        return ""
    return None if taken == get_language() else taken


@register.filter
def runs_left(language: str, html: str) -> bool:
    """Whether a text in ``language``, whose text is ``html``, runs from right to left."""
    return direction_of(language, html) == "rtl"
