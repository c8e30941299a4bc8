"""Following a discussion: who is told of what, once each, whatever stops in between."""

from __future__ import annotations

import threading

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.urls import reverse

from forum.accounts.muting import mute
from forum.discussion.actions import withdraw_post
from forum.discussion.following import actions as following
from forum.discussion.following.actions import (
    Followed,
    follow,
    follow_person,
    follow_thread,
    followed_by,
    follows,
    follows_person,
    follows_thread,
    tell_followers,
    unfollow,
    unfollow_person,
    unfollow_thread,
)
from forum.discussion.models import Post, Subscription
from forum.lib.errors import Conflict, Forbidden, NotFound
from forum.notifications.actions import notify_all
from forum.notifications.models import Notification
from tests.factories import make_annotation, make_article, make_comment, put


def told(person) -> list[str]:
    """What ``person`` has been told of what they follow, the oldest first."""
    notices = Notification.objects.filter(recipient=person, kind="followed").order_by("pk")
    return list(notices.values_list("body", flat=True))


def tell(article, author=None) -> int:
    return int(tell_followers.call(article.pk, author and author.pk))


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


class TestThreads:
    def test_who_follows_a_thread_is_told_of_all_that_is_under_it(self, article, alice, bob, carol):
        first = make_comment(article, author=bob)
        follow_thread(person=alice, post=first)
        answer = make_comment(article, author=carol, parent=first)
        make_comment(article, author=bob, parent=answer)
        make_comment(article, author=bob)
        assert tell(article) == 1
        assert told(alice) == [
            f"{author} wrote response {number} to “{article.title}”, in a thread that you follow."
            for author, number in (("Carol Kidd", 2), ("Bob Cratchit", 3))
        ]
        assert tell(article) == 0

    def test_a_thread_may_begin_with_an_answer_or_with_a_note(self, article, alice, bob, carol):
        first = make_comment(article, author=bob)
        answer = make_comment(article, author=carol, parent=first)
        note = make_annotation(article, author=carol)
        for post in (answer, note):
            follow_thread(person=alice, post=post)
        make_comment(article, author=bob, parent=first)
        make_comment(article, author=bob, parent=answer)
        reply = make_comment(article, author=bob, parent=note)
        make_comment(article, author=carol, parent=reply)
        tell(article)
        assert [body.split(" wrote ")[1][:10] for body in told(alice)] == [
            "response 4",
            "in a threa",
            "in a threa",
        ]

    def test_a_note_on_a_response_is_no_answer_to_it(self, article, alice, bob):
        first = make_comment(article, author=bob)
        follow_thread(person=alice, post=first)
        note = make_annotation(first, author=bob, quote="ferry")
        make_comment(article, author=bob, parent=note)
        assert tell(article) == 0

    def test_nobody_follows_what_is_gone_or_private(self, article, alice, bob):
        private = make_annotation(article, author=alice, audience="private")
        with pytest.raises(Forbidden):
            follow_thread(person=alice, post=private)
        with pytest.raises(Forbidden):
            follow_thread(person=alice, post=article.post)
        post = make_comment(article, author=alice)
        withdraw_post(author=alice, post=post)
        with pytest.raises(Conflict):
            follow_thread(person=alice, post=post)
        with pytest.raises(NotFound):
            follow_thread(person=bob, post=post)

    def test_who_follows_no_longer_is_told_no_more(self, article, alice, bob):
        first = make_comment(article, author=bob)
        follow_thread(person=alice, post=first)
        assert follows_thread(alice, first.pk)
        assert unfollow_thread(person=alice, post=first.pk)
        assert not unfollow_thread(person=alice, post=first.pk)
        make_comment(article, author=bob, parent=first)
        assert tell(article) == 0


class TestPeople:
    def test_who_follows_a_person_is_told_of_what_they_write(self, article, dan, alice, bob, carol):
        other = make_article(author=dan, title="Another")
        follow_person(person=alice, other=bob)
        make_comment(article, author=bob)
        note = make_annotation(other, author=bob)
        make_comment(other, author=bob, parent=note)
        make_comment(article, author=carol)
        tell(article, bob)
        assert told(alice) == [
            f"Bob Cratchit wrote response 1 to “{article.title}”.",
            "Bob Cratchit wrote a note on “Another”.",
            "Bob Cratchit replied to a note on “Another”.",
        ]
        assert tell(article, bob) == 0

    def test_what_others_may_not_read_is_not_told(self, article, alice, bob):
        follow_person(person=alice, other=bob)
        make_annotation(article, author=bob, audience="private")
        held = make_comment(article, author=bob)
        put(Post.objects.filter(pk=held.pk), "held")
        assert tell(article, bob) == 0

    def test_nobody_follows_themselves(self, alice):
        with pytest.raises(Forbidden):
            follow_person(person=alice, other=alice)
        with pytest.raises(IntegrityError):
            Subscription.objects.create(person=alice, author=alice, told=0)

    def test_who_is_muted_is_not_told_of(self, article, alice, bob):
        follow_person(person=alice, other=bob)
        mute(person=alice, other=bob)
        make_comment(article, author=bob)
        tell(article, bob)
        assert told(alice) == []

    def test_who_follows_no_longer_is_told_no_more(self, article, alice, bob):
        follow_person(person=alice, other=bob)
        follow_person(person=alice, other=bob)
        assert follows_person(alice, bob.pk)
        assert unfollow_person(person=alice, other=bob)
        assert not unfollow_person(person=alice, other=bob)
        make_comment(article, author=bob)
        assert tell(article, bob) == 0


