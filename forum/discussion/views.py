"""Pages of the discussion: the list of articles, writing a response, and one post's own pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.module_loading import import_string
from django.views.decorators.http import require_http_methods, require_safe

from forum.discussion import endorsing, following
from forum.discussion.actions import (
    post_comment,
    preview,
    reinstate_post,
    revise_post,
    withdraw_post,
)
from forum.discussion.forms import EditForm, ResponseForm, new_token, refill
from forum.discussion.listing import published_articles_for, tell
from forum.discussion.lookup import (
    address_in_article,
    article_of,
    as_id,
    get_article_for,
    get_post_for,
    get_post_under,
)
from forum.discussion.models import Article, Audience, Kind, Post, Revision, State
from forum.lib.errors import Conflict, Forbidden, NotFound, Refused
from forum.lib.html import Rendered
from forum.lib.quotation import as_quotation, shortened
from forum.lib.text import COMMENT_LIMIT, NOTE_LIMIT
from forum.lib.web import (
    add_refusal,
    is_fragment,
    page_errors,
    person_of,
    redirect_page,
    take_unsent,
)
from forum.permissions import can, require

if TYPE_CHECKING:
    from forum.discussion.visibility import Reader

ARTICLES_A_PAGE = 20
#: Code points of a passage that a link may bring into the form.
QUOTE_LIMIT = 2_000

_PASSAGE = re.compile(r"(\d{1,18})-(\d{1,18})-(\d{1,18})", re.ASCII)

_shows_form = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@page_errors
def home(request: HttpRequest) -> HttpResponse:
    """The articles on the site, newest first."""
    found = published_articles_for(request.user)
    page = Paginator(found, ARTICLES_A_PAGE).get_page(request.GET.get("page"))
    articles = tell(page.object_list, request.user)
    return render(request, "discussion/home.html", {"articles": articles, "page_obj": page})


# Responding


@_shows_form
@page_errors
def respond(request: HttpRequest, slug: str) -> HttpResponse:
    """The form for a response to an article or, with ``parent``, to what stands under it.

    That is a response or a note, or a reply to a note.
    """
    article = get_article_for(request.user, slug)
    if request.method == "POST":
        return _take_response(request, article)
    parent = _parent(request, article)
    require(request.user, "comment.post", parent or article.post)
    quote = as_quotation(shortened(_quoted(request, article), QUOTE_LIMIT))
    words = take_unsent(request).get("source", "")
    if quote.strip() not in words:
        words = f"{words.rstrip()}\n\n{quote}".lstrip("\n")
    form = ResponseForm(initial={"source": words, "token": new_token()})
    return _response_form(request, article, parent, form)


def _take_response(request: HttpRequest, article: Article) -> HttpResponse:
    form = ResponseForm(request.POST)
    parent: Post | None = None
    status = 400
    try:
        parent = _parent(request, article)
        require(request.user, "comment.post", parent or article.post)
        if form.is_valid() and _asks_for_preview(request):
            shown = preview(form.cleaned_data["source"])
            return _response_form(request, article, parent, form, shown, status=200)
        if form.is_valid():
            post, new = post_comment(
                author=person_of(request),
                article=article,
                parent=parent,
                source=form.cleaned_data["source"],
                token=form.cleaned_data["token"],
            )
            if new and _follow(request, post) and not is_fragment(request):
                return redirect("you")
            # The permalink makes the browser load the article anew, even from its own page.
            to = post.get_absolute_url()
            return redirect_page(
                request, to if is_fragment(request) else address_in_article(post, article)
            )
    except Refused as refusal:
        add_refusal(form, refusal)
    except NotFound:
        form.add_error(None, "What you were answering is gone. You can answer the article instead.")
    except Conflict as conflict:
        form.add_error(None, conflict.message)
        refill(form, token=new_token())
        status = 409
    except Forbidden as refusal:
        form.add_error(None, refusal.message)
        status = 403
    return _response_form(request, article, parent, form, status=status)


def _asks_for_preview(request: HttpRequest) -> bool:
    return request.POST.get("act") == "preview"


def _parent(request: HttpRequest, article: Article) -> Post | None:
    """The post that is to be answered; ``None`` for the article. Raises ``NotFound``."""
    wanted = request.POST.get("parent") or request.GET.get("parent") or str(article.pk)
    pk = as_id(wanted)
    if pk is None:
        raise NotFound("There is no such response or note.")
    if pk == article.pk:
        return None
    parent = get_post_under(request.user, article, pk)
    if parent is None:
        raise NotFound("There is no such response or note.")
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
        raise NotFound("There is no such passage.")
    if not start < end <= len(revision.text):
        raise NotFound("There is no such passage.")
    return revision.text[start:end]


def _response_form(
    request: HttpRequest,
    article: Article,
    parent: Post | None,
    form: ResponseForm,
    preview: Rendered | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    template = "_respond_form.html" if is_fragment(request) else "respond.html"
    if parent:
        form.fields["source"].label = "Your reply"
        # On the article's page several may be open.
        form.auto_id = f"id_%s_{parent.pk}"
    context = {
        "article": article,
        "parent": parent,
        "parent_revision": parent and _current(request.user, parent.note_from or parent),
        "form": form,
        "limit": COMMENT_LIMIT,
        "preview": preview,
        "back": address_in_article(parent or article.post, article),
    }
    return render(request, f"discussion/{template}", context, status=status)


@_shows_form
@page_errors
def follow(request: HttpRequest, slug: str) -> HttpResponse:
    """Follow a discussion, or with ``back`` no longer."""
    article = get_article_for(request.user, slug)
    require(request.user, "article.follow", article.post)
    person = person_of(request)
    if request.method != "POST":
        context = {"article": article, "follows": following.follows(person, article)}
        return render(request, "discussion/follow.html", context)
    if "back" in request.POST:
        following.unfollow(person=person, article=article)
        messages.success(request, "You follow this discussion no longer.")
    else:
        following.follow(person=person, article=article)
        messages.success(request, "You follow this discussion: you are told of new responses.")
    return redirect_page(request, article.get_absolute_url())


# One post


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
        "revision": _current(request.user, found),
        "mine": found.author_id is not None and found.author_id == request.user.pk,
        "decisions": case.decisions.all() if case else [],
        "case": case if case and can(request.user, "case.read", case) else None,
        "may_edit": can(request.user, "post.revise", found),
        "may_withdraw": can(request.user, "post.withdraw", found),
        "may_reinstate": can(request.user, "post.reinstate", found),
    }
    return render(request, "discussion/post.html", context)


@_shows_form
@page_errors
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The form for new words of one's own; the old ones are kept."""
    found = get_post_for(request.user, pk)
    is_note = found.kind == Kind.ANNOTATION
    if request.method == "POST":
        return _take_edit(request, found, EditForm(request.POST, is_note=is_note))
    if found.note_from:
        messages.info(request, f"The words of this note are response {found.note_from.number}.")
        return redirect("post-edit", found.note_from.pk)
    require(request.user, "post.revise", found)
    revision = found.current
    initial = {"source": revision.source, "expected": revision.pk} | take_unsent(request)
    return _edit_form(request, found, EditForm(initial=initial, is_note=is_note))


