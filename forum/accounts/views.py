"""The page that is a person's own: what they wrote, and what they can set."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from forum.accounts.actions import save_settings
from forum.accounts.forms import SettingsForm
from forum.accounts.models import User
from forum.discussion.holding import to_author
from forum.discussion.models import Audience, Kind, Post, Revision, State
from forum.discussion.windows import edits_until, is_over, undo_until
from forum.guests.actions import claimable_by
from forum.guests.views import verified
from forum.lib.errors import Refused
from forum.lib.web import add_refusal, page_errors, person_of, shows_form

POSTS_ON_A_PAGE = 20

#: What becomes of a post, said to its author.
_FATES = {
    State.HIDDEN: _lazy("Hidden for now, until a moderator has looked at it."),
    State.REMOVED: _lazy("Removed by a moderator. Your notifications say why."),
    State.WITHDRAWN: _lazy("Withdrawn by you."),
}
_READERS = {
    Audience.COURSE: _lazy("Only your course can read this."),
    Audience.PRIVATE: _lazy("Only you can read this."),
}


@dataclass(frozen=True, slots=True)
class Written:
    """One of a person's posts, as it is now, and what has become of it."""

    revision: Revision
    fate: str
    may_edit: bool
    may_put_back: bool

    @classmethod
    def of(cls, revision: Revision) -> Written:
        """What stands in the list of its author for ``revision``."""
        post = revision.post
        out = post.state == State.PUBLISHED or post.waits
        return cls(
            revision,
            fate_of(post),
            out and not is_over(edits_until(post.created_at)),
            post.state == State.WITHDRAWN and not is_over(undo_until(post.withdrawn_at)),
        )


@shows_form
@page_errors
def you(request: HttpRequest) -> HttpResponse:
    """Show a person their own posts and settings, and save the settings."""
    person = person_of(request)
    set_now = {name: getattr(person, name) for name in SettingsForm.base_fields}
    if request.method == "POST":
        form = SettingsForm(request.POST)
        if form.is_valid():
            try:
                save_settings(person=person, **form.cleaned_data)
            except Refused as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, _("Saved."))
                return redirect("you")
    else:
        form = SettingsForm(initial=set_now)
    page = _own_posts(person, request.GET.get("page", "1"))
    context = {
        "form": form,
        "page_obj": page,
        "written": [Written.of(revision) for revision in page],
        "claimable": claimable_by(person, verified(person)),
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
    if post.waits:
        return _("Held for review. %(why)s") % {"why": to_author(post.held_for)}
    said = _FATES.get(State(post.state)) or _READERS.get(Audience(post.audience))
    return str(said or "")
