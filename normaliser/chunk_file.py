"""Chunks on their way from where they are rendered to where they are written, in a file between the two.

Through a pipe they would be copied six times. The file is gone before the disk has to hear of it.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

import pyarrow as pa

from normaliser.writers import Chunk


class ChunkFile(NamedTuple):
    """A file of chunks, to be read once; ``sizes``: the table of each, bytes of its batch and its CSV."""

    path: Path
    sizes: list[tuple[str, int, int]]

    def take(self) -> Iterator[Chunk]:
        """The chunks, in order; the file is removed."""
        with self.path.open("rb") as file:
            self.path.unlink()
            for table, batch, csv in self.sizes:
                yield Chunk(table, pa.py_buffer(file.read(batch)), pa.py_buffer(file.read(csv)))


class ChunkFileWriter:
    """Writes a file of chunks; see `writing`."""

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self.written = ChunkFile(path, [])
        self._file = file

    def write(self, chunk: Chunk) -> None:
        """Add a chunk."""
        self._file.write(chunk.batch)
        self._file.write(chunk.csv)
        self.written.sizes.append((chunk.table, chunk.batch.size, chunk.csv.size))


@contextmanager
def writing(folder: Path, suffix: str) -> Iterator[ChunkFileWriter]:
    """A writer of a new file in ``folder``, whose name ends with ``suffix``; none is left by an exception."""
    descriptor, name = tempfile.mkstemp(suffix, dir=folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield ChunkFileWriter(Path(name), file)
    except BaseException:
        Path(name).unlink()
        raise
