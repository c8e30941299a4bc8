"""Feeds of what everybody may read: articles, and the responses to one."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from forum.accounts.models import shown_name
from forum.discussion.listing import published_articles_for
from forum.discussion.lookup import get_article_for
from forum.discussion.models import Article, Kind, Revision
from forum.lib.atom import Entry, feed
from forum.lib.errors import NotFound
from forum.lib.interface import spoken_by_site

#: Entries in a feed.
LATEST = 30


@require_safe
@spoken_by_site()
def articles(request: HttpRequest) -> HttpResponse:
    """The newest articles on the site, in full."""
    found = published_articles_for(AnonymousUser())[:LATEST]
    return feed(request, title=settings.SITE_NAME, about="/", entries=_entries(list(found)))


@require_safe
@spoken_by_site()
def responses(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest responses to an article."""
    article = public_article(slug)
    newest = newest_words(article, Kind.COMMENT).filter(post__note=None)[:LATEST]
    return feed(
        request,
        title=_("Responses to “%(title)s”") % {"title": article.title},
        about=article.get_absolute_url(),
        entries=(
            Entry(
                title=_("Response %(number)s by %(author_name)s")
                % {"number": revision.post.number, "author_name": author},
                path=revision.post.get_absolute_url(),
                author=author,
                html=revision.html,
                published=revision.post.created_at,
                updated=revision.created_at,
            )
            for revision in newest
            for author in [shown_name(revision.post.author_name)]
        ),
    )


def public_article(slug: str) -> Article:
    """The article at ``slug``, if everybody may read it. Raises ``Http404``."""
    try:
        return get_article_for(AnonymousUser(), slug)
    except NotFound as missing:
        raise Http404(missing.message) from None


def newest_words(article: Article, kind: Kind) -> QuerySet[Revision]:
    """The current words of what everybody may read under ``article``, the newest post first."""
    return (
        Revision.objects.current()
        .visible_to(AnonymousUser())
        .filter(post__root=article.pk, post__kind=kind)
        .select_related("post")
        .order_by("-post_id")
    )


def _entries(found: list[Article]) -> Iterator[Entry]:
    words = Revision.objects.current().visible_to(AnonymousUser(), replies=False)
    current = {
        revision.post_id: revision
        for revision in words.filter(post__in=[article.pk for article in found])
    }
    for article in found:
        # One that was taken off the site a moment ago has no words any more.
        if (revision := current.get(article.pk)) and article.published_at:
            yield Entry(
                title=article.title,
                path=article.get_absolute_url(),
                author=article.byline,
                html=revision.html,
                published=article.published_at,
                updated=max(revision.created_at, article.published_at),
            )
