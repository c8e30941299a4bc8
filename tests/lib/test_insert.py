"""INSERTs that are put together once."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.db.models import sql
from django.db.models.signals import post_save, pre_save
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum.accounts.models import ApiToken, User
from forum.discussion.models import Article, Post, Revision
from forum.lib.insert import insert, insert_unless_there, insert_values
from forum.notifications.models import Notification
from forum.screening.models import Word, WordList

pytestmark = pytest.mark.django_db


def a_token(user, **values):
    return ApiToken(**{"user": user, "name": "test", "token_hash": "a" * 64} | values)


def a_notice(user, **values):
    told = {
        "recipient": user,
        "kind": "reply",
        "key": "k",
        "subject": "S",
        "body": "B",
        "path": "/",
    }
    return Notification(**told | values)


def values_of(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_it_is_what_saving_is(alice):
    used = timezone.now() - timedelta(days=1)
    row = a_token(alice, name="日本 %s", last_used_at=used)
    with CaptureQueriesContext(connection) as captured:
        insert(row)
    assert len(captured) == 1
    assert row.pk is not None
    assert not row._state.adding
    assert row._state.db == "default"
    assert values_of(ApiToken.objects.get(pk=row.pk)) == values_of(row)
    plain = a_token(alice, name="日本 %s", last_used_at=used, token_hash="b" * 64)
    with CaptureQueriesContext(connection) as saved:
        plain.save(force_insert=True)
    told, said = (queries[0]["sql"].partition("VALUES")[0] for queries in (captured, saved))
    assert told == said
    # From now on it is a row as any other.
    row.name = "another"
    row.save()
    assert ApiToken.objects.get(pk=row.pk).name == "another"


def test_it_is_put_together_once(alice, monkeypatch):
    insert(a_token(alice))

    def fail(*args, **kwargs):
        pytest.fail("put together again")

    monkeypatch.setattr(sql, "InsertQuery", fail)
    insert(a_token(alice, token_hash="b" * 64))
    assert ApiToken.objects.count() == 2


def test_what_the_database_refuses_is_refused_as_ever(alice):
    insert(a_token(alice))
    again = a_token(alice)
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(again)
    assert again.pk is None
    assert again._state.adding
    with transaction.atomic():
        with pytest.raises(IntegrityError):
            insert(again)
        # As after ``save``: nothing more may be done in this transaction.
        assert connection.needs_rollback
        connection.set_rollback(True)
    assert ApiToken.objects.count() == 1


def test_what_is_there_already_can_be_passed_over(alice, bob):
    insert_unless_there(a_notice(alice))
    insert_unless_there(a_notice(alice, subject="Another"))
    insert_unless_there(a_notice(bob))
    assert sorted(Notification.objects.values_list("recipient_id", "subject")) == sorted(
        [(alice.pk, "S"), (bob.pk, "S")]
    )


def test_what_a_row_refers_to_must_be_there(alice):
    with pytest.raises(ValueError, match="unsaved related object"):
        insert(a_token(User(username="nobody")))
    # Its id came after it was referred to.
    carol = User(username="carol")
    row = a_token(carol)
    carol.save()
    insert(row)
    assert ApiToken.objects.get().user == carol


def test_it_is_for_new_rows_that_the_database_numbers(alice):
    row = a_token(alice)
    insert(row)
    with pytest.raises(ValueError, match="an id already"):
        insert(row)
    with pytest.raises(TypeError, match="more than an INSERT"):
        insert(Article(title="Title", slug="slug"))


def test_a_field_may_have_something_to_do_first(monkeypatch):
    saved = []
    field = User._meta.get_field("display_name")

    def pre_save(row, add):
        saved.append(add)
        return "From the field"

    monkeypatch.setattr(field, "pre_save", pre_save)
    dana = User(username="dana", password="x")
    insert(dana)
    assert saved == [True]
    assert User.objects.get(pk=dana.pk).display_name == "From the field"


@pytest.mark.parametrize("model", [Post, Revision, Notification])
def test_nothing_listens_for_what_is_saved_so(model):
    assert not pre_save.has_listeners(model)
    assert not post_save.has_listeners(model)


@pytest.mark.django_db(transaction=True)
def test_every_thread_has_its_own_connection(alice):
    insert(a_token(alice))
    made = []

    def elsewhere():
        row = a_token(alice, token_hash="b" * 64)
        insert(row)
        made.append(row.pk)
        connections.close_all()

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert made == [ApiToken.objects.get(token_hash="b" * 64).pk]


def test_a_few_rows_in_one_statement(django_assert_num_queries):
    pk = WordList.objects.create(name="Ships").pk
    with django_assert_num_queries(1):
        insert_values(Word, [(pk, "ferry"), (pk, "boat")])
        insert_values(Word, [])
    assert list(Word.objects.order_by("pk").values_list("list", "text")) == [
        (pk, "ferry"),
        (pk, "boat"),
    ]
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_values(Word, [(pk, "raft"), (pk, "ferry")])
    assert Word.objects.count() == 2
