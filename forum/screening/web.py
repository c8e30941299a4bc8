"""How a request sends something that is screened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.adapter import get_adapter
from django.conf import settings

from forum.screening.submission import Sending

if TYPE_CHECKING:
    from django.http import HttpRequest
    from rest_framework.request import Request

#: Code points of a program's name that are passed on.
_AGENT = 300


def sending_of(request: HttpRequest | Request, anyway: str | None = None) -> Sending:
    """How ``request`` sends it. ``anyway`` is what the API was sent; a form has it itself.

    Address and program are looked at only where a step passes them on.
    """
    said = request.POST.get("anyway", "") if anyway is None else anyway
    if not settings.AKISMET_KEY:
        return Sending(said)
    agent = request.headers.get("User-Agent", "")[:_AGENT]
    return Sending(said, get_adapter().get_client_ip(request) or "", agent)
