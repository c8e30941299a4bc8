"""Changes to HTML on its way in that are about images."""

from __future__ import annotations

from html import escape
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from forum.lib.tags import tags_in


def images_as_links(html: str) -> tuple[str, int]:
    """``html`` with a link for each image that lies at a full address, and their number.

    Our pages load nothing from elsewhere. An image that is a link already becomes its words.
    """
    made, at, count, linked = [], 0, 0, False
    for tag in tags_in(html):
        if tag.name == "a":
            linked = not tag.closing
        if tag.name != "img":
            continue
        attributes = tag.attributes()
        address = attributes.get("src", "")
        try:
            full = urlsplit(address).scheme in ("http", "https")
        except ValueError:
            full = False
        if not full:
            continue
        words = attributes.get("alt", "").strip() or PurePosixPath(urlsplit(address).path).name
        words = escape(words or "image")
        link = words if linked else f'<a href="{escape(address, quote=True)}">{words}</a>'
        made += [html[at : tag.start], link]
        at = tag.end
        count += 1
    return "".join(made) + html[at:], count
