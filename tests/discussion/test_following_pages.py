"""The pages for following and muting, and what they change on others."""

from __future__ import annotations

import pytest
from django.urls import reverse

from forum.accounts.models import Mute
from forum.accounts.muting import mute
from forum.discussion.following.actions import follow, follow_person, follow_thread
from forum.discussion.models import Subscription
from forum.notifications.models import Notification
from tests.factories import make_annotation, make_comment

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def post(article, bob):
    return make_comment(article, author=bob)


@pytest.fixture
def reader(client, alice):
    client.force_login(alice)
    return client


def address(name: str, *args: object) -> str:
    return reverse(name, args=args)


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_a_post_leads_to_what_can_be_done_about_it(client, article, post):
    page = client.get(article.get_absolute_url()).content.decode()
    assert f'href="{address("post-follow", post.pk)}" data-in-place' in page


def test_a_thread_is_followed_and_left(reader, alice, post):
    here = address("post-follow", post.pk)
    assert "Follow this thread<" in text(reader.get(here))
    answer = reader.post(here, follow=True)
    assert answer.redirect_chain[0] == (post.get_absolute_url(), 302)
    assert Subscription.objects.get().post == post
    assert "Follow this thread no longer" in text(reader.get(here))
    reader.post(here, {"back": "1"})
    assert not Subscription.objects.exists()


def test_a_person_is_followed_and_left(reader, alice, bob, post):
    here = address("person-follow", bob.username)
    assert "Follow Bob Cratchit" in text(reader.get(here))
    assert reader.post(here)["Location"] == here
    assert "You follow Bob Cratchit" in text(reader.get(here))
    assert Subscription.objects.get().author == bob
    reader.post(here, {"back": "1"})
    assert not Subscription.objects.exists()


def test_a_person_is_muted_and_unmuted(reader, alice, bob, post):
    here = address("person-mute", bob.username)
    assert "Mute Bob Cratchit" in text(reader.get(here))
    assert reader.post(here, {"post": post.pk})["Location"] == post.get_absolute_url()
    assert Mute.objects.get().muted == bob
    assert "You have muted Bob Cratchit" in text(reader.get(here))
    reader.post(here, {"back": "1"})
    assert not Mute.objects.exists()


@pytest.mark.parametrize("name", ["person-follow", "person-mute"])
def test_nobody_does_it_to_themselves_or_to_who_is_not_there(reader, alice, name):
    for method in (reader.get, reader.post):
        assert method(address(name, "alice")).status_code == 403
        assert method(address(name, "nobody")).status_code == 404


@pytest.mark.parametrize("name", ["person-follow", "person-mute"])
def test_who_has_written_nothing_that_one_reads_is_nobody(reader, article, alice, bob, name):
    make_annotation(article, author=bob, audience="private")
    here, nobody = address(name, "bob"), address(name, "nobody")
    for sent in ({}, {"back": "1"}):
        answers = [reader.post(where, sent) for where in (here, nobody)]
        assert [answer.status_code for answer in answers] == [404, 404]
    page = text(reader.get(here))
    assert "Bob" not in page
    # What has begun can be seen and ended.
    follow_person(person=alice, other=bob)
    mute(person=alice, other=bob)
    assert "Bob Cratchit" in text(reader.get(here))
    assert reader.post(here, {"back": "1"}).status_code == 302


def test_who_is_gone_can_still_be_left(reader, alice, bob):
    follow_person(person=alice, other=bob)
    mute(person=alice, other=bob)
    bob.is_active = False
    bob.save(update_fields=["is_active"])
    for name in ("person-follow", "person-mute"):
        assert reader.post(address(name, "bob")).status_code == 404
        assert reader.post(address(name, "bob"), {"back": "1"}).status_code == 302
    assert not Subscription.objects.exists()
    assert not Mute.objects.exists()


