"""Commands that keep a site going: setup_site, prepare_site, send_outbox."""

from __future__ import annotations

import io

import pytest
from django.contrib.staticfiles.finders import FileSystemFinder
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import OperationalError

from annotations.demo.logins import PASSWORD
from annotations.management.commands import prepare_site
from annotations.models import Codebook, Tag
from forum.discussion.models import Article
from forum.moderation.models import Rule
from forum.notifications.models import How, Notification, NotificationKind
from forum.notifications.preferences import choose
from tests import factories


def run(name, *args):
    out = io.StringIO()
    call_command(name, *args, stdout=out)
    return out.getvalue()


# setup_site


def test_a_new_site_gets_a_codebook_and_rules(db):
    run("setup_site")
    codebook = Codebook.objects.get(is_default=True)
    assert set(codebook.tags.values_list("slug", flat=True)) == {
        "bias-claim",
        "missing-factor",
        "loaded-wording",
        "unsupported-claim",
        "factual-error",
        "good-evidence",
        "question",
    }
    for tag in codebook.tags.all():
        assert tag.definition
        assert tag.use_when
        assert tag.avoid_when
        assert tag.example
    assert Rule.objects.exists()


def test_setting_up_again_leaves_what_was_changed(db):
    run("setup_site")
    Tag.objects.filter(slug="question").update(definition="Ours.")
    Rule.objects.filter(slug="civility").update(title="Be kind")
    before = Tag.objects.count(), Rule.objects.count()
    run("setup_site")
    assert (Tag.objects.count(), Rule.objects.count()) == before
    assert Tag.objects.get(slug="question").definition == "Ours."
    assert Rule.objects.get(slug="civility").title == "Be kind"


# prepare_site


@pytest.fixture
def site(db, settings, tmp_path, monkeypatch):
    """A data folder of our own, and a note of when static files are collected."""
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STATIC_ROOT = tmp_path / "static"
    collected = []

    def call(name, *args, **kwargs):
        if name != "collectstatic":
            return call_command(name, *args, **kwargs)
        collected.append(name)
        settings.STATIC_ROOT.mkdir(exist_ok=True)
        (settings.STATIC_ROOT / "staticfiles.json").write_text("{}")
        return None

    monkeypatch.setattr(prepare_site, "call_command", call)
    return collected


def test_an_empty_site_becomes_the_demo_and_stays_it(site):
    first = run("prepare_site")
    assert PASSWORD in first
    assert Article.objects.count() == 3
    assert site == ["collectstatic"]
    second = run("prepare_site")
    assert PASSWORD in second
    assert "…" not in second  # nothing was left to do
    assert Article.objects.count() == 3
    assert site == ["collectstatic"]


def test_a_site_that_wants_no_demo_has_none(site, settings):
    settings.SEED_DEMO = False
    assert PASSWORD not in run("prepare_site")
    assert not Article.objects.exists()
    assert Codebook.objects.exists()


def test_a_site_with_people_is_left_alone(site):
    factories.make_user("reader", email="reader@example.org")
    assert PASSWORD not in run("prepare_site")
    assert not Article.objects.exists()


def test_static_files_are_collected_again_when_they_change(site, settings, monkeypatch):
    settings.SEED_DEMO = False
    run("prepare_site")
    monkeypatch.setattr(prepare_site, "_static_fingerprint", lambda: "another")
    run("prepare_site")
    assert len(site) == 2
    run("prepare_site")
    assert len(site) == 2
    (settings.STATIC_ROOT / "staticfiles.json").unlink()
    run("prepare_site")
    assert len(site) == 3


def test_the_fingerprint_knows_our_files(settings, tmp_path, monkeypatch):
    settings.STATICFILES_DIRS = [tmp_path]
    monkeypatch.setattr(prepare_site, "get_finders", lambda: [FileSystemFinder()])
    seen = [prepare_site._static_fingerprint()]
    for change in ("p {}", "p { margin: 0 }"):
        (tmp_path / "new.css").write_text(change)
        seen.append(prepare_site._static_fingerprint())
    assert len(set(seen)) == 3


def test_a_database_that_is_away_is_told_in_one_line(site, monkeypatch):
    def away(*args):
        raise OperationalError("connection refused\n\tIs the server running?")

    monkeypatch.setattr(prepare_site, "MigrationExecutor", away)
    with pytest.raises(CommandError, match="connection refused") as refused:
        run("prepare_site")
    assert "\n" not in str(refused.value)


# send_outbox


def waiting(recipient, count=1):
    Notification.objects.bulk_create(
        Notification(
            recipient=recipient,
            kind=NotificationKind.REPLY,
            key=f"reply:{number}",
            subject="Somebody answered",
            body="They did.",
            path="/",
        )
        for number in range(count)
    )


def test_everything_that_waits_is_sent_once(alice):
    waiting(alice, 120)
    assert "Sent 120." in run("send_outbox")
    assert len(mail.outbox) == 120
    assert "Nothing" in run("send_outbox")
    assert len(mail.outbox) == 120


def test_mail_nobody_wants_is_not_sent(alice):
    alice.email_notices = False
    alice.save(update_fields=["email_notices"])
    waiting(alice)
    assert "Nothing" in run("send_outbox")
    assert mail.outbox == []


def test_mail_that_cannot_leave_is_kept_and_told(alice, settings):
    waiting(alice, 3)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 9, 2
    with pytest.raises(CommandError, match="3 did not leave"):
        run("send_outbox")
    assert Notification.objects.filter(emailed_at=None).count() == 3
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    # One was tried, and is tried again in a while.
    with pytest.raises(CommandError, match="1 did not leave"):
        run("send_outbox")
    assert "Sent 1." in run("send_outbox", "--now")
    assert len(mail.outbox) == 3


def test_a_digest_that_is_not_due_is_not_late(alice):
    choose(alice, {NotificationKind.REPLY: How.WEEKLY})
    waiting(alice, 3)
    assert "Nothing" in run("send_outbox")
    assert mail.outbox == []
