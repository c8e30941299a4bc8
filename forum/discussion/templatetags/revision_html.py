"""The one door through which HTML that people wrote gets onto a page."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString, mark_safe

from forum.discussion.models import Revision
from forum.discussion.reading import Body, Fragment
from forum.lib.html import Rendered
from forum.lib.scrollable import scrollable

register = template.Library()


@register.simple_tag
def revision_html(revision: Revision) -> SafeString:
    """The words of a stored revision."""
    return _canonical(revision, Revision)


@register.simple_tag
def rendered_html(rendered: Rendered) -> SafeString:
    """Words that were rendered a moment ago and are stored nowhere, such as a preview."""
    return _canonical(rendered, Rendered)


@register.simple_tag
def body_html(body: Body) -> SafeString:
    """The words of a revision as a page shows them, with marks or without."""
    return _canonical(body, Body)


@register.simple_tag
def fragment_html(fragment: Fragment) -> SafeString:
    """A part of a page that was made before."""
    return _canonical(fragment, Fragment)


def _canonical(holder: Revision | Rendered | Body | Fragment, kind: type) -> SafeString:
    """Let ``holder.html`` through unescaped.

    This is safe because of where these kinds of object get their HTML: all of it was
    built, element by element from a short list, by ``forum.lib.html.render``, after two
    sanitisers; ``Body`` may add ``<mark>`` and ``<span>`` elements, empty links and ids of
    headings, whose attributes are ids, class names, addresses and labels of ours, and
    ``scrollable`` adds only what stands in it. A ``Fragment`` comes out of a template that has
    escaped everything but those. Anything else, a string above all, is refused: a page that
    breaks can be mended.
    """
    if not isinstance(holder, kind):
        raise TypeError(f"{kind.__name__} expected, not {type(holder).__name__}")
    html = holder.html if isinstance(holder, Fragment) else scrollable(holder.html)
    return mark_safe(html)  # noqa: S308  # see above
