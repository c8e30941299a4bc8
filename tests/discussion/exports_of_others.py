"""Exports of other systems, as small as they come."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from django.core.management import call_command

from forum.discussion.models import Article, Post

WXR_HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:wfw="http://wellformedweb.org/CommentAPI/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Blog</title><link>https://blog.example.org</link>
<wp:wxr_version>1.2</wp:wxr_version>
<wp:base_site_url>https://blog.example.org</wp:base_site_url>
<wp:base_blog_url>https://blog.example.org</wp:base_blog_url>
<wp:author><wp:author_id>1</wp:author_id><wp:author_login><![CDATA[ada]]></wp:author_login>
<wp:author_email><![CDATA[ada@example.org]]></wp:author_email>
<wp:author_display_name><![CDATA[Ada Byron]]></wp:author_display_name></wp:author>
"""
WXR_TAIL = "</channel></rss>"


def wxr(*items: str) -> str:
    """A WXR file."""
    return WXR_HEAD + "".join(items) + WXR_TAIL


def item(number: object = 1, *comments: str, content: str = "The bridge.", **fields: str) -> str:
    """A post in a WXR file. ``fields`` are those of ``wp:``, without ``post_``, and a few more."""
    values = {
        "status": "publish",
        "post_type": "post",
        "post_date": "2014-03-01 10:00:00",
        "post_date_gmt": "2014-03-01 09:00:00",
        "comment_status": "open",
        "post_name": f"post-{number}",
        "post_password": "",
    } | {
        name: value
        for name, value in fields.items()
        if name not in ("title", "creator", "excerpt", "link")
    }
    wp = "".join(f"<wp:{name}>{escape(value)}</wp:{name}>" for name, value in values.items())
    link = fields.get("link", f"https://blog.example.org/{number}/")
    return (
        f"<item><title><![CDATA[{fields.get('title', f'Post {number}')}]]></title>"
        f"<link>{link}</link><dc:creator>{fields.get('creator', 'ada')}</dc:creator>"
        f"<content:encoded><![CDATA[{content}]]></content:encoded>"
        f"<excerpt:encoded><![CDATA[{fields.get('excerpt', '')}]]></excerpt:encoded>"
        f"<wp:post_id>{number}</wp:post_id>{wp}"
        "<wp:postmeta><wp:meta_key>_x</wp:meta_key><wp:meta_value>y</wp:meta_value></wp:postmeta>"
        f"{''.join(comments)}</item>"
    )


def said(number: object, parent: object = 0, **fields: str | None) -> str:
    """A comment in a WXR file. ``fields`` are those of ``wp:comment_``."""
    values = {
        "id": str(number),
        "author": f"Reader {number}",
        "author_email": f"reader{number}@example.org",
        "author_IP": "192.0.2.7",
        "date": "2014-03-02 10:00:00",
        "date_gmt": "2014-03-02 09:00:00",
        "content": f"Words of {number}.",
        "approved": "1",
        "type": "",
        "parent": str(parent),
        "user_id": "0",
    } | fields
    inside = "".join(
        f"<wp:comment_{name}><![CDATA[{value}]]></wp:comment_{name}>"
        for name, value in values.items()
        if value is not None
    )
    return f"<wp:comment>{inside}</wp:comment>"


DISQUS_HEAD = """<?xml version="1.0" encoding="utf-8"?>
<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<category dsq:id="1"><forum>daily</forum><title>General</title></category>
"""


def disqus(*parts: str) -> str:
    """A Disqus export."""
    return f"{DISQUS_HEAD}{''.join(parts)}</disqus>"


def thread(
    number: object,
    link: str = "",
    *,
    title: str = "",
    id: str = "",
    closed: bool = False,
    deleted: bool = False,
) -> str:
    """A thread in it. Without ``id``, that element is empty."""
    return (
        f'<thread dsq:id="{number}">{f"<id>{id}</id>" if id else "<id />"}<forum>daily</forum>'
        f'<category dsq:id="1" /><link>{escape(link)}</link>'
        f"<title>{escape(title)}</title><message />"
        "<createdAt>2014-03-01T09:00:00Z</createdAt><author><name>Ada</name></author>"
        f"<isClosed>{str(closed).lower()}</isClosed>"
        f"<isDeleted>{str(deleted).lower()}</isDeleted></thread>"
    )


def posted(number: object, thread: object, parent: object = None, **fields: str) -> str:
    """A post in it."""
    values = {
        "message": f"<p>Words of {number}.</p>",
        "createdAt": "2014-03-02T09:00:00Z",
        "isDeleted": "false",
        "isSpam": "false",
        "name": f"Reader {number}",
        "anonymous": "true",
        "username": "",
        "email": f"reader{number}@example.org",
    } | fields
    user = f"<username>{values['username']}</username>" if values["username"] else ""
    above = f'<parent dsq:id="{parent}" />' if parent else ""
    return (
        f'<post dsq:id="{number}"><id>wp_id={number}</id>'
        f"<message><![CDATA[{values['message']}]]></message><createdAt>{values['createdAt']}</createdAt>"
        f"<isDeleted>{values['isDeleted']}</isDeleted><isSpam>{values['isSpam']}</isSpam>"
        f"<author><email>{values['email']}</email><name>{values['name']}</name>"
        f"<isAnonymous>{values['anonymous']}</isAnonymous>{user}</author>"
        f'<ipAddress>192.0.2.7</ipAddress><thread dsq:id="{thread}" />{above}</post>'
    )


def run(command: str, *arguments: object, **options: object) -> dict[str, Any]:
    """What ``command`` counts."""
    import json

    out = StringIO()
    call_command(command, *map(str, arguments), json=True, stdout=out, stderr=StringIO(), **options)
    counted: dict[str, Any] = json.loads(out.getvalue())
    return counted


def import_wordpress(
    folder: Path, *texts: str, dry: bool = False, options: tuple[str, ...] = ()
) -> dict[str, Any]:
    """What importing these files counts; a dry run before it has to count the same."""
    paths = []
    for number, text in enumerate(texts):
        paths.append(folder / f"export-{number}.xml")
        paths[-1].write_text(text, encoding="utf-8")
    return _twice("import_wordpress", [*paths, *options], dry=dry)


def import_disqus(folder: Path, text: str, *options: str, dry: bool = False) -> dict[str, Any]:
    """The same for Disqus."""
    path = folder / "disqus.xml"
    path.write_text(text, encoding="utf-8")
    return _twice("import_disqus", [path, *options], dry=dry)


def _twice(command: str, arguments: list[object], *, dry: bool) -> dict[str, Any]:
    before = state()
    would = run(command, *arguments, "--dry-run")
    assert state() == before
    assert would.pop("dry_run") is True
    if dry:
        return would
    counted = run(command, *arguments)
    assert counted.pop("dry_run") is False
    assert counted == would
    return counted


def state() -> list[Any]:
    """All that an import may write, as the database has it."""
    from django.core import mail

    from forum.discussion.models import Revision
    from forum.moderation.models import Case, Event
    from forum.notifications.models import Notification

    tables = (Post, Article, Revision, Case, Event, Notification)
    return [*(list(table.objects.order_by("pk").values()) for table in tables), len(mail.outbox)]


def by_id(source_id: str) -> Post:
    """The post that goes by ``source_id`` where it came from."""
    return Post.objects.get(source_id=source_id)