def test_in_place_the_choices_stay_and_say_what_is_so(reader, alice, post):
    here = address("post-follow", post.pk)
    part = reader.get(here, **HTMX)
    assert "<html" not in text(part)
    assert "Follow this thread no longer" in text(reader.post(here, **HTMX))
    person = reader.post(address("person-follow", "bob"), {"post": post.pk}, **HTMX)
    assert "Follow Bob Cratchit no longer" in text(person)
    assert "Follow this thread no longer" in text(person)
    muted = reader.post(address("person-mute", "bob"), {"post": post.pk}, **HTMX)
    assert muted["HX-Redirect"] == post.get_absolute_url()


def test_of_ones_own_there_is_the_thread_alone(client, bob, post):
    client.force_login(bob)
    page = text(client.get(address("post-follow", post.pk)))
    assert "Follow this thread" in page
    assert "Mute" not in page


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example/", "javascript:x", "x"])
def test_nobody_is_led_elsewhere(reader, bob, post, wanted):
    here = address("person-mute", "bob")
    assert reader.post(here, {"next": wanted})["Location"] == here


@pytest.mark.parametrize("named", ["x", "0", "99999999", str(10**30)])
def test_a_post_that_is_not_there_is_no_mistake_of_ours(reader, bob, post, named):
    assert reader.post(address("person-mute", "bob"), {"post": named}).status_code in (302, 404)


def test_all_that_one_follows_is_listed_and_left_there(reader, article, alice, bob, carol, post):
    follow(person=alice, article=article)
    follow_thread(person=alice, post=post)
    follow_person(person=alice, other=carol)
    mute(person=alice, other=bob)
    here = address("followed")
    page = text(reader.get(here))
    assert article.title in page
    assert f"Response 1</a> by Bob Cratchit on <cite>{article.title}</cite>" in page
    for action in (
        address("article-follow", article.slug),
        address("post-follow", post.pk),
        address("person-follow", "carol"),
        address("person-mute", "bob"),
    ):
        assert f'action="{action}"' in page
        assert reader.post(action, {"back": "1", "next": here})["Location"] == here
    page = text(reader.get(here))
    assert "You follow nothing yet" in page
    assert "Nobody. What somebody you mute" in page


def test_the_list_costs_the_same_however_long_it_is(
    reader, article, alice, bob, carol, django_assert_num_queries
):
    def fill():
        for author in (bob, carol):
            follow_thread(person=alice, post=make_comment(article, author=author))

    fill()
    follow(person=alice, article=article)
    follow_person(person=alice, other=bob)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        reader.get(address("followed"))
    fill()
    follow_person(person=alice, other=carol)
    with django_assert_num_queries(len(few)):
        reader.get(address("followed"))


def test_the_page_learns_what_to_fold(reader, article, alice, bob, carol, post):
    personal = address("article-personal", article.slug)
    assert reader.get(personal).json()["muted"] is None
    mute(person=alice, other=carol)
    assert reader.get(personal).json()["muted"] == []
    mute(person=alice, other=bob)
    note = make_annotation(article, author=bob)
    make_annotation(article, author=bob, audience="private")
    reply = make_comment(article, author=carol, parent=note)
    found = reader.get(personal).json()["muted"]
    assert found == [post.pk, note.pk, reply.pk]


def test_nobody_else_learns_of_it(client, article, alice, bob, post):
    before = client.get(article.get_absolute_url()).content
    mute(person=alice, other=bob)
    client.force_login(bob)
    assert client.get(article.get_absolute_url()).content == before
    page = text(client.get(address("followed")))
    assert "Alice" not in page
    assert client.get(address("article-personal", article.slug)).json()["muted"] is None


def test_what_was_told_of_somebody_muted_since_is_folded(reader, article, alice, bob, carol):
    first = make_comment(article, author=alice)
    for author in (bob, carol):
        make_comment(article, author=author, parent=first)
    mute(person=alice, other=bob)
    page = text(reader.get(address("notifications")))
    assert page.count("Muted: show") == 1
    assert "<summary>Muted: show</summary> <p><a" in page
    assert Notification.objects.filter(recipient=alice).count() == 2
