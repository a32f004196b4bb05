"""Writing one table, in batches, as Parquet and as CSV.

Rows must arrive sorted by the table's key and no key twice: that is the check of the primary key over all
pages, and what makes the files the same whatever order the pages were imported in. Rows become `Chunk`
objects wherever there is a processor for it (`TableRows`), and chunks become the two files in one place
(`TableFiles`); `TableWriter` is both.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq

from normaliser import csv_text
from normaliser.errors import BuildError
from normaliser.free_text import CountingFilter, is_free
from normaliser.schema import Layout, arrow_schema, layout

BATCH_ROWS = 2_000
"""Rows that are held before they become a chunk."""
BATCH_BYTES = 16 * 1024**2
"""Size of the pages whose rows are held, at most, so that memory is the same for few pages and for many."""
GROUP_ROWS = 50_000
GROUP_BYTES = 4 * 1024**2
"""Rows and bytes (in memory) that make a Parquet row group: so few that readers which want one agency, whose
rows stand together, skip the most; so many that the groups' descriptions stay small, also in memory."""


class Chunk(NamedTuple):
    """Some rows of a table, one after the other, as both files have them; may go to another process.

    batch is a record batch, as Arrow sends it without its schema; csv the lines of the same rows.
    """

    table: str
    batch: pa.Buffer
    csv: pa.Buffer


class TableRows:
    """Rows of one table (of a history) that become chunks.

    Free texts go through ``text_filter``, where there is one. Methods raise BuildError where keys are not
    strictly increasing or a value does not fit its column.
    """

    def __init__(
        self,
        name: str,
        *,
        plain_csv: bool = False,
        history: bool = False,
        text_filter: CountingFilter | None = None,
    ) -> None:
        shape = layout(name, history=history)
        self._filter = text_filter
        self._filtered = [] if text_filter is None else text_filter.places(name, shape.names)
        self._shape = shape
        self._key = _places_of_key(shape)
        self._schema = arrow_schema(name, history=history)
        self._plain = plain_csv
        self._held: list[list[Any]] = [[] for _ in shape.names]
        self._held_bytes = 0

    def add(self, columns: Sequence[Sequence[Any]], page_bytes: int = 0) -> Iterator[Chunk]:
        """Add rows as columns of equal length, in the layout's order, from a page of ``page_bytes``.

        Returns the chunk that is full now, if one is.
        """
        if self._filter is not None:
            columns = list(columns)
            for place in self._filtered:
                columns[place] = self._filter.texts(columns[place])
        for held, values in zip(self._held, columns, strict=True):
            held.extend(values)
        self._held_bytes += page_bytes
        is_full = len(self._held[0]) >= BATCH_ROWS or self._held_bytes >= BATCH_BYTES
        return self.rest() if is_full else iter(())

    def rest(self) -> Iterator[Chunk]:
        """The chunk of the rows that are held, if there are any."""
        if not self._held[0]:
            return
        self._check_order()
        batch = pa.RecordBatch.from_arrays(
            [self._array(field, values) for field, values in zip(self._schema, self._held, strict=True)],
            schema=self._schema,
        )
        self._held = [[] for _ in self._held]
        self._held_bytes = 0
        yield Chunk(self._shape.name, batch.serialize(), csv_text.rows(batch, plain=self._plain))

    def _array(self, field: pa.Field, values: list[Any]) -> pa.Array:
        name = self._shape.name
        try:
            array = pa.array(values, field.type)
        except (pa.ArrowException, OverflowError, UnicodeError) as error:
            raise BuildError(f"a value of {name}.{field.name} does not fit: {error}") from error
        if array.null_count and not field.nullable:
            row = [held[values.index(None)] for held in self._held]
            raise BuildError(f"{name}.{field.name} is missing in {_where(self._shape, row)}")
        return array

    def _check_order(self) -> None:
        keys = list(zip(*(self._held[place] for place in self._key), strict=True))
        if all(map(operator.lt, keys, islice(keys, 1, None))):
            return
        place = next(place for place, key in enumerate(keys) if not key < keys[place + 1])
        rows = list(zip(*self._held, strict=True))
        raise _out_of_order(self._shape, rows[place], rows[place + 1])


