"""What comes to a reading page that somebody has open: news, and more of its discussion."""

from __future__ import annotations

from functools import partial

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from annotations.page import kept
from annotations.page.asking import Wanted
from annotations.page.gathering import gather_public
from annotations.page.kept import Sent
from annotations.page.marking import Marking
from annotations.page.page_parts import parts_of, thread_html, thread_pieces
from annotations.page.reading import current_text, page_of
from annotations.page.thread import news_since
from forum.discussion.lookup import as_id


@require_safe
def news(request: HttpRequest, slug: str) -> HttpResponse:
    """What has come to the discussion of a public article: how much, or with ``show`` what it is.

    ``newest`` and ``words`` are the ids of the newest response and of the newest words of one
    that the page has. Whoever asks again is told that nothing has changed by one query (304).
    """
    now = kept.public_now(slug)
    if now is None:
        raise Http404(_("There is no such article."))
    # What is shown is said in a language, which the address does not tell.
    etag = f'W/"{now.activity}-{get_language()}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = _news(request, slug, now)
    response["ETag"] = etag
    response["Vary"] = "Cookie"
    response["Cache-Control"] = "no-cache"
    return response


def _news(request: HttpRequest, slug: str, now: kept.Now) -> HttpResponse:
    revision = current_text(slug, AnonymousUser())
    if revision is None:
        raise Http404(_("There is no such article."))
    keep = kept.may_keep()
    gathered = gather_public(revision.post.article, now, keep=keep)
    newest, words = (as_id(request.GET.get(name, "")) or 0 for name in ("newest", "words"))
    found = news_since(gathered, newest, words)
    if "show" not in request.GET:
        return JsonResponse({"new": len(found.new), "edited": len(found.edited)})
    wanted = Wanted(sort=Wanted.of(request.GET).sort)
    page = page_of(revision, gathered, Marking(keep=keep), wanted, found.new | found.edited)
    return HttpResponse(thread_html(page))


@require_safe
def part(request: HttpRequest, slug: str) -> HttpResponse:
    """The part of a public article's discussion that is asked for as of its page, by itself: the
    responses, the notes on them, and what leads on."""
    now = kept.public_now(slug)
    sent = None
    if now is not None:
        wanted = Wanted.of(request.GET)
        sent, _whole = kept.rendered(slug, now, partial(_part, slug, wanted))
    if sent is None:
        raise Http404(_("There is no such article."))
    return kept.answer(request, sent)


def _part(slug: str, wanted: Wanted, now: kept.Now) -> Sent | None:
    revision = current_text(slug, AnonymousUser())
    if revision is None:
        return None
    keep = kept.may_keep()
    gathered = gather_public(revision.post.article, now, keep=keep)
    page = page_of(revision, gathered, Marking(keep=False), wanted, alone=True)
    # Of addresses that are made up nothing is remembered.
    keep = keep and wanted == Wanted(after=wanted.after) and page.thread.follows
    return Sent.of(parts_of(thread_pieces(page, keep=keep), keep=keep))
