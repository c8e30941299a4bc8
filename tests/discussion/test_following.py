"""Following a discussion: who is told of what, once each, whatever stops in between."""

from __future__ import annotations

import pytest
from django.urls import reverse

from forum.discussion import following
from forum.discussion.actions import withdraw_post
from forum.discussion.following import follow, follows, tell_followers, unfollow
from forum.discussion.models import Post, Subscription
from forum.lib.errors import NotFound
from forum.notifications.actions import notify_all
from forum.notifications.models import Notification
from tests.factories import make_annotation, make_article, make_comment, put


def told(person) -> list[str]:
    """What ``person`` has been told of what they follow, the oldest first."""
    notices = Notification.objects.filter(recipient=person, kind="followed").order_by("pk")
    return list(notices.values_list("body", flat=True))


def tell(article) -> int:
    return int(tell_followers.call(article.pk))


def test_who_follows_is_told_of_new_responses_alone(article, alice, bob, carol):
    make_comment(article, author=bob)
    follow(person=alice, article=article)
    assert tell(article) == 0
    make_comment(article, author=bob)
    make_comment(article, author=carol)
    assert tell(article) == 1
    assert told(alice) == [
        f"Bob Cratchit wrote response 2 to “{article.title}”.",
        f"{carol.public_name} wrote response 3 to “{article.title}”.",
    ]
    assert told(bob) == []
    assert tell(article) == 0


def test_nobody_is_told_of_what_they_wrote_or_hear_anyway(article, alice, bob):
    follow(person=alice, article=article)
    own = make_comment(article, author=alice)
    make_comment(article, author=bob, parent=own)
    assert tell(article) == 0
    assert list(Notification.objects.values_list("kind", flat=True)) == ["reply"]


def test_replies_to_notes_are_no_responses(article, alice, bob):
    follow(person=alice, article=article)
    note = make_annotation(article, author=bob)
    make_comment(article, author=bob, parent=note)
    assert tell(article) == 0


@pytest.mark.parametrize("state", ["held", "removed", "withdrawn"])
def test_what_is_not_there_to_be_read_is_not_told(article, alice, bob, state):
    follow(person=alice, article=article)
    post = make_comment(article, author=bob)
    put(Post.objects.filter(pk=post.pk), state)
    make_comment(article, author=bob)
    assert tell(article) == 1
    assert len(told(alice)) == 1


def test_whoever_stops_half_way_is_followed_by_another(article, alice, bob, carol, monkeypatch):
    for person in (alice, carol):
        follow(person=person, article=article)
    make_comment(article, author=bob)
    left = [1]

    def stops(notices):
        if not left:
            raise KeyboardInterrupt
        left.pop()
        notify_all(notices)

    monkeypatch.setattr(following, "notify_all", stops)
    with pytest.raises(KeyboardInterrupt):
        tell(article)
    monkeypatch.undo()
    assert tell(article) == 1
    assert len(told(alice)) == len(told(carol)) == 1


def test_who_is_told_by_another_process_is_not_told_again(article, alice, bob):
    follow(person=alice, article=article)
    make_comment(article, author=bob)
    (stale,) = Subscription.objects.select_related("person")
    assert tell(article) == 1
    assert not following._tell(stale)
    assert len(told(alice)) == 1


def test_many_responses_and_followers_are_told_in_turn(article, alice, bob, carol, monkeypatch):
    monkeypatch.setattr(following, "_BATCH", 2)
    for person in (alice, carol):
        follow(person=person, article=article)
    for _ in range(5):
        make_comment(article, author=bob)
    tell(article)
    assert len(told(alice)) == len(told(carol)) == 5


def test_to_follow_twice_forgets_nothing(article, alice, bob):
    follow(person=alice, article=article)
    make_comment(article, author=bob)
    follow(person=alice, article=article)
    assert tell(article) == 1
    assert Subscription.objects.count() == 1


def test_who_follows_no_longer_is_told_no_more(article, alice, bob):
    follow(person=alice, article=article)
    assert unfollow(person=alice, article=article)
    assert not unfollow(person=alice, article=article)
    make_comment(article, author=bob)
    assert tell(article) == 0
    assert not follows(alice, article)


def test_nobody_follows_what_they_do_not_see(dan, alice, codebook):
    draft = make_article(author=dan, draft=True)
    with pytest.raises(NotFound):
        follow(person=alice, article=draft)


@pytest.mark.django_db(transaction=True)
def test_a_response_is_told_once_it_is_there(article, alice, bob, mailoutbox):
    follow(person=alice, article=article)
    post = make_comment(article, author=bob)
    assert len(told(alice)) == 1
    (message,) = mailoutbox
    assert message.subject == f"[Postil] Bob Cratchit responded to “{article.title}”"
    withdraw_post(author=bob, post=post)


def test_people_follow_on_a_page_and_are_told_so(client, article, alice):
    client.force_login(alice)
    address = reverse("article-follow", args=[article.slug])
    personal = reverse("article-personal", args=[article.slug])

    def shown() -> bool:
        return bool(client.get(personal).json()["follows"])

    assert f'href="{address}"' in client.get(article.get_absolute_url()).content.decode()
    assert not shown()
    assert client.post(address)["Location"] == article.get_absolute_url()
    assert shown()
    assert "Follow it no longer" in client.get(address).content.decode()
    client.post(address, {"back": "1"})
    assert not shown()
