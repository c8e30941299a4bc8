"""A text as it stood in one revision, with its notes, and what differs between two."""

from __future__ import annotations

import time
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotations.placement.reattaching import take_off
from forum.discussion.actions import revise_post, withdraw_post
from forum.discussion.models import Post
from forum.discussion.publishing.actions import revise_article
from tests.factories import ARTICLE_TEXT, make_annotation, make_article, make_comment

LOST, CHANGED = "the ferry that ran until last spring", "repairs of 1989"
EDITED = ARTICLE_TEXT.replace("- the ferry that ran until last spring\n", "").replace(
    "repairs of 1989", "repairs of 1990"
)


def page_of(answer):
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def revision_address(post, number):
    return reverse("post-revision", args=[post.pk, number])


@pytest.fixture
def notes(article, alice, dan):
    """Two notes on the first of two revisions."""
    made = {quote: make_annotation(article, quote=quote, author=alice) for quote in (LOST, CHANGED)}
    revise_article(editor=dan, article=article, source=EDITED)
    return made


class TestRevisionPage:
    def test_the_notes_stand_where_they_stood(self, client, article, notes):
        page = page_of(client.get(revision_address(article, 1)))
        assert f'id="mark-{notes[LOST].pk}"' in page
        assert f">{LOST}</mark>" in page
        assert f">{CHANGED}</mark>" in page
        assert "no longer in the text" not in page
        page = page_of(client.get(revision_address(article, 2)))
        assert ">repairs of 1990</mark>" in page
        assert f'id="mark-{notes[LOST].pk}"' not in page
        # What has no place in it stands last.
        assert page.index(f'id="note-{notes[CHANGED].pk}"') < page.index(
            f'id="note-{notes[LOST].pk}"'
        )

    def test_it_says_which_it_is_and_leads_on(self, client, article, notes, dan):
        revise_article(editor=dan, article=article, source="More.\n\n" + EDITED)
        page = page_of(client.get(revision_address(article, 2)))
        assert "You are reading revision 2 of 3" in page
        assert "it was replaced on" in page
        history = reverse("post-history", args=[article.pk])
        for link in (
            revision_address(article, 1),
            revision_address(article, 3),
            article.get_absolute_url(),
            f"{history}?from=1&to=2",
            f"{history}?from=2&to=3",
        ):
            assert f'href="{link}"' in page
        assert "it is what readers see now" in page_of(client.get(revision_address(article, 3)))

    def test_search_engines_are_sent_to_the_article(self, client, article, notes):
        page = page_of(client.get(revision_address(article, 1)))
        assert '<meta name="robots" content="noindex">' in page
        canonical = f"http://testserver{article.get_absolute_url()}"
        assert f'<link rel="canonical" href="{canonical}">' in page

    def test_nothing_can_be_written_on_it(self, client, article, notes, alice):
        client.force_login(alice)
        page = page_of(client.get(revision_address(article, 1)))
        for way in ("annotate-form", "respond/", "/flag/", "data-annotate"):
            assert way not in page

    def test_a_note_made_later_is_not_on_it(self, client, article, notes, bob):
        later = make_annotation(article, quote="everyone knows", author=bob)
        assert f'id="note-{later.pk}"' not in page_of(client.get(revision_address(article, 1)))
        assert f'id="note-{later.pk}"' in page_of(client.get(revision_address(article, 2)))

    def test_only_what_the_reader_may_read_now(self, client, article, alice, bob, dan):
        private = make_annotation(article, quote=LOST, author=alice, audience="private")
        withdrawn = make_annotation(article, quote=CHANGED, author=bob)
        withdraw_post(author=bob, post=withdrawn)
        revise_article(editor=dan, article=article, source=EDITED)
        page = page_of(client.get(revision_address(article, 1)))
        assert "<mark" not in page
        client.force_login(alice)
        page = page_of(client.get(revision_address(article, 1)))
        assert f'id="note-{private.pk}"' in page
        assert f'id="note-{withdrawn.pk}"' not in page

    def test_of_a_response(self, client, article, alice, bob):
        comment = make_comment(article, author=alice)
        note = make_annotation(comment, quote="ferry", author=bob)
        revise_post(editor=alice, post=comment, source="The bus matters more.")
        page = page_of(client.get(revision_address(comment, 1)))
        assert ">ferry</mark>" in page
        assert f'id="note-{note.pk}"' in page
        assert "Response 1 to" in page

    def test_of_a_note_there_is_the_history(self, client, article, alice):
        note = make_annotation(article, author=alice)
        answer = client.get(revision_address(note, 1))
        assert answer.url == f"{reverse('post-history', args=[note.pk])}?revision=1"

    def test_ladder(self, client, article, notes, alice, bob, erin, dan):
        assert client.get(revision_address(article, 1)).status_code == 200
        assert client.post(revision_address(article, 1)).status_code == 405
        for number in (0, 9, 10**17):
            assert client.get(revision_address(article, number)).status_code == 404
        comment = make_comment(article, author=alice)
        Post.objects.filter(pk=comment.pk).update(state="removed")
        draft = make_article(author=dan, title="Not yet", draft=True)
        for person, removed, unpublished in ((bob, 404, 404), (alice, 200, 404), (erin, 404, 200)):
            client.force_login(person)
            assert client.get(revision_address(comment, 1)).status_code == removed
            assert client.get(revision_address(draft, 1)).status_code == unpublished

    def test_costs_the_same_queries_however_much_is_on_it(
        self, client, article, notes, bob, dan, django_assert_num_queries
    ):
        with CaptureQueriesContext(connection) as few:
            client.get(revision_address(article, 2))
        for _ in range(12):
            make_annotation(article, quote="everyone knows", author=bob)
        revise_article(editor=dan, article=article, source="More.\n\n" + EDITED)
        with django_assert_num_queries(len(few)):
            page = page_of(client.get(revision_address(article, 2)))
        assert page.count('class="note ') == 14


