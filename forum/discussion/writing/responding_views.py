"""The form for a response or a reply, and what becomes of what is sent with it."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from forum.discussion.actions import post_comment, preview
from forum.discussion.lookup import (
    address_in_article,
    as_id,
    current_words,
    get_article_for,
    get_post_under,
)
from forum.discussion.models import Article, Post, Revision, State
from forum.discussion.reports import report_to_sender
from forum.discussion.writing.forms import ResponseForm, new_token
from forum.guests import views as guests
from forum.guests.forms import GuestForm, stamp
from forum.lib.errors import Conflict, Forbidden, NotFound, Nudge, Refused, TooOften
from forum.lib.forms import refill
from forum.lib.html import Rendered
from forum.lib.quotation import as_quotation, shortened
from forum.lib.text import COMMENT_LIMIT
from forum.lib.web import (
    add_forbidden,
    add_refusal,
    asks_for_preview,
    is_fragment,
    page_errors,
    person_of,
    redirect_page,
    retry_after,
    shows_form,
    take_unsent,
)
from forum.moderation.people.standing_views import acknowledge_first
from forum.permissions import can, require
from forum.screening.pacing import room_for, told
from forum.screening.web import sending_of

#: Code points of a passage that a link may bring into the form.
QUOTE_LIMIT = 2_000

_PASSAGE = re.compile(r"(\d{1,18})-(\d{1,18})-(\d{1,18})", re.ASCII)


@shows_form
@page_errors
def respond(request: HttpRequest, slug: str) -> HttpResponse:
    """The form for a response to an article or, with ``parent``, to what stands under it.

    That is a response or a note, or a reply to a note.
    """
    article = get_article_for(request.user, slug)
    if request.method == "POST":
        return _take_response(request, article)
    parent = _parent(request, article)
    guest = _is_guest(request, parent or article.post)
    if not guest:
        require(request.user, "comment.post", parent or article.post)
    quote = as_quotation(shortened(_quoted(request, article), QUOTE_LIMIT))
    words = take_unsent(request).get("source", "")
    if quote.strip() not in words:
        words = f"{words.rstrip()}\n\n{quote}".lstrip("\n")
    initial = {"source": words, "token": new_token()}
    form = (
        GuestForm(initial=initial | {"began": stamp()}) if guest else ResponseForm(initial=initial)
    )
    return _response_form(request, article, parent, form)


def _take_response(request: HttpRequest, article: Article) -> HttpResponse:
    form = ResponseForm(request.POST)
    parent: Post | None = None
    status = 400
    acknowledge_first(request)
    try:
        parent = _parent(request, article)
        guest = _is_guest(request, parent or article.post)
        if guest and request.POST.get("act") != "login":
            form = GuestForm(request.POST)
        else:
            require(request.user, "comment.post", parent or article.post)
        if form.is_valid() and asks_for_preview(request):
            shown = preview(form.cleaned_data["source"])
            return _response_form(request, article, parent, form, shown, status=200)
        if form.is_valid() and isinstance(form, GuestForm):
            return guests.take(request, article, parent, form)
        if form.is_valid():
            post, new = post_comment(
                author=person_of(request),
                article=article,
                parent=parent,
                source=form.cleaned_data["source"],
                token=form.cleaned_data["token"],
                sending=sending_of(request),
            )
            # The permalink makes the browser load the article anew, even from its own page. Of what
            # is held it is where that is said.
            to = post.get_absolute_url()
            if post.state != State.PUBLISHED:
                return redirect_page(request, to)
            if new and report_to_sender(request, post) and not is_fragment(request):
                return redirect("you")
            return redirect_page(
                request, to if is_fragment(request) else address_in_article(post, article)
            )
    except Refused as refusal:
        add_refusal(form, refusal)
    except Nudge as nudge:
        return _response_form(request, article, parent, form, nudge=nudge, status=409)
    except NotFound:
        form.add_error(
            None, _("What you were answering is gone. You can answer the article instead.")
        )
    except Conflict as conflict:
        form.add_error(None, conflict.message)
        refill(form, token=new_token())
        status = 409
    except Forbidden as refusal:
        add_forbidden(form, refusal)
        status = 403
    except TooOften as refusal:
        form.add_error(None, refusal.message)
        answer = _response_form(request, article, parent, form, status=429)
        return retry_after(answer, refusal.wait)
    return _response_form(request, article, parent, form, status=status)


def _is_guest(request: HttpRequest, answered: Post) -> bool:
    """Whether somebody without an account may respond to what is ``answered``."""
    return not request.user.is_authenticated and can(request.user, "guest.respond", answered)


def _parent(request: HttpRequest, article: Article) -> Post | None:
    """The post that is to be answered; ``None`` for the article. Raises ``NotFound``."""
    wanted = request.POST.get("parent") or request.GET.get("parent") or str(article.pk)
    pk = as_id(wanted)
    if pk is None:
        raise NotFound(_("There is no such response or note."))
    if pk == article.pk:
        return None
    parent = get_post_under(request.user, article, pk)
    if parent is None:
        raise NotFound(_("There is no such response or note."))
    return parent


def _quoted(request: HttpRequest, article: Article) -> str:
    """The words that the address asks to quote: of a ``passage``, or as they stand in ``quote``.

    A passage is ``revision-start-end``. Raises ``NotFound`` for one that is not there to be read.
    """
    if "passage" not in request.GET:
        return request.GET.get("quote", "").replace("\x00", "")
    named = _PASSAGE.fullmatch(request.GET["passage"])
    pk, start, end = map(int, named.groups()) if named else (0, 0, 0)
    revisions = Revision.objects.visible_to(request.user).select_related("post")
    revision = revisions.filter(pk=pk).first()
    if revision is None or revision.post.article_id != article.pk:
        raise NotFound(_("There is no such passage."))
    if not start < end <= len(revision.text):
        raise NotFound(_("There is no such passage."))
    return revision.text[start:end]


def _response_form(
    request: HttpRequest,
    article: Article,
    parent: Post | None,
    form: ResponseForm,
    preview: Rendered | None = None,
    *,
    nudge: Nudge | None = None,
    status: int = 200,
) -> HttpResponse:
    template = "_respond_form.html" if is_fragment(request) else "respond.html"
    if parent:
        form.fields["source"].label = _("Your reply")
        # On the article's page several may be open.
        form.auto_id = f"id_%s_{parent.pk}"
    context = {
        "article": article,
        "parent": parent,
        "parent_revision": parent and current_words(request.user, parent.note_from or parent),
        "form": form,
        "limit": COMMENT_LIMIT,
        "preview": preview,
        "nudge": nudge,
        "guest": isinstance(form, GuestForm),
        "room": told(room_for(request.user)) if request.user.is_authenticated else "",
        "back": address_in_article(parent or article.post, article),
    }
    return render(request, f"discussion/{template}", context, status=status)
