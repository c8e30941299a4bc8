"""Lists of articles, with what a list tells of each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import Count, QuerySet

from forum.discussion.models import Article, Kind, Post, Revision, State

if TYPE_CHECKING:
    from forum.discussion.visibility import Reader


def published_articles_for(reader: Reader) -> QuerySet[Article]:
    """The articles on the site that ``reader`` may read, newest first."""
    posts = Post.objects.visible_to(reader).filter(kind=Kind.ARTICLE, state=State.PUBLISHED)
    return (
        Article.objects.filter(post__in=posts)
        .select_related("post")
        .order_by("-published_at", "-post_id")
    )


def drafts_for(reader: Reader) -> QuerySet[Article]:
    """The drafts that ``reader`` may read, the last begun first."""
    posts = Post.objects.visible_to(reader).filter(kind=Kind.ARTICLE, state=State.DRAFT)
    return Article.objects.filter(post__in=posts).select_related("post").order_by("-post_id")


def tell(articles: Iterable[Article], reader: Reader) -> list[Article]:
    """Give each article ``minutes``, ``responses`` and ``notes`` as ``reader`` sees them.

    Two queries, however many articles.
    """
    articles = list(articles)
    ids = [article.pk for article in articles]
    current = Revision.objects.visible_to(reader).current().filter(post__in=ids)
    minutes = {r.post_id: r.reading_minutes for r in current.only("post_id", "words")}
    counted = (
        Post.objects.visible_to(reader)
        .filter(root__in=ids, kind__in=(Kind.COMMENT, Kind.ANNOTATION))
        .order_by()
        .values_list("root_id", "kind")
        .annotate(count=Count("pk"))
    )
    counts = {(root, kind): count for root, kind, count in counted}
    for article in articles:
        article.minutes = minutes.get(article.pk, 1)
        article.responses = counts.get((article.pk, Kind.COMMENT), 0)
        article.notes = counts.get((article.pk, Kind.ANNOTATION), 0)
    return articles
