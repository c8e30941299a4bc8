"""Locked threads: nobody answers there, the page says so, and everything else goes on."""

from __future__ import annotations

import pytest
from django.urls import reverse

from forum.discussion.actions import post_comment
from forum.discussion.models import Article, Post
from forum.lib.errors import Conflict, Forbidden
from forum.moderation.actions import decide, reopen
from forum.moderation.models import Case
from tests import factories

LOCKED = "A moderator has locked this thread"


def decided(case: Case, moderator, rules, action: str) -> None:
    case.refresh_from_db()
    decide(
        moderator=moderator,
        case=case,
        action=action,
        version=case.version,
        rule=rules["civility"],
        reason="It goes round in circles.",
    )


@pytest.fixture
def below(article, comment, sam) -> Post:
    """An answer to Alice's response."""
    return factories.make_comment(article, author=sam, parent=comment)


@pytest.fixture
def locked(case: Case, carol, rules, below) -> Case:
    decided(case, carol, rules, "lock")
    return case


def answer(post: Post, author) -> Post:
    post = Post.objects.get(pk=post.pk)
    article = Article.objects.get(pk=post.article_id)
    return post_comment(author=author, article=article, parent=post, source="And yet.")[0]


def test_nobody_answers_there_or_further_down(locked, comment, below, article, bob, carol):
    for person in (bob, carol):
        for post in (comment, below):
            with pytest.raises(Forbidden) as refused:
                answer(post, person)
            assert refused.value.code == "locked"
    assert answer(article.post, bob).pk


def test_the_page_says_so_and_offers_no_answer(locked, client, article, comment, below):
    page = client.get(article.get_absolute_url()).content.decode()
    assert page.count(LOCKED) == 1
    for post in (comment, below):
        assert f"?parent={post.pk}" not in page
    assert "?parent=" in page


def test_unlocked_it_goes_on(locked, client, article, comment, below, bob, carol, rules):
    client.get(article.get_absolute_url())
    locked.refresh_from_db()
    reopen(moderator=carol, case=locked, version=locked.version, reason="They have calmed down.")
    decided(locked, carol, rules, "unlock")
    page = client.get(article.get_absolute_url()).content.decode()
    assert LOCKED not in page
    assert f"?parent={below.pk}" in page
    assert answer(below, bob).pk


def test_a_lock_inside_a_lock_stays(locked, article, below, bob, carol, rules):
    inner = factories.make_flag(below, flagger=bob).case
    decided(inner, carol, rules, "lock")
    locked.refresh_from_db()
    reopen(moderator=carol, case=locked, version=locked.version, reason="They have calmed down.")
    decided(locked, carol, rules, "unlock")
    with pytest.raises(Forbidden):
        answer(below, bob)


def test_the_thread_under_a_note(client, article, alice, bob, carol, rules):
    note = factories.make_annotation(article, author=alice)
    reply = factories.make_comment(article, author=bob, parent=note)
    decided(factories.make_flag(note, flagger=bob).case, carol, rules, "lock")
    for post in (note, reply):
        with pytest.raises(Forbidden):
            answer(post, bob)
    page = client.get(article.get_absolute_url()).content.decode()
    assert "Locked: nobody can reply." in page
    assert f"?parent={reply.pk}" not in page


def test_a_note_on_a_locked_response_has_a_thread_of_its_own(locked, comment, bob, codebook):
    note = factories.make_annotation(Post.objects.get(pk=comment.pk), quote="ferry", author=bob)
    assert answer(note, bob).pk


def test_twice(locked, carol, rules):
    reopen(moderator=carol, case=locked, version=locked.version, reason="Hm.")
    with pytest.raises(Conflict):
        decided(locked, carol, rules, "lock")


def test_the_form_says_so(locked, as_, comment, bob):
    page = as_(bob).get(
        reverse("respond", args=[comment.root.article.slug]) + f"?parent={comment.pk}"
    )
    assert page.status_code == 403
    assert LOCKED in page.content.decode()
