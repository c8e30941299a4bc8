"""What an editor is told of an edit: before it is published, and after."""

from __future__ import annotations

import time
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotations.models import Annotation, Placement
from annotations.placement.reattaching import place_by_hand
from annotations.placement.report import Did, report_of, report_on
from forum.discussion.actions import revise_post, withdraw_post
from forum.discussion.models import Article, Post
from forum.discussion.publishing.actions import paratext_digest, publish_draft, revise_article
from forum.lib.html import Format, render
from tests.annotations.crowds import make_notes
from tests.factories import ARTICLE_TEXT, make_annotation, make_article, make_comment, make_user
from tests.snapshot import bring_demo

#: One passage stays, one moves to the end, one is reworded, one goes.
KEPT, MOVED, CHANGED, LOST = (
    "everyone knows",
    "who pays when it is gone",
    "the “temporary” repairs of 1989 still hold",
    "the ferry that ran until last spring",
)
EDITED = (
    ARTICLE_TEXT.replace("repairs of 1989 still hold", "repairs of 1990 hold to this day")
    .replace("- the ferry that ran until last spring\n", "")
    .replace(
        "So the question is not whether the bridge is old. It is who pays when it is gone.\n", ""
    )
    .replace(
        "## What the report leaves out",
        "So the question is not whether the bridge is old. It is who pays when it is gone.\n\n"
        "## What the report leaves out",
    )
)


def text_of(source: str) -> str:
    return render(source, format=Format.MARKDOWN).text


@pytest.fixture
def notes(article, alice):
    return {
        quote: make_annotation(article, quote=quote, author=alice, note=f"On {quote[:9]}")
        for quote in (KEPT, MOVED, CHANGED, LOST)
    }


@pytest.fixture
def edit(client, article, erin):
    """Send the form of ``article`` as Erin."""
    client.force_login(erin)
    address = reverse("article-edit", args=[article.slug])

    def send(source=EDITED, act="publish", agreed="", follow=False, **fields):
        sent = {
            "title": article.title,
            "format": "markdown",
            "expected": article.post.current.pk,
            "expected_paratext": paratext_digest(Article.objects.get(pk=article.pk)),
            "source": source,
            "act": act,
            "agreed": agreed,
        }
        return client.post(address, sent | fields, follow=follow)

    return send


def page_of(answer):
    return unescape(answer.content.decode())


def words(passages, side="old"):
    return [getattr(passage, side).words for passage in passages]


