"""The language that the site speaks to somebody, and where it is chosen."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from forum.accounts.actions import choose_language
from forum.lib.errors import Refused
from forum.lib.interface import language_of, offered, remember
from forum.lib.web import page_errors, shows_form


@shows_form
@page_errors
def language(request: HttpRequest) -> HttpResponse:
    """Choose the language of everything but what people have written.

    It is remembered in this browser and, of somebody who is logged in, with their account.
    """
    if request.method == "POST":
        return _chosen(request)
    context = {
        "languages": offered().items(),
        "now": language_of(request),
        "next": _way_back(request, request.headers.get("Referer", "")),
    }
    return render(request, "accounts/language.html", context)


def _chosen(request: HttpRequest) -> HttpResponse:
    code = request.POST.get("language", "")
    if code not in offered():
        raise Refused("language", _("Choose one of the languages on this page."))
    if request.user.is_authenticated:
        choose_language(request.user, code)
    with translation.override(code):
        messages.success(request, _("The site speaks English to you now."))
    response = redirect(_way_back(request, request.POST.get("next", "")))
    remember(response, code)
    return response


def _way_back(request: HttpRequest, address: str) -> str:
    """``address``, if it is a page of this site and not this one; else the first page."""
    ours = url_has_allowed_host_and_scheme(
        address, {request.get_host()}, require_https=request.is_secure()
    )
    if not ours or request.path in address:
        return resolve_url(settings.LOGIN_REDIRECT_URL)
    return address
