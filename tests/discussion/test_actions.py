"""Responding, editing, withdrawing: what the actions write, and what they refuse."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, OperationalError, transaction
from django.db.transaction import TransactionManagementError

from forum.discussion.actions import post_comment, reinstate_post, revise_post, withdraw_post
from forum.discussion.models import MAX_DEPTH, Article, Post, Revision
from forum.discussion.writing.revisions import lock_current, write_first_revision
from forum.lib.errors import Conflict, Forbidden, NotFound, Refused
from forum.notifications.models import Notification
from tests.factories import make_annotation, make_article, make_comment


def activity(article):
    return Article.objects.get(pk=article.pk).activity


# Responding


def test_responses_are_numbered_in_order(article, alice, bob):
    first = make_comment(article, author=alice)
    reply = make_comment(article, author=bob, parent=first)
    second = make_comment(article, author=alice)
    assert [first.number, reply.number, second.number] == [1, 2, 3]
    assert [first.depth, reply.depth, second.depth] == [0, 1, 0]
    assert reply.parent == first
    assert first.parent == article.post


def test_numbers_of_withdrawn_responses_are_not_given_again(article, alice):
    withdraw_post(author=alice, post=make_comment(article, author=alice))
    assert make_comment(article, author=alice).number == 2


def test_each_article_counts_for_itself(article, alice, erin):
    make_comment(article, author=alice)
    assert make_comment(make_article(author=erin), author=alice).number == 1


def test_the_first_revision_keeps_what_was_typed(article, alice):
    post = make_comment(article, author=alice, source="One *two*.\r\nThree.")
    revision = post.current
    assert revision.source == "One *two*.\nThree."
    assert revision.html == "<p>One <em>two</em>.<br>Three.</p>"
    assert (revision.number, revision.editor) == (1, alice)
    assert post.author_name == "Alice Liddell"


def test_a_token_makes_one_post(article, alice):
    sent = {"author": alice, "article": article, "source": "Once.", "token": "t1"}
    first, new = post_comment(**sent)
    again, newer = post_comment(**sent)
    assert (new, newer) == (True, False)
    assert again == first
    assert Post.objects.filter(kind="comment").count() == 1
    assert Article.objects.get(pk=article.pk).last_number == 1


class Broken(Exception):
    def __init__(self, sqlstate):
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


@pytest.mark.parametrize(("sqlstate", "again"), [("40P01", True), ("57014", False)])
def test_what_the_database_breaks_off_for_others_is_tried_once_more(
    article, alice, monkeypatch, sqlstate, again
):
    tries = []

    def break_off(*args, **given):
        revision = write_first_revision(*args, **given)
        tries.append(revision)
        if len(tries) == 1:
            raise OperationalError from Broken(sqlstate)
        return revision

    monkeypatch.setattr("forum.discussion.actions.write_first_revision", break_off)
    sent = {"author": alice, "article": article, "source": "Once.", "token": "t1"}
    if again:
        post, new = post_comment(**sent)
        assert (new, post.number, post.current.text) == (True, 1, "Once.")
    else:
        with pytest.raises(OperationalError):
            post_comment(**sent)
    assert Post.objects.filter(kind="comment").count() == again


def test_a_token_is_its_authors_own(article, alice, bob):
    for author in (alice, bob):
        _, new = post_comment(author=author, article=article, source="Once.", token="t1")
        assert new


def test_a_token_serves_one_article(article, alice, erin):
    other = make_article(author=erin)
    post_comment(author=alice, article=article, source="Once.", token="t1")
    with pytest.raises(Conflict):
        post_comment(author=alice, article=other, source="Once.", token="t1")


def test_without_a_token_the_same_words_make_two_posts(article, alice):
    make_comment(article, author=alice)
    make_comment(article, author=alice)
    assert Post.objects.filter(kind="comment").count() == 2


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("", "write something"),
        (" \n\t", "write something"),
        ("<!-- -->\x00", "NUL"),
        ("half \ud83d", "half of a character"),
        ("x" * 10_001, "10,000"),
        ("\u202e", "can be read"),
        (">" * 5_000 + " deep", "levels deep"),
    ],
)
def test_what_cannot_be_posted(article, alice, source, why):
    with pytest.raises(Refused) as refused:
        make_comment(article, author=alice, source=source)
    assert refused.value.field == "source"
    assert why in refused.value.message
    assert not Post.objects.filter(kind="comment").exists()


def test_a_response_of_another_article_is_not_answered_here(article, alice, erin):
    elsewhere = make_comment(make_article(author=erin), author=alice)
    with pytest.raises(Refused):
        make_comment(article, author=alice, parent=elsewhere)


def test_threads_have_no_bottom(article, alice):
    last = make_comment(article, author=alice)
    for _ in range(MAX_DEPTH + 1):
        last = make_comment(article, author=alice, parent=last)
    depths = Post.objects.filter(root=article.pk).order_by("pk").values_list("depth", flat=True)
    assert list(depths) == [*range(MAX_DEPTH + 1), MAX_DEPTH]


def test_an_answer_is_told_to_whom_it_answers(article, alice, bob):
    comment = make_comment(article, author=alice)
    make_comment(article, author=alice, parent=comment)
    assert not Notification.objects.exists()
    make_comment(article, author=bob, parent=comment)
    told = Notification.objects.get()
    assert told.recipient == alice
    assert "Bob Cratchit" in told.subject


def test_a_draft_takes_no_responses(dan, erin, codebook):
    draft = make_article(author=dan, draft=True)
    with pytest.raises(Conflict):
        make_comment(draft, author=erin)
    assert not Post.objects.filter(kind="comment").exists()


# Editing


def test_an_edit_keeps_what_stood_there(article, alice):
    post = make_comment(article, author=alice, source="First.")
    before = activity(article)
    revision = revise_post(editor=alice, post=post, source="Second.")
    assert post.current == revision
    assert revision.number == 2
    old = post.revisions.get(number=1)
    assert old.source == "First."
    assert old.superseded_at is not None
    assert activity(article) == before + 1


def test_the_same_words_make_no_revision(article, alice):
    post = make_comment(article, author=alice, source="First.")
    before = activity(article)
    assert revise_post(editor=alice, post=post, source="First.").number == 1
    assert activity(article) == before


def test_of_two_edits_from_one_revision_the_second_is_told(article, alice):
    post = make_comment(article, author=alice, source="First.")
    start = post.current.pk
    revise_post(editor=alice, post=post, source="Second.", expected=start)
    with pytest.raises(Conflict) as conflict:
        revise_post(editor=alice, post=post, source="Third.", expected=start)
    assert conflict.value.details == {"revision": post.current.pk}
    assert post.current.source == "Second."


def test_a_note_may_lose_its_words_and_a_response_may_not(article, alice):
    note = make_annotation(article, author=alice)
    assert revise_post(editor=alice, post=note, source="").text == ""
    comment = make_comment(article, author=alice)
    with pytest.raises(Refused):
        revise_post(editor=alice, post=comment, source="")


def test_nobody_edits_for_another(article, alice, carol, frances):
    post = make_comment(article, author=alice)
    for other in (carol, frances):
        with pytest.raises(Forbidden):
            revise_post(editor=other, post=post, source="Mine now.")
    assert Revision.objects.filter(post=post).count() == 1


@pytest.mark.django_db(transaction=True)
def test_nothing_is_locked_outside_a_transaction(article):
    with transaction.atomic():
        assert lock_current(article.post) == article.post.current
    # Not even when the query has been made before.
    with pytest.raises(TransactionManagementError):
        lock_current(article.post)


def test_the_database_knows_one_current_revision(article, alice):
    post = make_comment(article, author=alice)
    twin = post.current
    twin.pk, twin.number = None, 2
    with pytest.raises(IntegrityError):
        twin.save(force_insert=True)


# Withdrawing


def test_withdrawing_and_putting_back(article, alice, bob):
    post = make_comment(article, author=alice)
    before = activity(article)
    withdraw_post(author=alice, post=post)
    assert not Post.objects.visible_to(bob).filter(pk=post.pk).exists()
    assert Post.objects.stubs_for(bob).filter(pk=post.pk).exists()
    reinstate_post(author=alice, post=post)
    assert Post.objects.visible_to(bob).filter(pk=post.pk).exists()
    assert activity(article) == before + 2


def test_answers_outlive_what_they_answer(article, alice, bob):
    post = make_comment(article, author=alice)
    reply = make_comment(article, author=bob, parent=post)
    withdraw_post(author=alice, post=post)
    assert Post.objects.visible_to(bob).filter(pk=reply.pk).exists()


def test_withdrawing_twice_is_a_conflict(article, alice):
    post = make_comment(article, author=alice)
    withdraw_post(author=alice, post=post)
    with pytest.raises(Conflict):
        withdraw_post(author=alice, post=post)
    stale = Post.objects.get(pk=post.pk)
    stale.state = "published"
    with pytest.raises(Conflict):
        withdraw_post(author=alice, post=stale)


def test_only_its_author_withdraws_and_puts_back(article, alice, bob, carol):
    post = make_comment(article, author=alice)
    for other in (bob, carol):
        with pytest.raises(Forbidden):
            withdraw_post(author=other, post=post)
    withdraw_post(author=alice, post=post)
    with pytest.raises(NotFound):
        reinstate_post(author=bob, post=post)
    with pytest.raises(Forbidden):
        reinstate_post(author=carol, post=post)


def test_what_a_moderator_removed_is_not_put_back(article, alice):
    post = make_comment(article, author=alice)
    Post.objects.filter(pk=post.pk).update(state="removed")
    post.refresh_from_db()
    with pytest.raises(Conflict):
        reinstate_post(author=alice, post=post)
