"""Rows and numbers set aside on disk in numbered parts, so that memory hardly grows with the tables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

_WRITING = pa.ipc.IpcWriteOptions(compression="lz4")


class Parts:
    """Parts of a table in files of a folder: rows are added at the end of a part, and read from its begin.

    No file stays open, however many parts there are. Raises OSError where the disk fails.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = name

    def add(self, part: int, rows: pa.Table) -> None:
        """Add rows to a part; all rows of a part have the same schema."""
        if not rows.num_rows:
            return
        with (
            self._path(part).open("ab") as file,
            pa.ipc.new_stream(file, rows.schema, options=_WRITING) as to,
        ):
            to.write_table(rows)

    def read(self, part: int) -> Iterator[pa.RecordBatch]:
        """The rows of a part in the order in which they were added; none where nothing was."""
        if not self._path(part).exists():
            return
        with pa.OSFile(str(self._path(part))) as file:
            while file.tell() < file.size():
                with pa.ipc.open_stream(file) as rows:
                    yield from rows

    def _path(self, part: int) -> Path:
        return self._folder / f"{self._name}-{part}.arrows"


class Numbers:
    """Arrays of numbers of one type in numbered files of a folder."""

    def __init__(self, folder: Path, name: str, kind: npt.DTypeLike) -> None:
        self._folder = folder
        self._name = name
        self._kind = np.dtype(kind)

    def add(self, part: int, numbers: npt.NDArray[Any]) -> None:
        """Add numbers at the end of a part."""
        with self._path(part).open("ab") as file:
            file.write(np.ascontiguousarray(numbers, self._kind).data)

    def divide(self, numbers: npt.NDArray[Any], parts: npt.NDArray[np.int64]) -> None:
        """Add each of the numbers to its part."""
        order = np.argsort(parts, kind="stable")
        names, begins = np.unique(parts[order], return_index=True)
        for part, some in zip(names, np.split(numbers[order], begins[1:]), strict=False):
            self.add(int(part), some)

    def read(self, part: int, first: int = 0, count: int = -1) -> npt.NDArray[Any]:
        """So many numbers of a part from the first on, all by default; none where there is no part."""
        if not self._path(part).exists():
            return np.empty(0, self._kind)
        return np.fromfile(self._path(part), self._kind, count, offset=first * self._kind.itemsize)

    def mapped(self, part: int) -> npt.NDArray[Any]:
        """The numbers of a part without reading them before they are asked for."""
        path = self._path(part)
        if not path.exists() or not path.stat().st_size:
            return np.empty(0, self._kind)
        return np.memmap(path, self._kind, "r")

    def take(self, part: int) -> npt.NDArray[Any]:
        """All numbers of a part, which is no more afterwards."""
        numbers = self.read(part)
        self._path(part).unlink(missing_ok=True)
        return numbers

    def _path(self, part: int) -> Path:
        return self._folder / f"{self._name}-{part}.numbers"
