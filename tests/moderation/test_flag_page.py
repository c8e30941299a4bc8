"""The page on which one flags."""

from __future__ import annotations

import pytest
from django.urls import reverse

from forum.discussion.models import Post
from forum.moderation.actions import decide
from forum.moderation.models import Flag
from tests import factories

HTMX = {"HX-Request": "true"}


@pytest.fixture
def address(comment) -> str:
    return reverse("post-flag", args=[comment.pk])


def test_the_form_offers_the_reasons_that_fit(as_, address, article, bob):
    page = as_(bob).get(address)
    assert page.status_code == 200
    assert "response 2 by Alice Liddell" in page.content.decode()
    assert b'value="spam"' in page.content
    assert b'value="mis-tagged"' not in page.content
    # On its own page the form is sent as any form is, so that the page that follows has a way back.
    assert b"hx-post" not in page.content
    note = factories.make_annotation(article)
    page = as_(bob).get(reverse("post-flag", args=[note.pk]))
    assert b'value="mis-tagged"' in page.content


def test_a_flag_is_taken_and_thanked_for(as_, address, bob, comment):
    page = as_(bob).post(address, {"reason": "spam", "note": "Ferry tickets."}, follow=True)
    assert page.redirect_chain == [(address, 302)]
    assert b"Thank you. A moderator will look." in page.content
    assert comment.get_absolute_url().encode() in page.content
    flag = Flag.objects.get()
    assert (flag.flagger, flag.reason, flag.note) == (bob, "spam", "Ferry tickets.")


def test_flagging_twice_is_once_and_no_error(as_, address, bob):
    as_(bob).post(address, {"reason": "spam"})
    page = as_(bob).post(address, {"reason": "abuse"}, follow=True)
    assert page.status_code == 200
    assert b"You had flagged this already" in page.content
    assert Flag.objects.get().reason == "spam"
    assert b"A moderator will look" in as_(bob).get(address).content


def test_whose_flag_hides_it_is_thanked_all_the_same(as_, article, comment, carol, sam):
    factories.make_flag(comment, flagger=carol, reason="abuse")
    page = as_(sam).post(f"/posts/{comment.pk}/flag/", {"reason": "abuse"}, follow=True)
    comment.refresh_from_db()
    assert comment.state == "hidden"
    assert page.status_code == 200
    text = page.content.decode()
    assert "A moderator will look." in text
    # Of what they can no longer read they are told no more.
    assert "Alice Liddell" not in text
    assert article.title not in text
    assert as_(factories.make_user()).get(f"/posts/{comment.pk}/flag/").status_code == 404


def test_whoever_flagged_can_see_that_it_was_decided(as_, case, bob, carol):
    decide(moderator=carol, case=case, action="keep", version=case.version)
    page = as_(bob).get(reverse("post-flag", args=[case.post_id]))
    assert b"A moderator has looked at these words, and they stay." in page.content


@pytest.mark.parametrize(
    ("sent", "complaint"),
    [
        ({"note": "Look at this."}, "Choose the reason that fits best."),
        ({"reason": "rude", "note": "Look at this."}, "Select a valid choice."),
        ({"reason": "mis-tagged", "note": "Look at this."}, "Select a valid choice."),
        ({"reason": "spam", "note": "Look at this." + "a" * 4_000}, "the limit is 4,000"),
        ({"reason": "spam", "note": "Look at this.\x00"}, "Null characters are not allowed."),
    ],
)
def test_what_cannot_be_taken_comes_back_filled(as_, address, bob, sent, complaint):
    page = as_(bob).post(address, sent)
    assert page.status_code == 400
    assert complaint in page.content.decode()
    assert b"Look at this." in page.content
    assert not Flag.objects.exists()


def test_htmx_gets_the_form_alone_and_the_thanks_in_its_place(as_, address, bob):
    form = as_(bob).get(address, headers=HTMX)
    assert (form.status_code, b"<html" in form.content) == (200, False)
    assert f'hx-post="{address}"' in form.content.decode()
    assert b"csrfmiddlewaretoken" in form.content
    wrong = as_(bob).post(address, {}, headers=HTMX)
    assert (wrong.status_code, b"<html" in wrong.content) == (400, False)
    thanks = as_(bob).post(address, {"reason": "spam"}, headers=HTMX)
    assert (thanks.status_code, b"<html" in thanks.content) == (200, False)
    assert b"Thank you. A moderator will look." in thanks.content
    again = as_(bob).post(address, {"reason": "spam"}, headers=HTMX)
    assert b"You had flagged this already" in again.content


class TestLadder:
    def test_nobody_in_particular_logs_in_first(self, client, address):
        for answer in (client.get(address), client.post(address, {"reason": "spam"})):
            assert answer.status_code == 302
            assert answer["Location"].startswith(reverse("account_login"))
        assert not Flag.objects.exists()

    def test_the_author_cannot(self, as_, address, alice):
        assert as_(alice).get(address).status_code == 403
        assert as_(alice).post(address, {"reason": "spam"}).status_code == 403

    def test_a_post_that_is_not_there(self, as_, bob, comment):
        missing = reverse("post-flag", args=[comment.pk + 999])
        assert as_(bob).get(missing).status_code == 404
        Post.objects.filter(pk=comment.pk).update(state="removed")
        assert as_(bob).get(reverse("post-flag", args=[comment.pk])).status_code == 404

    def test_a_private_note_is_not_there(self, as_, article, alice, bob, carol):
        note = factories.make_annotation(article, author=alice, audience="private")
        for person in (bob, carol):
            answer = as_(person).post(reverse("post-flag", args=[note.pk]), {"reason": "spam"})
            assert answer.status_code == 404

    def test_what_is_no_longer_published(self, as_, address, comment, carol):
        Post.objects.filter(pk=comment.pk).update(state="removed")
        assert as_(carol).get(address).status_code == 409

    def test_another_method(self, as_, address, bob):
        assert as_(bob).delete(address).status_code == 405


def test_what_somebody_wrote_is_escaped(as_, article, bob):
    author = factories.make_user(display_name="<script>alert(1)</script>")
    comment = factories.make_comment(article, author=author, source="`<b>` & <i>so</i> on")
    page = as_(bob).get(reverse("post-flag", args=[comment.pk]))
    assert b"<script>alert" not in page.content
    assert b"<b> &amp;" not in page.content
