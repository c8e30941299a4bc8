"""Veiling, on the pages of moderation, what a moderator would rather not see unprepared."""

from __future__ import annotations

from collections.abc import Iterator

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from forum.discussion.models import Revision
from forum.discussion.reading import Body
from forum.discussion.templatetags.revision_html import body_html, revision_html
from forum.lib.pieces import wrap
from forum.screening.lists import KEPT, Compiled

register = template.Library()

# The word itself is out of sight and, for a screen reader, out of the text until the box around it
# has the focus or is pointed at: what is met first is the label.
_VEIL = '<span class="veil-word" tabindex="0" role="group" aria-label="{}"><span>'
_END = "</span></span>"
#: Code points of the rest of a word that are looked for, on either side.
_WORD = 30


@register.inclusion_tag("moderation/comfort_styles.html", takes_context=True)
def comfort_styles(context: template.Context) -> dict[str, object]:
    """The style sheets of what the moderator has chosen, for the head of a page."""
    return {"moderator": context["user"]}


@register.simple_tag(takes_context=True)
def words_of(context: template.Context, revision: Revision) -> SafeString:
    """The words of a stored revision, each word of the lists veiled if the moderator wants that."""
    lists = _lists(context)
    spans = list(_spans(lists, revision.text)) if lists else []
    if not spans:
        return revision_html(revision)
    opening = format_html(_VEIL, _("Veiled word"))
    return body_html(Body(wrap(revision.html, spans, opening, _END)))


@register.simple_tag(takes_context=True)
def veiled(context: template.Context, text: str) -> str | SafeString:
    """A text without markup, likewise."""
    lists = _lists(context)
    if not (lists and text):
        return text
    return format_html_join("", "{}", ((piece,) for piece in _pieces(lists, text)))


def _lists(context: template.Context) -> Compiled | None:
    """The word lists, if whoever reads has chosen that their words are veiled. Once a request."""
    request = context.get("request")
    moderator = context.get("user")
    # The style guide shows these parts to nobody in particular.
    if request is None or moderator is None or not moderator.is_authenticated:
        return None
    if not (moderator.hide_words and moderator.moderates):
        return None
    found: Compiled | None = getattr(request, "veiled_words", None)
    if found is None:
        found = KEPT.current()
        request.veiled_words = found
    return found


def _pieces(lists: Compiled, text: str) -> Iterator[str | SafeString]:
    at = 0
    for start, end in _spans(lists, text):
        yield text[at:start]
        for place, line in enumerate(text[start:end].split("\n")):
            if place:
                yield "\n"
            yield format_html(_VEIL + "{}" + _END, _("Veiled word"), line)
        at = end
    yield text[at:]


def _spans(lists: Compiled, text: str) -> Iterator[tuple[int, int]]:
    """Where the words of the lists stand, whole and apart from one another."""
    start = end = -1
    for hit in sorted(lists.find(text), key=lambda hit: hit.start):
        if hit.start >= end:
            if end > start:
                yield start, end
            start, end = _whole(text, hit.start, hit.end)
        else:
            end = max(end, _whole(text, hit.start, hit.end)[1])
    if end > start:
        yield start, end


def _whole(text: str, start: int, end: int) -> tuple[int, int]:
    """The same with the rest of a word of which a part was found, as ``spam*`` finds it."""
    for _step in range(_WORD):
        if start and text[start].isalnum() and text[start - 1].isalnum():
            start -= 1
        if end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
            end += 1
    return start, end
