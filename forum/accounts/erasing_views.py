"""The page on which a person erases their account."""

from __future__ import annotations

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import logout
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from forum.accounts.erasing import erase_account
from forum.accounts.forms import ErasureForm
from forum.accounts.models import User
from forum.discussion.models import Audience, Kind, Post, State
from forum.lib.errors import Forbidden, Refused
from forum.lib.web import add_refusal, page_errors, person_of, shows_form
from forum.permissions import refusal


@shows_form
@page_errors
def erase(request: HttpRequest) -> HttpResponse:
    """Say what becomes of an account that is erased, and erase it: with the password, and a choice
    of what becomes of the posts."""
    person = person_of(request)
    status = 200
    if request.method == "POST":
        if not ratelimit.consume(request, action="reauthenticate", user=person):
            raise Forbidden(_("Too many attempts failed. Try again in a few minutes."))
        form = ErasureForm(person, request.POST)
        status = 400
        if form.is_valid():
            try:
                erase_account(person=person, posts=form.cleaned_data["posts"])
            except Refused as refused:
                add_refusal(form, refused)
            else:
                return _gone(request)
    else:
        form = ErasureForm(person)
    context = {
        "form": form,
        "written": _counted(person),
        "hindrance": refusal(person, "account.erase"),
    }
    return render(request, "accounts/erase.html", context, status=status)


def _gone(request: HttpRequest) -> HttpResponse:
    logout(request)
    messages.success(request, _("Your account is erased. Thank you for having read along."))
    response = redirect("home")
    # What was begun on this device and not sent is kept in the browser.
    response["Clear-Site-Data"] = '"storage"'
    return response


def _counted(person: User) -> dict[str, int]:
    """What there is that an erasure is about. One query."""
    private = Q(audience=Audience.PRIVATE)
    own = Post.objects.filter(author=person).exclude(state=State.ERASED)
    return own.aggregate(
        responses=Count("pk", filter=Q(kind=Kind.COMMENT)),
        notes=Count("pk", filter=Q(kind=Kind.ANNOTATION) & ~private),
        private=Count("pk", filter=private),
        articles=Count("pk", filter=Q(kind=Kind.ARTICLE) & ~Q(state=State.DRAFT)),
        drafts=Count("pk", filter=Q(state=State.DRAFT)),
    )
