"""Annotating while the text changes, and what is carried when it does."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection, connections, transaction

from annotations.actions import annotate
from annotations.models import Annotation, Placement
from forum.discussion.actions import revise_post
from forum.discussion.models import Post
from forum.discussion.publishing.actions import revise_article
from forum.lib.errors import Conflict
from tests.factories import ARTICLE_TEXT, make_annotation, make_comment


def place_of(annotation: Post) -> Placement:
    return Placement.objects.get(annotation_id=annotation.pk, revision__superseded_at=None)


def test_a_new_revision_leaves_no_annotation_behind(article, dan, bob):
    quotes = ["everyone knows", "two", "The bridge must close at once", "traffic always does"]
    notes = [make_annotation(article, quote=quote, author=bob) for quote in quotes]
    changed = "Opening.\n\n" + ARTICLE_TEXT.replace("traffic\nalways does", "it").replace(
        "traffic always does", "it"
    )
    revision = revise_article(editor=dan, article=article, source=changed)
    places = [place_of(note) for note in notes]
    for note, place in zip(notes, places, strict=True):
        assert place.revision == revision
        if place.state == "exact":
            assert revision.text[place.start : place.end] == note.annotation.quote
    assert [place.state for place in places] == ["exact", "exact", "exact", "orphaned"]


def test_putting_the_words_back_brings_an_orphan_back(article, dan, bob):
    note = make_annotation(article, quote="It is who pays when it is gone", author=bob)
    gone = ARTICLE_TEXT.replace("It is who pays when it is gone.", "")
    revise_article(editor=dan, article=article, source=gone)
    assert place_of(note).state == "orphaned"
    revise_article(editor=dan, article=article, source="Intro.\n\n" + ARTICLE_TEXT)
    place = place_of(note)
    assert place.revision.text[place.start : place.end] == "It is who pays when it is gone"


def test_the_anchor_itself_never_changes(article, dan, bob):
    note = make_annotation(article, author=bob).annotation
    before = Annotation.objects.values().get(pk=note.pk)
    revise_article(editor=dan, article=article, source="Opening.\n\n" + ARTICLE_TEXT)
    assert Annotation.objects.values().get(pk=note.pk) == before


def test_notes_on_a_comment_are_carried_too(article, alice, bob):
    comment = make_comment(article, author=alice)
    note = make_annotation(comment, quote="ferry", author=bob)
    revise_post(editor=alice, post=comment, source="I said: the ferry matters more.")
    place = place_of(note)
    assert place.revision.text[place.start : place.end] == "ferry"


def test_an_annotation_from_a_page_gone_stale_is_placed_in_the_present_text(article, dan, bob):
    read = article.post.current
    revise_article(editor=dan, article=article, source="Opening.\n\n" + ARTICLE_TEXT)
    start = read.text.index("everyone knows")
    note, _ = annotate(
        author=bob, revision=read, start=start, end=start + 14, quote="everyone knows",
        tags=["question"],
    )  # fmt: skip
    assert note.annotation.revision == read
    place = place_of(note)
    assert place.revision == article.post.current
    assert place.revision.text[place.start : place.end] == "everyone knows"


@pytest.mark.parametrize(
    ("quote", "proposal"),
    [
        ("It has carried two lanes since 1962", True),
        ("ferry", True),
        ("bridge", False),
        ("words that were never there at all", False),
    ],
)
def test_a_quote_that_is_not_there_is_refused_with_a_proposal(article, bob, quote, proposal):
    revision = article.post.current
    with pytest.raises(Conflict) as conflict:
        annotate(
            author=bob, revision=revision, start=3, end=3 + len(quote), quote=quote,
            tags=["question"],
        )  # fmt: skip
    found: Any = conflict.value.details["proposal"]
    assert bool(found) is proposal
    if found:
        assert revision.text[found["start"] : found["end"]] == quote
    assert not Annotation.objects.exists()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_an_annotation_made_during_a_revision_is_placed_in_it(article, dan, bob):
    read = article.post.current
    start = read.text.index("everyone knows")
    made = []

    def mark():
        try:
            made.append(
                annotate(
                    author=bob, revision=read, start=start, end=start + 14,
                    quote="everyone knows", tags=["question"],
                )[0]
            )  # fmt: skip
        finally:
            connections.close_all()

    with transaction.atomic():
        revision = revise_article(editor=dan, article=article, source="New.\n\n" + ARTICLE_TEXT)
        thread = threading.Thread(target=mark)
        thread.start()
        thread.join(0.5)
        assert made == []
    thread.join(10)
    assert place_of(made[0]).revision == revision


@pytest.mark.parametrize(
    ("quote", "proposed"),
    [
        ("It has caried two lanes since 1962", "It has carried two lanes since 1962"),
        ("It has carried two lanes since 1926", None),
    ],
)
def test_a_quote_with_a_slip_is_proposed_in_the_words_of_the_text(article, bob, quote, proposed):
    revision = article.post.current
    with pytest.raises(Conflict) as conflict:
        annotate(
            author=bob, revision=revision, start=0, end=len(quote), quote=quote, tags=["question"]
        )
    found: Any = conflict.value.details["proposal"]
    assert (found and found["quote"]) == proposed
    if found:
        assert revision.text[found["start"] : found["end"]] == proposed
