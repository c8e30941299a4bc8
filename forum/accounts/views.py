"""The page that is a person's own: what they wrote, and what they can set."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from forum.accounts.actions import save_settings
from forum.accounts.forms import SettingsForm
from forum.accounts.models import User
from forum.discussion.models import Audience, Kind, Post, Revision, State
from forum.lib.errors import Refused
from forum.lib.web import add_refusal, page_errors, person_of

POSTS_ON_A_PAGE = 20

#: What becomes of a post, said to its author.
_FATES = {
    State.HELD: "Held for review: a moderator looks at it before anybody else can.",
    State.HIDDEN: "Hidden for now, until a moderator has looked at it.",
    State.REMOVED: "Removed by a moderator. Your notifications say why.",
    State.WITHDRAWN: "Withdrawn by you.",
}
_READERS = {
    Audience.COURSE: "Only your course can read this.",
    Audience.PRIVATE: "Only you can read this.",
}


@dataclass(frozen=True, slots=True)
class Written:
    """One of a person's posts, as it is now, and what has become of it."""

    revision: Revision
    fate: str


@require_http_methods(["GET", "HEAD", "POST"])
@page_errors
def you(request: HttpRequest) -> HttpResponse:
    """Show a person their own posts and settings, and save the settings."""
    person = person_of(request)
    set_now = {"display_name": person.display_name, "email_notices": person.email_notices}
    if request.method == "POST":
        form = SettingsForm(request.POST)
        if form.is_valid():
            try:
                save_settings(person=person, **form.cleaned_data)
            except Refused as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, "Saved.")
                return redirect("you")
    else:
        form = SettingsForm(initial=set_now)
    page = _own_posts(person, request.GET.get("page", "1"))
    context = {
        "form": form,
        "page_obj": page,
        "written": [Written(revision, fate_of(revision.post)) for revision in page],
        "tokens": person.api_tokens.filter(revoked_at=None).order_by("-id"),
    }
    return render(request, "accounts/you.html", context, status=400 if form.errors else 200)


def _own_posts(person: User, page: str) -> Page[Revision]:
    """The current words of what ``person`` wrote, newest first. Two queries."""
    own = (
        Revision.objects.visible_to(person)
        .current()
        .filter(post__author=person, post__kind__in=(Kind.COMMENT, Kind.ANNOTATION))
        .select_related("post__root__article", "post__note_from")
        .defer("source", "html", "post__root__article__standfirst")
        .order_by("-post_id")
    )
    return Paginator(own, POSTS_ON_A_PAGE).get_page(page)


def fate_of(post: Post) -> str:
    """What its author should know about ``post``, or nothing when all can read it."""
    return _FATES.get(State(post.state)) or _READERS.get(Audience(post.audience), "")
