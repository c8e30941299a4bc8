"""Pages of the discussion: the list of articles, and one post's own page."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from forum.discussion import endorsing
from forum.discussion.holding import to_author
from forum.discussion.listing import published_articles_for, tell
from forum.discussion.lookup import address_in_article, article_of, current_words, get_post_for
from forum.discussion.models import Article, Audience, Post, State
from forum.discussion.windows import undo_until
from forum.lib.web import page_errors, person_of, redirect_page, shows_form
from forum.permissions import can, require

ARTICLES_A_PAGE = 20


@require_safe
@page_errors
def home(request: HttpRequest) -> HttpResponse:
    """The articles on the site, newest first."""
    found = published_articles_for(request.user)
    page = Paginator(found, ARTICLES_A_PAGE).get_page(request.GET.get("page"))
    articles = tell(page.object_list, request.user)
    return render(request, "discussion/home.html", {"articles": articles, "page_obj": page})


@require_safe
@page_errors
def post(request: HttpRequest, pk: int) -> HttpResponse:
    """The permalink: leads to the post in its place, or shows it when it has no place now."""
    stub = Post.objects.stubs_for(request.user).filter(pk=pk).first()
    found = stub or get_post_for(request.user, pk)
    article = article_of(found)
    if stub or _stands_on_page(found, article):
        return redirect(address_in_article(found, article))
    case = found.cases.prefetch_related("decisions__rule").first()
    context = {
        "post": found,
        "article": article,
        "revision": current_words(request.user, found),
        "mine": found.author_id is not None and found.author_id == request.user.pk,
        "decisions": case.decisions.all() if case else [],
        "case": case if case and can(request.user, "case.read", case) else None,
        "held": to_author(found.held_for) if found.waits else "",
        "undo_until": undo_until(found.withdrawn_at),
        "may_edit": can(request.user, "post.revise", found),
        "may_withdraw": can(request.user, "post.withdraw", found),
        "may_reinstate": can(request.user, "post.reinstate", found),
    }
    return render(request, "discussion/post.html", context)


@shows_form
@page_errors
def endorse(request: HttpRequest, pk: int) -> HttpResponse:
    """Endorse a response, or with ``back`` take that back; scripts are told how many do now."""
    found = get_post_for(request.user, pk)
    if request.method != "POST":
        require(request.user, "post.endorse", found)
        context = {
            "post": found,
            "article": article_of(found),
            "revision": current_words(request.user, found),
            "endorsed": found.endorsements.filter(person=request.user.pk).exists(),
        }
        return render(request, "discussion/endorse.html", context)
    act = endorsing.take_back if "back" in request.POST else endorsing.endorse
    act(person=person_of(request), post=found)
    if request.accepts("text/html"):
        return redirect_page(request, found.get_absolute_url())
    return JsonResponse({"count": found.endorsements.count()})


def _stands_on_page(found: Post, article: Article) -> bool:
    """Whether the article's page shows ``found``: it does to everybody, or it is no public page."""
    everybodys = Post.objects.visible_to(AnonymousUser()).filter(pk__in=(found.pk, article.pk))
    public = set(everybodys.values_list("pk", flat=True))
    if article.pk in public:
        return found.pk in public
    in_place = found.state in (State.PUBLISHED, State.DRAFT)
    return in_place and found.audience != Audience.PRIVATE
