"""Tables and preformatted text that are wider than the page: scrolled by keyboard too."""

from html import escape

from forum.lib.words import gettext as _

_OPEN = '<div class="prose-scroll" role="group" aria-label="{}" tabindex="0"><table>'


def scrollable(html: str) -> str:
    """Return canonical ``html``, marked or not, with what may have to scroll made focusable.

    The text, as ``forum.lib.canonical`` defines it, is unchanged: what is put around a table is a
    block as the table is.
    """
    if "<table>" in html:
        html = html.replace("<table>", _OPEN.format(escape(_("Table")))).replace(
            "</table>", "</table></div>"
        )
    return html.replace("<pre>", '<pre tabindex="0">')
