"""What pages have in common: refusals made into answers, and fragments for htmx."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar
from urllib.parse import urlencode, urlsplit

from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.db import IntegrityError
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from forum.lib.errors import (
    Conflict,
    Forbidden,
    NotFound,
    Nudge,
    PostilError,
    Refused,
    SignInFirst,
    TooOften,
)
from forum.lib.problems import ACCOUNT_GONE, account_is_gone
from forum.lib.views import error_page

if TYPE_CHECKING:
    from forum.accounts.models import User

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)

_UNSENT = "unsent"
#: Forms whose words wait while their sender logs in, and the page that has each of them.
_KEEPING = {
    "respond": "respond",
    "post-edit": "post-edit",
    "post-flag": "post-flag",
    "case-decide": "case",
    "decision-appeal": "decision",
    "sanction-appeal": "sanction-statement",
    "annotation-place": "annotation-place",
}
_WORDS = ("source", "note", "reason", "words", "text")
_CHOICES = ("action", "rule", "expected", "act")
#: Seconds they wait. Somebody else may log in on this device later.
UNSENT_FOR = 3_600
#: Code points of a form kept while its sender logs in.
UNSENT_LIMIT = 20_000

_STATUS: dict[type[PostilError], int] = {
    Refused: 400,
    Forbidden: 403,
    Conflict: 409,
    Nudge: 409,
    TooOften: 429,
}


#: Of a view that shows a form and takes it.
shows_form = require_http_methods(["GET", "HEAD", "POST"])


def page_errors(
    view: Callable[Concatenate[HttpRequest, P], R],
) -> Callable[Concatenate[HttpRequest, P], R | HttpResponse]:
    """Answer what ``view`` refuses with a page: to log in, 403, 404, or 409.

    A view that shows a form catches ``Refused`` and ``Conflict`` itself (``refusals_in``), to show
    it filled.
    """

    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> R | HttpResponse:
        response: R | HttpResponse
        try:
            response = view(request, *args, **kwargs)
        except PostilError as error:
            response = _answer(request, error)
        except IntegrityError:
            if not account_is_gone(request):
                raise
            response = _answer(request, SignInFirst(str(ACCOUNT_GONE)))
        # The same address answers htmx with a part of the page.
        patch_vary_headers(response, ["HX-Request"])
        return response

    return answer


def person_of(request: HttpRequest) -> User:
    """Who is signed in. Raises ``SignInFirst``."""
    if not request.user.is_authenticated:
        raise SignInFirst(_("Log in first."))
    return request.user


def is_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of this page to put in place, not for the page."""
    htmx = getattr(request, "htmx", None)
    if not htmx:
        return False
    return not (htmx.boosted or htmx.history_restore_request)


def asks_for_preview(request: HttpRequest) -> bool:
    """Whether a form was sent to see how its words will look."""
    return request.POST.get("act") == "preview"


def redirect_page(request: HttpRequest, to: str) -> HttpResponse:
    """Send the browser to the address ``to``, also when htmx made the request."""
    return HttpResponseClientRedirect(to) if is_fragment(request) else redirect(to)


def add_refusal(form: BaseForm, refusal: Refused) -> None:
    """Put ``refusal`` beside its field, or above the form when it has no such field."""
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)


@dataclass
class Met:
    """What was in the way of what a form asks for, beside what is wrong in the form itself."""

    conflict: Conflict | None = None
    forbidden: Forbidden | None = None

    @property
    def problem(self) -> PostilError | None:
        """It, to be said on the page."""
        return self.conflict or self.forbidden

    @property
    def status(self) -> int:
        """What the page with the form is answered with."""
        return _STATUS[type(self.problem)] if self.problem else 400


@contextmanager
def refusals_in(form: BaseForm, *, forbidden: bool = False) -> Iterator[Met]:
    """Have a view go on to show ``form`` again where what it does here is refused.

    What is to change stands beside its field then; that another was faster, and with ``forbidden``
    that the sender may not, is in what this yields.
    """
    met = Met()
    try:
        yield met
    except Refused as refusal:
        add_refusal(form, refusal)
    except Conflict as conflict:
        met.conflict = conflict
    except Forbidden as refusal:
        if not forbidden:
            raise
        met.forbidden = refusal


