"""Tasks in a thread of their own."""

from __future__ import annotations

import threading

import pytest
from django.core import mail
from django.db import connections, transaction
from django_tasks import task

from forum.lib.background import BackgroundBackend
from forum.notifications.models import Notification
from tests.notifications.test_outbox import tell

# The thread looks after its connection to the database.
pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 10
done: list[tuple[str, str]] = []
hold = threading.Event()
held = threading.Event()


@task()
def note_down(what: str) -> None:
    done.append((what, threading.current_thread().name))


@task()
def wait_for_the_test() -> None:
    held.set()
    hold.wait(PATIENCE)


@task()
def fail() -> None:
    raise ValueError("on purpose")


@pytest.fixture
def backend(settings, monkeypatch):
    monkeypatch.setattr("forum.lib.background.LINGER", 0)
    settings.TASKS = {"default": {"BACKEND": "forum.lib.background.BackgroundBackend"}}
    done.clear()
    hold.clear()
    held.clear()
    backend = note_down.get_backend()
    assert isinstance(backend, BackgroundBackend)
    yield backend
    hold.set()
    backend._thread.shutdown()


def finish(backend) -> None:
    """Wait for what has been asked for, and leave no connection to the database behind."""
    hold.set()
    backend._thread.submit(connections.close_all).result(PATIENCE)


def test_another_thread_does_it_in_the_order_it_was_asked_for(backend):
    for what in ("first", "second", "third"):
        note_down.enqueue(what)
    finish(backend)
    assert [what for what, _ in done] == ["first", "second", "third"]
    assert {name for _, name in done} == {"tasks_0"}


def test_nobody_waits_for_it_and_what_waits_is_not_asked_for_twice(backend):
    wait_for_the_test.enqueue()
    assert held.wait(PATIENCE)
    for _ in range(5):
        note_down.enqueue("same")
    note_down.enqueue("other")
    assert done == []
    finish(backend)
    assert [what for what, _ in done] == ["same", "other"]
    # What is asked for after it began is done again.
    note_down.enqueue("same")
    finish(backend)
    assert [what for what, _ in done] == ["same", "other", "same"]


def test_one_that_fails_does_not_end_it(backend):
    fail.enqueue()
    note_down.enqueue("after")
    finish(backend)
    assert [what for what, _ in done] == ["after"]


def test_mail_leaves_after_the_transaction_and_once(backend, alice):
    with transaction.atomic():
        tell(alice)
        tell(alice, key="reply:2")
        assert mail.outbox == []
    tell(alice, key="reply:3")
    finish(backend)
    assert len(mail.outbox) == 3
    assert not Notification.objects.filter(emailed_at=None).exists()


def test_what_comes_in_quick_succession_is_done_in_one_go(backend, monkeypatch):
    monkeypatch.setattr("forum.lib.background.LINGER", 0.5)
    for _ in range(5):
        note_down.enqueue("same")
    finish(backend)
    assert [what for what, _ in done] == ["same"]
