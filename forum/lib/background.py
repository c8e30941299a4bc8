"""Tasks that a thread of the same process runs, so that no request waits for them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from threading import Lock
from time import sleep

from django.db import close_old_connections
from django_tasks.backends.immediate import ImmediateBackend
from django_tasks.base import TaskResult

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

    def __init__(self, alias: str, params: dict[str, object]) -> None:
        super().__init__(alias, params)
        self._waiting: set[_Call] = set()
        self._lock = Lock()

    @cached_property
    def _thread(self) -> ThreadPoolExecutor:
        # Made when there is something to do: a thread does not come along through a fork.
        return ThreadPoolExecutor(max_workers=1, thread_name_prefix="tasks")

    def _execute_task(self, task_result: TaskResult[object]) -> None:
        call = task_result.task.module_path, repr((task_result.args, task_result.kwargs))
        with self._lock:
            if call in self._waiting:
                return
            self._waiting.add(call)
            self._thread.submit(self._run, call, task_result)

    def _run(self, call: _Call, task_result: TaskResult[object]) -> None:
        # What comes in quick succession is done in one go.
        sleep(LINGER)
        # From now on what is asked for may be too late for this run.
        with self._lock:
            self._waiting.discard(call)
        close_old_connections()
        try:
            super()._execute_task(task_result)
        finally:
            close_old_connections()
