"""Saving a note on a text that was revised after the page was opened."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.urls import reverse

from annotations.actions import annotate
from annotations.models import Annotation, Placement
from forum.discussion.publishing.actions import revise_article
from forum.lib.errors import Conflict
from tests.annotations.test_reading_in_browser import annotate as annotate_in
from tests.browser import expect
from tests.factories import ARTICLE_TEXT

QUOTE = "the “temporary” repairs of 1989 still hold"
REWORDED = ARTICLE_TEXT.replace("repairs of 1989", "repairs of 1990")
NOW = QUOTE.replace("1989", "1990")
GONE = ARTICLE_TEXT.replace("– and the “temporary” repairs of 1989 still hold", "")


def save(author, revision, quote=QUOTE, **fields):
    start = revision.text.index(quote)
    sent = {"start": start, "end": start + len(quote), "quote": quote, "tags": ["question"]}
    return annotate(author=author, revision=revision, **sent | fields)


class TestAction:
    def test_the_same_words_elsewhere_are_where_it_goes(self, article, dan, alice):
        read = article.post.current
        revise_article(editor=dan, article=article, source="Opening.\n\n" + ARTICLE_TEXT)
        note, _ = save(alice, read)
        place = Placement.objects.get(annotation_id=note.pk, revision__superseded_at=None)
        assert place.revision.text[place.start : place.end] == QUOTE

    def test_other_words_are_proposed_not_taken(self, article, dan, alice):
        read = article.post.current
        revise_article(editor=dan, article=article, source=REWORDED)
        with pytest.raises(Conflict) as raised:
            save(alice, read)
        current = article.post.current
        start = current.text.index(NOW)
        proposal = raised.value.details["proposal"]
        assert proposal == {
            "revision": current.pk, "start": start, "end": start + len(NOW), "quote": NOW,
        }  # fmt: skip
        assert not Annotation.objects.exists()
        # What was proposed is taken.
        save(alice, current, NOW)

    def test_words_that_are_gone_are_not_marked(self, article, dan, alice):
        read = article.post.current
        revise_article(editor=dan, article=article, source=GONE)
        with pytest.raises(Conflict) as raised:
            save(alice, read)
        assert raised.value.details == {"proposal": None}
        assert not Annotation.objects.exists()

    def test_a_note_that_was_saved_is_not_refused_when_it_is_sent_again(self, article, dan, alice):
        read = article.post.current
        note, _ = save(alice, read, token="once")
        revise_article(editor=dan, article=article, source=GONE)
        assert save(alice, read, token="once") == (note, False)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
class TestInBrowser:
    @pytest.fixture
    def typing(self, client, page, live_server, article, alice):
        """Alice has chosen a passage and typed a note when ``revised`` is published."""
        client.force_login(alice)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
        )
        page.goto(reverse("article", args=[article.slug]))
        expect(page.locator("[data-personal-masthead]")).to_contain_text("Log out")
        form = annotate_in(page, "#text", QUOTE)
        form.get_by_label("Good evidence").check()
        form.get_by_label("Note").fill("Well put.")
        form.get_by_label("Only me").check()
        return form

    def test_the_words_it_has_now_are_offered(self, page, typing, article, dan):
        revise_article(editor=dan, article=article, source=REWORDED)
        typing.get_by_role("button", name="Save note").click()
        message = typing.locator("[data-message]")
        expect(message).to_contain_text("Your passage now reads:")
        expect(message.locator("blockquote")).to_have_text(NOW)
        expect(typing.get_by_label("Note")).to_have_value("Well put.")
        typing.get_by_role("button", name="Save it there").click()
        expect(page.locator("#text")).to_contain_text("repairs of 1990")
        expect(page.locator("#text mark")).to_have_text(NOW)
        expect(page.locator(".note")).to_have_class(re.compile("is-active"))
        expect(page.locator(".kept")).to_contain_text("Your note is saved.")
        note = Annotation.objects.get()
        assert (note.quote, note.revision) == (NOW, article.post.current)

    def test_what_only_moved_is_saved_where_it_went(self, page, typing, article, dan):
        revise_article(editor=dan, article=article, source="An opening.\n\n" + ARTICLE_TEXT)
        typing.get_by_role("button", name="Save note").click()
        expect(page.locator("#text")).to_contain_text("An opening.")
        expect(page.locator("#text mark")).to_have_text(QUOTE)

    def test_what_is_gone_is_selected_again_and_nothing_typed_is_lost(
        self, page, typing, article, dan
    ):
        revise_article(editor=dan, article=article, source=GONE)
        typing.get_by_role("button", name="Save note").click()
        expect(typing.locator("[data-message]")).to_contain_text("no longer in it")
        expect(typing.get_by_label("Note")).to_have_value("Well put.")
        typing.get_by_role("button", name="Load the new text").click()
        expect(page.locator(".kept")).to_contain_text("What you typed is kept.")
        expect(page.locator("#text")).not_to_contain_text("repairs of 1989")
        expect(page.locator("[data-personal-masthead]")).to_contain_text("Log out")
        form = annotate_in(page, "#text", "two")
        expect(form.get_by_label("Note")).to_have_value("Well put.")
        expect(form.get_by_label("Good evidence")).to_be_checked()
        expect(form.get_by_label("Only me")).to_be_checked()
        form.get_by_role("button", name="Save note").click()
        expect(page.locator(".note .note-body")).to_have_text("Well put.")
        expect(page.locator(".kept")).to_have_count(0)
        assert Annotation.objects.get().post.audience == "private"

    def test_what_is_discarded_does_not_come_back(self, page, typing, article, dan):
        revise_article(editor=dan, article=article, source=GONE)
        typing.get_by_role("button", name="Save note").click()
        typing.get_by_role("button", name="Load the new text").click()
        page.locator(".kept").get_by_role("button", name="Discard it").click()
        form = annotate_in(page, "#text", "two")
        expect(form.get_by_label("Note")).to_have_value("")
