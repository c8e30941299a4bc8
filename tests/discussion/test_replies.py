"""Replies to notes: their place in the table, who writes them, who reads them, who is told."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from forum.courses.models import Course, Membership, Role
from forum.discussion.actions import post_comment, reinstate_post, revise_post, withdraw_post
from forum.discussion.listing import tell
from forum.discussion.models import Article, Post, Revision
from forum.discussion.reading import comment_rows
from forum.lib.errors import Conflict, Forbidden, NotFound, Refused
from forum.moderation.actions import decide
from forum.notifications.models import Notification
from tests.factories import make_annotation, make_article, make_comment, make_flag

NOBODY = AnonymousUser()


@pytest.fixture
def response(article, bob):
    return make_comment(article, author=bob)


@pytest.fixture
def note(article, alice):
    return make_annotation(article, author=alice)


@pytest.fixture
def reply(article, note, bob):
    return make_comment(article, author=bob, parent=note, source="The committee, I think.")


def put(post, **fields):
    Post.objects.filter(pk=post.pk).update(**fields)


def sees(person, post):
    visible = Post.objects.visible_to(person).filter(pk=post.pk).exists()
    assert visible == Revision.objects.visible_to(person).filter(post=post).exists()
    assert visible == Post.objects.listed_for(person).filter(pk=post.pk).exists() or not visible
    return visible


def knows_of(person, post):
    return Post.objects.stubs_for(person).filter(pk=post.pk).exists()


# The table


def refused(write, *args, **kwargs):
    with pytest.raises(IntegrityError), transaction.atomic():
        write(*args, **kwargs)


def test_the_database_keeps_threads_apart(article, note, reply, response, erin):
    elsewhere = make_article(author=erin)
    other_note = make_annotation(article, quote="two lanes")
    note_there = make_annotation(elsewhere)
    for wrong in (
        {"number": 9},
        {"note": None},
        {"note": None, "number": 9},
        {"note": other_note},
        {"note": response, "parent": response},
        {"note": note_there, "parent": note_there},
        {"parent": response},
        {"parent": article.post},
        {"parent": other_note},
        {"audience": "private"},
        {"audience": "course", "course": Course.objects.get(slug="reading")},
        {"kind": "annotation"},
    ):
        refused(Post.objects.filter(pk=reply.pk).update, **wrong)
    for wrong in ({"number": None}, {"note": note}, {"parent": note}, {"parent": reply}):
        refused(Post.objects.filter(pk=response.pk).update, **wrong)
    # Nothing is ever marked on a reply, or on a note.
    for parent in (reply, note):
        refused(Post.objects.filter(pk=other_note.pk).update, parent=parent)
    refused(Post.objects.filter(pk=other_note.pk).update, note=note)


def test_the_database_keeps_what_others_hang_on(article, note, reply, response, erin, bob):
    elsewhere = make_article(author=erin)
    response_there = make_comment(elsewhere, author=bob)
    course = Course.objects.get(slug="reading")
    for wrong in (
        {"audience": "private"},
        {"audience": "course", "course": course},
        {"root": elsewhere.post, "parent": elsewhere.post},
        {"root": elsewhere.post},
        {"kind": "comment", "number": 77},
    ):
        refused(Post.objects.filter(pk=note.pk).update, **wrong)
    answer = make_comment(article, author=bob, parent=response)
    for worse in (
        {"root": elsewhere.post, "parent": elsewhere.post, "number": 77},
        {"note": note, "parent": note, "number": None},
        {"kind": "annotation", "number": None},
    ):
        refused(Post.objects.filter(pk=response.pk).update, **worse)
    # Nor does anything hang on what stands under another article.
    refused(Post.objects.filter(pk=answer.pk).update, parent=response_there)
    refused(Post.objects.filter(pk=note.pk).update, parent=response_there)
    made = {"kind": "comment", "author": bob, "author_name": "Bob", "root": article.post}
    refused(Post.objects.create, **made, parent=elsewhere.post, number=78)
    # What nobody hangs on may change, and so may what decides nothing.
    lonely = make_annotation(article, author=bob, quote="two lanes")
    assert Post.objects.filter(pk=lonely.pk).update(audience="private")
    assert Post.objects.filter(pk=note.pk).update(state="removed", kind="annotation")
    assert Post.objects.filter(pk=response.pk).update(audience="private")


def test_what_others_hang_on_does_not_leave_its_place(article, note, reply, response, erin, bob):
    answer = make_comment(article, author=bob, parent=response)
    elsewhere = make_article(author=erin)
    as_article = {"kind": "article", "parent": None, "root": None, "number": None}
    # Answered, with replies, or a response with something marked in it.
    marked = make_comment(article, author=bob)
    make_annotation(marked, quote="ferry")
    for held in (response, note, marked):
        refused(Post.objects.filter(pk=held.pk).update, **as_article)
    as_comment = {"kind": "comment", "number": 77}
    refused(
        Post.objects.filter(pk=article.pk).update,
        root=elsewhere.post, parent=elsewhere.post, **as_comment,
    )  # fmt: skip
    # Nothing hangs on itself, nor on what hangs on it, by however many steps.
    refused(Post.objects.filter(pk=answer.pk).update, parent=answer)
    refused(Post.objects.filter(pk=response.pk).update, parent=answer)
    further = make_comment(article, author=bob, parent=answer)
    refused(Post.objects.filter(pk=response.pk).update, parent=further)
    # What nobody hangs on may go.
    assert Post.objects.filter(pk=further.pk).update(parent=response)
    assert Post.objects.filter(pk=answer.pk).update(**as_article, depth=0)


def test_the_words_of_a_note_are_a_response_under_its_article(article, note, reply, erin, bob):
    source = make_comment(article, author=bob)
    there = make_comment(make_article(author=erin), author=bob)
    posts = Post.objects.filter(pk=make_annotation(article, quote="two lanes").pk)
    for wrong in (reply, there, article.post, note):
        refused(posts.update, note_from=wrong)
    assert posts.update(note_from=source)
    # And stay so.
    for worse in (
        {"kind": "article", "parent": None, "root": None, "number": None},
        {"parent": note, "note": note, "number": None},
        {"kind": "annotation", "number": None},
    ):
        refused(Post.objects.filter(pk=source.pk).update, **worse)
    made = {"kind": "annotation", "author": bob, "author_name": "Bob", "root": article.post}
    refused(Post.objects.create, **made, parent=article.post, note_from=reply)
    assert Post.objects.create(**made, parent=article.post, note_from=source).pk


def test_the_database_refuses_new_rows_too(article, note, reply, bob):
    made = {"kind": "comment", "author": bob, "author_name": "Bob", "root": article.post}
    refused(Post.objects.create, **made, parent=note, number=7)
    refused(Post.objects.create, **made, parent=reply, number=7)
    refused(Post.objects.create, **made, parent=article.post, note=note)
    refused(Post.objects.create, **made, parent=note, note=note, audience="private")
    assert Post.objects.create(**made, parent=reply, note=note).pk


def test_an_answered_note_cannot_be_deleted_but_its_article_can(article, note, reply):
    with pytest.raises(Exception, match="restricted"), transaction.atomic():
        note.delete()
    article.post.delete()
    assert not Post.objects.exists()


# Replying


def test_a_reply_stands_under_its_note(article, note, reply, alice):
    assert (reply.kind, reply.note, reply.parent, reply.root) == (
        *("comment", note, note, article.post),
    )
    assert (reply.number, reply.depth, reply.audience) == (None, 0, "public")
    answer = make_comment(article, author=alice, parent=reply)
    assert (answer.note, answer.parent, answer.depth, answer.number) == (note, reply, 1, None)


def test_replies_take_no_numbers(article, note, reply, alice):
    first = make_comment(article, author=alice)
    make_comment(article, author=alice, parent=reply)
    second = make_comment(article, author=alice, parent=first)
    assert (first.number, second.number) == (1, 2)


def test_every_reply_lets_readers_have_the_page_anew(article, note, alice):
    before = Article.objects.get(pk=article.pk).activity
    make_comment(article, author=alice, parent=note)
    assert Article.objects.get(pk=article.pk).activity == before + 1


def test_replies_are_not_counted_as_responses(article, note, reply, response):
    (told,) = tell([article], NOBODY)
    assert (told.responses, told.notes) == (1, 1)


def test_a_reply_sent_twice_is_one(article, note, alice):
    sent = {"author": alice, "article": article, "parent": note, "token": "form-1"}
    first, new = post_comment(**sent, source="Once.")
    again, newer = post_comment(**sent, source="Once.")
    assert (first, new, newer) == (again, True, False)
    with pytest.raises(Conflict, match=r"before \(reply\)"):
        post_comment(**sent, source="Other words.")


def test_a_thread_under_a_note_has_no_bottom(article, reply, alice):
    put(reply, depth=40)
    reply.refresh_from_db()
    assert make_comment(article, author=alice, parent=reply).depth == 40


def test_a_note_under_another_article_is_not_answered_here(article, erin, alice):
    elsewhere = make_annotation(make_article(author=erin))
    with pytest.raises(Refused) as why:
        make_comment(article, author=alice, parent=elsewhere)
    assert why.value.field == "parent"


def test_nobody_replies_to_a_private_note(article, alice, bob, carol):
    mine = make_annotation(article, author=alice, audience="private")
    for person, refusal in ((alice, Forbidden), (bob, NotFound), (carol, NotFound)):
        with pytest.raises(refusal):
            make_comment(article, author=person, parent=mine)


def test_nobody_replies_under_a_note_that_is_gone(article, note, reply, alice, bob, carol):
    put(note, state="removed")
    for on in (note, reply):
        on.refresh_from_db()
    for person, on, refusal in (
        (bob, note, NotFound),
        (bob, reply, NotFound),
        (alice, note, Conflict),
        (carol, note, Conflict),
        (carol, reply, Conflict),
    ):
        with pytest.raises(refusal):
            make_comment(article, author=person, parent=on)


def test_a_reply_is_edited_and_withdrawn_as_any_comment(article, note, reply, bob, alice):
    answer = make_comment(article, author=alice, parent=reply)
    revise_post(editor=bob, post=reply, source="The committee itself.")
    assert reply.current.text == "The committee itself."
    withdraw_post(author=bob, post=reply)
    assert sees(NOBODY, answer)
    assert knows_of(NOBODY, reply)
    reinstate_post(author=bob, post=reply)
    assert sees(NOBODY, reply)


def test_a_reply_cannot_be_marked(reply, codebook):
    with pytest.raises(Refused) as why:
        make_annotation(reply, quote="committee")
    assert why.value.field == "revision"


# Who reads it


@pytest.mark.parametrize("state", ["held", "hidden", "removed", "withdrawn", "erased"])
def test_a_thread_goes_and_comes_with_its_note(article, note, reply, bob, sam, alice, state):
    withdrawn = make_comment(article, author=bob, parent=reply)
    put(withdrawn, state="withdrawn")
    for person in (NOBODY, sam):
        assert sees(person, reply)
        assert knows_of(person, withdrawn)
    put(note, state=state)
    for person in (NOBODY, sam, bob):
        assert not sees(person, reply)
        assert not knows_of(person, withdrawn)
        assert not Post.objects.listed_for(person).filter(note=note).exists()
        assert not comment_rows(article, person)
    put(note, state="published")
    assert sees(NOBODY, reply)
    assert knows_of(NOBODY, withdrawn)


@pytest.mark.parametrize("state", ["hidden", "removed", "withdrawn", "erased"])
def test_a_thread_goes_and_comes_with_what_its_note_marks(article, response, alice, bob, state):
    note = make_annotation(response, quote="ferry", author=alice)
    reply = make_comment(article, author=bob, parent=note)
    assert sees(NOBODY, reply)
    put(response, state=state)
    assert not sees(NOBODY, reply)
    assert not sees(alice, reply)
    put(response, state="published")
    assert sees(NOBODY, reply)
    put(article.post, state=state)
    assert not sees(NOBODY, reply)


def test_a_thread_goes_with_the_response_whose_words_are_its_note(article, note, reply, alice):
    said = make_comment(article, author=alice, source="“everyone knows” is no argument.")
    put(note, note_from=said)
    assert sees(NOBODY, reply)
    put(said, state="removed")
    assert not sees(NOBODY, reply)


def test_moderators_read_what_they_have_to_decide_about(note, reply, carol, frances, erin):
    put(note, state="removed")
    put(reply, state="hidden")
    for person, expected in ((carol, True), (frances, True), (erin, False)):
        assert sees(person, reply) is expected


@pytest.mark.parametrize("state", ["held", "hidden", "removed", "withdrawn"])
def test_its_author_keeps_seeing_a_reply(note, reply, bob, alice, state):
    put(reply, state=state)
    assert sees(bob, reply)
    assert not sees(alice, reply)


def test_a_course_note_keeps_its_thread_in_the_course(article, note, sam, dan, bob, alice):
    reading = Course.objects.get(slug="reading")
    put(note, audience="course", course=reading)
    note.refresh_from_db()
    reply = make_comment(article, author=sam, parent=note)
    assert (reply.audience, reply.course) == ("course", reading)
    for person, expected in ((sam, True), (dan, True), (bob, False), (NOBODY, False)):
        assert sees(person, reply) is expected
    put(reply, state="removed")
    assert not knows_of(bob, reply)
    with pytest.raises(NotFound):
        make_comment(article, author=bob, parent=note)
    other = Course.objects.create(slug="other", title="Other")
    Membership.objects.create(user=bob, course=other, role=Role.STUDENT)
    assert not sees(bob, reply)


def test_what_leaves_replies_out_leaves_nothing_else_out(article, note, reply, response, alice):
    for person in (NOBODY, alice):
        everything = set(Post.objects.visible_to(person))
        assert set(Post.objects.visible_to(person, replies=False)) == everything - {reply}
        assert everything == {article.post, note, reply, response}
    put(response, state="withdrawn")
    put(reply, state="withdrawn")
    assert set(Post.objects.stubs_for(NOBODY, replies=False)) == {response}
    assert set(Post.objects.stubs_for(NOBODY)) == {response, reply}
    assert reply not in Post.objects.listed_for(NOBODY, replies=False)


# Deciding


def test_deciding_on_a_note_takes_its_thread_along(note, reply, carol, rules):
    case = make_flag(note).case

    def act(action, **why):
        case.refresh_from_db()
        decide(moderator=carol, case=case, action=action, version=case.version, **why)

    act("remove", rule=rules["no-advertising"], reason="An advertisement.")
    assert not sees(NOBODY, reply)
    from forum.moderation.actions import reopen

    reopen(moderator=carol, case=case, version=case.version, reason="It was none.")
    act("restore")
    assert sees(NOBODY, reply)


# Who is told


def told_of(post):
    found = Notification.objects.filter(post=post).order_by("recipient__username")
    return [(notice.recipient.username, notice.body) for notice in found]


def test_the_author_of_a_note_is_told(article, note, reply):
    assert told_of(reply) == [
        ("alice", "Bob Cratchit replied to your note on “Who pays for the bridge”.")
    ]
    assert Notification.objects.get(post=reply).path == reply.get_absolute_url()


def test_whoever_is_answered_is_told_and_the_notes_author_too(article, note, reply, sam):
    answer = make_comment(article, author=sam, parent=reply)
    assert told_of(answer) == [
        ("alice", "sam wrote under your note on “Who pays for the bridge”."),
        ("bob", "sam answered your reply to a note on “Who pays for the bridge”."),
    ]


def test_everybody_is_told_once_and_nobody_of_their_own(article, note, reply, alice):
    back = make_comment(article, author=alice, parent=reply)
    assert [name for name, _ in told_of(back)] == ["bob"]
    assert told_of(make_comment(article, author=alice, parent=note)) == []
    again = make_comment(article, author=alice, parent=back)
    assert told_of(again) == []


def test_whoever_has_left_the_course_is_not_told(article, note, sam, dan):
    put(note, audience="course", course=Course.objects.get(slug="reading"))
    note.refresh_from_db()
    Membership.objects.filter(user=note.author).delete()
    assert told_of(make_comment(article, author=sam, parent=note)) == []


# Races


def test_the_order_of_a_thread_is_the_order_it_was_written_in(article, note, reply, alice, bob):
    answers = [make_comment(article, author=alice, parent=note) for _ in range(3)]
    rows = comment_rows(article, NOBODY)
    assert [row.id for row in rows] == [reply.pk, *(post.pk for post in answers)]
    assert {row.note_id for row in rows} == {note.pk}
    assert {row.number for row in rows} == {0}
