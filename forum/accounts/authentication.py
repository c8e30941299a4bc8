"""How an API request says who it comes from: ``Authorization: Token …``."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

if TYPE_CHECKING:
    from drf_spectacular.openapi import AutoSchema

from forum.accounts.models import ApiToken, User
from forum.lib.prepared import Prepared

#: How stale ``last_used_at`` may be: a write for every request would cost more than it tells.
USE_RESOLUTION = timedelta(minutes=5)


class HashedTokenAuthentication(BaseAuthentication):
    """Looks the key up by its hash; the key itself is stored nowhere."""

    keyword = b"token"

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != self.keyword:
            return None
        if len(parts) != 2:
            raise AuthenticationFailed(_("Send the header as “Authorization: Token <key>”."))
        digest = ApiToken.digest(parts[1].decode("latin-1"))
        found = _TOKEN.instances(digest=digest)
        if not found:
            raise AuthenticationFailed(_("This token is not known, or was revoked."))
        (token,) = found
        _note_use(token)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Token"


class HashedTokenScheme(
    OpenApiAuthenticationExtension  # type: ignore[no-untyped-call]  # it registers its subclasses
):
    """How the schema describes it."""

    target_class = HashedTokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token <key>`; `manage.py create_token USERNAME` prints a key.",
        }


_TOKEN = Prepared(
    lambda digest: ApiToken.objects.filter(
        token_hash=digest, revoked_at=None, user__is_active=True
    ).select_related("user")
)


def _note_use(token: ApiToken) -> None:
    now = timezone.now()
    if token.last_used_at and token.last_used_at >= now - USE_RESOLUTION:
        # An update that changes nothing waits its turn to write all the same.
        return
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - USE_RESOLUTION)
    ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)
