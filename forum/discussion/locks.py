"""Threads that are locked: under which posts nobody may answer."""

from __future__ import annotations

from django.db import connection
from django.db.models import F, IntegerChoices
from django.utils import timezone

from forum.discussion.models import Article, Post

_POSTS = Post._meta.db_table
#: From a post up to that with which its thread begins: a response to the article, or a note.
_LOCKED_ABOVE = f"""
    WITH RECURSIVE above(kind, parent_id, locked_at) AS (
        SELECT kind, parent_id, locked_at FROM {_POSTS} WHERE id = %s
        UNION ALL
        SELECT p.kind, p.parent_id, p.locked_at FROM {_POSTS} AS p, above
        WHERE p.id = above.parent_id AND above.kind = 'comment'
    ) SELECT 1 FROM above WHERE locked_at IS NOT NULL LIMIT 1
"""  # noqa: S608  # the name of our own table


#: All that stands in a locked thread of an article, and whether it begins there.
_LOCKED_BELOW = f"""
    WITH RECURSIVE below(id, begins) AS (
        SELECT id, 1 FROM {_POSTS} WHERE root_id = %s AND locked_at IS NOT NULL
        UNION ALL
        SELECT p.id, 0 FROM {_POSTS} AS p JOIN below ON p.parent_id = below.id
        WHERE p.kind = 'comment'
    ) SELECT id, MAX(begins) FROM below GROUP BY id
"""  # noqa: S608  # the name of our own table


class Lock(IntegerChoices):
    """How a post stands to a locked thread."""

    NONE = 0, "in none"
    INSIDE = 1, "further down in one"
    HERE = 2, "it begins here"


def locks_under(article: Article) -> dict[int, Lock]:
    """What stands in locked threads under ``article``, by id. One query, if there is one."""
    if not article.locks:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_LOCKED_BELOW, [article.pk])
        return {pk: Lock.HERE if begins else Lock.INSIDE for pk, begins in cursor.fetchall()}


def is_locked(post: Post) -> bool:
    """Whether ``post`` stands in a thread that is locked, from there on or further up. One query.

    Where ``Article.locks`` is 0 nobody needs to ask.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCKED_ABOVE, [post.pk])
        return cursor.fetchone() is not None


def set_lock(post: Post, *, locked: bool) -> bool:
    """Lock or unlock the thread under ``post``, in the caller's transaction; whether it was not.

    It changes the article's row, for which whoever responds waits.
    """
    at = timezone.now() if locked else None
    same = Post.objects.filter(pk=post.pk, locked_at__isnull=locked)
    if not same.update(locked_at=at):
        return False
    post.locked_at = at
    step = 1 if locked else -1
    Article.objects.filter(pk=post.article_id).update(locks=F("locks") + step)
    return True
