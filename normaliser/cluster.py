"""The work of a build on a Dask cluster; the extra ``cluster`` brings Dask.

Workers run the same functions on the same tasks as the processes of `normaliser.running`. They must see the
archive and the folder of rows under the same paths, and have this program in the same version.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Any, TypeVar

from normaliser.errors import BuildError
from normaliser.kept import program

Task = TypeVar("Task")
Result = TypeVar("Result")

_SECONDS_TO_CONNECT = 10
_SECONDS_TO_LOOK = 5.0
"""How often it is looked whether there are workers still."""
_HELD_A_THREAD = 3
"""Tasks that are under way at once, for each thread of the workers."""


class Cluster:
    """A context that runs tasks on the workers of the scheduler at ``address``.

    A task whose worker is lost is done by another; BuildError where that happens to it again and again, where
    there is no scheduler or no worker, or a worker has another version of this program.
    """

    def __init__(self, address: str) -> None:
        try:
            import distributed
        except ImportError:
            raise BuildError("a cluster needs Dask: pip install 'bma-progress[cluster]'") from None
        self._address = address
        self._distributed = distributed
        try:
            self._client = distributed.Client(address, timeout=_SECONDS_TO_CONNECT, set_as_default=False)
        except (OSError, ValueError) as error:
            raise BuildError(f"no Dask scheduler answers at {address}: {error}") from error

    def __enter__(self) -> Cluster:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def __call__(self, function: Callable[[Task], Result], tasks: Iterable[Task], /) -> Iterator[Result]:
        """The results, in the order of the tasks."""
        pending: deque[Any] = deque()
        most = _HELD_A_THREAD * self._threads()
        try:
            for task in tasks:
                pending.append(self._client.submit(_checked, program(), function, task, pure=False))
                if len(pending) >= most:
                    yield self._result(pending.popleft())
            while pending:
                yield self._result(pending.popleft())
        finally:
            self._client.cancel(list(pending))

    def _threads(self) -> int:
        threads = int(sum(self._client.nthreads().values()))
        if not threads:
            raise BuildError(f"the Dask scheduler at {self._address} has no workers: start one")
        return threads

    def _result(self, future: Any) -> Any:
        """A result, which is waited for as long as there are workers."""
        try:
            while True:
                try:
                    return future.result(timeout=_SECONDS_TO_LOOK)
                except TimeoutError:
                    self._threads()
        except self._distributed.KilledWorker as error:
            raise BuildError(f"workers were lost again and again: {error}") from error
        except (self._distributed.CancelledError, self._distributed.comm.CommClosedError) as error:
            raise BuildError(f"the Dask scheduler at {self._address} was lost: {error}") from error


def _checked(version: str, function: Callable[[Task], Result], task: Task) -> Result:
    """The result of a task, from a worker that would get the same as the others."""
    if version != program():
        raise BuildError(
            "a worker has another version of Python, of bma-progress or of a library than this machine has,"
            " so that its rows may differ: install the same on all"
        )
    return function(task)
