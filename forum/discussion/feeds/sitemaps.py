"""What search engines are led to, and what not."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from forum.discussion.listing import published_articles_for
from forum.discussion.models import Article, Revision
from forum.lib.atom import absolute


class Articles(Sitemap[Article]):
    """The articles that everybody may read."""

    limit = 5_000

    def items(self) -> QuerySet[Article]:
        words = Revision.objects.current().filter(post=OuterRef("pk"))
        found = published_articles_for(AnonymousUser())
        return found.annotate(revised_at=Subquery(words.values("created_at")[:1]))

    def lastmod(self, article: Article) -> datetime | None:
        revised: datetime | None = getattr(article, "revised_at", None)
        return revised


class Pages(Sitemap[str]):
    """The pages that are not about one article."""

    def items(self) -> list[str]:
        return ["home", "rules"]

    def location(self, name: str) -> str:
        return reverse(name)


SITEMAPS: dict[str, type[Sitemap[Article]] | type[Sitemap[str]]] = {
    "articles": Articles,
    "pages": Pages,
}
#: What begins with one of these is for people who are signed in, or for programs.
CLOSED = (
    "/accounts/",
    "/admin/",
    "/api/",
    "/guests/",
    "/moderation/",
    "/notifications/",
    "/search/",
    "/staff/",
    "/you/",
)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """robots.txt (RFC 9309)."""
    context = {"closed": CLOSED, "sitemap": absolute(reverse("sitemap"))}
    return render(request, "discussion/robots.txt", context, content_type="text/plain")
