"""Authors are told when an edit changes their passage or takes it away."""

from __future__ import annotations

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from annotations.models import Placement
from forum.courses.models import Course
from forum.discussion.actions import revise_post, withdraw_post
from forum.discussion.models import Post
from forum.discussion.publishing.actions import revise_article
from forum.lib.errors import Conflict
from forum.notifications.models import Notification
from forum.notifications.outbox import deliver_outbox
from tests.annotations.crowds import make_notes, make_people
from tests.factories import ARTICLE_TEXT, make_annotation, make_article, make_comment, put

LOST, CHANGED = (
    "the ferry that ran until last spring",
    "the “temporary” repairs of 1989 still hold",
)
EDITED = ARTICLE_TEXT.replace("- the ferry that ran until last spring\n", "").replace(
    "repairs of 1989", "repairs of 1990"
)


def told(person) -> Notification:
    return Notification.objects.get(recipient=person)


def test_a_lost_passage(article, alice, dan):
    note = make_annotation(article, quote=LOST, author=alice)
    revision = revise_article(editor=dan, article=article, source=EDITED)
    notice = told(alice)
    assert notice.kind == "passage"
    assert notice.key == f"passage:{revision.pk}"
    assert notice.subject == f"A passage you marked in “{article.title}” is no longer there"
    assert f"“{LOST}” is no longer in the text." in notice.body
    assert notice.path == note.get_absolute_url()


def test_a_changed_passage(article, alice, dan):
    make_annotation(article, quote=CHANGED, author=alice)
    revise_article(editor=dan, article=article, source=EDITED)
    notice = told(alice)
    assert notice.subject.endswith("has changed")
    assert f"“{CHANGED}” now reads: “{CHANGED.replace('1989', '1990')}”" in notice.body


def test_words_that_are_put_back(article, alice, dan):
    make_annotation(article, quote=CHANGED, author=alice)
    revise_article(editor=dan, article=article, source=EDITED)
    Notification.objects.all().delete()
    revise_article(editor=dan, article=article, source=ARTICLE_TEXT)
    assert "stands there again, word for word" in told(alice).body


@pytest.mark.django_db(transaction=True)
def test_one_notice_and_one_e_mail_however_many_notes(article, alice, bob, dan):
    for quote in (LOST, CHANGED, LOST):
        make_annotation(article, quote=quote, author=alice)
    make_annotation(article, quote=LOST, author=bob)
    revise_article(editor=dan, article=article, source=EDITED)
    notice = told(alice)
    assert notice.subject.endswith("1 changed and 2 went")
    assert notice.body.count("\n\n") == 3
    assert notice.path == article.post.get_absolute_url()
    assert told(bob).key == notice.key
    assert sorted(message.to[0] for message in mail.outbox) == [alice.email, bob.email]


def test_not_for_a_line_break(article, alice, dan):
    make_annotation(article, quote="still hold. Traffic will find another way", author=alice)
    parted = ARTICLE_TEXT.replace("still hold. Traffic", "still hold.\n\nTraffic")
    revise_article(editor=dan, article=article, source=parted)
    assert Placement.objects.get(revision__superseded_at=None).start is not None
    assert not Notification.objects.exists()


def test_not_for_what_stays_or_moves(article, alice, dan):
    make_annotation(article, quote="everyone knows", author=alice)
    make_annotation(article, quote="the school on the far bank", author=alice)
    moved = ARTICLE_TEXT.replace("- the school on the far bank 🚸\n", "") + (
        "\n- the school on the far bank 🚸\n"
    )
    revise_article(editor=dan, article=article, source=moved)
    states = set(
        Placement.objects.filter(revision__superseded_at=None).values_list("state", flat=True)
    )
    assert states == {"exact", "moved"}
    assert not Notification.objects.exists()


def test_not_whoever_made_the_edit(article, dan):
    make_annotation(article, quote=LOST, author=dan)
    revise_article(editor=dan, article=article, source=EDITED)
    assert not Notification.objects.exists()


def test_not_twice_for_what_was_lost_before(article, alice, dan):
    make_annotation(article, quote=LOST, author=alice)
    revise_article(editor=dan, article=article, source=EDITED)
    revise_article(editor=dan, article=article, source="More.\n\n" + EDITED)
    assert Notification.objects.count() == 1


@pytest.mark.parametrize("state", ["removed", "withdrawn", "erased"])
def test_not_for_a_note_that_is_gone(article, alice, dan, state):
    note = make_annotation(article, quote=LOST, author=alice)
    Post.objects.filter(pk=note.pk).update(state=state)
    revise_article(editor=dan, article=article, source=EDITED)
    assert not Notification.objects.exists()


