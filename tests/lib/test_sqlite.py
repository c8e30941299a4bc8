"""The queue before SQLite's lock."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, connections, transaction

from forum.accounts.models import User
from tests.factories import make_user

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="of SQLite alone"),
]

PATIENCE = 20


def run(*works) -> None:
    """All of ``works`` at once, each in a thread of its own, to their end."""
    errors: list[BaseException] = []

    def guarded(work) -> None:
        try:
            work()
        except BaseException as error:  # told below
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=guarded, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()
    if errors:
        raise errors[0]


def rename(person, name: str) -> None:
    User.objects.filter(pk=person.pk).update(display_name=name)


def test_transactions_follow_one_another(db):
    person = make_user("zoe", display_name="0")

    def count() -> None:
        for _ in range(20):
            with transaction.atomic():
                before = User.objects.get(pk=person.pk).display_name
                rename(person, str(int(before) + 1))

    run(*[count] * 6)
    assert User.objects.get(pk=person.pk).display_name == "120"


def test_nobody_is_passed_by_again_and_again(db):
    """Whoever waits is let in before one who comes later has been in more than a few times."""
    person = make_user("zoe")
    inside, waiting = threading.Event(), threading.Event()
    turns: list[str] = []

    def hurry() -> None:
        for _ in range(200):
            with transaction.atomic():
                rename(person, "hurrying")
                turns.append("hurrying")
                inside.set()
                if waiting.is_set():
                    # Long enough for the other one to have gone to the queue.
                    time.sleep(0.005)

    def wait() -> None:
        assert inside.wait(PATIENCE)
        waiting.set()
        begun = len(turns)
        with transaction.atomic():
            turns.append("waited")
        assert turns.index("waited") - begun < 20

    run(hurry, wait)


@pytest.mark.parametrize("ends", ["commit", "rollback", "error", "close"])
def test_whatever_ends_a_transaction_lets_the_next_one_in(db, ends):
    person = make_user("zoe")

    def first() -> None:
        if ends == "close":
            connection.set_autocommit(False)
            rename(person, "lost")
            connection.close()
            return
        try:
            with transaction.atomic():
                rename(person, "first")
                if ends == "error":
                    User.objects.create(username="zoe")
                if ends == "rollback":
                    transaction.set_rollback(True)
        except IntegrityError:
            assert ends == "error"

    def second() -> None:
        with transaction.atomic():
            rename(person, "second")

    run(first)
    run(second)
    assert User.objects.get(pk=person.pk).display_name == "second"


def test_savepoints_take_no_turn_of_their_own(db):
    person = make_user("zoe")
    with transaction.atomic():
        with transaction.atomic():
            rename(person, "inner")
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.create(username="zoe")
        rename(person, "outer")
    assert User.objects.get(pk=person.pk).display_name == "outer"


def test_the_queue_lies_beside_the_database(db):
    with transaction.atomic():
        pass
    assert Path(f"{connection.settings_dict['NAME']}-queue").exists()
