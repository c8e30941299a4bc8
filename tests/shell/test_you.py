"""A person's own page."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from forum.accounts.models import ApiToken
from forum.discussion.actions import revise_post, withdraw_post
from forum.discussion.models import Post
from tests import factories


def test_strangers_log_in_first(client, db):
    response = client.get("/you/")
    assert response.status_code == 302
    assert response.url == "/accounts/login/?next=/you/"
    assert client.post("/you/", {"display_name": "X"}).status_code == 302
    assert client.put("/you/").status_code == 405


def test_you_without_posts(client, alice):
    client.force_login(alice)
    html = client.get("/you/").content.decode()
    assert "Alice Liddell" in html
    assert "You have not written anything yet" in html


def test_you_lists_own_posts_only(client, article, alice, bob):
    mine = factories.make_comment(article, author=alice, source="The ferry was mine.")
    note = factories.make_annotation(article, author=alice, note="Who, please?")
    factories.make_comment(article, author=bob, source="This is of somebody else.")
    client.force_login(alice)
    html = client.get("/you/").content.decode()
    assert "The ferry was mine." in html
    assert "Who, please?" in html
    assert "somebody else" not in html
    assert article.title in html
    for post in (mine, note):
        assert reverse("post", args=[post.pk]) in html
        assert reverse("post-edit", args=[post.pk]) in html
        assert reverse("post-withdraw", args=[post.pk]) in html
        assert reverse("post-history", args=[post.pk]) in html


def test_you_shows_words_as_text(client, article, alice):
    factories.make_comment(article, author=alice, source="Is a < b && b > `<script>` here?")
    client.force_login(alice)
    html = client.get("/you/").content.decode()
    assert "&lt;script&gt;" in html
    assert "<script>" not in html


def test_you_shows_the_current_words(client, article, alice):
    post = factories.make_comment(article, author=alice, source="First words.")
    revise_post(editor=alice, post=post, source="Second thoughts.")
    client.force_login(alice)
    html = client.get("/you/").content.decode()
    assert "Second thoughts." in html
    assert "First words." not in html
    assert "2 revisions" in html


@pytest.mark.parametrize(
    ("state", "words", "offers"),
    [
        ("published", None, {"edit", "withdraw", "history"}),
        ("held", "Held for review", {"edit", "withdraw", "history"}),
        ("hidden", "Hidden for now", {"history"}),
        ("removed", "Removed by a moderator", {"history"}),
        ("withdrawn", "Withdrawn by you", {"reinstate", "history"}),
    ],
)
def test_you_says_what_became_of_a_post(client, article, alice, state, words, offers):
    post = factories.make_comment(article, author=alice, source="What becomes of this?")
    Post.objects.filter(pk=post.pk).update(state=state)
    client.force_login(alice)
    html = client.get("/you/").content.decode()
    assert "What becomes of this?" in html
    if words:
        assert words in html
    acts = ("edit", "withdraw", "reinstate", "history")
    assert {act for act in acts if reverse(f"post-{act}", args=[post.pk]) in html} == offers


def test_you_keeps_erased_words_away(client, article, alice):
    post = factories.make_comment(article, author=alice, source="Gone for good.")
    Post.objects.filter(pk=post.pk).update(state="erased")
    client.force_login(alice)
    assert "Gone for good." not in client.get("/you/").content.decode()


def test_you_says_who_can_read_a_note(client, article, alice):
    factories.make_annotation(article, author=alice, note="For myself.", audience="private")
    factories.make_annotation(article, author=alice, quote="the committee says", note="")
    client.force_login(alice)
    html = client.get("/you/").content.decode()
    assert "Only you can read this." in html
    assert "Tags only, without a note." in html


def test_you_takes_as_many_queries_for_many_posts(client, article, alice):
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/you/")
        return len(queries)

    client.force_login(alice)
    first = factories.make_comment(article, author=alice)
    few = count()
    for _ in range(6):
        factories.make_comment(article, author=alice)
        factories.make_annotation(article, author=alice)
    withdraw_post(author=alice, post=first)
    assert count() == few


def test_you_has_pages(client, article, alice):
    for number in range(21):
        factories.make_comment(article, author=alice, source=f"Thought number {number}.")
    client.force_login(alice)
    assert "Thought number 0." not in client.get("/you/").content.decode()
    assert "Thought number 0." in client.get("/you/?page=2").content.decode()
    assert client.get("/you/?page=nonsense").status_code == 200


def test_settings_are_saved(client, alice):
    client.force_login(alice)
    response = client.post("/you/", {"display_name": "  Alice  P. "}, follow=True)
    assert "Saved." in response.content.decode()
    alice.refresh_from_db()
    assert alice.display_name == "Alice P."
    assert alice.email_notices is False


@pytest.mark.parametrize("name", ["x" * 81, "A\u202eB", "bell\a"])
def test_settings_refuse_bad_names(client, alice, name):
    client.force_login(alice)
    response = client.post("/you/", {"display_name": name, "email_notices": "on"})
    alice.refresh_from_db()
    if response.status_code == 302:
        # What is merely invisible may be cleaned away instead; it must not be stored.
        assert name != alice.display_name
    else:
        assert response.status_code == 400
        assert 'id="id_display_name_error"' in response.content.decode()
        assert alice.display_name == "Alice Liddell"


def test_tokens_are_listed_without_their_key(client, alice, bob):
    _, key = ApiToken.issue(alice, name="My notebook")
    ApiToken.issue(bob, name="Bob's own")
    client.force_login(alice)
    html = client.get("/you/").content.decode()
    assert "My notebook" in html
    assert key not in html
    assert ApiToken.digest(key) not in html
    assert "Bob" not in html.split("My notebook")[1]


@pytest.mark.parametrize("name", ["bob", "BOB", "b\u200bob", "\uff42\uff4f\uff42", " bob\u2060 "])
def test_nobody_takes_the_user_name_of_another(client, alice, bob, name):
    client.force_login(alice)
    response = client.post("/you/", {"display_name": name, "email_notices": "on"})
    assert response.status_code == 400
    assert "somebody else’s user name" in response.content.decode()
    alice.refresh_from_db()
    assert alice.display_name == "Alice Liddell"


@pytest.mark.parametrize("name", ["alice", "Bob Cratchit", "bobby", "Alice Liddell"])
def test_ones_own_user_name_and_a_namesakes_name_are_fine(client, alice, bob, name):
    client.force_login(alice)
    assert client.post("/you/", {"display_name": name}).status_code == 302
    alice.refresh_from_db()
    assert alice.display_name == name


@pytest.mark.parametrize("name", ["\u200b", "\u3164", "\u2060 \u00ad", "\u2800", "\u0301"])
def test_a_name_that_nobody_can_see_is_none(client, alice, name):
    client.force_login(alice)
    assert client.post("/you/", {"display_name": name}).status_code == 302
    alice.refresh_from_db()
    assert alice.public_name == "alice"


#: Every part of the settings, by the name of its address.
PARTS = [
    "you",
    "account_email",
    "account_change_password",
    "mfa_index",
    "mfa_list_webauthn",
    "sessions",
    "notifications-settings",
]


@pytest.mark.parametrize("name", PARTS)
def test_every_part_of_the_settings_leads_to_the_others(client, alice, name):
    client.force_login(alice)
    html = client.get(reverse(name)).content.decode()
    listed = html.split('class="settings-nav"')[1].split("</nav>")[0]
    assert [reverse(part) in listed for part in PARTS] == [True] * len(PARTS)
    assert f'<a href="{reverse(name)}" aria-current="page">' in listed
    assert listed.count("aria-current") == 1


@pytest.mark.parametrize("name", ["account_login", "account_signup", "account_reset_password"])
def test_who_is_not_logged_in_has_no_settings(client, db, name):
    assert "settings-nav" not in client.get(reverse(name)).content.decode()
