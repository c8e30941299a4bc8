"""Tasks in a thread of their own."""

from __future__ import annotations

import contextlib
import os
import threading

import pytest
from django.core import mail
from django.db import connections, transaction
from django_tasks import task

from forum.lib.background import QUEUE, BackgroundBackend
from forum.notifications.models import Notification
from forum.notifications.outbox import BATCH
from tests.notifications.test_outbox import tell

# The thread looks after its connection to the database.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("backend")]

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
    assert isinstance(note_down.get_backend(), BackgroundBackend)
    yield
    finish()
    QUEUE.put(("close", ""), connections.close_all)
    QUEUE.join(PATIENCE)


def finish() -> None:
    """Wait for what has been asked for."""
    hold.set()
    QUEUE.join(PATIENCE)


def test_another_thread_does_it_in_the_order_it_was_asked_for():
    for what in ("first", "second", "third"):
        note_down.enqueue(what)
    finish()
    assert [what for what, _ in done] == ["first", "second", "third"]
    assert {name for _, name in done} == {"tasks_0"}


def test_nobody_waits_for_it_and_what_waits_is_not_asked_for_twice():
    wait_for_the_test.enqueue()
    assert held.wait(PATIENCE)
    for _ in range(5):
        note_down.enqueue("same")
    note_down.enqueue("other")
    assert done == []
    finish()
    assert [what for what, _ in done] == ["same", "other"]
    # What is asked for after it began is done again.
    note_down.enqueue("same")
    finish()
    assert [what for what, _ in done] == ["same", "other", "same"]


def test_one_that_fails_does_not_end_it():
    fail.enqueue()
    note_down.enqueue("after")
    finish()
    assert [what for what, _ in done] == ["after"]


def test_mail_leaves_after_the_transaction_and_once(alice):
    with transaction.atomic():
        tell(alice)
        tell(alice, key="reply:2")
        assert mail.outbox == []
    tell(alice, key="reply:3")
    finish()
    assert len(mail.outbox) == 3
    assert not Notification.objects.filter(emailed_at=None).exists()


def test_what_comes_in_quick_succession_is_done_in_one_go(monkeypatch):
    monkeypatch.setattr("forum.lib.background.LINGER", 0.5)
    for _ in range(5):
        note_down.enqueue("same")
    finish()
    assert [what for what, _ in done] == ["same"]


def test_all_threads_have_one_queue():
    wait_for_the_test.enqueue()
    assert held.wait(PATIENCE)
    threads = [threading.Thread(target=note_down.enqueue, args=["same"]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    finish()
    assert done == [("same", "tasks_0")]


def test_where_no_thread_is_to_be_had_it_is_asked_for_again(monkeypatch, caplog):
    def refuse(*args) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(QUEUE._thread, "submit", refuse)
        note_down.enqueue("later")
    assert "is not done now" in caplog.text
    note_down.enqueue("later")
    finish()
    assert [what for what, _ in done] == ["later"]


def test_a_process_that_is_forked_begins_with_nothing():
    wait_for_the_test.enqueue()
    assert held.wait(PATIENCE)
    note_down.enqueue("of the parent")
    answer, ask = os.pipe()
    if (child := os.fork()) == 0:
        # Nothing here may reach the test's own end.
        with contextlib.suppress(BaseException):
            QUEUE.put(("own", ""), lambda: os.write(ask, b"done"))
            QUEUE.join(PATIENCE)
        os._exit(0)
    os.waitpid(child, 0)
    os.close(ask)
    assert os.read(answer, 10) == b"done"
    os.close(answer)


def test_more_mails_than_are_read_at_a_time_all_leave(alice):
    with transaction.atomic():
        for number in range(2 * BATCH + 3):
            tell(alice, key=f"reply:{number}")
    finish()
    assert len(mail.outbox) == 2 * BATCH + 3
