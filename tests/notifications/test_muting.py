"""Muting a person: nothing of theirs is told, and they never learn it."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from forum.accounts.models import Mute
from forum.accounts.muting import mute, muted_among, muted_by, mutes, unmute
from forum.discussion.following.actions import follow, tell_followers
from forum.lib.errors import Forbidden, NotFound
from forum.notifications.models import Notification
from tests.factories import make_comment


def test_to_mute_twice_is_to_mute_once(alice, bob, carol):
    assert mute(person=alice, other=bob)
    assert not mute(person=alice, other=bob)
    assert muted_by(alice) == [bob]
    assert mutes(alice, bob.pk)
    assert not mutes(bob, alice.pk)
    assert muted_among(alice, [bob.pk, carol.pk]) == {bob.pk}
    assert unmute(person=alice, other=bob)
    assert not unmute(person=alice, other=bob)
    assert muted_by(alice) == []


def test_nobody_mutes_themselves_or_who_is_gone(alice, bob):
    with pytest.raises(Forbidden):
        mute(person=alice, other=alice)
    bob.is_active = False
    bob.save(update_fields=["is_active"])
    with pytest.raises(NotFound):
        mute(person=alice, other=bob)


@pytest.mark.parametrize("again", [True, False])
def test_the_database_refuses_what_must_not_be(alice, bob, again):
    Mute.objects.create(person=alice, muted=bob)
    with pytest.raises(IntegrityError):
        Mute.objects.create(person=alice, muted=bob if again else alice)


def test_nothing_of_a_muted_person_is_told(article, alice, bob, carol):
    mute(person=alice, other=bob)
    follow(person=alice, article=article)
    first = make_comment(article, author=alice)
    for author in (bob, carol):
        make_comment(article, author=author, parent=first)
        make_comment(article, author=author, source="@alice")
        make_comment(article, author=author)
    tell_followers.call(article.pk)
    told = Notification.objects.filter(recipient=alice).order_by("pk")
    assert list(told.values_list("kind", "post__author")) == [
        (kind, carol.pk) for kind in ("reply", "mention", "followed")
    ]
