"""An author, or a guest, and somebody else at the same moment, on connections of their own."""

from __future__ import annotations

import pytest

from forum.discussion.actions import reinstate_post, revise_post, withdraw_post
from forum.discussion.models import Article, Post
from forum.guests.actions import confirm, respond_as_guest
from forum.guests.models import GuestResponse
from forum.lib.errors import Conflict
from forum.moderation.actions import decide
from forum.moderation.models import Case
from tests.factories import make_comment
from tests.moderation.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("_", range(3))
def test_a_link_that_is_opened_twice_at_once_makes_one_post(article, settings, _):
    settings.GUEST_RESPONSES = "always"
    guest = respond_as_guest(
        article=article, name="Gwen", email="gwen@example.org", source="A ferry."
    )
    twice = [GuestResponse.objects.select_related("parent").get(pk=guest.pk) for _ in range(2)]
    first, second = at_once(*(lambda one=one: confirm(one) for one in twice))
    assert first == second == Post.objects.get(kind="comment")
    assert Case.objects.count() == 1


@pytest.mark.parametrize("_", range(3))
def test_an_undo_and_a_decision_at_once_leave_nothing_half_done(article, alice, carol, _):
    Article.objects.filter(pk=article.pk).update(premoderated=True)
    article.refresh_from_db()
    post = make_comment(article, author=alice)
    withdraw_post(author=alice, post=post)
    case = Case.objects.get(post=post)
    at_once(
        lambda: reinstate_post(author=alice, post=Post.objects.get(pk=post.pk)),
        lambda: decide(moderator=carol, case=case, action="keep", version=case.version),
    )
    post.refresh_from_db()
    decided = Case.objects.get(pk=case.pk).state == "decided"
    may_be = {("published", ""), ("withdrawn", "")} if decided else {("held", "premoderated")}
    assert (post.state, post.held_for) in may_be


@pytest.mark.parametrize("_", range(3))
def test_an_edit_and_a_withdrawal_at_once(article, alice, _):
    post = make_comment(article, author=alice)
    one, other = (Post.objects.get(pk=post.pk) for _ in range(2))
    outcomes = at_once(
        lambda: revise_post(editor=alice, post=one, source="Other words."),
        lambda: withdraw_post(author=alice, post=other),
    )
    assert all(not isinstance(got, Exception) or isinstance(got, Conflict) for got in outcomes)
    post.refresh_from_db()
    assert post.state == "withdrawn"
    assert post.revisions.filter(superseded_at=None).count() == 1
