"""Pages for guests: what they are told after responding, confirming, no more e-mails, claiming."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from forum.discussion.actions import preview
from forum.discussion.holding import to_author
from forum.discussion.lookup import article_of
from forum.discussion.models import Article, Post, State
from forum.guests import actions, limits
from forum.guests.letters import read_page, read_stop
from forum.lib.errors import Conflict, Forbidden, NotFound, SignInFirst
from forum.lib.web import page_errors, person_of, redirect_page, shows_form
from forum.moderation.links import link_of
from forum.moderation.models import Decision
from forum.moderation.standing import told
from forum.screening.web import sending_of

if TYPE_CHECKING:
    from forum.accounts.models import User
    from forum.guests.forms import GuestForm
    from forum.guests.models import GuestResponse


def take(
    request: HttpRequest, article: Article, parent: Post | None, form: GuestForm
) -> HttpResponse:
    """Keep what a guest sent with a valid ``form``. Raises what the action and the limits raise."""
    client = get_adapter().get_client_ip(request)
    actions.respond_as_guest(
        article=article,
        parent=parent,
        allow=partial(limits.count, client=client),
        sending=sending_of(request),
        **{name: form.cleaned_data[name] for name in ("name", "email", "source", "token")},
    )
    return redirect_page(request, reverse("guest-sent"))


@require_safe
@page_errors
def sent(request: HttpRequest) -> HttpResponse:
    """What happens next: the same for everybody, whoever the address belongs to."""
    return render(request, "guests/sent.html")


@shows_form
@page_errors
def response(request: HttpRequest, token: str) -> HttpResponse:
    """Where the link in an e-mail leads: to confirm, and later to what has become of it.

    A GET changes nothing: programs that look through mail open every link.
    """
    guest = read_page(token)
    status, problem = 200, ""
    if request.method == "POST":
        try:
            actions.confirm(guest, sending=sending_of(request))
            return redirect(request.path)
        except (Conflict, Forbidden, NotFound, SignInFirst) as refusal:
            status = 409
            problem = refusal.message
            if not isinstance(refusal, Conflict):
                problem = _("Nobody can respond there as a guest any more.")
    return render(request, "guests/response.html", _page(guest, problem), status=status)


def _page(guest: GuestResponse, problem: str) -> dict[str, object]:
    post = guest.post
    decisions = told(Decision.objects.filter(case__post=post)) if post else Decision.objects.none()
    shows = post is None or post.state != State.ERASED
    return {
        "guest": guest,
        "post": post,
        "article": article_of(post or guest.parent),
        "problem": problem,
        "words": preview(guest.source) if post is None else None,
        "revision": post.current if post and shows else None,
        "why": to_author(post.held_for) if post else "",
        "decisions": [
            (decision, link_of(guest, decision))
            for decision in decisions.select_related("rule").order_by("pk")
        ],
        "neutral_masthead": True,
    }


# A mail program posts here for its user, with neither a session nor a token of ours (RFC 8058).
@csrf_exempt
@shows_form
@page_errors
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Send no more about a response, and forget the address; a GET only asks."""
    guest = read_stop(token)
    stopped = request.method == "POST"
    if stopped:
        actions.stop_letters(guest)
    context = {"stopped": stopped or not guest.email, "neutral_masthead": True}
    return render(request, "guests/stop.html", context)


@require_POST
@page_errors
def claim(request: HttpRequest) -> HttpResponse:
    """Make what one wrote as a guest one's own."""
    person = person_of(request)
    number = actions.claim(person, verified(person))
    if number:
        message = ngettext(
            "%(n)d response that you wrote as a guest is yours now.",
            "%(n)d responses that you wrote as a guest are yours now.",
            number,
        )
        messages.success(request, message % {"n": number})
    return redirect("you")


def verified(person: User) -> list[str]:
    """The addresses of ``person`` that they have shown to be theirs. One query."""
    found = EmailAddress.objects.filter(user=person, verified=True)
    return list(found.values_list("email", flat=True))
