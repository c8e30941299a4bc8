"""Clients of the API."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from forum.accounts.models import User
from tests.memory import forget_now

#: A client that is signed in as somebody; as nobody without a name.
SignIn = Callable[..., APIClient]


@pytest.fixture
def as_() -> SignIn:
    """``as_(alice)`` is a client that speaks for Alice, ``as_()`` one that speaks for nobody."""

    def client(person: User | None = None) -> APIClient:
        made = APIClient()
        made.force_authenticate(person)
        return made

    return client


@pytest.fixture
def queries() -> Callable[[APIClient, str], int]:
    """Count the queries of a GET of which nothing is kept, after a first one: a person remembers
    their memberships."""

    def count(client: APIClient, path: str) -> int:
        assert client.get(path).status_code == 200
        forget_now()
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    return count
