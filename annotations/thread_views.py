"""Whether there is news for a reading page that somebody has open, and the news themselves."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from annotations import kept
from annotations.asking import Wanted
from annotations.gathering import gather_public
from annotations.marking import Marking
from annotations.page_parts import thread_html
from annotations.reading import current_text, page_of
from annotations.thread import news_since
from forum.discussion.lookup import as_id


@require_safe
def news(request: HttpRequest, slug: str) -> HttpResponse:
    """What has come to the discussion of a public article: how much, or with ``show`` what it is.

    ``newest`` and ``words`` are the ids of the newest response and of the newest words of one
    that the page has. Whoever asks again is told that nothing has changed by one query (304).
    """
    now = kept.public_now(slug)
    if now is None:
        raise Http404("There is no such article.")
    etag = f'W/"{now.activity}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = _news(request, slug, now)
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache"
    return response


def _news(request: HttpRequest, slug: str, now: kept.Now) -> HttpResponse:
    revision = current_text(slug, AnonymousUser())
    if revision is None:
        raise Http404("There is no such article.")
    keep = kept.may_keep()
    gathered = gather_public(revision.post.article, now, keep=keep)
    newest, words = (as_id(request.GET.get(name, "")) or 0 for name in ("newest", "words"))
    found = news_since(gathered, newest, words)
    if "show" not in request.GET:
        return JsonResponse({"new": len(found.new), "edited": len(found.edited)})
    wanted = Wanted(sort=Wanted.of(request.GET).sort)
    page = page_of(revision, gathered, Marking(keep=keep), wanted, found.new | found.edited)
    return HttpResponse(thread_html(page))
