"""Errors of the API, as RFC 9457 problem details (``application/problem+json``)."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.contrib.auth import get_user_model
from django.db import IntegrityError
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

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

CONTENT_TYPE = "application/problem+json"

_STATUS = {
    Refused: 400,
    SignInFirst: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    Nudge: 409,
    TooOften: 429,
}

ACCOUNT_GONE = gettext_lazy("This account is closed.")


def account_is_gone(request: HttpRequest) -> bool:
    """Whether the account that sent ``request`` was closed since: the database takes nothing from
    it any more. One query."""
    person = request.user
    if not person.is_authenticated:
        return False
    return not get_user_model().objects.filter(pk=person.pk, is_active=True).exists()


def problem(status: int, detail: str, **members: object) -> JsonResponse:
    """A problem answer for where the framework's own handling is not at work."""
    body = _body(status, detail) | members
    return JsonResponse(body, status=status, content_type=CONTENT_TYPE)


def problem_handler(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Turn what a view raised into a problem; anything unforeseen stays an error of ours.

    ``errors`` maps each field to its messages, ``code`` says which of several refusals it is. A
    ``Conflict`` adds what is true now, a ``Forbidden`` what it rests on.
    """
    if isinstance(error, IntegrityError) and account_is_gone(context["request"]):
        error = SignInFirst(str(ACCOUNT_GONE))
    if isinstance(error, PostilError):
        status = _STATUS[type(error)]
        body = _body(status, error.message)
        if error.code:
            body["code"] = error.code
        if isinstance(error, Refused):
            body["errors"] = {error.field: [error.message]}
        if isinstance(error, Conflict | Forbidden):
            body |= error.details
        headers = {"WWW-Authenticate": "Token"} if status == 401 else {}
        if isinstance(error, TooOften):
            headers["Retry-After"] = str(error.wait)
        return Response(body, status=status, headers=headers, content_type=CONTENT_TYPE)
    response = exception_handler(error, dict(context))
    if response is None:
        return None
    response.content_type = CONTENT_TYPE
    if isinstance(error, exceptions.ValidationError):
        body = _body(response.status_code, _("Some fields cannot be taken as they are."))
        response.data = body | {"errors": _by_field(response.data)}
    else:
        detail = response.data.get("detail", "") if isinstance(response.data, dict) else ""
        response.data = _body(response.status_code, str(detail))
    return response


def _by_field(errors: object) -> dict[str, list[str]]:
    """The framework's errors, nested as the input was, with every message under its field."""
    if not isinstance(errors, Mapping):
        return {"body": _messages(errors)}
    return {
        "body" if name == "non_field_errors" else str(name): _messages(found)
        for name, found in errors.items()
    }


def _messages(errors: object) -> list[str]:
    if isinstance(errors, Mapping):
        errors = [message for found in errors.values() for message in _messages(found)]
    elif isinstance(errors, list):
        errors = [message for found in errors for message in _messages(found)]
    else:
        errors = [str(errors)]
    return list(dict.fromkeys(errors))


def _body(status: int, detail: str) -> dict[str, Any]:
    title = HTTPStatus(status).phrase
    return {"type": "about:blank", "title": title, "status": status, "detail": detail}
