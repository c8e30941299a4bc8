"""What the database refuses, whatever the code above it does."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from annotations.models import Annotation, AnnotationTag, Placement
from forum.discussion.models import MAX_DEPTH, Post, Revision
from forum.moderation.models import Case, Decision, Flag
from tests.factories import make_annotation, make_comment, make_flag


def refused(write, *args, **kwargs):
    with pytest.raises(IntegrityError), transaction.atomic():
        write(*args, **kwargs)


@pytest.fixture
def comment(article, alice):
    return make_comment(article, author=alice)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "essay"},
        {"kind": "article"},
        {"kind": "annotation"},
        {"state": "gone"},
        {"state": "draft"},
        {"audience": "friends"},
        {"audience": "course"},
        {"number": None},
        {"root": None},
        {"parent": None},
        {"depth": MAX_DEPTH + 1},
    ],
)
def test_no_comment_can_be_nonsense(comment, change):
    refused(Post.objects.filter(pk=comment.pk).update, **change)


def test_an_article_has_no_parent(article, comment):
    refused(Post.objects.filter(pk=article.pk).update, parent=comment)


def test_a_number_is_given_once(article, comment, bob):
    other = make_comment(article, author=bob)
    refused(Post.objects.filter(pk=other.pk).update, number=comment.number)


def test_a_token_is_used_once_by_its_author(article, comment, alice, bob):
    Post.objects.filter(pk=comment.pk).update(token="once")
    mine, theirs = make_comment(article, author=alice), make_comment(article, author=bob)
    refused(Post.objects.filter(pk=mine.pk).update, token="once")
    Post.objects.filter(pk=theirs.pk).update(token="once")


def test_one_revision_is_current(comment):
    current = comment.current
    again = {
        "post": comment, "number": 2, "format": "comment", "text_sha256": "", "words": 0,
    }  # fmt: skip
    refused(Revision.objects.create, **again)
    refused(Revision.objects.create, **again | {"number": 1, "superseded_at": timezone.now()})
    assert comment.current == current


def test_an_answered_comment_cannot_be_deleted_but_its_article_can(article, comment, bob):
    answer = make_comment(article, author=bob, parent=comment)
    make_annotation(answer, quote="ferry")
    with pytest.raises(Exception, match="restricted"), transaction.atomic():
        comment.delete()
    article.post.delete()
    assert not Post.objects.exists()


def test_no_annotation_marks_nothing(article, bob):
    note = Annotation.objects.filter(post=make_annotation(article, author=bob))
    refused(note.update, end=note.get().start)
    tag = note.get().tags.get()
    refused(AnnotationTag.objects.create, annotation=note.get(), tag=tag)


@pytest.mark.parametrize(
    "change",
    [
        {"state": "lost"},
        {"state": "orphaned"},
        {"start": None},
        {"end": 0},
        {"score": 1.5},
        {"score": -0.1},
    ],
)
def test_no_placement_is_half_a_place(article, bob, change):
    placement = Placement.objects.get(annotation_id=make_annotation(article, author=bob).pk)
    refused(Placement.objects.filter(pk=placement.pk).update, **change)


def test_one_placement_in_a_revision(article, bob):
    placement = Placement.objects.get(annotation_id=make_annotation(article, author=bob).pk)
    placement.pk = None
    refused(placement.save, force_insert=True)


def test_one_case_for_a_post_and_one_flag_from_a_person(article, comment, bob):
    flag = make_flag(comment, flagger=bob)
    refused(Case.objects.create, post=comment)
    refused(
        Flag.objects.create,
        case=flag.case, revision=flag.revision, flagger=bob, flagger_name="Bob", reason="spam",
    )  # fmt: skip
    refused(Flag.objects.filter(pk=flag.pk).update, reason="dislike")


def test_no_removal_without_rule_and_reason(comment, rules, carol, bob):
    case = make_flag(comment, flagger=bob).case
    removal = {
        "case": case, "revision": comment.current, "moderator": carol, "moderator_name": "Carol",
        "action": "remove", "state_before": "published", "state_after": "removed",
        "rule": rules["civility"], "reason": "It names a person.",
        "ground": "incompatible", "category": "OTHER_VIOLATION_TC",
    }  # fmt: skip
    refused(Decision.objects.create, **removal | {"rule": None})
    refused(Decision.objects.create, **removal | {"reason": ""})
    refused(Decision.objects.create, **removal | {"action": "ban"})
    Decision.objects.create(**removal)


def test_what_was_imported_is_imported_once(comment, article, alice):
    posts = Post.objects.filter(pk=comment.pk)
    other = make_comment(article, author=alice)
    refused(posts.update, source="wordpress:example.org")
    refused(posts.update, source_id="comment/1")
    posts.update(source="wordpress:example.org", source_id="comment/1")
    refused(
        Post.objects.filter(pk=other.pk).update,
        source="wordpress:example.org",
        source_id="comment/1",
    )
    Post.objects.filter(pk=other.pk).update(source="disqus:example", source_id="comment/1")
