"""The reading page: what is on it, for whom, and at what cost."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from annotations.models import Annotation, AnnotationTag, Codebook, Placement, Tag
from forum.discussion.actions import revise_post, withdraw_post
from forum.discussion.models import Article, Kind, Post, Revision
from forum.discussion.publishing.actions import revise_article
from forum.moderation.actions import decide
from tests.factories import (
    ARTICLE_TEXT,
    make_annotation,
    make_article,
    make_comment,
    make_flag,
)


def page_of(client, article, **query):
    response = client.get(reverse("article", args=[article.slug]), query)
    assert response.status_code == 200
    return response.content.decode()


def note_of(html: str, post: Post) -> str:
    """The entry of one note."""
    found = re.search(rf'<li id="note-{post.pk}".*?</li>', html, re.DOTALL)
    assert found
    return found.group()


def marks_of(html: str, post: Post) -> list[str]:
    """What the marks of one note say."""
    found = re.findall(r'<mark [^>]*data-notes="([\d ]+)"[^>]*>(.*?)</mark>', html)
    return [unescape(words) for keys, words in found if str(post.pk) in keys.split()]


# What is on the page


def test_an_article_comes_with_all_that_stands_around_it(client, dan, codebook):
    article = make_article(
        author=dan,
        standfirst="It is about who pays.",
        about_author="Ada writes.",
        series="The first of two.",
    )
    html = page_of(client, article)
    for words in (article.title, "Ada Byron", "It is about who pays.", "Ada writes.", "In brief"):
        assert words in html
    assert "The first of two." in html
    assert "1 minute to read" in html
    assert article.published_at
    assert f'<time datetime="{article.published_at.date()}' in html
    assert "0 responses" in html


def test_the_text_stands_on_the_page_as_it_was_stored(client, article):
    revision = article.post.current
    page = page_of(client, article).replace(' id="section-what-the-report-leaves-out"', "")
    assert f'data-revision="{revision.pk}">{revision.html}</div>' in page


def test_a_stub_keeps_its_place_and_is_not_counted(client, article, alice):
    gone, stays = (make_comment(article, author=alice) for _ in range(2))
    withdraw_post(author=alice, post=gone)
    html = page_of(client, article)
    assert "1 response<" in html
    assert re.findall(r'id="comment-(\d+)"', html) == [str(gone.pk), str(stays.pk)]


def test_responses_are_numbered_nested_and_can_be_linked_to(client, article, alice, bob):
    first = make_comment(article, author=alice, source="First *words*.")
    second = make_comment(article, author=bob, source="Second words.")
    answer = make_comment(article, author=bob, source="An answer.", parent=first)
    html = page_of(client, article)
    assert "3 responses" in html
    order = [int(pk) for pk in re.findall(r'id="comment-(\d+)"', html)]
    assert order == [first.pk, answer.pk, second.pk]
    assert "First <em>words</em>." in html
    assert f'href="{reverse("respond", args=[article.slug])}?parent={first.pk}"' in html
    assert f'href="{reverse("post-flag", args=[first.pk])}"' in html
    thread = html[html.index('class="thread"') :]
    assert thread.count("<ol") == thread.count("</ol>") == 2
    assert thread.count("<li") == thread.count("</li>") == 3


def test_a_note_stands_in_the_margin_and_its_passage_is_marked(client, article, alice):
    note = make_annotation(article, author=alice, tags=("bias-claim", "question"))
    html = page_of(client, article)
    entry = note_of(html, note)
    for words in ("Alice Liddell", "Bias claim", "Question", "Who is everyone?", "everyone knows"):
        assert words in entry
    assert f'href="#mark-{note.pk}"' in entry
    assert f'id="mark-{note.pk}"' in html
    assert marks_of(html, note) == ["everyone knows"]


def test_a_passage_of_a_response_can_be_marked(client, article, alice, bob):
    comment = make_comment(article, author=alice)
    note = make_annotation(comment, author=bob, quote="matters more")
    html = page_of(client, article)
    assert marks_of(html, note) == ["matters more"]
    assert "on response 1" in note_of(html, note)


def test_overlap_shows_as_density(client, article, alice, bob):
    make_annotation(article, author=alice, quote="and everyone knows what")
    make_annotation(article, author=bob, quote="everyone knows", tags=("question",))
    make_annotation(article, author=bob, quote="knows", tags=("question",))
    html = page_of(client, article)
    assert re.search(r'<mark class="mark tag-1 density-1"[^>]*>and </mark>', html)
    assert re.search(r'<mark class="mark tag-7 density-2"[^>]*>everyone </mark>', html)
    assert re.search(r'<mark class="mark tag-7 density-3"[^>]*>knows</mark>', html)


def test_notes_come_in_reading_order(client, article, alice):
    comment = make_comment(article, author=alice, source="One two.")
    on_comment = make_annotation(comment, author=alice, quote="two")
    late = make_annotation(article, author=alice, quote="who pays")
    early = make_annotation(article, author=alice, quote="committee says")
    order = [int(pk) for pk in re.findall(r'<li id="note-(\d+)"', page_of(client, article))]
    assert order == [early.pk, late.pk, on_comment.pk]


def test_a_note_says_what_became_of_its_passage(client, article, dan, alice):
    kept = make_annotation(article, author=alice, quote="everyone knows")
    lost = make_annotation(article, author=alice, quote="the school on the far bank")
    edited = make_annotation(
        article, author=alice, quote="Traffic\nwill find another way".replace("\n", " ")
    )
    source = ARTICLE_TEXT.replace("- the school on the far bank 🚸\n", "")
    source = source.replace("find another way", "surely find another way")
    revise_article(editor=dan, article=article, source=source)
    html = page_of(client, article)
    assert "note-state" not in note_of(html, kept)
    assert "no longer in the text" in note_of(html, lost)
    assert f"#mark-{lost.pk}" not in html
    assert marks_of(html, lost) == []
    assert "The passage has changed" in note_of(html, edited)
    assert "".join(marks_of(html, edited)) == "Traffic will surely find another way"


def test_an_edited_response_says_so_and_keeps_its_notes(client, article, alice, bob):
    comment = make_comment(article, author=alice, source="The ferry matters.")
    note = make_annotation(comment, author=bob, quote="ferry")
    revise_post(editor=alice, post=comment, source="In truth the ferry matters.")
    html = page_of(client, article)
    assert f'href="{reverse("post-history", args=[comment.pk])}"' in html
    assert marks_of(html, note) == ["ferry"]


def test_a_closed_discussion_offers_no_reply(client, article, alice):
    make_comment(article, author=alice)
    Article.objects.filter(pk=article.pk).update(closed_at=timezone.now())
    html = page_of(client, article)
    assert "This discussion was closed" in html
    assert reverse("respond", args=[article.slug]) not in html


def test_nothing_a_person_typed_is_markup(client, dan, codebook, alice):
    evil = "<script>alert(1)</script>"
    article = make_article(author=dan, title=f"T{evil}", standfirst=evil, series=evil)
    make_comment(article, author=alice, source=f"words {evil} `{evil}`")
    make_annotation(article, author=alice, note=f"note {evil}")
    assert "<script>alert" not in page_of(client, article)


# Filtering without script


def test_tags_filter_notes_and_marks(client, article, alice):
    bias = make_annotation(article, author=alice, tags=("bias-claim",))
    question = make_annotation(article, author=alice, quote="at once", tags=("question",))
    html = page_of(client, article, tag="question")
    assert marks_of(html, bias) == []
    assert " hidden" in note_of(html, bias).split(">")[0]
    assert marks_of(html, question) == ["at once"]
    assert " hidden" not in note_of(html, question).split(">")[0]


def test_an_unknown_tag_filters_nothing(client, article, alice):
    note = make_annotation(article, author=alice)
    assert marks_of(page_of(client, article, tag="<b>nonsense"), note) == ["everyone knows"]


# Who sees what


def test_the_page_is_the_same_for_everybody(client, article, alice, carol):
    make_comment(article, author=alice)
    make_annotation(article, author=alice, note="Mine alone.", audience="private")
    address = reverse("article", args=[article.slug])
    stranger = client.get(address)
    for person in (alice, carol):
        client.force_login(person)
        response = client.get(address)
        assert response.content == stranger.content
        assert "Cookie" not in response.get("Vary", "")
        assert not response.cookies
    assert "Mine alone." not in stranger.content.decode()
    assert "private" not in stranger["Cache-Control"]


def test_a_withdrawn_response_leaves_a_stub_without_its_words(client, article, alice, bob):
    comment = make_comment(article, author=alice, source="Regrettable words.")
    note = make_annotation(comment, author=bob, quote="Regrettable", note="Indeed.")
    make_comment(article, author=bob, source="A reply.", parent=comment)
    withdraw_post(author=alice, post=comment)
    html = page_of(client, article)
    assert "Regrettable" not in html
    assert "Alice Liddell" not in html
    assert "Withdrawn by its author" in html
    assert "A reply." in html
    assert f"note-{note.pk}" not in html


def test_a_removed_response_leaves_a_stub_for_moderators_too(client, article, alice, carol, rules):
    comment = make_comment(article, author=alice, source="Removable words.")
    case = make_flag(comment).case
    decide(
        moderator=carol,
        case=case,
        action="remove",
        version=case.version,
        rule=next(iter(rules.values())),
        reason="It was.",
    )
    client.force_login(carol)
    html = page_of(client, article)
    assert "Removable" not in html
    assert "Removed by a moderator" in html


def test_a_draft_is_for_those_who_publish(client, dan, alice, codebook):
    draft = make_article(author=dan, draft=True)
    address = reverse("article", args=[draft.slug])
    assert client.get(address).status_code == 404
    client.force_login(alice)
    assert client.get(address).status_code == 404
    client.force_login(dan)
    response = client.get(address)
    assert response.status_code == 200
    assert "private" in response["Cache-Control"]
    assert "This article is not public" in response.content.decode()


@pytest.mark.parametrize("name", ["article", "article-personal", "annotate"])
def test_the_ladder(client, article, alice, name):
    address = reverse(name, args=[article.slug])
    wrong = client.get if name == "annotate" else client.post
    assert wrong(address).status_code == 405
    client.force_login(alice)
    right = client.post if name == "annotate" else client.get
    assert right(reverse(name, args=["nowhere"])).status_code == 404


# What is personal


def personal_of(client, article):
    response = client.get(reverse("article-personal", args=[article.slug]))
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]
    return response.json()


def test_a_stranger_has_nothing_personal(client, article):
    assert personal_of(client, article) == {"signed_in": False}


def test_private_notes_come_to_their_author_alone(client, article, alice, bob, carol):
    make_annotation(article, author=alice, note="For all.")
    make_annotation(article, author=alice, note="Mine alone.", audience="private")
    for person, sees in ((alice, True), (bob, False), (carol, False)):
        client.force_login(person)
        notes = personal_of(client, article)["notes"]
        assert ("Mine alone." in notes) is sees
        assert "For all." not in notes


def test_authors_are_offered_what_they_can_do(client, article, alice, bob):
    own = make_comment(article, author=alice)
    gone = make_comment(article, author=alice)
    withdraw_post(author=alice, post=gone)
    make_comment(article, author=bob)
    client.force_login(alice)
    offered = {item["id"]: item["links"] for item in personal_of(client, article)["own"]}
    assert set(offered) == {own.pk, gone.pk}
    assert [link["label"] for link in offered[own.pk]] == ["Edit", "Withdraw"]
    assert [link["href"] for link in offered[gone.pk]] == [
        reverse("post-reinstate", args=[gone.pk])
    ]


def test_those_who_publish_find_their_tools(client, article, alice, dan):
    client.force_login(alice)
    assert personal_of(client, article)["tools"] == []
    client.force_login(dan)
    hrefs = [tool["href"] for tool in personal_of(client, article)["tools"]]
    assert hrefs == [
        reverse("article-edit", args=[article.slug]),
        reverse("export", args=[article.slug]),
    ]


def test_a_codebook_can_be_read(client, codebook):
    html = client.get(reverse("codebook", args=[codebook.slug])).content.decode()
    for tag in codebook.tags.all():
        assert f'id="{tag.slug}"' in html
        assert tag.label in html
    assert client.get(reverse("codebook", args=["nowhere"])).status_code == 404


# What it costs


def fill(article: Article, person, count: int) -> None:
    """Give ``article`` ``count`` responses and as many notes on its text and on them, at once."""
    text = article.post.current
    comments = Post.objects.bulk_create(
        Post(
            kind=Kind.COMMENT,
            author=person,
            author_name=person.public_name,
            root=article.post,
            parent=article.post,
            number=number,
        )
        for number in range(1, count + 1)
    )
    words = Revision.objects.bulk_create(_revision(post, "The ferry matters.") for post in comments)
    targets = [text if index % 2 else words[index] for index in range(count)]
    notes = Post.objects.bulk_create(
        Post(
            kind=Kind.ANNOTATION,
            author=person,
            author_name=person.public_name,
            root=article.post,
            parent=target.post,
            audience="public" if index % 5 else "private",
        )
        for index, target in enumerate(targets)
    )
    Revision.objects.bulk_create(_revision(post, "Why?") for post in notes)
    tags = list(Tag.objects.all())
    annotations = Annotation.objects.bulk_create(
        Annotation(
            post=post,
            revision=target,
            start=4,
            end=9,
            quote=target.text[4:9],
            codebook=tags[0].codebook,
            codebook_version=1,
        )
        for post, target in zip(notes, targets, strict=True)
    )
    AnnotationTag.objects.bulk_create(
        AnnotationTag(annotation=annotation, tag=tags[index % len(tags)])
        for index, annotation in enumerate(annotations)
    )
    Placement.objects.bulk_create(
        Placement(
            annotation=annotation,
            revision=annotation.revision,
            start=4,
            end=9,
            state="exact",
            score=1,
            method="marked",
        )
        for annotation in annotations
    )


def _revision(post: Post, words: str) -> Revision:
    return Revision(
        post=post,
        number=1,
        source=words,
        format="comment",
        html=f"<p>{words}</p>",
        text=words,
        text_sha256=Revision.digest(words),
        words=len(words.split()),
    )


@pytest.mark.parametrize("count", [10, 500])
def test_the_page_costs_the_same_queries_however_much_is_on_it(
    client, article, alice, django_assert_num_queries, monkeypatch, count
):
    monkeypatch.setattr("annotations.page.thread.FIRST", 500)
    fill(article, alice, count)
    with django_assert_num_queries(16):
        html = page_of(client, article)
    with django_assert_num_queries(1):
        assert page_of(client, article) == html
    assert html.count('class="response"') == count
    assert html.count('<li id="note-') == count - len(range(0, count, 5))


@pytest.mark.parametrize("count", [10, 500])
def test_what_is_personal_costs_the_same_queries_too(
    client, article, alice, django_assert_num_queries, count
):
    fill(article, alice, count)
    client.force_login(alice)
    with django_assert_num_queries(14):
        personal = personal_of(client, article)
    assert personal["notes"].count("<li id=") == len(range(0, count, 5))
    assert len(personal["own"]) == 2 * count


def test_tags_that_only_private_notes_wear_are_not_on_the_page(client, article, alice, codebook):
    make_annotation(article, author=alice, audience="private", tags=("question",))
    Codebook.objects.filter(pk=codebook.pk).update(is_default=False)
    Codebook.objects.create(slug="other", name="Other", is_default=True)
    plain = page_of(client, article)
    assert "tag=question" not in plain
    assert page_of(client, article, tag="question") == plain
    # What everybody reads keeps its chip.
    Post.objects.filter(kind=Kind.ANNOTATION).update(audience="public")
    Article.objects.update(activity=F("activity") + 1)
    assert "tag=question" in page_of(client, article)
