"""What authors do with what they wrote: edit it, withdraw it, and put it back."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from forum.discussion.actions import (
    is_answered,
    preview,
    reinstate_post,
    revise_post,
    withdraw_post,
)
from forum.discussion.lookup import address_in_article, article_of, current_words, get_post_for
from forum.discussion.models import Kind, Mark, Post, Revision, State
from forum.discussion.reports import report_to_sender
from forum.discussion.windows import edits_until, is_over, quiet_until
from forum.discussion.writing.forms import EditForm
from forum.lib.errors import Conflict, Forbidden, Nudge, Refused
from forum.lib.forms import refill
from forum.lib.html import Rendered
from forum.lib.text import COMMENT_LIMIT, NOTE_LIMIT
from forum.lib.web import (
    add_refusal,
    asks_for_preview,
    is_fragment,
    page_errors,
    person_of,
    redirect_page,
    shows_form,
    take_unsent,
)
from forum.moderation.people.standing_views import acknowledge_first
from forum.permissions import require
from forum.screening.web import sending_of

#: What was withdrawn is one of these once it is put back.
_PUT_BACK = (State.PUBLISHED, State.HELD, State.HIDDEN)


@shows_form
@page_errors
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The form for new words of one's own; the old ones are kept."""
    found = get_post_for(request.user, pk)
    is_note = found.kind == Kind.ANNOTATION
    if request.method == "POST":
        return _take_edit(request, found, EditForm(request.POST, is_note=is_note))
    if found.note_from:
        messages.info(
            request,
            _("The words of this note are response %(number)s.")
            % {"number": found.note_from.number},
        )
        return redirect("post-edit", found.note_from.pk)
    require(request.user, "post.revise", found)
    revision = found.current
    initial = {"source": revision.source, "expected": revision.pk} | take_unsent(request)
    return _edit_form(request, found, EditForm(initial=initial, is_note=is_note))


def _take_edit(request: HttpRequest, found: Post, form: EditForm) -> HttpResponse:
    status = 400
    current: Revision | None = None
    acknowledge_first(request)
    try:
        if form.is_valid() and asks_for_preview(request):
            require(request.user, "post.revise", found)
            shown = preview(form.cleaned_data["source"], is_note=found.kind == Kind.ANNOTATION)
            return _edit_form(request, found, form, shown)
        if form.is_valid():
            revise_post(
                editor=person_of(request),
                post=found,
                source=form.cleaned_data["source"],
                expected=form.cleaned_data["expected"],
                sending=sending_of(request),
            )
            told = found.state == State.PUBLISHED and report_to_sender(request, found)
            if told and not is_fragment(request):
                return redirect("you")
            return redirect_page(request, found.get_absolute_url())
        require(request.user, "post.revise", found)
    except Refused as refusal:
        add_refusal(form, refusal)
    except Nudge as nudge:
        return _edit_form(request, found, form, nudge=nudge, status=409)
    except Conflict as conflict:
        status = 409
        form.add_error(None, conflict.message)
        latest = found.current
        if str(latest.pk) != form.data.get("expected"):
            # They see both now, so saving again is a decision.
            current = latest
            refill(form, expected=str(latest.pk))
    except Forbidden as refusal:
        if not refusal.code:
            raise
        # What was typed can still be taken elsewhere.
        status = 403
        form.add_error(None, refusal.message)
    return _edit_form(request, found, form, current=current, status=status)


def _edit_form(
    request: HttpRequest,
    found: Post,
    form: EditForm,
    preview: Rendered | None = None,
    *,
    current: Revision | None = None,
    nudge: Nudge | None = None,
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
        "nudge": nudge,
        "current": current,
        "back": address_in_article(found, article),
        "edits_until": edits_until(found.created_at),
        "quiet_until": _quiet_until(found),
    }
    return render(request, f"discussion/{template}", context, status=status)


def _quiet_until(found: Post) -> datetime | None:
    """Until when readers are not told of an edit, unless somebody answers; ``None``: they are."""
    end = quiet_until(found.created_at)
    unmarked = found.current.mark == Mark.NONE and not is_answered(found)
    return end if unmarked and not is_over(end) else None


@shows_form
@page_errors
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back one's own; it can be undone from the page this leads to."""
    return _turn(request, pk, "withdraw", withdraw_post, (State.WITHDRAWN,))


@shows_form
@page_errors
def reinstate(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo one's own withdrawal."""
    return _turn(request, pk, "reinstate", reinstate_post, _PUT_BACK)


def _turn(
    request: HttpRequest, pk: int, verb: str, act: Callable[..., None], wanted: Collection[State]
) -> HttpResponse:
    found = get_post_for(request.user, pk)
    if request.method != "POST":
        require(request.user, f"post.{verb}", found)
        context = {
            "post": found,
            "article": article_of(found),
            "revision": current_words(request.user, found),
            "undo_hours": settings.UNDO_HOURS,
        }
        return render(request, f"discussion/{verb}.html", context)
    try:
        act(author=person_of(request), post=found)
    except Conflict:
        found.refresh_from_db(fields=["state"])
        # A second click finds done what it asks for.
        if found.state not in wanted:
            raise
    if not request.accepts("text/html"):
        return JsonResponse({"state": found.state})
    return redirect_page(request, found.get_absolute_url())
