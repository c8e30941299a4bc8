"""A flagged response, and a client that is somebody."""

from __future__ import annotations

import pytest
from django.test import Client

from forum.discussion.models import Post
from forum.moderation.models import Case
from tests import factories

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def as_(client: Client):
    """``as_(person)`` is a client in which that person is logged in."""

    def log_in(person) -> Client:
        client.logout()
        client.force_login(person, backend=BACKEND)
        return client

    return log_in


@pytest.fixture
def comment(article, alice) -> Post:
    """A response by Alice, among others."""
    factories.make_comment(article)
    return factories.make_comment(article, author=alice, source="The *ferry* ran on Sundays.")


@pytest.fixture
def case(comment, bob, rules) -> Case:
    """An open case on Alice's response, which Bob flagged; another case stands beside it."""
    factories.make_flag(factories.make_comment(comment.root.article), reason="spam")
    return factories.make_flag(comment, flagger=bob, note="It is about boats.").case
