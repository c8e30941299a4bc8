"""An account is erased while its owner still writes, and others write to them."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError

from forum.accounts.erasing import erase_account
from forum.accounts.models import User
from forum.discussion.actions import post_comment, revise_post
from forum.discussion.models import Post, Revision
from forum.lib.errors import Conflict, Forbidden, NotFound, SignInFirst
from tests import factories
from tests.accounts.everything import texts_with
from tests.moderation.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
#: What somebody may be told whose account goes meanwhile; pages and API say that it is closed.
REFUSALS = (IntegrityError, Conflict, Forbidden, NotFound, SignInFirst)


@pytest.mark.parametrize("posts", ["erased", "kept"])
@pytest.mark.parametrize("_", range(3))
def test_nothing_is_left_behind(article, alice, bob, posts, _):
    first = factories.make_comment(article, author=alice, source="Some words of hers.")

    def own(pk: int) -> Post:
        return Post.objects.select_related("author").get(pk=pk)

    def write(words: str, author: User, parent: Post | None) -> Any:
        return lambda: post_comment(author=author, article=article, source=words, parent=parent)

    answers = at_once(
        lambda: erase_account(person=User.objects.get(pk=alice.pk), posts=posts),
        write("One more of hers.", alice, None),
        write("And one.", alice, own(first.pk)),
        write("An answer to her.", bob, own(first.pk)),
        lambda: revise_post(editor=alice, post=own(first.pk), source="Other words of hers."),
    )
    erased, *hers, answered, _revised = answers
    assert erased is None
    # Whoever answers somebody who leaves is not told of it, but posts.
    assert answered[1] is True
    for answer in (*hers, _revised):
        assert isinstance(answer, (*REFUSALS, tuple, Revision))
    assert not User.objects.filter(pk=alice.pk).exists()
    assert texts_with("alice", "liddell") == []
    if posts == "erased":
        assert texts_with("of hers") == []
