"""Following and muting in the API: twice is once, and nobody else is told."""

from __future__ import annotations

import pytest

from forum.accounts.models import Mute
from forum.discussion.actions import withdraw_post
from forum.discussion.models import Subscription
from tests.factories import make_comment

API = "/api/v1"


@pytest.fixture
def reader(api, alice):
    api.force_authenticate(alice)
    return api


@pytest.fixture
def post(article, bob):
    return make_comment(article, author=bob)


@pytest.mark.parametrize("what", ["article", "post"])
def test_a_discussion_or_a_thread_is_followed_and_left(reader, alice, article, post, what):
    pk = article.pk if what == "article" else post.pk
    here = f"{API}/posts/{pk}/subscription/"
    for _ in range(2):
        assert reader.put(here).status_code == 204
        assert Subscription.objects.get().post_id == pk
    for _ in range(2):
        assert reader.delete(here).status_code == 204
        assert not Subscription.objects.exists()


@pytest.mark.parametrize(("verb", "model"), [("subscription", Subscription), ("mute", Mute)])
def test_a_person_is_followed_or_muted_and_left(reader, bob, post, verb, model):
    here = f"{API}/people/bob/{verb}/"
    for _ in range(2):
        assert reader.put(here).status_code == 204
        assert model.objects.count() == 1
    for _ in range(2):
        assert reader.delete(here).status_code == 204
        assert not model.objects.exists()
    assert reader.put(f"{API}/people/alice/{verb}/").status_code == 403
    for name in ("nobody", "%00", "a" * 200, "🚸"):
        assert reader.put(f"{API}/people/{name}/{verb}/").status_code in (400, 404), name


@pytest.mark.parametrize("verb", ["subscription", "mute"])
def test_who_has_written_nothing_that_one_reads_is_nobody(reader, bob, verb):
    here = f"{API}/people/bob/{verb}/"
    assert [reader.put(here).status_code, reader.delete(here).status_code] == [404, 404]


def test_what_is_gone_is_not_followed(reader, bob, post):
    here = f"{API}/posts/{post.pk}/subscription/"
    reader.put(here)
    withdraw_post(author=bob, post=post)
    assert reader.put(here).status_code == 404
    # What one followed can be left all the same.
    assert [reader.delete(here).status_code for _ in range(2)] == [204, 404]
    reader.force_authenticate(bob)
    assert reader.put(f"{API}/posts/{post.pk}/subscription/").status_code == 409


def test_all_of_it_is_told_to_oneself_alone(reader, api, article, bob, carol, post):
    make_comment(article, author=carol)
    for address in (f"posts/{article.pk}", f"posts/{post.pk}", "people/carol"):
        reader.put(f"{API}/{address}/subscription/")
    reader.put(f"{API}/people/bob/mute/")
    told = reader.get(f"{API}/following/").json()
    assert [row["id"] for row in told["articles"] + told["threads"]] == [article.pk, post.pk]
    assert told["threads"][0]["url"].endswith(f"/posts/{post.pk}/")
    assert told["people"] == [{"username": "carol", "name": "Carol Kidd"}]
    assert told["muted"] == [{"username": "bob", "name": "Bob Cratchit"}]
    api.force_authenticate(bob)
    nothing: dict[str, list[object]] = {"articles": [], "threads": [], "people": [], "muted": []}
    assert api.get(f"{API}/following/").json() == nothing
