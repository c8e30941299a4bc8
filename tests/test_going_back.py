"""The way back to earlier releases, and on again, on a site with something of everything.

One journey for all of it: what a migration takes back, the later ones of every app go with, and the
models of each step are built anew, which takes most of the time. So every step back is taken once.
"""

from __future__ import annotations

import pytest
from django.contrib.sessions.backends.db import SessionStore as DjangoStore
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.migrations.exceptions import IrreversibleError
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.utils import timezone

from forum.accounts.models import Session
from forum.discussion.following.actions import follow, follow_person, follow_thread
from forum.discussion.models import Article, Post
from forum.moderation.actions import decide
from forum.moderation.models import Decision
from forum.notifications.models import Notification
from tests import factories


def back_to(**targets: str) -> None:
    """Take back what came after these migrations: the app, and the beginning of the name."""
    executor = MigrationExecutor(connection)
    get = executor.loader.get_migration_by_prefix
    executor.migrate([(app, get(app, prefix).name) for app, prefix in targets.items()])


def column(query: str) -> list[object]:
    """What a query answers in its one column, whatever the models say that there is."""
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [row[0] for row in cursor.fetchall()]


def refused(write, *args, **kwargs) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        write(*args, **kwargs)


@pytest.mark.django_db(transaction=True)
def test_back_step_by_step_and_on_again(article, alice, bob, carol, rules):
    note = factories.make_annotation(article, author=alice)
    response = factories.make_comment(article, author=bob)
    reply = factories.make_comment(article, author=bob, parent=note)
    follow(person=alice, article=article)
    follow_thread(person=alice, post=response)
    follow_person(person=alice, other=bob)
    case = factories.make_flag(response).case
    decide(
        moderator=carol,
        case=case,
        action="remove",
        version=case.version,
        rule=rules["on-topic"],
        reason="It is about the ferry.",
    )
    Notification.objects.all().delete()
    for kind in ("reply", "passage"):
        Notification.objects.create(recipient=alice, kind=kind, key=kind, subject="Look.")
    Notification.objects.filter(kind="reply").update(given_up_at=timezone.now())
    client = Client()
    client.force_login(alice)
    content = dict(client.session.items())
    Article.objects.filter(pk=article.pk).update(language="pt-BR")
    try:
        back_to(discussion="0010", accounts="0003", notifications="0001")
        # The release before knows of discussions alone, and can be followed no otherwise.
        assert column("SELECT post_id FROM discussion_subscription") == [article.pk]
        # Notices of passages do not bar the way; what was given up is not sent by it.
        assert column("SELECT kind FROM notifications_notification") == ["reply"]
        assert column("SELECT emailed_at FROM notifications_notification") != [None]
        mine, nobodys, gone = DjangoStore(), DjangoStore(), DjangoStore()
        mine.update(content)
        nobodys["unsent"] = {}
        gone.update(content | {"_auth_user_id": "987654"})
        for store in (mine, nobodys, gone):
            store.save()
        # The way ends where replies to notes have no place, before the languages are gone.
        with pytest.raises(IrreversibleError, match="replies to notes"):
            back_to(discussion="0002")
        assert column("SELECT language FROM discussion_article") == ["pt-BR"]
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM discussion_revision WHERE post_id = %s", [reply.pk])
            cursor.execute("DELETE FROM discussion_post WHERE id = %s", [reply.pk])
        back_to(discussion="0002", moderation="0001")
        # Nothing protects the log before there were triggers.
        Decision.objects.update(note="changed")
    finally:
        call_command("migrate", verbosity=0)
    with pytest.raises(IntegrityError, match="append-only"):
        Decision.objects.update(note="changed again")
    assert Decision.objects.get().note == "changed"
    assert [notice.kind for notice in Notification.objects.all()] == ["reply"]
    # Nobody is logged out by the change of tables.
    client.cookies["sessionid"] = str(mine.session_key)
    assert client.get("/you/").status_code == 200
    assert {row.pk: row.user for row in Session.objects.all()} == {
        mine.session_key: alice,
        nobodys.session_key: None,
    }
    # Posts hang together again as they must.
    reply = factories.make_comment(article, author=bob, parent=note)
    refused(Post.objects.filter(pk=reply.pk).update, note=None, number=5)
    refused(Post.objects.filter(pk=note.pk).update, audience="private")
    assert Post.objects.get(pk=reply.pk).note == note