def _take_edit(request: HttpRequest, found: Post, form: EditForm) -> HttpResponse:
    status = 400
    current: Revision | None = None
    try:
        if form.is_valid() and _asks_for_preview(request):
            require(request.user, "post.revise", found)
            shown = preview(form.cleaned_data["source"], is_note=found.kind == Kind.ANNOTATION)
            return _edit_form(request, found, form, shown)
        if form.is_valid():
            revise_post(
                editor=person_of(request),
                post=found,
                source=form.cleaned_data["source"],
                expected=form.cleaned_data["expected"],
            )
            if _follow(request, found) and not is_fragment(request):
                return redirect("you")
            return _back_to(request, found)
        require(request.user, "post.revise", found)
    except Refused as refusal:
        add_refusal(form, refusal)
    except Conflict as conflict:
        status = 409
        form.add_error(None, conflict.message)
        latest = found.current
        if str(latest.pk) != form.data.get("expected"):
            # They see both now, so saving again is a decision.
            current = latest
            refill(form, expected=str(latest.pk))
    return _edit_form(request, found, form, current=current, status=status)


def _edit_form(
    request: HttpRequest,
    found: Post,
    form: EditForm,
    preview: Rendered | None = None,
    *,
    current: Revision | None = None,
    status: int = 200,
) -> HttpResponse:
    template = "_edit_form.html" if is_fragment(request) else "edit.html"
    article = article_of(found)
    context = {
        "post": found,
        "article": article,
        "form": form,
        "limit": NOTE_LIMIT if found.kind == Kind.ANNOTATION else COMMENT_LIMIT,
        "preview": preview,
        "current": current,
        "back": address_in_article(found, article),
    }
    return render(request, f"discussion/{template}", context, status=status)


