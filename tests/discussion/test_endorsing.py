"""Endorsing: once for each person, never oneself, counted at once."""

from __future__ import annotations

import re
import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from rest_framework.test import APIClient

from annotations.page import gathering
from forum.discussion.endorsing import endorse, endorsed_by, endorsements_of, take_back
from forum.discussion.models import Endorsement, Post
from forum.lib.errors import Conflict, Forbidden, NotFound
from tests.factories import make_annotation, make_comment, make_user, put
from tests.memory import forget_everything


@pytest.fixture
def response(article, alice) -> Post:
    return make_comment(article, author=alice)


@pytest.fixture
def page(client, article):
    """The article's page, for a stranger."""

    def read(query: str = "") -> str:
        address = reverse("article", args=[article.slug]) + query
        return str(client.get(address).content.decode())

    return read


def counts(html: str) -> list[str]:
    return re.findall(r"data-endorse-count>(\d*)<", html)


def test_one_person_counts_once(response, bob, carol, article):
    assert endorse(person=bob, post=response)
    assert not endorse(person=bob, post=response)
    assert endorse(person=carol, post=response)
    assert endorsements_of([response.pk]) == {response.pk: 2}
    assert endorsed_by(bob, article) == [response.pk]


def test_it_can_be_taken_back_and_given_again(response, bob):
    endorse(person=bob, post=response)
    assert take_back(person=bob, post=response)
    assert not take_back(person=bob, post=response)
    assert endorsements_of([response.pk]) == {}
    assert endorse(person=bob, post=response)


def test_the_database_lets_nobody_in_twice(response, bob):
    endorse(person=bob, post=response)
    with pytest.raises(IntegrityError), transaction.atomic():
        Endorsement.objects.create(post=response, person=bob)


def test_nobody_endorses_what_they_wrote(response, alice):
    with pytest.raises(Forbidden, match="yourself"):
        endorse(person=alice, post=response)


def test_only_responses_are_endorsed(article, alice, bob):
    note = make_annotation(article, author=alice)
    for post in (note, make_comment(article, author=alice, parent=note), article.post):
        with pytest.raises(Forbidden, match="Only responses"):
            endorse(person=bob, post=post)


@pytest.mark.parametrize("state", ["held", "removed", "withdrawn"])
def test_what_is_not_published_is_not_endorsed(response, bob, carol, state):
    put(Post.objects.filter(pk=response.pk), state)
    response.refresh_from_db()
    with pytest.raises(NotFound):
        endorse(person=bob, post=response)
    with pytest.raises(Conflict):
        endorse(person=carol, post=response)
    assert not Endorsement.objects.exists()


def test_what_is_decided_meanwhile_stands(response, bob, monkeypatch):
    monkeypatch.setattr("forum.discussion.endorsing.require", lambda *_: None)
    put(Post.objects.filter(pk=response.pk), "removed")
    with pytest.raises(Conflict):
        endorse(person=bob, post=response)
    assert not Endorsement.objects.exists()


def test_the_page_counts_at_once(response, bob, carol, page, article, alice):
    assert counts(page()) == [""]
    endorse(person=bob, post=response)
    make_comment(article, author=alice)
    endorse(person=carol, post=response)
    assert counts(page()) == ["2", ""]
    take_back(person=bob, post=response)
    shown = page()
    assert counts(shown) == ["1", ""]
    forget_everything()
    assert page() == shown


def test_what_is_endorsed_is_added_to_what_was_there(response, bob, page, monkeypatch):
    page()
    endorse(person=bob, post=response)
    monkeypatch.delattr(gathering, "gather")
    assert counts(page()) == ["1"]


def test_an_account_that_goes_leaves_what_it_counted(response, bob, page):
    endorse(person=bob, post=response)
    before = page()
    bob.delete()
    assert endorsements_of([response.pk]) == {response.pk: 1}
    forget_everything()
    assert page() == before


def test_the_most_endorsed_come_first(response, article, alice, bob, carol, page):
    other = make_comment(article, author=alice)
    for person in (bob, carol):
        endorse(person=person, post=other)
    endorse(person=bob, post=response)
    found = re.findall(r'id="comment-(\d+)"', page("?sort=endorsed"))
    assert found == [str(other.pk), str(response.pk)]


# In the browser without script, and with it


def test_a_page_asks_and_tells(client, response, bob):
    address = reverse("post-endorse", args=[response.pk])
    client.force_login(bob)
    assert "Endorse it" in client.get(address).content.decode()
    answer = client.post(address)
    assert (answer.status_code, answer["Location"]) == (302, response.get_absolute_url())
    assert "Take it back" in client.get(address).content.decode()
    client.post(address, {"back": "1"})
    assert not Endorsement.objects.exists()


def test_a_script_is_told_how_many(client, response, bob, carol):
    endorse(person=carol, post=response)
    client.force_login(bob)
    address = reverse("post-endorse", args=[response.pk])
    answer = client.post(address, headers={"Accept": "application/json"})
    assert answer.json() == {"count": 2}


def test_who_endorses_is_personal(client, response, bob, carol, article):
    endorse(person=bob, post=response)
    address = reverse("article-personal", args=[article.slug])
    for person, endorsed in ((bob, [response.pk]), (carol, [])):
        client.force_login(person)
        assert client.get(address).json()["endorsed"] == endorsed


@pytest.mark.django_db(transaction=True)
def test_of_many_clicks_at_once_one_counts(article, alice, codebook):
    post, person = make_comment(article, author=alice), make_user("dora")
    new: list[bool] = []

    def click() -> None:
        try:
            new.append(endorse(person=person, post=post))
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(new) == [False] * 5 + [True]
    assert endorsements_of([post.pk]) == {post.pk: 1}


# In the API


def test_the_api_endorses_and_counts(response, bob, article):
    client = APIClient()
    client.force_authenticate(bob)
    address = reverse("api-endorsement", args=[response.pk])
    comment = reverse("api-comment", args=[response.pk])
    assert client.get(comment).json()["endorsements"] == 0
    for _ in range(2):
        assert client.put(address).status_code == 204
    assert client.get(comment).json()["endorsements"] == 1
    (listed,) = client.get(reverse("api-comments", args=[article.slug])).json()["results"]
    assert listed["endorsements"] == 1
    assert client.delete(address).status_code == 204
    (listed,) = client.get(reverse("api-comments", args=[article.slug])).json()["results"]
    assert listed["endorsements"] == 0


def test_the_api_refuses_ones_own(response, alice):
    client = APIClient()
    client.force_authenticate(alice)
    answer = client.put(reverse("api-endorsement", args=[response.pk]))
    assert answer.status_code == 403
    assert "yourself" in answer.json()["detail"]
