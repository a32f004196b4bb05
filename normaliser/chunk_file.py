"""Chunks on their way from where they are rendered to where they are written, in a file between the two.

Through a pipe they would be copied six times, which costs more than all that can be gained by rendering them
elsewhere. A file is read where it lies in memory, and it is gone before the disk has to hear of it.
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

_ALIGNMENT = 64
"""Where batches begin, so that Arrow need not copy their columns."""


class _Place(NamedTuple):
    """Where a chunk of a table lies, the batch first and its lines of CSV behind it, in bytes."""

    table: str
    offset: int
    batch: int
    csv: int


class ChunkFile(NamedTuple):
    """A file of chunks, to be read once."""

    path: Path
    places: list[_Place]

    def take(self) -> Iterator[Chunk]:
        """The chunks, in order; the file is removed, and lies in memory for as long as they are used."""
        with pa.memory_map(str(self.path)) as file:
            self.path.unlink()
            for table, offset, batch, csv in self.places:
                file.seek(offset)
                yield Chunk(table, file.read_buffer(batch), file.read_buffer(csv))


class ChunkFileWriter:
    """Writes a file of chunks; see `writing`."""

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self.written = ChunkFile(path, [])
        self._file = file

    def write(self, chunk: Chunk) -> None:
        """Add a chunk."""
        self._file.write(bytes(-self._file.tell() % _ALIGNMENT))
        place = _Place(chunk.table, self._file.tell(), chunk.batch.size, chunk.csv.size)
        self._file.write(chunk.batch)
        self._file.write(chunk.csv)
        self.written.places.append(place)


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