@pytest.mark.django_db(transaction=True)
def test_of_one_post_each_is_told_once_for_the_first_reason(article, alice, bob, carol, dan):
    """Answered, mentioned, then by the thread, the person and the article that they follow."""
    first = make_comment(article, author=alice)
    for person in (alice, carol, dan):
        follow(person=person, article=article)
        follow_person(person=person, other=bob)
    follow_thread(person=dan, post=first)
    make_comment(article, author=bob, parent=first, source="@carol")
    make_comment(article, author=bob)

    def heard(person) -> list[str]:
        notices = Notification.objects.filter(recipient=person).order_by("pk")
        return [f"{notice.kind}: {notice.subject}" for notice in notices]

    new = f"followed: Bob Cratchit responded to “{article.title}”"
    assert heard(alice) == ["reply: Bob Cratchit answered your response", new]
    assert heard(carol) == ["mention: Bob Cratchit mentioned you", new]
    assert heard(dan) == ["followed: Bob Cratchit wrote in a thread that you follow", new]


@pytest.mark.django_db(transaction=True)
def test_a_note_is_told_of_once_it_is_there(article, alice, bob):
    follow_person(person=alice, other=bob)
    make_annotation(article, author=bob)
    assert told(alice) == [f"Bob Cratchit wrote a note on “{article.title}”."]


@pytest.mark.django_db(transaction=True)
def test_many_processes_tell_each_once(article, alice, bob, carol, monkeypatch):
    first = make_comment(article, author=carol)
    for person in (alice, carol):
        follow(person=person, article=article)
        follow_person(person=person, other=bob)
        follow_thread(person=person, post=first)
    with monkeypatch.context() as patch:
        patch.setattr("forum.discussion.actions.transaction.on_commit", lambda *_, **__: None)
        for _ in range(8):
            make_comment(article, author=bob, parent=first)
    together = threading.Barrier(4)

    def run() -> None:
        try:
            together.wait(10)
            tell(article, bob)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    for person, kinds in ((alice, {"followed"}), (carol, {"reply"})):
        notices = Notification.objects.filter(recipient=person, post__author=bob)
        assert notices.count() == 8
        assert set(notices.values_list("kind", flat=True)) == kinds


@pytest.mark.django_db(transaction=True)
def test_what_one_person_writes_under_two_articles_at_once_is_told(article, dan, alice, bob, carol):
    """The first post is there later than the second, of which all who follow have been told."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    other = make_article(author=dan, title="Another")
    follow_person(person=alice, other=bob)
    begun, done = threading.Event(), threading.Event()

    def first() -> None:
        try:
            with transaction.atomic():
                make_comment(article, author=bob)
                begun.set()
                done.wait(10)
        finally:
            connections.close_all()

    slow = threading.Thread(target=first)
    slow.start()
    begun.wait(10)
    make_comment(other, author=bob)
    assert told(alice) == ["Bob Cratchit wrote response 1 to “Another”."]
    follow_person(person=carol, other=bob)
    done.set()
    slow.join(30)
    assert len(told(alice)) == 2
    assert told(carol) == []


def test_whoever_has_been_told_of_a_later_post_is_told_of_this_once(article, dan, alice, bob):
    other = make_article(author=dan, title="Another")
    follow_person(person=alice, other=bob)
    early, late = (make_comment(one, author=bob) for one in (article, other))
    subscription = Subscription.objects.get()
    subscription.told = late.pk
    subscription.save(update_fields=["told"])
    for times in (1, 0):
        assert tell_followers.call(article.pk, bob.pk, early.pk) == times
    assert told(alice) == [f"Bob Cratchit wrote response 1 to “{article.title}”."]


def test_what_somebody_follows_is_listed_as_far_as_they_may_see_it(article, dan, alice, bob, carol):
    first, second = (make_comment(article, author=bob) for _ in range(2))
    other = make_article(author=dan, title="Another")
    for one in (article, other):
        follow(person=alice, article=one)
    for post in (first, second):
        follow_thread(person=alice, post=post)
    for person in (bob, carol):
        follow_person(person=alice, other=person)
    assert followed_by(alice) == Followed([other, article], [second, first], [carol, bob])
    withdraw_post(author=bob, post=second)
    put(Post.objects.filter(pk=other.pk), "removed")
    carol.is_active = False
    carol.save(update_fields=["is_active"])
    assert followed_by(alice) == Followed([article], [first], [bob])
