"""The demo: what the site shows to somebody who has never seen it."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from django.core import mail
from django.core.management import CommandError, call_command
from django.db.models import Count, F

from annotations.demo import seed as seed_module
from annotations.demo.logins import PASSWORD, open_logins
from annotations.models import Annotation, Placement, Tag
from forum.accounts.models import User
from forum.courses.models import Course, Membership
from forum.discussion.models import Article, Kind, Post, Revision
from forum.moderation.models import Case, Decision, Event, Flag
from forum.notifications.models import Notification
from tests import factories
from tests.snapshot import bring_demo

DATA = Path(seed_module.__file__).parent


def seed(*arguments):
    out = io.StringIO()
    call_command("seed_demo", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def demo(db, media):
    bring_demo()


def test_articles_are_as_long_as_they_should_be(demo):
    assert Article.objects.count() == 3
    for article in Article.objects.all():
        assert article.post.current.words >= 900
        assert article.byline
        assert article.standfirst
    assert Article.objects.filter(series__contains="unit").exists()


def test_the_policy_analysis_has_its_paratext_and_its_thread(demo):
    article = Article.objects.get(slug="us-china-north-korea")
    assert article.series
    assert article.figure
    assert article.figure_caption
    assert article.figure_width
    comments = Post.objects.filter(root=article.pk, kind=Kind.COMMENT)
    first, second, third = comments.filter(parent=article.pk).order_by("number")
    assert comments.filter(parent__in=[first, second, third]).count() == 1
    long = third.current
    assert long.words > 400
    assert "<ol>" in long.html


def test_the_cast(demo):
    people = User.objects.in_bulk(field_name="username")
    assert people["moderator"].is_moderator
    assert people["admin"].is_superuser
    assert people["staff"].publishes
    assert not people["reader"].publishes
    course = Course.objects.get()
    students = Membership.objects.filter(course=course, role="student")
    assert students.count() == 12
    assert not students.filter(section=None).exists()
    assert Membership.objects.get(role="staff").user == people["staff"]
    for name in ("reader", "moderator", "staff", "admin"):
        assert authenticate(username=name, password=PASSWORD) == people[name]


def test_annotations_overlap_and_stand_where_they_should(demo):
    annotations = Annotation.objects.select_related("revision", "post")
    assert 55 <= annotations.count() <= 70
    for annotation in annotations:
        text = annotation.revision.text
        assert text[annotation.start : annotation.end] == annotation.quote
    assert Placement.objects.filter(state="exact").count() == annotations.count()
    overlapping = annotations.filter(
        revision__annotations__start__lt=F("end"),
        revision__annotations__end__gt=F("start"),
        revision__annotations__post__gt=F("post"),
    )
    assert overlapping.count() >= 15
    assert annotations.filter(post__parent__kind=Kind.COMMENT).count() >= 5
    assert annotations.filter(post__audience="private").count() >= 3
    used = Tag.objects.annotate(uses=Count("annotations"))
    assert all(tag.uses for tag in used)


def test_flags_are_open_and_decided(demo):
    assert set(Case.objects.values_list("state", flat=True)) == {"open", "decided"}
    assert set(Decision.objects.values_list("action", flat=True)) == {"keep", "remove"}
    removed = Decision.objects.get(action="remove")
    assert removed.case.post.state == "removed"
    assert removed.rule
    assert removed.rule.slug == "no-advertising"
    assert Post.objects.filter(state="withdrawn").count() == 1
    assert Flag.objects.count() == len(json.loads((DATA / "flags.json").read_text())["flags"])


def test_time_runs_as_it_would_have(demo):
    now = datetime.now(UTC)
    for article in Article.objects.all():
        assert article.post.created_at == article.published_at
        assert article.published_at < now
    posts = Post.objects.exclude(kind=Kind.ARTICLE).select_related("parent", "root__article")
    for post in posts:
        assert post.parent
        assert post.root
        assert post.parent.created_at < post.created_at < now
        assert post.created_at - post.root.created_at < timedelta(days=14)
        assert post.current.created_at == post.created_at
    ids = list(posts.order_by("created_at", "pk").values_list("pk", flat=True))
    assert ids == sorted(ids)
    for flag in Flag.objects.select_related("revision", "case"):
        assert flag.revision.created_at < flag.created_at
        assert flag.case.opened_at <= flag.created_at
    for decision in Decision.objects.all():
        flags = decision.case.flags.values_list("created_at", flat=True)
        assert max(flags) < decision.created_at < now
        event = Event.objects.get(case=decision.case, kind="decided")
        assert event.created_at == decision.created_at
    for person in User.objects.all():
        assert person.date_joined < Revision.objects.earliest("created_at").created_at


def test_a_clock_that_is_behind_gets_the_demo_in_its_past(db, media, monkeypatch):
    early = datetime(2026, 2, 10, tzinfo=UTC)

    class Behind(datetime):
        @classmethod
        def now(cls, tz=None):
            return early

    monkeypatch.setattr(seed_module, "datetime", Behind)
    seed()
    assert Post.objects.latest("created_at").created_at < early
    assert Decision.objects.latest("created_at").created_at < early


def test_people_are_told_on_the_site_and_by_no_mail(db, media, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True) as afterwards:
        seed()
    assert afterwards
    assert Notification.objects.exists()
    assert not Notification.objects.filter(emailed_at=None).exists()
    assert mail.outbox == []


def test_a_second_time_is_refused_and_changes_nothing(demo):
    before = Post.objects.count(), User.objects.count(), Flag.objects.count()
    with pytest.raises(CommandError, match="already"):
        seed()
    assert seed("--if-empty") == ""
    assert (Post.objects.count(), User.objects.count(), Flag.objects.count()) == before


def test_a_site_with_one_person_is_not_empty(db):
    factories.make_user()
    with pytest.raises(CommandError, match="already"):
        seed()
    seed("--if-empty")
    assert not Article.objects.exists()


def test_a_site_that_is_only_set_up_is_empty(db, media):
    call_command("setup_site")
    seed()
    assert Article.objects.count() == 3


def test_a_quote_that_is_nowhere_leaves_nothing_behind(db, media, monkeypatch):
    load = seed_module._load

    def slipped(name):
        loaded = load(name)
        if name == "annotations":
            loaded[40]["quote"] += " or not"
        return loaded

    monkeypatch.setattr(seed_module, "_load", slipped)
    with pytest.raises(CommandError, match="Annotation 40"):
        seed()
    assert not User.objects.exists()
    assert not Article.objects.exists()


def test_logins_are_told_as_long_as_they_open(db, media):
    told = seed("--logins")
    for name in ("reader", "moderator", "staff", "admin", PASSWORD):
        assert name in told
    admin = User.objects.get(username="admin")
    admin.set_password("something of my own")
    admin.save()
    assert open_logins() == ["reader", "moderator", "staff"]
    User.objects.update(password="!")
    assert seed("--if-empty", "--logins") == ""
