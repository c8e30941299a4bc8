"""The language that the site speaks to somebody. What a text is written in is ``language``'s."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Protocol

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation


class Speaks(Protocol):
    """Somebody who may have chosen a language; empty if not."""

    language: str


@cache
def offered() -> dict[str, str]:
    """The languages of the site by their codes, each called as it calls itself."""
    return dict(settings.LANGUAGES)


def is_api(request: HttpRequest) -> bool:
    """Whether a program asks."""
    return request.path.startswith("/api/")


def language_of(request: HttpRequest) -> str:
    """The language that was chosen in this browser, or the site's. In the API it is what
    ``Accept-Language`` prefers of those that are offered, if none was chosen."""
    if is_api(request):
        return translation.get_language_from_request(request)
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if chosen in offered() else str(settings.LANGUAGE_CODE)


@contextmanager
def spoken_by_site() -> Iterator[None]:
    """Words in here are in the site's own language: they are kept, for whoever reads them."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@contextmanager
def spoken_to(person: Speaks) -> Iterator[None]:
    """Words in here are in the language of ``person``: what they are told is theirs to read,
    whoever's act it tells of."""
    language = person.language if person.language in offered() else settings.LANGUAGE_CODE
    with translation.override(language):
        yield


def remember(response: HttpResponse, language: str) -> None:
    """Keep ``language`` in the browser that ``response`` goes to."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