class TestReport:
    def test_each_fate_is_told(self, article, notes, erin):
        report = report_on(article.post.current, text_of(EDITED), erin)
        assert report.notes.counts == {
            Did.KEPT: 1, Did.MOVED: 1, Did.CHANGED: 1, Did.LOST: 1,
        }  # fmt: skip
        assert words(report.moved) == [MOVED]
        assert report.moved[0].whereabouts.startswith("in the paragraph after “")
        assert words(report.changed) == [CHANGED]
        assert words(report.changed, "new") == ["the “temporary” repairs of 1990 hold"]
        assert words(report.lost) == [LOST]
        assert report.lost[0].new is None
        assert report.lost[0].post
        assert report.lost[0].post.author_name == "Alice Liddell"
        assert [tag.slug for tag in report.lost[0].tags] == ["bias-claim"]
        assert report.touches
        assert not report.is_quiet
        assert not Placement.objects.exclude(revision=article.post.current).exists()

    def test_the_sides_tell_the_words_apart(self, article, notes, erin):
        (passage,) = report_on(article.post.current, text_of(EDITED), erin).changed
        old, new = passage.sides
        assert passage.old
        assert passage.new
        assert "".join(part.text for part in old) == passage.old.words
        assert "".join(part.text for part in new) == passage.new.words
        assert ("removed", "1989 still") in [(p.kind, p.text) for p in old]
        assert passage.old.lead.endswith("since 1962 – and ")

    def test_after_says_what_before_said(self, article, notes, erin):
        before = report_on(article.post.current, text_of(EDITED), erin)
        revision = revise_article(editor=erin, article=article, source=EDITED)
        after = report_of(revision, erin)
        assert after.notes.counts == before.notes.counts
        for part in ("changed", "moved", "lost"):
            assert words(getattr(after, part)) == words(getattr(before, part))

    def test_an_edit_that_touches_nothing_is_quiet(self, article, notes, erin):
        report = report_on(article.post.current, text_of("Opening.\n\n" + ARTICLE_TEXT), erin)
        assert report.is_quiet
        assert not report.touches
        assert report.summary == "All 4 notes kept their places."

    def test_what_an_edit_brings_back_is_told(self, article, notes, erin):
        revise_article(editor=erin, article=article, source=EDITED)
        report = report_on(article.post.current, text_of(ARTICLE_TEXT), erin)
        assert words(report.found, "new") == [LOST]
        assert report.notes.lost == report.notes.gone == 0
        again = report_on(article.post.current, text_of("More.\n\n" + EDITED), erin)
        assert again.notes.gone == 1
        assert again.notes.total == 3

    def test_a_private_note_shows_no_more_than_its_passage(self, article, erin, bob, alice):
        make_annotation(
            article, quote=LOST, author=bob, audience="private",
            tags=("factual-error",), note="My secret.",
        )  # fmt: skip
        current = article.post.current
        (passage,) = report_on(current, text_of(EDITED), erin).lost
        assert passage.post is None
        assert passage.tags == ()
        assert passage.old
        assert passage.old.words == LOST
        # Its own author is shown it.
        post = report_on(current, text_of(EDITED), bob).lost[0].post
        assert post
        assert post.author == bob

    def test_what_the_reader_may_not_read_is_counted(self, article, erin, notes):
        Post.objects.filter(pk=notes[LOST].pk).update(state="held")
        report = report_on(article.post.current, text_of(EDITED), erin)
        assert report.notes.lost == 1
        assert report.lost == []
        assert report.unseen == 1

    def test_what_was_taken_back_is_not_counted(self, article, erin, notes, alice):
        withdraw_post(author=alice, post=notes[LOST])
        Post.objects.filter(pk=notes[CHANGED].pk).update(state="removed")
        report = report_on(article.post.current, text_of(EDITED), erin)
        assert report.notes.total == 2
        assert not report.touches

    def test_what_a_hand_mended_since_was_lost_all_the_same(self, article, erin, notes):
        revision = revise_article(editor=erin, article=article, source=EDITED)
        start = revision.text.index("the school")
        for at, words, before in (
            (start, "the school", None),
            (start + 4, "school", (start, start + 10)),
        ):
            place_by_hand(
                editor=erin,
                post=notes[LOST],
                start=at,
                end=at + len(words),
                words=words,
                revision=revision.pk,
                before=before,
            )
        (passage,) = report_of(revision, erin).lost
        assert passage.post == notes[LOST]
        assert passage.move.mended == (start + 4, start + 10)

    def test_quotes_in_responses_are_counted_apart(self, article, erin, alice, notes):
        comment = make_comment(article, author=alice, source=f"> {LOST}\n\nThat ferry!")
        report = report_on(article.post.current, text_of(EDITED), erin)
        assert (report.notes.lost, report.quotes.lost) == (1, 1)
        (quoted,) = [passage for passage in report.lost if passage.is_quote]
        assert quoted.post == comment
        assert quoted.old
        assert quoted.old.words == LOST
        revision = revise_article(editor=erin, article=article, source=EDITED)
        assert report_of(revision, erin).quotes.counts == report.quotes.counts

    def test_of_a_response_too(self, article, erin, alice, bob):
        comment = make_comment(article, author=alice)
        make_annotation(comment, quote="ferry", author=bob)
        revision = revise_post(editor=alice, post=comment, source="The bus matters more.")
        assert words(report_of(revision, erin).lost) == ["ferry"]

    def test_costs_the_same_queries_however_many_notes(
        self, article, erin, notes, django_assert_num_queries
    ):
        current, text = article.post.current, text_of(EDITED)
        with CaptureQueriesContext(connection) as few:
            report_on(current, text, erin)
        for number in range(15):
            make_annotation(article, quote=LOST, author=erin if number % 2 else None)
        with django_assert_num_queries(len(few)):
            assert report_on(current, text, erin).notes.lost == 16
        revision = revise_article(editor=erin, article=article, source=EDITED)
        with CaptureQueriesContext(connection) as stored:
            report_of(revision, erin)
        assert len(stored) <= 9


