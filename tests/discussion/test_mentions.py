"""Being mentioned: who is told of it, once each, and who is not."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from forum.accounts.erasing import erase_account
from forum.accounts.muting import mute
from forum.courses.models import Course
from forum.discussion.actions import post_comment, preview, revise_post
from forum.discussion.mentions.actions import MOST_TOLD
from forum.discussion.models import Post
from forum.discussion.telling import tell_of_release
from forum.notifications.models import Notification
from forum.notifications.outbox import deliver_outbox
from tests.factories import make_annotation, make_comment, make_user, put


def told(person) -> list[str]:
    """The kinds of what ``person`` has been told, the oldest first."""
    notices = Notification.objects.filter(recipient=person).order_by("pk")
    return list(notices.values_list("kind", flat=True))


def test_who_is_mentioned_in_a_response_is_told(article, alice, bob):
    make_comment(article, author=alice)
    post = make_comment(article, author=bob, source="As @Alice says, and @nobody.")
    notice = Notification.objects.get(recipient=alice)
    assert (notice.kind, notice.post, notice.path) == ("mention", post, post.get_absolute_url())
    assert notice.subject == "Bob Cratchit mentioned you"
    assert notice.body == f"Bob Cratchit mentioned you in response 2 to “{article.title}”."
    assert f'<a href="/people/alice/?account={alice.pk}"' in post.current.html
    assert post.current.text == "As @Alice says, and @nobody."


def test_who_is_mentioned_in_a_note_or_a_reply_is_told(article, alice, bob, carol):
    note = make_annotation(article, author=bob, note="@alice, look")
    make_comment(article, author=carol, parent=note, source="@alice @bob")
    bodies = Notification.objects.filter(recipient=alice).order_by("pk")
    assert list(bodies.values_list("body", flat=True)) == [
        f"Bob Cratchit mentioned you in a note on “{article.title}”.",
        f"Carol Kidd mentioned you in a reply to a note on “{article.title}”.",
    ]
    assert told(bob) == ["reply"]


def test_nobody_is_told_twice_of_a_post_or_of_their_own(article, alice, bob):
    first = make_comment(article, author=alice, source="I am @alice.")
    make_comment(article, author=bob, parent=first, source="@alice, @alice, you are.")
    assert told(alice) == ["reply"]


@pytest.mark.parametrize("state", [None, "held", "withdrawn", "removed"])
def test_who_has_written_nothing_that_all_read_is_told_and_not_shown(
    article, alice, bob, client, state
):
    if state:
        put(Post.objects.filter(pk=make_comment(article, author=alice).pk), state)
    make_annotation(article, author=alice, audience="private")
    post = make_comment(article, author=bob, source="As @alice says, and @nobody.")
    assert post.current.html == "<p>As @alice says, and @nobody.</p>"
    assert preview("@alice").html == "<p>@alice</p>"
    assert client.get(reverse("person", args=["alice"])).status_code == 404
    assert told(alice) == ["mention"]


def test_a_preview_shows_a_mention_and_tells_nobody(article, alice):
    make_comment(article, author=alice)
    assert "/people/alice/" in preview("@alice").html
    assert told(alice) == []


def test_an_edit_tells_those_who_are_newly_mentioned(article, alice, bob, carol):
    post = make_comment(article, author=bob, source="@alice")
    revise_post(editor=bob, post=post, source="@alice and `@carol`")
    assert (told(alice), told(carol)) == (["mention"], [])
    revise_post(editor=bob, post=post, source="@alice and @carol")
    revise_post(editor=bob, post=post, source="nobody")
    revise_post(editor=bob, post=post, source="@alice and @carol again")
    assert told(alice) == told(carol) == ["mention"]


def test_an_edit_of_a_note_tells_as_well(article, alice, bob):
    note = make_annotation(article, author=bob, note="Look.")
    revise_post(editor=bob, post=note, source="Look, @alice.")
    assert told(alice) == ["mention"]


def test_who_was_mentioned_beyond_the_limit_is_not_told_by_an_edit(article, bob):
    people = [make_user(f"reader{number}") for number in range(MOST_TOLD + 2)]
    source = " ".join(f"@{person.username}" for person in people)
    post = make_comment(article, author=bob, source=source)
    assert Notification.objects.filter(kind="mention").count() == MOST_TOLD
    revise_post(editor=bob, post=post, source=f"{people[-1].username} @{people[-1].username}")
    assert told(people[-1]) == []


@pytest.mark.parametrize("state", ["published", "held"])
def test_whoever_comes_to_a_freed_name_is_not_meant(article, alice, bob, carol, client, state):
    """A mention is of an account, whatever it is called."""
    make_comment(article, author=alice)
    post = make_comment(article, author=bob, source="As @alice says.")
    link = re.search(r'href="([^"]+)"', post.current.html)
    assert link
    assert client.get(link[1]).status_code == 200
    put(Post.objects.filter(pk=post.pk), state)
    erase_account(person=alice, posts="kept")
    alice = make_user("alice")
    make_comment(article, author=alice)
    assert client.get("/people/alice/").status_code == 200
    assert client.get(link[1]).status_code == 404
    tell_of_release(Post.objects.get(pk=post.pk))
    assert told(alice) == []
    # Nor by an edit of other words, nor by one after that; only who is named anew is meant.
    for source in ("As @alice says, and @carol.", "As @alice says, and @Carol!"):
        post = Post.objects.get(pk=post.pk)
        revise_post(editor=bob, post=post, source=source)
        assert "@alice" in post.current.text
        assert "<a href" not in post.current.html
    assert told(alice) == []
    other = make_comment(article, author=bob, source="As @alice says.")
    assert f"account={alice.pk}" in other.current.html
    revise_post(editor=bob, post=other, source="As @alice said.")
    assert f"account={alice.pk}" in other.current.html


def test_a_mention_leads_to_whoever_was_meant_whatever_their_name_is(
    article, alice, bob, carol, client
):
    make_comment(article, author=alice)
    post = make_comment(article, author=bob, source="As @alice says.")
    (link,) = re.findall(r'href="([^"]+)"', post.current.html)
    alice.username = "liddell"
    alice.save(update_fields=["username"])
    assert client.get(link, follow=True).redirect_chain == [("/people/liddell/", 302)]
    carol.username = "alice"
    carol.save(update_fields=["username"])
    make_comment(article, author=carol)
    assert client.get(link).url == "/people/liddell/"
    # Of accounts that nobody reads anything of, none is given away.
    for account in (make_user().pk, 10**9, "x", "-1"):
        assert client.get(f"/people/alice/?account={account}").status_code == 404


def test_a_name_that_an_edit_brings_is_whose_it_is_then(article, alice, bob):
    post = make_comment(article, author=bob, source="As somebody says.")
    dora = make_user("dora")
    make_comment(article, author=dora)
    for source in ("As @dora says.", "As @dora said."):
        revise_post(editor=bob, post=post, source=source)
        assert f"account={dora.pk}" in post.current.html
    assert told(dora) == ["mention"]


def test_who_may_not_read_it_is_not_told(article, dan, sam, alice, bob, codebook):
    make_annotation(article, author=bob, note="@alice", audience="private")
    assert told(alice) == []
    # A note for a course is read in that course alone.
    post = article.post
    post.audience, post.course = "course", Course.objects.get(slug="reading")
    post.save(update_fields=["audience", "course"])
    make_comment(article, author=dan, source="@alice @sam")
    assert (told(alice), told(sam)) == ([], ["mention"])


def test_whose_account_is_closed_is_neither_linked_nor_told(article, alice, bob):
    alice.is_active = False
    alice.save(update_fields=["is_active"])
    post = make_comment(article, author=bob, source="@alice")
    assert (post.current.html, told(alice)) == ("<p>@alice</p>", [])


def test_who_has_muted_the_author_is_not_told(article, alice, bob, carol):
    mute(person=alice, other=bob)
    first = make_comment(article, author=alice)
    make_comment(article, author=bob, source="@alice @carol")
    make_comment(article, author=bob, parent=first)
    assert (told(alice), told(carol)) == ([], ["mention"])


def test_of_two_names_that_differ_in_case_the_older_one_is_meant(article, alice, bob):
    other = make_user("ALICE")
    make_comment(article, author=bob, source="@Alice")
    assert (told(alice), told(other)) == (["mention"], [])


@pytest.mark.parametrize("state", ["removed", "withdrawn", "held"])
def test_no_mail_leaves_of_what_may_not_be_read_any_more(article, alice, bob, state, mailoutbox):
    post = make_comment(article, author=bob, source="@alice")
    put(Post.objects.filter(pk=post.pk), state)
    deliver_outbox.func()
    assert mailoutbox == []


def test_no_mail_leaves_of_who_was_muted_since(article, alice, bob, mailoutbox):
    make_comment(article, author=bob, source="@alice")
    mute(person=alice, other=bob)
    deliver_outbox.func()
    assert mailoutbox == []


def test_a_mention_costs_the_same_however_many_there_are(article, alice, bob):
    people = [make_user() for _ in range(MOST_TOLD)]

    def cost(names) -> int:
        called = " ".join(f"@{name}" for name in names)
        with CaptureQueriesContext(connection) as captured:
            post_comment(author=bob, article=article, source=f"{called}: the ferry sails.")
        # What is sent afterwards is for the outbox to count.
        return sum("outbox" not in query["sql"] for query in captured.captured_queries)

    cost([alice.username])
    assert cost([alice.username, people[0].username]) == cost([p.username for p in people])
