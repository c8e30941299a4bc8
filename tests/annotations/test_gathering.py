"""What a public page is made of: what has come is added, and whatever else happens is noticed."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from annotations.page import gathering
from forum.accounts.erasing import erase_account
from forum.discussion.actions import reinstate_post, revise_post, withdraw_post
from forum.discussion.models import Article, Post
from forum.discussion.reading import comment_rows
from forum.discussion.writing.revisions import bump_activity
from forum.lib.errors import PostilError
from tests.factories import make_annotation, make_comment, make_user, put
from tests.memory import forget_everything, forget_now
from tests.properties import HealthCheck, example, given, settings, st

SENTENCE = "The committee says the bridge must close at once"


@pytest.fixture
def world(article, alice, bob):
    """An article under which something of each kind stands, and a page of it that is kept."""
    comment = make_comment(article, author=alice, source="Words to be answered.")
    note = make_annotation(article, author=bob)
    made = SimpleNamespace(article=article, alice=alice, bob=bob, comment=comment, note=note)
    read(article)
    return made


@pytest.fixture
def gathers(monkeypatch):
    """How often everything is asked of the database."""
    calls = []
    gather = gathering.gather

    def counted(*args):
        calls.append(args)
        return gather(*args)

    monkeypatch.setattr(gathering, "gather", counted)
    return calls


def read(article: Article) -> bytes:
    """What a stranger is sent."""
    response = Client().get(reverse("article", args=[article.slug]))
    assert response.status_code == 200
    return response.content


def anew(article: Article) -> bytes:
    """What would be sent if nothing were remembered."""
    forget_everything()
    return read(article)


COMING = {
    "a response": lambda w: make_comment(w.article, author=w.bob),
    "an answer": lambda w: make_comment(w.article, author=w.bob, parent=w.comment),
    "a quote": lambda w: make_comment(w.article, author=w.bob, source=f"“{SENTENCE}”."),
    "a reply to a note": lambda w: make_comment(w.article, author=w.alice, parent=w.note),
    "a note": lambda w: make_annotation(w.article, author=w.alice, quote="ferry"),
    "a note on a response": lambda w: make_annotation(w.comment, author=w.bob, quote="answered"),
}


@pytest.mark.parametrize("name", COMING)
def test_what_has_come_is_added_to_what_was_there(world, gathers, name):
    before = read(world.article)
    COMING[name](world)
    after = read(world.article)
    assert not gathers
    assert after != before
    assert after == anew(world.article)


def test_so_is_all_that_came_since(world, gathers):
    for come in COMING.values():
        come(world)
    after = read(world.article)
    make_comment(world.article, author=world.alice)
    assert read(world.article) != after
    assert not gathers
    assert read(world.article) == anew(world.article)


# Each as many counts as one that comes. An act that is counted belongs here, or shows itself in
# ``test_kept_pages``.
HAPPENING = {
    "an edit": lambda w: revise_post(editor=w.alice, post=w.comment, source="Other words."),
    "a withdrawal": lambda w: withdraw_post(author=w.alice, post=w.comment),
    "a removal": lambda w: put(Post.objects.filter(pk=w.comment.pk), "removed"),
    "a note's removal": lambda w: put(Post.objects.filter(pk=w.note.pk), "removed"),
}
UNCOUNTED = {
    "nothing": lambda w: None,
    "a private note": lambda w: make_annotation(
        w.article, author=w.alice, quote="ferry", audience="private"
    ),
}


@pytest.mark.parametrize("uncounted", UNCOUNTED)
@pytest.mark.parametrize("name", HAPPENING)
def test_what_happens_to_what_was_there_is_noticed(world, gathers, name, uncounted):
    UNCOUNTED[uncounted](world)
    HAPPENING[name](world)
    after = read(world.article)
    assert gathers
    assert after == anew(world.article)


@pytest.mark.parametrize("name", HAPPENING)
def test_what_happens_to_what_has_come_is_noticed(world, gathers, name):
    fresh = make_comment(world.article, author=world.alice, source="Words that are new.")
    HAPPENING[name](SimpleNamespace(**vars(world) | {"comment": fresh}))
    after = read(world.article)
    assert gathers
    assert after == anew(world.article)


def test_what_comes_back_with_another_is_noticed(world, gathers):
    withdraw_post(author=world.alice, post=world.comment)
    # Counted while nobody reads it; it comes back uncounted.
    put(Post.objects.filter(pk=world.note.pk), "removed")
    read(world.article)
    gathers.clear()
    reinstate_post(author=world.alice, post=world.comment)
    after = read(world.article)
    assert gathers
    assert after == anew(world.article)


def test_a_note_that_comes_back_with_what_it_marks_stands_for_no_other(world, gathers):
    put(Post.objects.filter(pk=world.comment.pk), "held")
    note = make_annotation(world.article, author=world.bob, quote="ferry")
    Post.objects.filter(pk=note.pk).update(parent=world.comment)
    read(world.article)
    gathers.clear()
    # One count, and two that come: the note among them has a lower id than the newest post.
    put(Post.objects.filter(pk=world.comment.pk), "published")
    after = read(world.article)
    assert gathers
    assert after == anew(world.article)


def test_one_that_a_slower_transaction_wrote_before_is_found(world, gathers):
    """Ids are given out before a transaction is seen: what comes may have a lower one."""
    kept = gathering.KEPT.get(world.article.pk)
    late = make_comment(world.article, author=world.bob)
    assert kept is not None
    gathering.KEPT.put(world.article.pk, replace(kept, newest=kept.newest._replace(post=late.pk)))
    assert f'id="comment-{late.pk}"'.encode() in read(world.article)
    assert gathers


def test_one_that_comes_meanwhile_stands_for_no_other(world, gathers, monkeypatch):
    acts: list[Callable[[], object]] = []

    def overtaken(*args, **given):
        # After the number was asked for, before the rows are.
        while acts:
            acts.pop()()
        return comment_rows(*args, **given)

    monkeypatch.setattr("annotations.page.gathering.comment_rows", overtaken)
    withdraw_post(author=world.alice, post=world.comment)
    acts.append(lambda: make_comment(world.article, author=world.bob))
    after = read(world.article)
    assert gathers
    assert b"Words to be answered." not in after
    assert after == anew(world.article)


def test_what_is_overtaken_while_it_is_gathered_is_not_kept(world, monkeypatch):
    forget_now()
    monkeypatch.setattr(gathering, "public_now", lambda slug: None)
    read(world.article)
    assert len(gathering.KEPT) == 0


def test_it_weighs_what_comes_with_it(world):
    before = gathering.KEPT.weight
    make_comment(world.article, author=world.bob, source="x" * 5_000)
    read(world.article)
    grown = gathering.KEPT.weight
    assert grown > before + 5_000
    forget_now()
    read(world.article)
    assert gathering.KEPT.weight == grown


def _count_alone(w: SimpleNamespace) -> None:
    with transaction.atomic():
        bump_activity(w.article.post)


ACTS = {
    **COMING,
    **UNCOUNTED,
    "an edit": lambda w: _to_some(
        w, lambda post: revise_post(editor=post.author, post=post, source="Other words.")
    ),
    "a withdrawal": lambda w: _to_some(
        w, lambda post: withdraw_post(author=post.author, post=post)
    ),
    "a removal": lambda w: _to_some(
        w, lambda post: put(Post.objects.filter(pk=post.pk), "removed")
    ),
    "a return": lambda w: put(Post.objects.filter(state="removed"), "published"),
    "an erasure": lambda w: _erase_one(w, "erased"),
    "an erasure of a name": lambda w: _erase_one(w, "kept"),
    "a count": _count_alone,
    "a reading": lambda w: read(w.article),
}


def _erase_one(world: SimpleNamespace, posts: str) -> None:
    """Erase the account of somebody new, who has written, and of whom others read."""
    person = make_user()
    response = make_comment(world.article, author=person)
    make_annotation(world.article, author=person)
    read(world.article)
    make_comment(world.article, author=person, parent=response)
    erase_account(person=person, posts=posts)


def _to_some(world: SimpleNamespace, act) -> None:
    """Do it to the newest that can be read and that somebody still has."""
    own = Post.objects.filter(root=world.article.pk, state="published", author__isnull=False)
    post = own.order_by("-pk").first()
    if post is not None:
        act(post)


@pytest.mark.django_db
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(st.lists(st.sampled_from(sorted(ACTS)), min_size=1, max_size=7))
@example(["an erasure of a name", "a withdrawal"])
@example(["a withdrawal", "an edit", "a note on a response"])
def test_whatever_happens_the_page_is_the_one_that_would_be_made_anew(world, names):
    try:
        with transaction.atomic():
            read(world.article)
            for name in names:
                # Some cannot be done to what is withdrawn by then, or has other words.
                with contextlib.suppress(PostilError, ValueError):
                    ACTS[name](world)
            assert read(world.article) == anew(world.article)
            raise _Undone
    except _Undone:
        forget_now()


class _Undone(Exception):
    pass
