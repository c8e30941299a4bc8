"""A site that is put back is the very same site, and one can go on with it."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction

from annotations.codebooks.defaults import ensure_default_codebook
from annotations.models import AnnotationTag
from forum.discussion.models import Article, Post, Revision
from forum.moderation.actions import decide
from forum.moderation.models import Event
from tests import factories
from tests.snapshot import Snapshot


def make_site() -> None:
    """Something of most kinds, with a log, an uploaded file and posts that lead to each other."""
    ensure_default_codebook()
    article = factories.make_article(title="“Été” – 橋")
    article.figure.save("figures/plan.png", ContentFile(b"a plan"))
    comment = factories.make_comment(article)
    factories.make_comment(article, parent=comment)
    factories.make_annotation(article, audience="private")
    case = factories.make_flag(comment).case
    moderator = factories.make_user(is_moderator=True)
    decide(moderator=moderator, case=case, action="keep", version=1, reason="No insult.")


@pytest.fixture
def gone(db, settings, tmp_path) -> Snapshot:
    """A snapshot of a site that is there no more."""
    settings.MEDIA_ROOT = tmp_path
    with transaction.atomic():
        make_site()
        taken = Snapshot.take()
        transaction.set_rollback(True)
    for name in taken.files:
        default_storage.delete(name)
    assert not Post.objects.exists()
    return taken


def test_all_of_it_comes_back(gone):
    assert len(gone.rows) > 10
    gone.restore()
    assert Snapshot.take() == gone
    connection.check_constraints()
    article = Article.objects.get()
    assert article.title == "“Été” – 橋"
    with article.figure.open() as figure:
        assert figure.read() == b"a plan"
    assert article.post.current.created_at == Revision.objects.earliest("pk").created_at
    assert AnnotationTag.objects.get().annotation.quote == "everyone knows"


def test_it_comes_back_again_and_can_be_added_to(gone):
    for _ in range(2):
        with transaction.atomic():
            gone.restore()
            before = Post.objects.latest("pk").pk
            assert factories.make_comment(Article.objects.get()).pk > before
            transaction.set_rollback(True)


def test_its_log_stays_protected(gone):
    gone.restore()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Event.objects.all().delete()


def test_what_cannot_come_back_the_same_is_not_taken(db):
    kind = ContentType.objects.get_for_model(Post)
    LogEntry.objects.create(user=factories.make_user(), content_type=kind, action_flag=1)
    with pytest.raises(RuntimeError, match="LogEntry leads to"):
        Snapshot.take()
