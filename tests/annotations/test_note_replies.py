"""The thread under a note, on the reading page and on the pages around it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from annotations.exports.rows import annotation_rows
from annotations.models import Quotation
from forum.courses.models import Course
from forum.discussion.actions import revise_post, withdraw_post
from forum.discussion.models import Article, Post
from forum.notifications.models import Notification
from tests.factories import make_annotation, make_comment
from tests.memory import forget_now


@pytest.fixture
def note(article, alice):
    return make_annotation(article, author=alice)


@pytest.fixture
def reply(article, note, bob):
    return make_comment(article, author=bob, parent=note, source="The *committee*, I think.")


def as_(client, person):
    client.force_login(person)
    return client


def page_of(client, article, **query):
    answer = client.get(reverse("article", args=[article.slug]), query)
    assert answer.status_code == 200
    return answer.content.decode()


def entry_of(html, note):
    """The entry of a note in the margin, and what may follow it there."""
    return html.partition(f'<li id="note-{note.pk}"')[2].partition("</aside>")[0]


def thread_of(html, note):
    """The replies under one note."""
    thread, end, _ = (
        entry_of(html, note).partition('class="note-replies"')[2].partition("</ol>\n</div>")
    )
    return thread + end


def personal_of(client, article):
    return client.get(reverse("article-personal", args=[article.slug])).json()


def test_a_thread_stands_under_its_note(client, article, note, reply, alice):
    answer = make_comment(article, author=alice, parent=reply, source="Which <b>one</b>?")
    late = make_comment(article, author=alice, parent=note, source="And everyone else.")
    html = page_of(client, article)
    thread = thread_of(html, note)
    assert f'/respond/?parent={note.pk}"' in entry_of(html, note)
    assert "3 replies" in thread
    assert "<em>committee</em>" in thread
    assert "Bob Cratchit" in thread
    assert "&lt;b&gt;one" in thread
    places = [thread.index(f'id="reply-{post.pk}"') for post in (reply, answer, late)]
    assert places == sorted(places)
    # The answer stands in a list inside the reply that it answers; the late one does not.
    assert thread[places[0] : places[1]].count("<ol") == 1
    assert thread[places[1] : places[2]].count("</ol>") == 1
    assert thread.count("<ol") == thread.count("</ol>") == 2
    assert thread.count("<li") == thread.count("</li>") == 3
    assert f'/respond/?parent={reply.pk}"' in thread


def test_replies_are_not_among_the_responses(client, article, note, reply, alice):
    make_comment(article, author=alice, source="A response.")
    html = page_of(client, article)
    responses = html.partition('id="responses"')[2]
    assert "1 response<" in responses
    assert "committee</em>" not in responses
    assert f"comment-{reply.pk}" not in html


def test_a_note_without_replies_says_nothing_of_them(client, article, note):
    entry = entry_of(page_of(client, article), note)
    assert "note-replies" not in entry
    assert f'/respond/?parent={note.pk}"' in entry


def test_a_stub_keeps_the_place_of_its_answers(client, article, note, reply, bob, alice):
    make_comment(article, author=alice, parent=reply, source="Which one?")
    withdraw_post(author=bob, post=reply)
    thread = thread_of(page_of(client, article), note)
    assert "Withdrawn by its author." in thread
    assert "1 reply<" in thread
    assert "committee" not in thread
    assert "Bob" not in thread
    assert "Which one?" in thread


def test_a_closed_discussion_takes_no_replies(client, article, note, reply):
    Article.objects.filter(pk=article.pk).update(closed_at=timezone.now())
    entry = entry_of(page_of(client, article), note)
    assert "committee</em>" in entry
    assert "parent=" not in entry


def test_a_hidden_note_takes_its_thread_along(client, article, note, reply):
    Post.objects.filter(pk=note.pk).update(state="hidden")
    assert "committee</em>" not in page_of(client, article)


def test_course_notes_bring_their_thread_with_what_is_personal(client, article, note, sam, bob):
    Post.objects.filter(pk=note.pk).update(
        audience="course", course=Course.objects.get(slug="reading")
    )
    note.refresh_from_db()
    reply = make_comment(article, author=sam, parent=note, source="For the course alone.")
    assert "For the course alone." not in page_of(client, article)
    assert personal_of(as_(client, bob), article)["notes"].strip() == ""
    thread = thread_of(personal_of(as_(client, sam), article)["notes"], note)
    assert "For the course alone." in thread
    assert f'/articles/{article.slug}/respond/?parent={reply.pk}"' in thread


def test_a_private_note_offers_no_reply(client, article, alice):
    mine = make_annotation(article, author=alice, audience="private")
    notes = personal_of(as_(client, alice), article)["notes"]
    assert f"note-{mine.pk}" in notes
    assert "parent=" not in notes


def test_authors_of_replies_are_offered_what_they_can_do(client, article, note, reply, bob):
    own = {own["id"]: own["links"] for own in personal_of(as_(client, bob), article)["own"]}
    assert [link["label"] for link in own[reply.pk]] == ["Edit", "Withdraw"]


def test_the_page_costs_the_same_queries_however_many_replies(client, article, note, alice, bob):
    def queries():
        forget_now()
        with CaptureQueriesContext(connection) as captured:
            page_of(client, article)
        return len(captured)

    queries()
    before = queries()
    last = note
    for _ in range(5):
        last = make_comment(article, author=alice, parent=last)
        make_comment(article, author=bob, parent=note)
    assert queries() == before


# The pages around it


def test_a_permalink_leads_to_the_reply_under_its_note(client, article, note, reply, bob):
    where = f"/articles/{article.slug}/#reply-{reply.pk}"
    assert client.get(reply.get_absolute_url())["Location"] == where
    withdraw_post(author=bob, post=reply)
    assert client.get(reply.get_absolute_url())["Location"] == where
    Post.objects.filter(pk=note.pk).update(state="removed")
    assert client.get(reply.get_absolute_url()).status_code == 404


def test_the_form_shows_the_note_and_its_passage(client, article, note, reply, alice):
    form = reverse("respond", args=[article.slug])
    html = as_(client, alice).get(form, {"parent": note.pk}).content.decode()
    assert "Reply to Alice Liddell" in html
    assert "everyone knows" in html
    assert "Who is everyone?" in html
    html = client.get(form, {"parent": reply.pk}).content.decode()
    assert "Reply to Bob Cratchit" in html
    assert "everyone knows" in html
    assert "<em>committee</em>" in html
    bare = make_annotation(article, quote="two lanes", note="")
    assert "tags and no words" in client.get(form, {"parent": bare.pk}).content.decode()


def test_replying_without_script(client, article, note, bob):
    form = reverse("respond", args=[article.slug])
    sent = {"parent": note.pk, "source": "The committee.", "token": "one"}
    answer = as_(client, bob).post(form, sent)
    reply = Post.objects.get(note=note)
    assert answer["Location"] == f"/articles/{article.slug}/#reply-{reply.pk}"
    assert Notification.objects.get().recipient == note.author
    empty = client.post(form, {"parent": note.pk, "source": ""})
    assert empty.status_code == 400
    Post.objects.filter(pk=note.pk).update(state="withdrawn")
    late = client.post(form, {"parent": note.pk, "source": "Typed in vain?", "token": "two"})
    assert late.status_code == 400
    assert "Typed in vain?" in late.content.decode()


def test_its_own_pages_call_it_a_reply(client, article, note, reply, bob):
    revise_post(editor=bob, post=reply, source="The committee itself.")
    client = as_(client, bob)
    for name, words in (
        ("post-edit", "Edit your reply"),
        ("post-withdraw", "Withdraw your reply"),
        ("post-history", "History of a reply to a note"),
    ):
        html = client.get(reverse(name, args=[reply.pk])).content.decode()
        assert words in html
        assert "None" not in html
    compared = client.get(reverse("post-history", args=[reply.pk]), {"from": 1, "to": 2})
    assert "a reply to a note on" in compared.content.decode()
    then = client.get(reverse("post-revision", args=[reply.pk, 1]))
    assert then["Location"].endswith("history/?revision=1")
    assert client.get(then["Location"]).status_code == 200
    html = client.get(reverse("you")).content.decode()
    assert "Reply</a> to a note" in html
    assert "Mark its quotes" not in html
    assert client.get(reverse("post-quotes", args=[reply.pk])).status_code == 403
    withdraw_post(author=bob, post=reply)
    assert "Put back your reply" in (
        client.get(reverse("post-reinstate", args=[reply.pk])).content.decode()
    )


def test_an_old_revision_shows_the_thread_to_be_read(client, article, note, reply):
    html = client.get(reverse("post-revision", args=[article.pk, 1])).content.decode()
    entry = entry_of(html, note)
    assert "committee</em>" in entry
    assert "parent=" not in entry


# What leaves them aside


def test_replies_neither_quote_nor_are_quoted(article, note, alice):
    passage = "It has carried two lanes since 1962"
    reply = make_comment(article, parent=note, source=f"“{passage}”, and no longer than that.")
    assert not Quotation.objects.exists()
    make_comment(article, author=alice, source="He says “and no longer than that. It never did”.")
    make_comment(article, author=alice, source=f"“{passage}”, he says, {reply.current.text}")
    assert set(Quotation.objects.values_list("revision__post", flat=True)) == {article.pk}


def test_an_export_has_the_note_and_not_its_thread(article, note, reply, dan):
    assert [row.annotation_id for row in annotation_rows(article, reader=dan)] == [note.pk]
