"""Where the work of a build is done: in this process, or in several of its own.

`normaliser.cluster` does it on other machines. A function is called with each task, whose results come in
the order of the tasks; tasks are asked for as they are needed, so that few are held.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from types import TracebackType
from typing import Any, Protocol, TypeVar

from normaliser.errors import BuildError

Task = TypeVar("Task")
Result = TypeVar("Result")


class Run(Protocol):
    """Calls a function with each task; see the module."""

    def __call__(self, function: Callable[[Task], Result], tasks: Iterable[Task], /) -> Iterator[Result]:
        """The results, in the order of the tasks."""


def in_process(function: Callable[[Task], Result], tasks: Iterable[Task], /) -> Iterator[Result]:
    """One after the other, in this process."""
    return map(function, tasks)


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Processes:
    """A context that runs tasks in ``jobs`` processes, which it starts when there is something to do.

    They end with it, and when it is killed. Raises BuildError where one of them is killed.
    """

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Processes:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def __call__(self, function: Callable[[Task], Result], tasks: Iterable[Task], /) -> Iterator[Result]:
        """The results, in the order of the tasks, of which one more than there are processes is held."""
        pending: deque[Future[Result]] = deque()
        try:
            for task in tasks:
                pending.append(self._start().submit(function, task))
                if len(pending) > self._jobs + 1:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        except BrokenProcessPool:
            raise BuildError(
                "a process that did a part of the work was killed, as happens where memory is short:"
                " use fewer of them with --jobs; what was read is kept, and is not read again"
            ) from None
        finally:
            for future in pending:
                future.cancel()

    def _start(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self._jobs, mp_context=multiprocessing.get_context("spawn"), initializer=_begin
            )
        return self._pool


def _begin() -> None:
    """Leave interruptions to the parent, and end with it, whatever ends it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: Any) -> None:
    wait([sentinel])
    os._exit(1)
