"""Where a person gets their own data, as a page and as the API."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import ngettext
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from annotations.own_data.files import own_data
from forum.accounts.actions import begin_export
from forum.lib.api import ApiView, answers
from forum.lib.problems import problem
from forum.lib.web import page_errors, person_of, shows_form


@shows_form
@page_errors
def data(request: HttpRequest) -> HttpResponseBase:
    """What a person can do with their data; sent as a form, the download."""
    person = person_of(request)
    if request.method != "POST":
        return render(request, "accounts/data.html")
    if wait := begin_export(person):
        response = render(request, "accounts/data.html", {"wait": _wait(wait)}, status=429)
        response["Retry-After"] = str(wait)
        return response
    return own_data(person)


class OwnData(ApiView):
    @extend_schema(
        responses={(200, "application/zip"): OpenApiTypes.BINARY} | answers({}, 401, 429),
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Your own data, as a zip of JSON and HTML.

        All you wrote, whatever became of it, with what you flagged, endorse, follow and were told.
        `docs/your-data.md` says what is in it. Once in ten minutes (429).
        """
        if wait := begin_export(self.person):
            response: HttpResponse = problem(429, _wait(wait))
            response["Retry-After"] = str(wait)
            return response
        return own_data(self.person)


def _wait(seconds: int) -> str:
    minutes = max(1, round(seconds / 60))
    said = ngettext(
        "You downloaded your data a moment ago. You can do so again in %(n)s minute.",
        "You downloaded your data a moment ago. You can do so again in %(n)s minutes.",
        minutes,
    )
    return said % {"n": minutes}
