"""What WordPress makes of a text when it shows it: paragraphs, addresses, shortcodes.

A text is kept as it was typed, and becomes HTML on its way to a page. Nothing here makes it safe:
what comes out goes through the sanitiser like all HTML.
"""

from __future__ import annotations

import re
from html import escape

from forum.discussion.importers.page_text import images_as_links
from forum.lib.text import ARTICLE_LIMIT

#: Elements that stand between paragraphs, not in them.
_BLOCKS = (
    "address|article|aside|blockquote|body|caption|center|col|colgroup|dd|details|dir|div|dl|dt|"
    "fieldset|figcaption|figure|footer|form|h[1-6]|header|hgroup|hr|iframe|legend|li|main|map|"
    "math|menu|nav|object|ol|option|p|script|section|select|style|summary|table|tbody|td|"
    "tfoot|th|thead|tr|ul|video|audio"
)
_BLOCK = re.compile(rf"(</?(?:{_BLOCKS})(?=[\s/>])[^<>]*>)", re.IGNORECASE)
#: What keeps its line breaks as they are.
_VERBATIM = re.compile(r"<(pre|script|style|textarea|svg)(?=[\s/>])", re.IGNORECASE)
_BLANK_LINES = re.compile(r"\n\s*\n")
_BREAK_WRITTEN = re.compile(r"<br\s{0,9}/?>\Z", re.IGNORECASE)
_LINE_ADDRESS = re.compile(r"^[ \t]*(https?://[^\s<>\"']+)[ \t]*$", re.MULTILINE)
_BLOCK_EDITOR = re.compile(r"<!--\s+wp:[a-z]")
#: The shortcodes that come with WordPress. Others are words, such as [sic], or belong to plugins.
#: Bounded, or many that never end would each be looked for the end of through the whole text.
_CAPTION = re.compile(
    r"\[(wp_)?caption\b[^\[\]]{0,2000}\](.{0,4000}?)\[/(?:wp_)?caption\]", re.DOTALL
)
_EMBED = re.compile(
    r"\[embed\b[^\[\]]{0,2000}\]\s{0,99}(https?://[^\s\[\]<>\"']{1,2000})\s{0,99}\[/embed\]"
)
_MEDIA = re.compile(r"\[(gallery|playlist|audio|video)\b[^\[\]]{0,2000}\](?:\s{0,99}\[/\1\])?")
_PLUGIN = re.compile(r"\[/?[a-z][a-z0-9]{0,40}(?:[_-][a-z0-9_-]{1,60}[\s\]]|\s[^\[\]=]{1,60}=)")
_PUT_BY = re.compile("\ue000(\\d{1,6})\ue001")
_ESCAPED = re.compile(r"\[(\[[^\[\]]{0,2000}\])\]")


def article_html(content: str) -> tuple[str, tuple[str, ...]]:
    """The HTML of a post as readers saw it, and what of it has no place here."""
    lost = []
    escaped: list[str] = []
    content = content.replace("\ue000", "").replace("\ue001", "")
    if len(content) > ARTICLE_LIMIT:
        # It will be refused as it is.
        return content, ()
    # [[gallery]] is how one writes about a gallery.
    content = _ESCAPED.sub(lambda found: _put_by(found[1], escaped), content)
    if _MEDIA.search(content):
        lost.append("gallery or recording left out")
    content = _CAPTION.sub(lambda found: f"<figure>{found[2]}</figure>", content)
    content = _EMBED.sub(lambda found: f"\n\n{found[1]}\n\n", content)
    content = _MEDIA.sub("", content)
    if _PLUGIN.search(content):
        lost.append("shortcode of a plugin left as it is written")
    content = _PUT_BY.sub(lambda found: escaped[int(found[1])], content)
    blocks = _BLOCK_EDITOR.search(content) is not None
    content = _without_comments(content)
    content = _LINE_ADDRESS.sub(_link, content)
    if not blocks:
        content = paragraphs(content)
    content, images = images_as_links(content)
    if images:
        lost.append("image became a link")
    return content, tuple(lost)


def comment_html(content: str) -> str:
    """The HTML of a comment as readers saw it. Shortcodes never worked there."""
    if len(content) > ARTICLE_LIMIT:
        return content
    return paragraphs(_without_comments(content))


def paragraphs(text: str) -> str:
    """Blank lines become paragraphs, other line ends breaks, around the blocks that are there."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lower = text.lower()
    made, at = [], 0
    while found := _VERBATIM.search(text, at):
        end = lower.find(f"</{found[1].lower()}", found.end())
        end = text.find(">", end) + 1 if end >= 0 else 0
        if not end:
            break
        made += [_flowing(text[at : found.start()]), text[found.start() : end]]
        at = end
    made.append(_flowing(text[at:]))
    return "".join(made)


def _flowing(text: str) -> str:
    made = []
    for part in _BLOCK.split(text):
        if _BLOCK.fullmatch(part):
            made.append(part)
            continue
        for paragraph in _BLANK_LINES.split(part):
            if words := paragraph.strip():
                lines = [_BREAK_WRITTEN.sub("", line.strip()) for line in words.split("\n")]
                made.append(f"<p>{'<br>'.join(lines)}</p>")
    return "".join(made)


def _without_comments(html: str) -> str:
    made, at = [], 0
    while (start := html.find("<!--", at)) >= 0 and (end := html.find("-->", start + 4)) >= 0:
        made.append(html[at:start])
        at = end + 3
    return "".join(made) + html[at:]


def _put_by(words: str, by: list[str]) -> str:
    by.append(words)
    return f"\ue000{len(by) - 1}\ue001"


def _link(found: re.Match[str]) -> str:
    address = escape(found[1], quote=True)
    return f'<a href="{address}">{address}</a>'
