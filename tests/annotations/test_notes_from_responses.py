"""What becomes of a note when the response whose words it takes is taken back, or removed."""

from __future__ import annotations

import pytest
from django.urls import reverse

from annotations.exports.rows import annotation_rows
from annotations.models import Annotation, QuotationPlacement
from annotations.placement.orphans import orphans_of
from annotations.placement.report import report_of, report_on
from annotations.quotations.quoting import mark_quoted
from forum.courses.models import Course
from forum.discussion.actions import withdraw_post
from forum.discussion.models import Post
from forum.discussion.publishing.actions import revise_article
from forum.lib.errors import Refused
from forum.notifications.models import Notification
from tests.factories import ARTICLE_TEXT, make_comment

SENTENCE = "the bridge must close at once, and everyone knows what that means"
GONE = ARTICLE_TEXT.replace(SENTENCE, "nothing")


@pytest.fixture
def response(article, alice):
    return make_comment(article, author=alice, source=f"Look: “{SENTENCE}”. It is a claim.")


@pytest.fixture
def note(response, alice):
    place = QuotationPlacement.objects.get(quotation__comment_revision=response.current)
    post, _ = mark_quoted(
        author=alice,
        comment=response,
        revision=place.revision,
        start=place.quotation.start,
        end=place.quotation.end,
        quote=SENTENCE,
        tags=["bias-claim"],
    )
    return post


@pytest.mark.parametrize(
    ("state", "counts"),
    [("published", 1), ("held", 1), ("withdrawn", 0), ("removed", 0), ("erased", 0)],
)
def test_reports_and_notices_leave_it_out(article, alice, dan, response, note, state, counts):
    Post.objects.filter(pk=response.pk).update(state=state)
    before = report_on(article.post.current, GONE, dan)
    after = report_of(revise_article(editor=dan, article=article, source=GONE), dan)
    assert (before.notes.total, after.notes.total) == (counts, counts)
    assert (before.unseen, after.unseen) == ((1, 1) if state == "held" else (0, 0))
    assert Notification.objects.filter(recipient=alice).count() == counts


def test_taken_back_it_is_gone_for_its_author_too(client, api, article, alice, response, note):
    def seen() -> list[bool]:
        page = client.get(reverse("post-revision", args=[article.pk, 1])).content.decode()
        listed = api.get(reverse("api-annotations", args=[article.slug])).json()["results"]
        return [f"note-{note.pk}" in page, bool(listed)]

    client.force_login(alice)
    api.force_authenticate(alice)
    assert seen() == [True, True]
    withdraw_post(author=alice, post=response)
    assert seen() == [False, False]


def test_nobody_is_asked_to_place_it(article, dan, frances, response, note):
    revise_article(editor=dan, article=article, source=GONE)
    assert orphans_of(article, frances).count() == 1
    Post.objects.filter(pk=response.pk).update(state="removed")
    assert orphans_of(article, frances).count() == 0


def test_an_export_says_what_became_of_its_words(article, frances, alice, response, note):
    def states() -> list[str]:
        return [row.state for row in annotation_rows(article, reader=frances)]

    assert states() == ["published"]
    Post.objects.filter(pk=response.pk).update(state="removed")
    assert states() == ["removed"]
    withdraw_post(author=alice, post=note)
    assert states() == ["withdrawn"]


def test_words_for_a_course_make_no_note_for_everybody(article, alice, response):
    course = Course.objects.get(slug="reading")
    Post.objects.filter(pk=response.pk).update(audience="course", course=course)
    response.refresh_from_db()
    with pytest.raises(Refused, match="Not everybody") as refused:
        mark_quoted(
            author=alice,
            comment=response,
            revision=article.post.current,
            start=article.post.current.text.index(SENTENCE),
            end=article.post.current.text.index(SENTENCE) + len(SENTENCE),
            quote=SENTENCE,
            tags=["bias-claim"],
        )
    assert refused.value.field == "comment"
    assert not Annotation.objects.exists()