def add_forbidden(form: BaseForm, refusal: Forbidden) -> None:
    """Put ``refusal`` above the form, with where its sender reads why and what can be done."""
    form.add_error(None, refusal.message)
    form.forbidden = refusal  # type: ignore[attr-defined]  # for parts/form_errors.html


def take_unsent(request: HttpRequest) -> dict[str, str]:
    """What was typed into this page's form before its sender had to log in; empty otherwise."""
    kept = request.session.get(_UNSENT, {})
    if kept.get("page") != _with_parent(request.path, request.GET.get("parent", "")):
        return {}
    del request.session[_UNSENT]
    return dict(kept["fields"]) if kept["until"] > time.time() else {}


def carry_over(request: HttpRequest, page: str, **fields: str) -> None:
    """Have the form of the page at the path ``page`` begin with ``fields`` (``take_unsent``)."""
    if sum(map(len, fields.values())) <= UNSENT_LIMIT:
        until = time.time() + UNSENT_FOR
        request.session[_UNSENT] = {"page": page, "fields": fields, "until": until}


def _keep_unsent(request: HttpRequest) -> str | None:
    """Keep the words of a form that was sent without being logged in; return where they wait."""
    match = request.resolver_match
    name = _KEEPING.get(match.url_name or "") if match else None
    sent = {name: request.POST[name] for name in _WORDS + _CHOICES if request.POST.get(name)}
    if match is None or name is None or not any(word in sent for word in _WORDS):
        return None
    if sum(map(len, sent.values())) > UNSENT_LIMIT:
        return None
    page = _with_parent(reverse(name, kwargs=match.kwargs), request.POST.get("parent", ""))
    carry_over(request, page, **sent)
    return page


def _with_parent(path: str, parent: str) -> str:
    """The address of a form; the one for a response says what it answers."""
    return f"{path}?{urlencode({'parent': parent})}" if parent else path


def _answer(request: HttpRequest, error: PostilError) -> HttpResponse:
    if isinstance(error, NotFound):
        raise Http404(error.message)
    if isinstance(error, SignInFirst):
        if request.user.is_authenticated:
            # The account has gone, and the session with it: what was typed waits in a new one.
            logout(request)
        login = redirect_to_login(_keep_unsent(request) or _page_to_return_to(request))
        return redirect_page(request, login.url)
    status = _STATUS[type(error)]
    remedy = _remedy(request, error)
    if is_fragment(request):
        context = {"message": error.message, "remedy": remedy}
        response = render(request, "fragment_error.html", context, status=status)
    else:
        response = error_page(request, status, error.message, remedy=remedy)
    return retry_after(response, error.wait) if isinstance(error, TooOften) else response


def _remedy(request: HttpRequest, error: PostilError) -> str:
    """Where whoever is refused reads why. What they typed waits at the page that it leads back
    to."""
    if not isinstance(error, Forbidden) or not error.remedy:
        return ""
    back = _keep_unsent(request) or _page_to_return_to(request)
    return f"{error.remedy}?{urlencode({'next': back})}"


def retry_after(response: HttpResponse, wait: int) -> HttpResponse:
    """``response``, saying that it is worth asking again in ``wait`` seconds."""
    response.headers["Retry-After"] = str(wait)
    return response


def _page_to_return_to(request: HttpRequest) -> str:
    """Where to go after logging in: this page or, for what cannot be fetched, the one before."""
    if request.method in ("GET", "HEAD") and not is_fragment(request):
        return request.get_full_path()
    before = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(before, {request.get_host()}):
        return request.get_full_path()
    parts = urlsplit(before)
    # One slash: a path that starts with two would be read as another site's address.
    return parts._replace(scheme="", netloc="", path="/" + parts.path.lstrip("/")).geturl()
