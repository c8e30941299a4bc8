"""The page on which the author of a response marks the passages it quotes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotations.models import Tag
from annotations.quotations.offers import Offer, offers_in
from annotations.quotations.quoting import mark_quoted
from forum.discussion.lookup import address_in_article, get_post_for
from forum.discussion.models import Article, Kind, Post, Revision
from forum.lib.errors import Conflict, Refused
from forum.lib.web import is_fragment, page_errors, person_of, shows_form
from forum.permissions import can, require


@shows_form
@page_errors
def mark_quotes(request: HttpRequest, pk: int) -> HttpResponse:
    """The passages that a response quotes; marking one with tags makes a note of it."""
    comment = get_post_for(request.user, pk, Kind.COMMENT)
    require(request.user, "quotation.mark", comment)
    if request.method == "POST":
        return _mark(request, comment)
    return _page(request, comment)


def offer_quotes(request: HttpRequest, post: Post) -> bool:
    """Tell somebody whose response has just been written what it quotes, if it does."""
    if post.kind != Kind.COMMENT or not can(request.user, "quotation.mark", post):
        return False
    open_offers = [o for o in offers_in(post, person_of(request)) if not (o.gone or o.mark)]
    if open_offers:
        count = len(open_offers)
        told = format_html(
            ngettext(
                'Your response quotes {number} passage. <a href="{address}">Mark it with tags</a>',
                "Your response quotes {number} passages. "
                '<a href="{address}">Mark them with tags</a>',
                count,
            ),
            number=count,
            address=reverse("post-quotes", args=[post.pk]),
        )
        messages.success(request, told)
    return bool(open_offers)


def _mark(request: HttpRequest, comment: Post) -> HttpResponse:
    author = person_of(request)
    wanted = request.POST.get("quotation", "")
    offer = next((o for o in offers_in(comment, author) if str(o.id) == wanted), None)
    if offer is None:
        raise Conflict(_("Your response does not quote this any more."))
    if offer.start is None or offer.end is None:
        raise Conflict(_("This passage is no longer in the text, so it cannot be marked."))
    revision = Revision.objects.visible_to(author).filter(pk=offer.revision_id).first()
    if revision is None:
        raise Conflict(_("The text that your response quotes was withdrawn or removed."))
    try:
        mark_quoted(
            author=author,
            comment=comment,
            revision=revision,
            start=offer.start,
            end=offer.end,
            quote=offer.passage.words,
            tags=request.POST.getlist("tags"),
        )
    except Refused as refusal:
        return _page(request, comment, wrong=offer.id, error=refusal.message)
    if is_fragment(request):
        return _page(request, comment, wrong=offer.id)
    return redirect(reverse("post-quotes", args=[comment.pk]) + f"#offer-{offer.id}")


def _page(request: HttpRequest, comment: Post, *, wrong: int = 0, error: str = "") -> HttpResponse:
    """The page; or, for htmx, the one passage that a form on it was about."""
    offers = offers_in(comment, person_of(request))
    article = Article.objects.select_related("post").get(pk=comment.article_id)
    tags = Tag.objects.filter(codebook__is_default=True, retired_at=None)
    context: dict[str, Any] = {
        "post": comment,
        "article": article,
        "back": address_in_article(comment, article),
        "tags": tags.select_related("codebook"),
        "offers": offers,
        "wrong": wrong,
        "error": error,
    }
    status = 400 if error else 200
    if is_fragment(request) and wrong:
        context["offer"] = _named(offers, wrong)
        return render(request, "annotations/_offer.html", context, status=status)
    return render(request, "annotations/mark_quotes.html", context, status=status)


def _named(offers: list[Offer], pk: int) -> Offer:
    return next(offer for offer in offers if offer.id == pk)
