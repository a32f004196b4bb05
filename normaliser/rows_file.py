"""The rows of a share of the captures in one file: packed by capture and by order, found by place.

A file is written once, by one process, and appears under its name when it is whole. In it stand, for each
capture, up to four packed parts, one behind the other: what every capture adds, and the rows of its page by
the order of their tables. At its end stand the entries, one a capture, which tell where the parts lie.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import pickle
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import IO, Any, NamedTuple

import pyarrow as pa

from normaliser.page_check import Columns
from normaliser.schema import layout
from normaliser.selection import Rank

Tables = dict[str, Columns]
"""Rows of several tables."""

PARTS = ("own", "capture", "kind", "code")
"""What every capture adds (`captures` and `parse_issues`), then the other rows by their tables' order."""

UNFINISHED = ".unfinished"
"""How the name of a file ends that is not whole yet."""

_HEAD = struct.Struct("<II")
_FOOT = struct.Struct("<QII32s")
_SAFE = {("datetime", name): getattr(dt, name) for name in ("date", "datetime", "timedelta", "timezone")}


class RowsDamaged(Exception):  # noqa: N818 (says what is the case)
    """A file of rows is not as it was written."""


class Entry(NamedTuple):
    """What is known of a capture without its rows.

    page_bytes
        Its size.
    page
        Kind and code of the page whose rows these are; None where none may be shown.
    rank
        Its `selection.rank`, where it has a page.
    site, captured_at
        Where and when (seconds since 1970) the page said this; site is None where a history does not compare
        the capture with others, and ``left_out`` says why.
    outcome, severities
        As in its row of ``captures``, and those of its issues.
    offset, lengths
        Where its parts lie, in the order of `PARTS`; 0 is the length of one that it has not.
    """

    capture_id: str
    page_bytes: int
    page: tuple[str, str] | None
    rank: Rank | None
    site: str | None
    captured_at: float | None
    left_out: str | None
    outcome: str
    severities: dict[str, int]
    offset: int
    lengths: tuple[int, int, int, int]


class RowsWriter:
    """Writes a file of rows, capture after capture; see `writing`. It will appear at ``path``."""

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self.path = path
        self._file = file
        self._offset = 0
        self._entries: list[Entry] = []

    def add(self, entry: Entry, own: Tables, rows: Tables) -> None:
        """Add a capture, with what it adds of its own and the rows of its page; its places are filled in."""
        parts: dict[str, Tables] = {name: {} for name in PARTS} | {"own": own}
        for name, columns in rows.items():
            parts[layout(name).order][name] = columns
        packed = [_packed(part) if part else b"" for part in parts.values()]
        data = b"".join(packed)
        self._file.write(data)
        own_length, by_capture, by_kind, by_code = map(len, packed)
        lengths = (own_length, by_capture, by_kind, by_code)
        self._entries.append(entry._replace(offset=self._offset, lengths=lengths))
        self._offset += len(data)

    def finish(self) -> None:
        """Write the entries."""
        data = pickle.dumps([tuple(entry) for entry in self._entries], pickle.HIGHEST_PROTOCOL)
        packed = _codec().compress(data, asbytes=True)
        self._file.write(packed)
        self._file.write(_FOOT.pack(self._offset, len(packed), len(data), _digest(packed, len(data))))


@contextmanager
def writing(path: Path) -> Iterator[RowsWriter]:
    """A writer of a file at ``path``, which appears when the context is left without an error."""
    unfinished = path.with_suffix(UNFINISHED)
    try:
        with unfinished.open("wb") as file:
            writer = RowsWriter(path, file)
            yield writer
            writer.finish()
        unfinished.replace(writer.path)
    finally:
        unfinished.unlink(missing_ok=True)


def entries(path: Path) -> list[Entry]:
    """The entries of a file, by capture_id; RowsDamaged where it is not whole, OSError where it is not."""
    with path.open("rb") as file:
        size = file.seek(0, io.SEEK_END)
        if size < _FOOT.size:
            raise RowsDamaged(path.name)
        file.seek(size - _FOOT.size)
        offset, packed_size, data_size, digest = _FOOT.unpack(file.read(_FOOT.size))
        if offset + packed_size + _FOOT.size != size:
            raise RowsDamaged(path.name)
        file.seek(offset)
        packed = file.read(packed_size)
    if _digest(packed, data_size) != digest:
        raise RowsDamaged(path.name)
    return [Entry(*values) for values in _loaded(_codec().decompress(packed, data_size, asbytes=True))]


def tables(packed: bytes | memoryview) -> Tables:
    """The rows of a part, from its bytes; raises RowsDamaged."""
    size, checksum = _HEAD.unpack_from(packed)
    data = memoryview(packed)[_HEAD.size :]
    if zlib.crc32(data, size) != checksum:
        raise RowsDamaged("a part")
    found: Tables = _loaded(_codec().decompress(data, size, asbytes=True))
    return found


def _packed(part: Tables) -> bytes:
    data = pickle.dumps(part, pickle.HIGHEST_PROTOCOL)
    packed: bytes = _codec().compress(data, asbytes=True)
    return _HEAD.pack(len(data), zlib.crc32(packed, len(data))) + packed


def _digest(packed: bytes, size: int) -> bytes:
    return hashlib.sha256(packed + b"%d" % size).digest()


@cache
def _codec() -> pa.Codec:
    """LZ4: rows become less than half, in a third of the time that zstd takes both ways."""
    return pa.Codec("lz4")


class _Unpickler(pickle.Unpickler):
    """Reads dates and plain values and nothing else, whoever wrote the file."""

    def find_class(self, module: str, name: str) -> Any:
        try:
            return _SAFE[module, name]
        except KeyError:
            raise RowsDamaged(f"{module}.{name}") from None


def _loaded(data: bytes) -> Any:
    return _Unpickler(io.BytesIO(data)).load()
