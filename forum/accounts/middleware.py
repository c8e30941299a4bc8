"""Sessions that know where they began, and when they were last used."""

from __future__ import annotations

from functools import partial

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware as DjangoSessionMiddleware
from django.http import HttpRequest, HttpResponse

from forum.accounts.sessions import SessionStore
from forum.lib.devices import browser_and_system


class SessionMiddleware(DjangoSessionMiddleware):
    """Django's, which tells a session what it begins with, and notes each hour that it is used."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        if isinstance(request.session, SessionStore):
            request.session.client = partial(_client_of, request)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response = super().process_response(request, response)
        session = request.session
        # Who saves a session notes that it is used; a page that knows nobody asks for none.
        if isinstance(session, SessionStore) and session.accessed and not session.modified:
            session.note_use()
        return response


def _client_of(request: HttpRequest) -> dict[str, str]:
    browser, system = browser_and_system(request.headers.get("User-Agent", ""))
    client = {"browser": browser, "system": system}
    if settings.KEEP_IP_ADDRESSES:
        client["address"] = get_adapter(request).get_client_ip(request)
    return client