class TestOrphansInTheMargin:
    def test_an_orphan_leads_to_where_it_was_made(self, client, article, notes):
        page = page_of(client.get(article.get_absolute_url()))
        assert LOST in page
        address = f"{revision_address(article, 1)}#note-{notes[LOST].pk}"
        assert f'no longer in the text. <a href="{address}">Read it in revision 1</a>' in page

    def test_a_changed_one_leads_to_what_it_was(self, client, article, notes):
        page = page_of(client.get(article.get_absolute_url()))
        address = f"{revision_address(article, 1)}#note-{notes[CHANGED].pk}"
        assert f'The passage has changed since. <a href="{address}">As it was</a>' in page

    def test_also_one_that_a_hand_took_off(self, client, article, alice, erin):
        note = make_annotation(article, quote="everyone knows", author=alice)
        at = (note.annotation.start, note.annotation.end)
        take_off(
            editor=erin, post=note, revision=article.post.current.pk, before=at, reason="Wrong."
        )
        assert "Read it in revision 1" in page_of(client.get(article.get_absolute_url()))


class TestComparing:
    @pytest.fixture
    def history(self, client, article, dan):
        """The address of the history of an article with three revisions."""
        revise_article(editor=dan, article=article, source=EDITED)
        revise_article(editor=dan, article=article, source="More.\n\n" + EDITED)
        return reverse("post-history", args=[article.pk])

    def test_the_history_leads_to_each_and_to_what_changed(self, client, article, history):
        page = page_of(client.get(history))
        for number in (1, 2, 3):
            assert f'href="{revision_address(article, number)}"' in page
        for pair in ("?from=1&to=2", "?from=2&to=3"):
            assert f'href="{pair}"' in page

    def test_the_article_leads_to_its_history(self, client, article, history):
        page = page_of(client.get(article.get_absolute_url()))
        assert f'<a href="{history}">Revised ' in page

    def test_any_two(self, client, article, history):
        page = page_of(client.get(f"{history}?from=1&to=3"))
        assert "<ins>More.</ins>" in page
        assert "<del>1989</del><ins>1990</ins>" in page
        assert "From revision 1 to revision 3" in page
        backwards = page_of(client.get(f"{history}?from=3&to=1"))
        assert "<del>More.</del>" in backwards

    def test_paragraphs_stay_paragraphs_and_can_be_seen_whole(self, client, article, history):
        whole = page_of(client.get(f"{history}?from=1&to=2&whole"))
        assert "<p>It has carried two lanes since 1962" in whole
        assert "It is who pays when it is gone.</p>" in whole
        assert "diff-gap" not in whole

    def test_a_line_break_is_shown_where_it_came_in_and_where_it_went(self, client, article, dan):
        apart, joined = "One here.\n\nTwo there. Three.", "One here. Two there.\n\nThree."
        revise_article(editor=dan, article=article, source=apart)
        revise_article(editor=dan, article=article, source=joined)
        history = reverse("post-history", args=[article.pk])
        page = page_of(client.get(f"{history}?from=2&to=3"))
        assert "<p>One here.<del>¶</del> Two there.<ins>¶</ins></p>" in page
        assert "<p>Three.</p>" in page

    def test_the_same_twice(self, client, article, history):
        assert "No words changed" in page_of(client.get(f"{history}?from=2&to=2"))

    @pytest.mark.parametrize("query", ["from=1", "to=2", "from=1&to=9", "from=x&to=2", "from=&to="])
    def test_what_there_is_not(self, client, history, query):
        assert client.get(f"{history}?{query}").status_code == 404

    def test_markup_in_a_text_stays_text(self, client, article, alice):
        comment = make_comment(article, author=alice, source="A \\<b> here.")
        revise_post(editor=alice, post=comment, source="A \\<i> here.")
        address = reverse("post-history", args=[comment.pk])
        html = client.get(f"{address}?from=1&to=2").content.decode()
        assert "&lt;" in html
        assert "<i>" not in html

    def test_twenty_thousand_words_are_compared_at_once(self, client, dan, codebook):
        words = [f"word{n % 977}" for n in range(20_000)]
        lines = [" ".join(words[n : n + 100]) for n in range(0, len(words), 100)]
        article = make_article(author=dan, title="Long", source="\n\n".join(lines))
        other = [line[::-1] if n % 2 else line + " and more" for n, line in enumerate(lines)]
        revise_article(editor=dan, article=article, source="\n\n".join(reversed(other)))
        address = reverse("post-history", args=[article.pk])
        for query in ("", "?from=1&to=2", "?from=1&to=2&whole"):
            began = time.process_time()
            page_of(client.get(address + query))
            assert time.process_time() - began < 2, query
