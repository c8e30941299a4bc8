"""Tasks that a thread of the same process runs, so that no request waits for them."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from time import sleep

from django.db import close_old_connections
from django_tasks.backends.immediate import ImmediateBackend
from django_tasks.base import TaskResult

logger = logging.getLogger(__name__)

#: Seconds.
LINGER = 0.2

#: A task with the arguments it is called with.
_Call = tuple[str, str]


class BackgroundBackend(ImmediateBackend):
    """Runs tasks one after the other, in the order they came, a moment after they were asked for.

    For tasks that find what there is to do in the database: one that waits already is not put
    behind itself once more, and what a killed process did not come to is found by the next one.
    A process that ends as it should first does what waits.
    """

    def _execute_task(self, task_result: TaskResult[object]) -> None:
        call = task_result.task.module_path, repr((task_result.args, task_result.kwargs))
        run = super()._execute_task

        def run_connected() -> None:
            close_old_connections()
            try:
                run(task_result)
            finally:
                close_old_connections()

        QUEUE.put(call, run_connected)


class Queue:
    """What waits for the one thread of this process."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Start with nothing: a thread does not come along through a fork."""
        self._waiting: set[_Call] = set()
        self._lock = Lock()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="tasks")

    def put(self, call: _Call, run: Callable[[], object]) -> None:
        """Have ``run`` done, unless the same ``call`` waits already."""
        with self._lock:
            if call in self._waiting:
                return
            try:
                self._thread.submit(self._run, call, run)
            except RuntimeError:
                # There is no thread to be had, or the process ends. What there is to do stays.
                logger.exception("%s is not done now", call[0])
            else:
                self._waiting.add(call)

    def _run(self, call: _Call, run: Callable[[], object]) -> None:
        # What comes in quick succession is done in one go.
        sleep(LINGER)
        # From now on what is asked for may be too late for this run.
        with self._lock:
            self._waiting.discard(call)
        run()

    def join(self, patience: float) -> None:
        """Wait until what has been asked for is done. Raises ``TimeoutError``."""
        self._thread.submit(lambda: None).result(patience)


# One for all threads: each of them has a backend of its own.
QUEUE = Queue()
os.register_at_fork(after_in_child=QUEUE.begin)