def test_the_author_of_a_private_note_alone(article, alice, bob, dan):
    make_annotation(article, quote=LOST, author=alice, audience="private")
    make_annotation(article, quote="everyone knows", author=bob)
    revise_article(editor=dan, article=article, source=EDITED)
    assert told(alice).kind == "passage"
    assert not Notification.objects.filter(recipient=bob).exists()


def test_on_a_response_whose_author_edits_it(article, alice, bob):
    comment = make_comment(article, author=alice)
    make_annotation(comment, quote="ferry", author=bob)
    make_annotation(comment, quote="ferry", author=alice)
    revise_post(editor=alice, post=comment, source="The bus matters more.")
    assert "response 1 to" in told(bob).subject
    assert not Notification.objects.filter(recipient=alice).exists()


def test_not_who_may_not_read_it_any_more(alice, sam, dan, codebook):
    article = make_article(author=dan, title="For the course")
    for person in (alice, sam):
        make_annotation(article, quote=LOST, author=person)
    course = Course.objects.get(slug="reading")
    Post.objects.filter(pk=article.pk).update(audience="course", course=course)
    article.post.refresh_from_db()
    revise_article(editor=dan, article=article, source=EDITED)
    assert [n.recipient for n in Notification.objects.all()] == [sam]


def test_with_the_edit_or_not_at_all(article, alice, bob, carol, monkeypatch):
    comment = make_comment(article, author=alice)
    make_annotation(comment, quote="ferry", author=bob)
    post = Post.objects.get(pk=comment.pk)
    require = "forum.discussion.actions.require"
    monkeypatch.setattr(require, lambda *_: withdraw_post_behind(comment, monkeypatch))
    with pytest.raises(Conflict):
        revise_post(editor=alice, post=post, source="The bus matters more.")
    assert comment.current.number == 1
    assert not Notification.objects.exists()


def withdraw_post_behind(comment, monkeypatch):
    """Withdraw the post between the look at it and the edit."""
    monkeypatch.undo()
    withdraw_post(author=comment.author, post=comment)


def test_two_thousand_notes_by_three_hundred_people(article, dan, codebook):
    quotes = [LOST, CHANGED, "everyone knows"]
    people = make_people(300)
    make_notes(article, [quotes[n % 3] for n in range(1_900)], people)
    make_notes(article, [LOST] * 100, people, audience="private")
    with CaptureQueriesContext(connection) as captured:
        revise_article(editor=dan, article=article, source=EDITED)
    # Rows go in by hundreds; nobody is asked about one by one.
    assert len(captured) < 60
    touched = Post.objects.filter(
        kind="annotation",
        annotation__placements__revision__superseded_at=None,
        annotation__placements__state__in=("changed", "orphaned"),
    )
    concerned = set(touched.values_list("author", flat=True))
    assert 200 < len(concerned) < 300
    assert set(Notification.objects.values_list("recipient", flat=True)) == concerned
    assert Notification.objects.count() == len(concerned)


@pytest.mark.parametrize("state", ["hidden", "removed", "withdrawn", "erased"])
@pytest.mark.parametrize("quotes", [["ferry"], ["ferry", "bridge"]])
def test_no_mail_quotes_what_may_not_be_read_any_more(
    article, alice, bob, mailoutbox, state, quotes
):
    comment = make_comment(article, author=alice)
    for quote in quotes:
        make_annotation(comment, quote=quote, author=bob)
    revise_post(editor=alice, post=comment, source="The bus matters more.")
    assert "ferry" in told(bob).body
    put(Post.objects.filter(pk=comment.pk), state)
    assert deliver_outbox.call() == 0
    assert not mailoutbox


@pytest.mark.parametrize("quotes", [["ferry"], ["ferry", "bridge"]])
def test_the_site_quotes_it_no_longer_either(client, article, alice, bob, quotes):
    comment = make_comment(article, author=alice)
    for quote in quotes:
        make_annotation(comment, quote=quote, author=bob)
    revise_post(editor=alice, post=comment, source="The bus matters more.")
    client.force_login(bob)
    subject, inbox = escape(told(bob).subject), reverse("notifications")
    assert "“ferry”" in client.get(inbox).content.decode()
    put(Post.objects.filter(pk=comment.pk), "removed")
    page = client.get(inbox).content.decode()
    assert "“ferry”" not in page
    assert subject in page
