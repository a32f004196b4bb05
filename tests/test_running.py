"""Work in processes: results in order, few tasks held, and nothing left behind, whoever is killed."""

import os
import select
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from normaliser.errors import BuildError
from normaliser.running import Processes, in_process, processors


def square(number: int) -> int:
    return number * number


def fails(number: int) -> int:
    raise BuildError(f"task {number} cannot be done")


def own_process(_: int) -> int:
    return os.getpid()


def dies(number: int) -> int:
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def test_results_come_in_the_order_of_the_tasks() -> None:
    expected = [number * number for number in range(20)]
    assert list(in_process(square, range(20))) == expected
    with Processes(2) as run:
        assert list(run(square, range(20))) == expected
        assert list(run(square, [])) == []


def test_the_work_is_done_elsewhere_by_so_many_processes() -> None:
    with Processes(2) as run:
        used = set(run(own_process, range(40)))
    assert os.getpid() not in used
    assert 1 <= len(used) <= 2


def test_tasks_are_asked_for_as_they_are_needed() -> None:
    asked = 0

    def tasks() -> Iterator[int]:
        nonlocal asked
        for number in range(100):
            asked += 1
            yield number

    with Processes(2) as run:
        results = run(square, tasks())
        assert next(results) == 0
        assert asked <= 6


def test_an_error_of_a_task_is_the_runs() -> None:
    with Processes(2) as run, pytest.raises(BuildError, match="task 0 cannot be done"):
        list(run(fails, range(5)))


def test_a_killed_process_is_an_error_that_says_what_to_do() -> None:
    with Processes(1) as run, pytest.raises(BuildError, match="--jobs"):
        list(run(dies, range(10)))


def test_there_is_a_processor() -> None:
    assert 1 <= processors() <= (os.cpu_count() or 1)


def test_processes_end_when_the_one_that_started_them_is_killed(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        textwrap.dedent(
            """
            import sys, threading
            from normaliser.running import Processes
            from tests.test_running import own_process

            if __name__ == "__main__":
                run = Processes(1)
                print(*run(own_process, range(1)), flush=True)
                threading.Event().wait(60)
            """
        )
    )
    root = Path(__file__).parents[1]
    started = subprocess.Popen(
        [sys.executable, str(program)],
        env=os.environ | {"PYTHONPATH": str(root)},
        stdout=subprocess.PIPE,
    )
    assert started.stdout is not None
    assert int(started.stdout.readline()) != started.pid
    started.kill()
    started.wait()
    readable, _, _ = select.select([started.stdout], [], [], 30)
    assert readable  # every process holds the other end: it is closed when all are gone
    assert started.stdout.read() == b""
    started.stdout.close()
