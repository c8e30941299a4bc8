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
    return (
        Article.objects.visible_to(reader, state=State.PUBLISHED)
        .select_related("post")
        .order_by("-published_at", "-post_id")
    )


def drafts_for(reader: Reader) -> QuerySet[Article]:
    """The drafts that ``reader`` may read, the last begun first."""
    drafts = Article.objects.visible_to(reader, state=State.DRAFT)
    return drafts.select_related("post").order_by("-post_id")


def counts_under(articles: Iterable[Article], reader: Reader) -> dict[tuple[int | None, str], int]:
    """How many published responses and notes ``reader`` may read under each article. One query.

    By the article's id and the kind. Replies to notes are neither.
    """
    counted = (
        Post.objects.visible_to(reader, replies=False)
        .filter(root__in=[article.pk for article in articles], state=State.PUBLISHED)
        .order_by()
        .values_list("root_id", "kind")
        .annotate(count=Count("pk"))
    )
    return {(root, kind): count for root, kind, count in counted}


def tell(articles: Iterable[Article], reader: Reader) -> list[Article]:
    """Give each article ``minutes``, ``responses`` and ``notes`` as ``reader`` sees them.

    Two queries, however many articles.
    """
    articles = list(articles)
    ids = [article.pk for article in articles]
    current = Revision.objects.visible_to(reader, replies=False).current().filter(post__in=ids)
    minutes = {r.post_id: r.reading_minutes for r in current.only("post_id", "words")}
    counts = counts_under(articles, reader)
    for article in articles:
        article.minutes = minutes.get(article.pk, 1)
        article.responses = counts.get((article.pk, Kind.COMMENT), 0)
        article.notes = counts.get((article.pk, Kind.ANNOTATION), 0)
    return articles
