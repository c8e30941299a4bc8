"""People to name: those who take part as the reader sees it, then others where the site lets."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.urls import reverse

from forum.courses.models import Course
from forum.discussion.mentions import views
from forum.discussion.mentions.naming import OFFERED, people_to_name
from forum.discussion.models import Post
from tests.factories import make_annotation, make_comment, make_user, put


@pytest.fixture(autouse=True)
def _nothing_remembered():
    cache.clear()


def names(article, reader, begun: str = "") -> list[str]:
    cache.clear()
    article.refresh_from_db()
    return [named.username for named in people_to_name(article, reader, begun)]


@pytest.fixture
def talk(article, bob, carol):
    """Carol has responded, then Bob has made a note."""
    make_comment(article, author=carol)
    make_annotation(article, author=bob)
    return article


def test_who_takes_part_is_offered_who_wrote_last_first(talk, alice):
    assert names(talk, alice) == ["bob", "carol", "dan"]
    assert people_to_name(talk, alice, "b")[0] == ("bob", "Bob Cratchit")


@pytest.mark.parametrize(
    ("begun", "found"),
    [
        ("c", ["bob", "carol"]),
        ("CR", ["bob"]),
        ("carol", ["carol"]),
        ("ob", []),
        ("%", []),
        ("'", []),
    ],
)
def test_a_name_begins_with_what_was_typed(talk, alice, begun, found):
    assert names(talk, alice, begun) == found


def test_nobody_is_offered_themselves_or_who_is_gone(talk, bob, carol):
    carol.is_active = False
    carol.save(update_fields=["is_active"])
    assert names(talk, bob) == ["dan"]


def test_who_takes_part_unseen_is_not_offered(article, alice, bob, carol, sam, dan):
    make_annotation(article, author=bob, audience="private")
    held = make_comment(article, author=carol)
    put(Post.objects.filter(pk=held.pk), "held")
    note = make_annotation(article, author=sam)
    course = Course.objects.get(slug="reading")
    Post.objects.filter(pk=note.pk).update(audience="course", course=course)
    assert names(article, alice) == ["dan"]
    assert names(article, dan) == ["sam"]
    assert names(article, bob) == ["dan"]


def test_others_are_offered_where_the_site_lets(talk, alice, settings):
    for name in ("bobby", "bo-peep", "Boz", "bz9", "b9x", "bz"):
        make_user(name)
    assert names(talk, alice, "bo") == ["bob"]
    settings.MENTION_ANYBODY = True
    assert names(talk, alice, "bo")[0] == "bob"
    assert set(names(talk, alice, "bo")) == {"bob", "bobby", "bo-peep", "Boz"}
    assert set(names(talk, alice, "bo-")) == {"bo-peep"}
    assert set(names(talk, alice, "BZ")) == {"bz", "bz9"}
    assert names(talk, alice, "b9") == ["b9x"]
    # One letter says too little.
    assert names(talk, alice, "b") == ["bob"]
    for number in range(OFFERED + 3):
        make_user(f"bot{number}")
    assert len(names(talk, alice, "bo")) == OFFERED


class TestAddress:
    @pytest.fixture
    def here(self, talk) -> str:
        return reverse("article-people", args=[talk.slug])

    def test_it_answers_who_is_signed_in(self, client, here, alice):
        assert client.get(here).status_code == 401
        client.force_login(alice)
        answer = client.get(here, {"q": "bo"})
        assert answer.json() == {"people": [{"username": "bob", "name": "Bob Cratchit"}]}
        assert "private" in answer["Cache-Control"]
        assert client.post(here).status_code == 405

    @pytest.mark.parametrize("q", ["a" * 10_000, "🚸", "%_", "\\", "'\""])
    def test_whatever_is_asked_does_no_harm(self, client, here, alice, settings, q):
        settings.MENTION_ANYBODY = True
        client.force_login(alice)
        assert client.get(here, {"q": q}).json() == {"people": []}

    def test_an_article_that_is_not_seen_is_not_there(self, client, talk, here, alice):
        put(Post.objects.filter(pk=talk.pk), "removed")
        client.force_login(alice)
        assert client.get(here).status_code == 404

    def test_whoever_asks_too_often_has_to_wait(self, client, here, alice, bob, monkeypatch):
        monkeypatch.setattr(views, "ASKED_A_MINUTE", 3)
        monkeypatch.setattr("forum.lib.rate.time.time", lambda: 1_000_000.0)
        client.force_login(alice)
        answers = [client.get(here) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert answers[-1]["Retry-After"] == "60"
        client.force_login(bob)
        assert client.get(here).status_code == 200
        client.force_login(alice)
        monkeypatch.setattr("forum.lib.rate.time.time", lambda: 1_000_060.0)
        assert client.get(here).status_code == 200

    def test_it_costs_the_same_however_many_take_part(
        self, client, talk, here, alice, settings, django_assert_num_queries
    ):
        settings.MENTION_ANYBODY = True
        client.force_login(alice)
        client.get(here)
        # The session, the person, the article, others; who takes part is remembered.
        with django_assert_num_queries(4):
            client.get(here, {"q": "bo"})
        for _ in range(5):
            make_comment(talk)
        with django_assert_num_queries(5):
            client.get(here, {"q": "pe"})