class TestBeforePublishing:
    def test_the_preview_shows_it(self, article, notes, edit):
        answer = edit(act="preview")
        page = page_of(answer)
        assert answer.status_code == 200
        assert 'id="report"' in page
        assert "<del>1989 still</del>" in page
        assert "Publish with these changes" in page
        assert article.post.current.number == 1

    def test_publishing_asks_first(self, article, notes, edit):
        answer = edit()
        page = page_of(answer)
        assert answer.status_code == 200
        assert "Nothing is published yet." in page
        assert page.index('id="report"') < page.index('id="article-form"')
        assert article.post.current.number == 1
        agreed = answer.context["form"]["agreed"].value()
        done = edit(agreed=agreed)
        assert done.url == reverse("revision-report", args=[article.pk, 2])
        assert article.post.current.number == 2

    def test_the_preview_counts_as_having_been_told(self, article, notes, edit):
        agreed = edit(act="preview").context["form"]["agreed"].value()
        assert edit(agreed=agreed).status_code == 302

    def test_another_text_is_reported_anew(self, article, notes, edit):
        agreed = edit().context["form"]["agreed"].value()
        answer = edit(source=EDITED.replace("everyone knows", "nobody says"), agreed=agreed)
        assert answer.status_code == 200
        assert "Nothing is published yet." in page_of(answer)
        assert article.post.current.number == 1
        assert answer.context["form"]["agreed"].value() != agreed

    def test_another_format_is_reported_anew(self, article, notes, edit):
        agreed = edit().context["form"]["agreed"].value()
        assert edit(agreed=agreed, format="html").status_code == 200
        assert article.post.current.number == 1

    def test_another_present_text_comes_first(self, article, notes, edit, dan):
        start = article.post.current.pk
        agreed = edit().context["form"]["agreed"].value()
        revise_article(editor=dan, article=article, source="Dan. " + ARTICLE_TEXT)
        answer = edit(agreed=agreed, expected=start)
        assert answer.status_code == 409
        # Having seen what Dan wrote, the editor is told what the edit does to his text.
        again = edit(agreed=answer.context["form"]["agreed"].value())
        assert again.status_code == 200
        assert "Nothing is published yet." in page_of(again)
        assert article.post.current.number == 2

    def test_an_edit_that_touches_nothing_is_published_at_once(self, article, notes, edit):
        answer = edit(source="Opening.\n\n" + ARTICLE_TEXT)
        assert answer.url == article.get_absolute_url()
        said = edit(source="Before.\n\n" + ARTICLE_TEXT, follow=True)
        told = [str(message) for message in said.wsgi_request._messages]
        assert "Revision 3 is published. All 4 notes kept their places." in told

    def test_what_stands_around_the_text_is_published_at_once(self, article, notes, edit):
        answer = edit(source=ARTICLE_TEXT, title="Another title")
        assert answer.url == article.get_absolute_url()
        article.refresh_from_db()
        assert (article.title, article.post.current.number) == ("Another title", 1)

    def test_a_draft_asks_nothing(self, client, dan, codebook):
        draft = make_article(author=dan, title="Not yet", draft=True)
        client.force_login(dan)
        sent = {
            "title": "Not yet", "format": "markdown", "source": "Other words.", "act": "publish",
            "expected": draft.post.current.pk, "expected_paratext": paratext_digest(draft),
        }  # fmt: skip
        assert client.post(reverse("article-edit", args=[draft.slug]), sent).status_code == 302
        with pytest.raises(Exception, match="already"):
            publish_draft(editor=dan, article=Article.objects.get(pk=draft.pk))

    def test_a_private_note_is_not_given_away(self, article, bob, edit):
        note = make_annotation(
            article, quote=LOST, author=bob, audience="private",
            tags=("factual-error",), note="My secret.",
        )  # fmt: skip
        page = page_of(edit())
        assert "A private note" in page
        assert LOST in page
        for secret in ("My secret", "Bob Cratchit", "Factual error", f"/posts/{note.pk}/"):
            assert secret not in page


