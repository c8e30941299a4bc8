"""Profiles, the way to them from a post, and the pictures on them."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from annotations.profiles.people import What, get_author_for, get_mentioned_for, get_profile_for
from forum.discussion.lookup import as_id, get_post_for
from forum.lib import avatar
from forum.lib.errors import NotFound
from forum.lib.paging import Cursor
from forum.lib.web import page_errors

#: Seconds a picture may be kept. What it shows stands in its address.
_KEPT = 31_536_000


@require_safe
@page_errors
def person(request: HttpRequest, username: str) -> HttpResponse:
    """A person, and what they have written that whoever looks may read."""
    what = request.GET.get("what", What.RESPONSES)
    if what not in list(What):
        raise NotFound(_("There is no such list."))
    written = request.GET.get("cursor", "")
    cursor = Cursor.parse(written) if written else None
    if "account" in request.GET:
        # Words from before name an account: whatever it is called now, and nobody who came to its
        # name since.
        mentioned = get_mentioned_for(request.user, as_id(request.GET["account"]))
        if mentioned.username != username:
            return redirect(mentioned)
    profile = get_profile_for(request.user, username, What(what), cursor)
    return render(request, "people/profile.html", {"profile": profile, "person": profile.person})


@require_safe
@page_errors
def author(request: HttpRequest, pk: int) -> HttpResponse:
    """From a post to the profile of whoever wrote it: pages name posts, and no account."""
    post = get_post_for(request.user, pk)
    return redirect(get_author_for(request.user, post))


@require_safe
def picture(request: HttpRequest, colour: int, letters: str) -> HttpResponse:
    """The picture that the address describes."""
    try:
        drawn = avatar.svg(colour, letters)
    except ValueError as unknown:
        raise Http404 from unknown
    return HttpResponse(
        drawn,
        content_type="image/svg+xml",
        headers={
            "Cache-Control": f"public, max-age={_KEPT}, immutable",
            "Content-Security-Policy": "default-src 'none'",
            "X-Content-Type-Options": "nosniff",
        },
    )
