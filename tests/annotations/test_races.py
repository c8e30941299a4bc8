"""Writing at the same moment as somebody else: nobody waits for ever, and no place is missing."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from annotations.actions import annotate
from annotations.models import Placement, Quotation
from annotations.quotations import quoting
from forum.discussion.actions import count_comment, post_comment
from forum.discussion.models import Article, Post
from forum.discussion.publishing.actions import Paratext, revise_article
from forum.discussion.writing.revisions import bump_activity, lock_current, write_first_revision
from forum.lib.errors import Conflict
from tests.factories import ARTICLE_TEXT, make_annotation, make_comment

SENTENCE = "the bridge must close at once, and everyone knows what that means"

PLACES, ARTICLES = f'"{Placement._meta.db_table}"', f'"{Article._meta.db_table}"'


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_whoever_revises_takes_the_rows_in_the_order_of_whoever_annotates(article, dan):
    outcomes: list[object] = []

    def revise():
        try:
            outcomes.append(
                revise_article(
                    editor=dan,
                    article=Article.objects.select_related("post").get(pk=article.pk),
                    source="New.\n\n" + ARTICLE_TEXT,
                    paratext=Paratext(title="Another title"),
                )
            )
        except Exception as error:
            outcomes.append(error)
        finally:
            connections.close_all()

    with transaction.atomic():
        # As ``annotate`` does: the text first, the article last.
        lock_current(article.post)
        thread = threading.Thread(target=revise)
        thread.start()
        thread.join(0.5)
        bump_activity(article.post)
    thread.join(10)
    assert outcomes == [article.post.current]


def test_whoever_responds_does_not_wait_until_the_passages_are_carried(article, dan):
    make_annotation(article)
    with CaptureQueriesContext(connection) as captured:
        revise_article(
            editor=dan, article=article, source="New.\n\n" + ARTICLE_TEXT,
            paratext=Paratext(title="Another title"),
        )  # fmt: skip
    done = [query["sql"] for query in captured]
    carried = next(n for n, sql in enumerate(done) if sql.startswith(f"INSERT INTO {PLACES}"))
    counted = next(n for n, sql in enumerate(done) if sql.startswith(f"UPDATE {ARTICLES}"))
    assert carried < counted
    assert any("Another title" in sql for sql in done[counted:])


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_one_token_for_two_things_at_once_makes_one_of_them(article, alice, monkeypatch):
    counted, inserted = threading.Event(), threading.Event()

    def count_first(post):
        highest = count_comment(post)
        counted.set()
        inserted.wait(10)
        return highest

    def insert_first(*args, **given):
        inserted.set()
        counted.wait(10)
        return write_first_revision(*args, **given)

    monkeypatch.setattr("forum.discussion.actions.count_comment", count_first)
    monkeypatch.setattr("annotations.actions.write_first_revision", insert_first)
    outcomes: list[object] = []
    revision = article.post.current
    start = revision.text.index(SENTENCE)

    def attempt(act, **given):
        try:
            outcomes.append(act(author=alice, token="one", **given)[0])
        except Exception as error:
            outcomes.append(error)
        finally:
            connections.close_all()

    threads = [
        threading.Thread(
            target=attempt, args=[post_comment], kwargs={"article": article, "source": "Words."}
        ),
        threading.Thread(
            target=attempt, args=[annotate],
            kwargs={
                "revision": revision, "start": start, "end": start + len(SENTENCE),
                "quote": SENTENCE, "tags": ["question"],
            },
        ),
    ]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    made = [outcome for outcome in outcomes if isinstance(outcome, Post)]
    refused = [outcome for outcome in outcomes if isinstance(outcome, Conflict)]
    assert (len(made), len(refused)) == (1, 1), outcomes
    assert [*Post.objects.filter(author=alice)] == made


def test_of_two_who_save_the_title_alone_the_later_is_told(article, dan, monkeypatch):
    seen = article.post.current
    revise_article(editor=dan, article=article, source="New.\n\n" + ARTICLE_TEXT)
    # The other saved between this one's look and this one's lock.
    monkeypatch.setattr(type(article.post), "current", seen)
    with pytest.raises(Conflict):
        revise_article(
            editor=dan,
            article=article,
            source=ARTICLE_TEXT,
            paratext=Paratext(title="Another"),
            expected=seen.pk,
        )
    article.refresh_from_db()
    assert article.title != "Another"


@pytest.mark.django_db(transaction=True)
def test_a_response_stands_though_catching_up_fails(article, alice, monkeypatch):
    def fail(_):
        raise RuntimeError("The database is busy.")

    monkeypatch.setattr(quoting, "catch_up", fail)
    assert make_comment(article, author=alice, source=f"“{SENTENCE}”.").pk
    assert Quotation.objects.exists()


def test_a_note_from_a_stale_page_has_a_place_in_every_revision(
    article, dan, bob, django_capture_on_commit_callbacks
):
    read = article.post.current
    for opening in ("One.", "Two.", "Three."):
        revise_article(editor=dan, article=article, source=f"{opening}\n\n{ARTICLE_TEXT}")
    start = read.text.index(SENTENCE)
    with django_capture_on_commit_callbacks(execute=True):
        note, _ = annotate(
            author=bob, revision=read, start=start, end=start + len(SENTENCE),
            quote=SENTENCE, tags=["question"],
        )  # fmt: skip
    places = Placement.objects.filter(annotation=note.pk).order_by("revision__number")
    assert [place.revision.number for place in places] == [1, 2, 3, 4]
    for place in places:
        assert place.revision.text[place.start : place.end] == SENTENCE


def test_the_places_between_are_not_sought_while_others_wait(article, dan, bob):
    read = article.post.current
    for opening in ("One.", "Two."):
        revise_article(editor=dan, article=article, source=f"{opening}\n\n{ARTICLE_TEXT}")
    start = read.text.index(SENTENCE)
    note, _ = annotate(
        author=bob, revision=read, start=start, end=start + len(SENTENCE),
        quote=SENTENCE, tags=["question"],
    )  # fmt: skip
    places = Placement.objects.filter(annotation=note.pk)
    assert sorted(places.values_list("revision__number", flat=True)) == [1, 3]