class TableFiles:
    """A context that writes ``<name>.parquet`` and ``<name>.csv`` (of a history) into a folder; use `write`.

    Leaving it completes both files; leaving it by an exception closes them as they are. ``rows`` counts the
    rows written. Methods raise BuildError where the first key of a chunk is not above the last one before,
    and OSError where the disk fails.
    """

    def __init__(self, name: str, folder: Path, *, plain_csv: bool = False, history: bool = False) -> None:
        self.rows = 0
        self._shape = layout(name, history=history)
        self._key = _places_of_key(self._shape)
        self._schema = arrow_schema(name, history=history)
        self._held: list[pa.RecordBatch] = []
        self._held_rows = self._held_bytes = 0
        self._last: pa.RecordBatch | None = None
        with ExitStack() as stack:
            self._csv = stack.enter_context((folder / f"{name}.csv").open("wb"))
            self._csv.write(csv_text.header(self._schema, plain=plain_csv))
            path = str(folder / f"{name}.parquet")
            self._parquet = pq.ParquetWriter(
                path, self._schema, compression="zstd", write_statistics=_with_statistics(self._shape)
            )
            stack.pop_all()

    def __enter__(self) -> TableFiles:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._write_group()
                self._parquet.close()
                self._csv.close()
        finally:
            for file in (self._parquet, self._csv):
                with suppress(OSError, pa.ArrowException):
                    file.close()

    def write(self, chunk: Chunk) -> None:
        """Add the rows of a chunk."""
        batch = pa.ipc.read_record_batch(chunk.batch, self._schema)
        self._check_order(batch)
        self._csv.write(chunk.csv)
        self._held.append(batch)
        self._held_rows += len(batch)
        self._held_bytes += batch.nbytes
        self.rows += len(batch)
        if self._held_rows >= GROUP_ROWS or self._held_bytes >= GROUP_BYTES:
            self._write_group()

    def _write_group(self) -> None:
        """Write what is held as one row group."""
        if self._held:
            table = pa.Table.from_batches(self._held)
            self._parquet.write_table(table, row_group_size=len(table))
            self._held = []
            self._held_rows = self._held_bytes = 0

    def _check_order(self, batch: pa.RecordBatch) -> None:
        """Compare the first key with the last one of the chunk before."""
        first = batch.slice(0, 1)
        if self._last is not None and not _row(self._last, self._key) < _row(first, self._key):
            raise _out_of_order(self._shape, _row(self._last), _row(first))
        self._last = batch.slice(len(batch) - 1)


class TableWriter:
    """A context that writes rows into the two files of a table (of a history); use `add`.

    Raises what `TableRows` and `TableFiles` do; ``rows`` counts the rows added.
    """

    def __init__(
        self,
        name: str,
        folder: Path,
        *,
        plain_csv: bool = False,
        history: bool = False,
        text_filter: CountingFilter | None = None,
    ) -> None:
        self.name = name
        self.rows = 0
        self._rows = TableRows(name, plain_csv=plain_csv, history=history, text_filter=text_filter)
        self._files = TableFiles(name, folder, plain_csv=plain_csv, history=history)

    def __enter__(self) -> TableWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._files.__exit__(kind, error, trace)
            return
        with self._files:
            for chunk in self._rows.rest():
                self._files.write(chunk)

    def add(self, columns: Sequence[Sequence[Any]], page_bytes: int = 0) -> None:
        """Add rows as columns of equal length, in the layout's order, from a page of ``page_bytes``."""
        self.rows += len(columns[0])
        for chunk in self._rows.add(columns, page_bytes):
            self._files.write(chunk)


def write_tables(
    names: Iterable[str],
    folder: Path,
    chunks: Iterable[Chunk],
    *,
    plain_csv: bool = False,
    history: bool = False,
) -> dict[str, int]:
    """Write tables from their chunks, those of each table in its order; returns their rows."""
    with ExitStack() as stack:
        files = {
            name: stack.enter_context(TableFiles(name, folder, plain_csv=plain_csv, history=history))
            for name in names
        }
        for chunk in chunks:
            files[chunk.table].write(chunk)
    return {name: file.rows for name, file in files.items()}


def _with_statistics(shape: Layout) -> list[str]:
    """The columns whose least and greatest values stand beside each row group, so that readers can skip it.

    Nobody looks for free text by its range, and two whole narratives a group are most of what is said of it.
    """
    return [name for name in shape.names if not is_free(shape.name, name)]


def _places_of_key(shape: Layout) -> tuple[int, ...]:
    return tuple(map(shape.names.index, shape.key))


def _row(batch: pa.RecordBatch, places: Iterable[int] | None = None) -> tuple[Any, ...]:
    """The only row of a batch, or its values in some columns."""
    columns = batch.columns if places is None else map(batch.column, places)
    return tuple(column[0].as_py() for column in columns)


def _out_of_order(shape: Layout, first: Sequence[Any], second: Sequence[Any]) -> BuildError:
    is_same = all(first[place] == second[place] for place in _places_of_key(shape))
    fault = "have the same key" if is_same else "do not arrive sorted by key"
    return BuildError(
        f"two rows of {shape.name} {fault}: {_where(shape, first)}, and {_where(shape, second)}"
    )


def _where(shape: Layout, row: Sequence[Any]) -> str:
    """A row by its key, its capture and its line, as a message names it."""
    values = dict(zip(shape.names, row, strict=True))
    key = ", ".join(str(values[name]) for name in shape.key)
    line = f", line {values['line_first']}" if "line_first" in values else ""
    capture = values.get("capture_id") or values.get("new_capture_id")
    return key if capture is None else f"{key} (capture {capture}{line})"