@_shows_form
@page_errors
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back one's own; it can be undone from the page this leads to."""
    return _turn(request, pk, "withdraw", withdraw_post, State.WITHDRAWN)


@_shows_form
@page_errors
def reinstate(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo one's own withdrawal."""
    return _turn(request, pk, "reinstate", reinstate_post, State.PUBLISHED)


def _turn(
    request: HttpRequest, pk: int, verb: str, act: Callable[..., None], wanted: State
) -> HttpResponse:
    found = get_post_for(request.user, pk)
    if request.method != "POST":
        require(request.user, f"post.{verb}", found)
        context = {
            "post": found,
            "article": article_of(found),
            "revision": _current(request.user, found),
        }
        return render(request, f"discussion/{verb}.html", context)
    try:
        act(author=person_of(request), post=found)
    except Conflict:
        found.refresh_from_db(fields=["state"])
        # A second click finds done what it asks for.
        if found.state != wanted:
            raise
    return _back_to(request, found)


@_shows_form
@page_errors
def endorse(request: HttpRequest, pk: int) -> HttpResponse:
    """Endorse a response, or with ``back`` take that back; scripts are told how many do now."""
    found = get_post_for(request.user, pk)
    if request.method != "POST":
        require(request.user, "post.endorse", found)
        context = {
            "post": found,
            "article": article_of(found),
            "revision": _current(request.user, found),
            "endorsed": found.endorsements.filter(person=request.user.pk).exists(),
        }
        return render(request, "discussion/endorse.html", context)
    act = endorsing.take_back if "back" in request.POST else endorsing.endorse
    act(person=person_of(request), post=found)
    if request.accepts("text/html"):
        return _back_to(request, found)
    return JsonResponse({"count": found.endorsements.count()})


def _current(reader: Reader, found: Post) -> Revision:
    return Revision.objects.visible_to(reader).current().select_related("post").get(post=found)


def _stands_on_page(found: Post, article: Article) -> bool:
    """Whether the article's page shows ``found``: it does to everybody, or it is no public page."""
    everybodys = Post.objects.visible_to(AnonymousUser()).filter(pk__in=(found.pk, article.pk))
    public = set(everybodys.values_list("pk", flat=True))
    if article.pk in public:
        return found.pk in public
    in_place = found.state in (State.PUBLISHED, State.DRAFT)
    return in_place and found.audience != Audience.PRIVATE


def _follow(request: HttpRequest, written: Post) -> bool:
    """Whether somebody has something to say of what was ``written``.

    Without script they read that on their own page: the article's is everybody's.
    """
    said = [import_string(follower)(request, written) for follower in settings.RESPONSE_FOLLOWERS]
    return any(said)


def _back_to(request: HttpRequest, found: Post) -> HttpResponse:
    """Send the browser to ``found`` where it stands now."""
    return redirect_page(request, found.get_absolute_url())
