"""Requests that no view should have to think about."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _lazy

from forum.lib.interface import is_api, language_of
from forum.lib.problems import problem
from forum.lib.views import error_page

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_TOO_LARGE = _lazy("What you sent is too large for this site.")
_CHARSETS = ("utf-8", "utf8", "us-ascii", "iso-8859-1")
_CHARSET = _lazy("Send this as UTF-8.")
_BROKEN = _lazy("This request holds characters that cannot be right.")


class PrivateMiddleware:
    """Whatever does not say who may keep it is for whoever asked, and asked for anew.

    The public page says so itself. Everything else may hold what one person alone may read, and
    not every cache on the way knows what ``Vary: Cookie`` means, or a token.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


class LanguageMiddleware:
    """Answer in the language that was chosen in this browser, or in the site's.

    Django's own asks what the browser prefers, too; then a page would be as many pages as there
    are preferences, to every cache on the way. The API does ask: what it says to a program, as why
    something was refused, a person is to read.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = language_of(request)
        with translation.override(language):
            response = self.get_response(request)
        if is_api(request):
            patch_vary_headers(response, ["Accept-Language"])
            response.setdefault("Content-Language", language)
        return response


class BadInputMiddleware:
    """Refuse oversized bodies, NUL characters and odd charsets before they reach anything."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # A quoted cookie can hold one too. No page for it: it would look the session up by it.
        if any("\x00" in value for value in request.COOKIES.values()):
            return problem(400, str(_BROKEN))
        # Django reads the query in this charset as well, and not every codec is one for text.
        if (request.content_params or {}).get("charset", "utf-8").lower() not in _CHARSETS:
            return self._refuse(request, 415, _CHARSET)
        if "%00" in request.META.get("QUERY_STRING", ""):
            return self._refuse(request, 400, _BROKEN)
        length = request.META.get("CONTENT_LENGTH") or "0"
        multipart = request.content_type == "multipart/form-data"
        # Files have limits of their own, where they are read.
        most = 8 * settings.DATA_UPLOAD_MAX_MEMORY_SIZE if multipart else None
        if not length.isdigit() or int(length) > (most or settings.DATA_UPLOAD_MAX_MEMORY_SIZE):
            return self._refuse(request, 413, _TOO_LARGE)
        return self.get_response(request)

    @staticmethod
    def _refuse(request: HttpRequest, status: int, said: _StrPromise) -> HttpResponse:
        if is_api(request):
            return problem(status, str(said))
        return error_page(request, status, str(said))