class TestAfterPublishing:
    def test_the_page_leads_on(self, client, article, notes, edit, erin):
        agreed = edit().context["form"]["agreed"].value()
        page = page_of(edit(agreed=agreed, follow=True))
        assert "Revision 2 is published." in page
        assert "<del>1989 still</del>" in page
        assert LOST in page
        assert reverse("annotation-place", args=[notes[LOST].pk]) in page

    def test_the_first_revision_has_nothing_to_tell(self, client, article, notes, erin):
        client.force_login(erin)
        page = page_of(client.get(reverse("revision-report", args=[article.pk, 1])))
        assert "This is the first revision" in page

    def test_ladder(self, client, article, notes, erin, alice, carol):
        revise_article(editor=erin, article=article, source=EDITED)
        address = reverse("revision-report", args=[article.pk, 2])
        assert client.get(address).url.startswith("/accounts/login/")
        for person, status in ((alice, 403), (carol, 403), (erin, 200)):
            client.force_login(person)
            assert client.get(address).status_code == status
        assert client.post(address).status_code == 405
        assert client.get(reverse("revision-report", args=[article.pk, 9])).status_code == 404
        note = reverse("revision-report", args=[notes[LOST].pk, 1])
        assert client.get(note).status_code == 404

    def test_five_hundred_changed_passages_stay_usable(self, client, dan, erin, codebook):
        lines = [
            f"Paragraph {n} says that the bridge number {n} is older than it looks, and more."
            for n in range(500)
        ]
        article = make_article(author=dan, title="Long", source="\n\n".join(lines))
        quotes = [f"the bridge number {n} is older than it looks" for n in range(500)]
        make_notes(article, quotes, [make_user(), make_user()])
        source = "\n\n".join(lines).replace("older than", "younger than")
        began = time.process_time()
        revision = revise_article(editor=erin, article=article, source=source)
        client.force_login(erin)
        answer = client.get(reverse("revision-report", args=[article.pk, revision.number]))
        took = time.process_time() - began
        page = page_of(answer)
        assert answer.context["report"].notes.changed == 500
        assert page.count("<del>") == 40
        assert "460 more" in page
        assert len(answer.content) < 400_000
        # Ten times what it takes: this catches a cost that multiplies.
        assert took < 10


def test_no_note_of_the_demo_is_left_unaccounted_for(db, django_user_model):
    bring_demo()
    article = max(Article.objects.all(), key=lambda a: a.post.current.annotations.count())
    editor = django_user_model.objects.get(username="staff")
    old = article.post.current
    paragraphs = old.source.split("\n\n")
    heavily = [
        "An opening that was not there.",
        *reversed(paragraphs[: len(paragraphs) // 3]),
        *[p.replace("the ", "that ", 2) for p in paragraphs[len(paragraphs) // 3 :: 2]],
    ]
    revision = revise_article(
        editor=editor, article=article, source="\n\n".join(heavily), format=Format(old.format)
    )
    annotations = Annotation.objects.filter(post__parent=article.pk)
    placements = {p.annotation_id: p for p in Placement.objects.filter(revision=revision)}
    assert set(placements) == {annotation.pk for annotation in annotations}
    fates = set()
    for annotation in annotations:
        place = placements[annotation.pk]
        fates.add(place.state)
        if place.state == "orphaned":
            assert (place.start, place.end) == (None, None)
            continue
        words = revision.text[place.start : place.end]
        assert words
        assert (words == annotation.quote) is (place.state in ("exact", "moved"))
    assert {"changed", "orphaned"} <= fates
