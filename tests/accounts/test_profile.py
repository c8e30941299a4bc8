"""Profiles: what somebody has written, as far as whoever looks may read it."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotations.profiles import people
from annotations.profiles.people import What, get_profile_for
from forum.accounts.models import User
from forum.discussion.models import Post
from forum.lib.errors import NotFound
from forum.lib.paging import Cursor
from tests import factories


@pytest.fixture
def world(article, alice, bob) -> dict[str, Post]:
    """Alice has written things that are for different people, and Bob has as well."""
    theirs = factories.make_comment(article, author=bob, source="Bob's words.")
    return {
        "theirs": theirs,
        "response": factories.make_comment(article, author=alice, source="Her words."),
        "removed": factories.make_comment(article, author=alice, source="Removed words."),
        "held": factories.make_comment(article, author=alice, source="Held words."),
        "note": factories.make_annotation(article, author=alice, note="Her note."),
        "on_theirs": factories.make_annotation(theirs, quote="words", author=alice, note="On his."),
        "private": factories.make_annotation(
            article, author=alice, note="Her secret.", audience="private"
        ),
    }


def shown(client, what: str = "responses") -> str:
    return str(client.get(reverse("person", args=["alice"]) + f"?what={what}").content.decode())


@pytest.fixture
def in_states(world):
    for name in ("removed", "held"):
        Post.objects.filter(pk=world[name].pk).update(state=name)


class TestWhoSeesWhat:
    def test_everybody_what_is_public(self, client, world, in_states):
        page = shown(client)
        assert "Alice Liddell" in page
        assert "here since" in page
        assert "Her words." in page
        for words in ("Removed words.", "Held words.", "Bob's words.", "alice@"):
            assert words not in page
        notes = shown(client, "notes")
        assert "Her note." in notes
        assert "everyone knows" in notes
        assert "Bias claim" in notes
        assert "Her secret." not in notes

    def test_herself_all_that_is_hers(self, client, world, in_states, alice):
        client.force_login(alice)
        page = shown(client)
        for words in ("Her words.", "Removed words.", "Held words."):
            assert words in page
        assert "Her secret." in shown(client, "notes")
        assert "Only you" in shown(client, "notes")

    def test_moderators_what_they_decide_about(self, client, world, in_states, carol):
        client.force_login(carol)
        assert "Removed words." in shown(client)
        assert "Her secret." not in shown(client, "notes")

    def test_a_note_on_what_is_gone_is_gone(self, client, world):
        assert "On his." in shown(client, "notes")
        Post.objects.filter(pk=world["theirs"].pk).update(state="removed")
        assert "On his." not in shown(client, "notes")

    def test_counts_are_of_what_is_shown(self, world, in_states, alice, bob):
        assert get_profile_for(bob, "alice").counts == {"responses": 1, "notes": 2}
        assert get_profile_for(alice, "alice").counts == {"responses": 3, "notes": 3}


class TestWhoIsThere:
    def test_whoever_has_written_nothing_is_not_shown_to_others(self, client, alice, bob, carol):
        address = reverse("person", args=["alice"])
        assert client.get(address).status_code == 404
        client.force_login(bob)
        assert client.get(address).status_code == 404
        for knows in (alice, carol):
            client.force_login(knows)
            page = client.get(address)
            assert page.status_code == 200
            assert "No responses that you can read" in page.content.decode()

    def test_private_notes_betray_nobody(self, client, article, alice):
        factories.make_annotation(article, author=alice, audience="private")
        assert client.get(reverse("person", args=["alice"])).status_code == 404

    @pytest.mark.parametrize("name", ["nobody", "%20", "a%00b", "ALICE/", "é"])
    def test_nobody(self, client, world, name):
        assert client.get(f"/people/{name}/").status_code in (400, 404)

    def test_the_way_from_a_post(self, client, world, article, in_states):
        def ask(post: Post):
            return client.get(reverse("post-author", args=[post.pk]))

        assert ask(world["response"]).url == reverse("person", args=["alice"])
        assert ask(world["note"]).url == reverse("person", args=["alice"])
        assert ask(world["removed"]).status_code == 404
        Post.objects.filter(pk=world["response"].pk).update(author=None)
        answer = ask(world["response"])
        assert answer.status_code == 404


class TestPages:
    @pytest.fixture(autouse=True)
    def few(self, monkeypatch):
        monkeypatch.setattr(people, "PAGE", 3)

    @pytest.fixture
    def posts(self, article, alice) -> list[int]:
        made = [factories.make_comment(article, author=alice).pk for _ in range(8)]
        return made[::-1]

    def walk(self, reader, side: str, cursor: Cursor | None = None) -> list[list[int]]:
        pages = []
        while True:
            profile = get_profile_for(reader, "alice", What.RESPONSES, cursor)
            pages.append([shown.post.pk for shown in profile.contributions])
            cursor = profile.older if side == ">" else profile.newer
            if cursor is None:
                return pages

    def test_there_and_back(self, posts, alice):
        there = self.walk(alice, ">")
        assert there == [posts[:3], posts[3:6], posts[6:]]
        back = self.walk(alice, "<", Cursor("<", posts[5]))
        assert back == [posts[2:5], posts[:2]]

    def test_what_comes_or_goes_moves_nothing_else(self, posts, alice, article):
        first = get_profile_for(alice, "alice")
        factories.make_comment(article, author=alice)
        Post.objects.filter(pk=posts[1]).update(author=None)
        second = get_profile_for(alice, "alice", What.RESPONSES, first.older)
        assert [shown.post.pk for shown in second.contributions] == posts[3:6]

    def test_a_page_that_has_gone_leads_back(self, posts, alice, bob):
        last = get_profile_for(alice, "alice", What.RESPONSES, Cursor(">", posts[-1]))
        assert last.contributions == []
        assert last.newer is not None
        again = get_profile_for(alice, "alice", What.RESPONSES, last.newer)
        assert [shown.post.pk for shown in again.contributions] == posts[-3:]

    def test_links_keep_what_is_shown(self, client, article, alice):
        for _ in range(4):
            factories.make_annotation(article, author=alice)
        (older,) = re.findall(r'rel="next" href="([^"]+)"', shown(client, "notes"))
        page = client.get("/people/alice/" + older.replace("&amp;", "&")).content.decode()
        assert page.count("list-title") == 1
        assert 'rel="prev"' in page

    @pytest.mark.parametrize("cursor", ["x", "Pg", "é", "PjEyMzQ1Njc4OTAxMjM0NTY3ODkw"])
    def test_a_broken_cursor_is_refused(self, client, posts, cursor):
        answer = client.get(reverse("person", args=["alice"]), {"cursor": cursor})
        assert answer.status_code == 400

    def test_an_unknown_list_is_none(self, client, posts):
        assert client.get(reverse("person", args=["alice"]) + "?what=secrets").status_code == 404


@pytest.mark.parametrize("what", list(What))
def test_no_more_queries_for_more_contributions(world, bob, alice, article, what):
    def queries() -> int:
        with CaptureQueriesContext(connection) as made:
            get_profile_for(bob, "alice", what)
        return len(made)

    few = queries()
    for _ in range(4):
        factories.make_comment(article, author=alice)
        factories.make_annotation(factories.make_comment(article), quote="ferry", author=alice)
    assert queries() == few <= 9


class TestPictures:
    def picture_on(self, page: str) -> str | None:
        found = re.search(r'<img class="picture" src="([^"]+)"', page)
        return found and found[1]

    def test_it_is_drawn_here(self, client, world):
        address = self.picture_on(shown(client))
        assert address
        answer = client.get(address)
        assert answer["Content-Type"] == "image/svg+xml"
        assert "immutable" in answer["Cache-Control"]
        assert answer["Content-Security-Policy"] == "default-src 'none'"
        assert ">AL</text>" in answer.content.decode()

    def test_asking_for_one_asks_the_database_nothing(self, client, db, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert client.get("/pictures/3/AL.svg").status_code == 200

    @pytest.mark.parametrize("path", ["99/AL", "3/ABC", "3/%3C", "x/A", "3/%00"])
    def test_there_are_no_others(self, client, db, path):
        assert client.get(f"/pictures/{path}.svg").status_code in (400, 404)

    def test_the_person_switches_it_off(self, client, world, alice):
        client.force_login(alice)
        client.post(reverse("you"), {"display_name": "Alice Liddell"})
        assert User.objects.get(pk=alice.pk).show_picture is False
        assert self.picture_on(shown(client)) is None
        client.post(reverse("you"), {"display_name": "Alice Liddell", "show_picture": "on"})
        assert self.picture_on(shown(client))

    def test_the_site_switches_them_off(self, client, world, settings):
        settings.PICTURES = False
        assert self.picture_on(shown(client)) is None

    def test_another_name_is_another_picture(self, client, world, alice):
        before = self.picture_on(shown(client))
        User.objects.filter(pk=alice.pk).update(display_name="Zoë Quiggin")
        after = self.picture_on(shown(client))
        assert before
        assert after
        assert before != after
        assert ">ZQ</text>" in client.get(after).content.decode()


def test_an_erased_account_has_no_profile(client, world, alice):
    from forum.accounts.erasing import erase_account

    erase_account(person=alice, posts="kept")
    assert client.get("/people/alice/").status_code == 404
    with pytest.raises(NotFound):
        get_profile_for(User.objects.get(username="bob"), "alice")


def test_a_name_that_is_none_leads_nowhere_and_breaks_no_page(client, article, alice, bob):
    """Accounts can be made past the forms: in a shell, by another program."""
    made = factories.make_user("Ann Lee/x")
    post = factories.make_comment(article, author=made)
    assert client.get(made.get_absolute_url()).status_code == 404
    client.force_login(bob)
    for address in (
        article.get_absolute_url(),
        reverse("post-history", args=[post.pk]),
        reverse("post-follow", args=[post.pk]),
        reverse("search") + "?q=ferry",
    ):
        assert client.get(address).status_code == 200, address
    author = client.get(reverse("post-author", args=[post.pk]))
    assert author.status_code in {302, 404}
    client.force_login(made)
    assert client.get(reverse("you")).status_code == 200
    answer = client.get(reverse("post", args=[post.pk]), follow=True)
    assert answer.status_code == 200
