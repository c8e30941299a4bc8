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
    post = Post.objects.visible_to(reader).filter(pk=pk).first()
    if post is None or (kind and post.kind != kind):
        raise NotFound(f"There is no such {kind or 'post'}.")
    post.found_for = reader.pk
    return post


def get_comment_under(reader: Reader, article: Article, pk: int) -> Post | None:
    """The comment ``pk`` with its author, if it is under ``article`` and ``reader`` may read it."""
    visible = Post.objects.visible_to(reader).select_related("author")
    comment = visible.filter(pk=pk, kind=Kind.COMMENT, root=article.pk).first()
    if comment is not None:
        comment.found_for = reader.pk
        comment.root = article.post
    return comment


def address_in_article(post: Post, article: Article) -> str:
    """Where ``post`` stands on the page of its ``article``."""
    anchors = {"comment": f"#comment-{post.pk}", "annotation": f"#note-{post.pk}"}
    return article.get_absolute_url() + anchors.get(post.kind, "")
