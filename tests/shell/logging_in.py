"""Logging in as people do, giving one's password once more, and what there is beside passwords."""

from __future__ import annotations

import base64

from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from fido2 import cbor
from fido2.utils import websafe_encode
from fido2.webauthn import AttestedCredentialData, AuthenticatorData

from forum.accounts.models import User
from forum.accounts.second_factor import MFAAdapter
from tests.factories import PASSWORD


def log_in(client: Client, person: User, password: str = PASSWORD):
    """The answer to the form with a name and a password."""
    form = {"login": person.username, "password": password}
    return client.post("/accounts/login/", form)


def reauthenticate(client: Client) -> None:
    """Give the password once more; what follows concerns the account itself."""
    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/"})
    mail.outbox.clear()


def hold_app(person: User, secret: str) -> Authenticator:
    """An app that shows the codes of ``secret``."""
    kind, data = Authenticator.Type.TOTP, {"secret": MFAAdapter().encrypt(secret)}
    return Authenticator.objects.create(user=person, type=kind, data=data)


def hold_codes(person: User) -> Authenticator:
    """Recovery codes."""
    kind, data = Authenticator.Type.RECOVERY_CODES, {"seed": MFAAdapter().encrypt("seed")}
    return Authenticator.objects.create(user=person, type=kind, data=data | {"used_mask": 0})


def hold_passkey(person: User, name: str = "Telephone") -> Authenticator:
    """A passkey that a browser made once, of which nobody has the private half."""
    kind, data = Authenticator.Type.WEBAUTHN, {"name": name, "credential": _made()}
    return Authenticator.objects.create(user=person, type=kind, data=data)


def _made() -> dict[str, object]:
    """What an authenticator answers when it makes one: of P-256, without attestation."""
    client = b'{"type":"webauthn.create","challenge":"AA","origin":"http://localhost"}'
    return {
        "id": "AQIDBA",
        "rawId": "AQIDBA",
        "type": "public-key",
        "clientExtensionResults": {"credProps": {"rk": True}},
        "response": {
            "clientDataJSON": base64.urlsafe_b64encode(client).decode().rstrip("="),
            "attestationObject": _attestation(),
        },
    }


def _attestation() -> str:
    key = {1: 2, 3: -7, -1: 1, -2: b"\x01" * 32, -3: b"\x02" * 32}
    held = AttestedCredentialData.create(b"\0" * 16, b"\1\2\3\4", key)  # type: ignore[arg-type]  # a mapping does
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT
    data = AuthenticatorData.create(b"\0" * 32, flags, 0, bytes(held))
    return websafe_encode(cbor.encode({"fmt": "none", "attStmt": {}, "authData": bytes(data)}))
