"""Ctrl-C: the first asks to stop after the page in hand, the second stops at once."""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stop:
    """Whether the user wants the run to end; a context manager that takes SIGINT and SIGTERM.

    ``say`` is called on the first signal, within its handler. A second one raises KeyboardInterrupt, wherever
    the program is but within a `shield`.
    """

    def __init__(self, say: Callable[[], object] = lambda: None) -> None:
        self._say = say
        self._asked = False
        self._shielded = False
        self._late = False
        self._reading, self._writing = os.pipe()
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Stop:
        self._before = {number: signal.signal(number, self._on_signal) for number in _SIGNALS}
        return self

    def __exit__(self, *error: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        os.close(self._reading)
        os.close(self._writing)

    @property
    def asked(self) -> bool:
        """Whether the run is to end."""
        return self._asked

    def ask(self) -> None:
        """Let the run end after the page in hand, and whoever sleeps wake."""
        self._asked = True
        os.write(self._writing, b"x")

    def sleep(self, seconds: float) -> bool:
        """Wait; False where the run is to end, and then at once."""
        if not self._asked and seconds > 0:
            select.select(
                [self._reading], [], [], seconds
            )  # a lock could not be released by a signal's handler
        return not self._asked

    @contextmanager
    def shield(self) -> Iterator[None]:
        """Put a KeyboardInterrupt off until what is done herein is done: soon, and whole."""
        self._shielded = True
        try:
            yield
        finally:
            self._shielded = False
        if self._late:
            self._late = False
            raise KeyboardInterrupt

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self._asked and self._shielded:
            self._late = True
            return
        if self._asked:
            raise KeyboardInterrupt
        self.ask()
        self._say()
