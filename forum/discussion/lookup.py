"""What an address names, for whoever asks. What they may not see is not there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from forum.discussion.models import Article, Kind, Post
from forum.lib.errors import NotFound

if TYPE_CHECKING:
    from forum.discussion.visibility import Reader

_ID = re.compile(r"[0-9]{1,18}")


def as_id(value: str) -> int | None:
    """``value`` as a row's id, or ``None`` when it cannot be one."""
    return int(value) if _ID.fullmatch(value) else None


def get_article_for(reader: Reader, slug: str) -> Article:
    """The article at ``slug``, with its post. Raises ``NotFound``."""
    article = Article.objects.visible_to(reader).select_related("post").filter(slug=slug).first()
    if article is None:
        raise NotFound("There is no such article.")
    article.post.found_for = reader.pk
    return article


def get_post_for(reader: Reader, pk: int, kind: Kind | None = None) -> Post:
    """The post ``pk``, of whatever kind or of the one asked for. Raises ``NotFound``."""
    visible = Post.objects.visible_to(reader, replies=kind in (None, Kind.COMMENT))
    post = visible.filter(pk=pk).first()
    if post is None or (kind and post.kind != kind):
        raise NotFound(f"There is no such {kind or 'post'}.")
    post.found_for = reader.pk
    return post


def get_post_under(reader: Reader, article: Article, pk: int) -> Post | None:
    """The comment or annotation ``pk`` with its author, if ``reader`` may read it.

    ``None`` where ``article`` has none such under it.
    """
    visible = Post.objects.visible_to(reader).select_related("author")
    post = visible.filter(pk=pk, root=article.pk).first()
    if post is not None:
        post.found_for = reader.pk
        post.root = article.post
    return post


def address_in_article(post: Post, article: Article) -> str:
    """Where ``post`` stands on the page of its ``article``."""
    anchors = {"comment": f"#comment-{post.pk}", "annotation": f"#note-{post.pk}"}
    anchor = f"#reply-{post.pk}" if post.note_id else anchors.get(post.kind, "")
    return article.get_absolute_url() + anchor
