"""A flagged response, and the case on it."""

from __future__ import annotations

import pytest

from forum.discussion.models import Post
from forum.moderation.models import Case
from tests import factories


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
