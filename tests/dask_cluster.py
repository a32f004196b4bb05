"""A Dask scheduler and its workers on 127.0.0.1: the real programs, which stop by themselves."""

import os
import re
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from queue import SimpleQueue

import distributed

ROOT = Path(__file__).parents[1]
LIFETIME = "900"
"""Seconds after which the programs stop by themselves, whatever becomes of the test."""


@contextmanager
def program(name: str, *arguments: str) -> Iterator[SimpleQueue[str]]:
    """A program of Dask's, ended at the end; gives what it says, line by line."""
    command = ["timeout", LIFETIME, sys.executable, "-m", f"distributed.cli.{name}", "--host", "127.0.0.1"]
    said: SimpleQueue[str] = SimpleQueue()
    with subprocess.Popen(
        [*command, "--no-dashboard", *arguments],
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        text=True,
    ) as started:
        assert started.stderr is not None
        reader = threading.Thread(target=lambda lines: deque(map(said.put, lines), 0), args=[started.stderr])
        reader.start()
        try:
            yield said
        finally:
            started.terminate()
            reader.join()


@contextmanager
def scheduler() -> Iterator[str]:
    """The address of a scheduler."""
    with program("dask_scheduler", "--port", "0") as said:
        found = (re.search(r"Scheduler at:\s+(tcp://\S+)", said.get(timeout=60)) for _ in count())
        yield next(match[1] for match in found if match)


@contextmanager
def workers(address: str, number: int, folder: Path) -> Iterator[None]:
    """So many workers of one thread each, which are not started anew when they are killed."""
    options = ("--nthreads", "1", "--no-nanny", "--local-directory", str(folder), "--death-timeout", "30")
    with ExitStack() as stack:
        for _ in range(number):
            stack.enter_context(program("dask_worker", address, *options))
        with distributed.Client(address, set_as_default=False) as client:
            client.wait_for_workers(number, timeout=60)
        yield
