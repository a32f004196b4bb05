"""Writing one table, in batches, as Parquet and as CSV.

Rows must arrive sorted by the table's key and no key twice: that is the check of the primary key over all
pages, and what makes the files the same whatever order the pages were imported in.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from normaliser import csv_text
from normaliser.errors import BuildError
from normaliser.schema import arrow_schema, layout

BATCH_ROWS = 2_000
"""Rows that are held before they are written: a Parquet row group, and a few megabytes of text."""
BATCH_BYTES = 16 * 1024**2
"""Size of the pages whose rows are held, at most, so that memory is the same for few pages and for many."""


class TableWriter:
    """A context that writes ``<name>.parquet`` and ``<name>.csv`` (of a history) into a folder; use `add`.

    Leaving it completes both files; leaving it by an exception closes them as they are. ``rows`` counts the
    rows added. Methods raise BuildError where keys are not strictly increasing or a value does not fit its
    column, and OSError where the disk fails.
    """

    def __init__(self, name: str, folder: Path, *, plain_csv: bool = False, history: bool = False) -> None:
        shape = layout(name, history=history)
        self.name = name
        self.rows = 0
        self._names = shape.names
        self._key = tuple(map(shape.names.index, shape.key))
        self._schema = arrow_schema(name, history=history)
        self._plain = plain_csv
        self._held: list[list[Any]] = [[] for _ in shape.names]
        self._held_bytes = 0
        self._last: tuple[Any, ...] | None = None
        with ExitStack() as stack:
            self._csv = stack.enter_context((folder / f"{name}.csv").open("wb"))
            self._csv.write(csv_text.header(self._schema, plain=plain_csv))
            path = str(folder / f"{name}.parquet")
            self._parquet = pq.ParquetWriter(path, self._schema, compression="zstd")
            stack.pop_all()

    def __enter__(self) -> TableWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._flush()
                self._parquet.close()
                self._csv.close()
        finally:
            for file in (self._parquet, self._csv):
                with suppress(OSError, pa.ArrowException):
                    file.close()

    def add(self, columns: Sequence[Sequence[Any]], page_bytes: int = 0) -> None:
        """Add rows as columns of equal length, in the layout's order, from a page of ``page_bytes``."""
        for held, values in zip(self._held, columns, strict=True):
            held.extend(values)
        self.rows += len(columns[0])
        self._held_bytes += page_bytes
        if len(self._held[0]) >= BATCH_ROWS or self._held_bytes >= BATCH_BYTES:
            self._flush()

    def _flush(self) -> None:
        if not self._held[0]:
            return
        self._check_order()
        batch = pa.RecordBatch.from_arrays(
            [self._array(field, values) for field, values in zip(self._schema, self._held, strict=True)],
            schema=self._schema,
        )
        self._parquet.write_batch(batch)
        self._csv.write(csv_text.rows(batch, plain=self._plain))
        self._last = tuple(values[-1] for values in self._held)
        self._held = [[] for _ in self._names]
        self._held_bytes = 0

    def _array(self, field: pa.Field, values: list[Any]) -> pa.Array:
        try:
            array = pa.array(values, field.type)
        except (pa.ArrowException, OverflowError, UnicodeError) as error:
            raise BuildError(f"a value of {self.name}.{field.name} does not fit: {error}") from error
        if array.null_count and not field.nullable:
            row = [held[values.index(None)] for held in self._held]
            raise BuildError(f"{self.name}.{field.name} is missing in {self._where(row)}")
        return array

    def _check_order(self) -> None:
        """Compare each row's key with the one before, the last of the previous batch included."""
        keys = list(zip(*(self._held[place] for place in self._key), strict=True))
        if self._last is not None:
            keys.insert(0, tuple(self._last[place] for place in self._key))
        if all(map(operator.lt, keys, islice(keys, 1, None))):
            return
        place = next(place for place, key in enumerate(keys) if not key < keys[place + 1])
        rows = [*([] if self._last is None else [self._last]), *zip(*self._held, strict=True)]
        first, second = rows[place], rows[place + 1]
        fault = "have the same key" if keys[place] == keys[place + 1] else "do not arrive sorted by key"
        raise BuildError(f"two rows of {self.name} {fault}: {self._where(first)}, and {self._where(second)}")

    def _where(self, row: Sequence[Any]) -> str:
        """A row by its key, its capture and its line, as a message names it."""
        values = dict(zip(self._names, row, strict=True))
        key = ", ".join(str(row[place]) for place in self._key)
        line = f", line {values['line_first']}" if "line_first" in values else ""
        capture = values.get("capture_id") or values.get("new_capture_id")
        return key if capture is None else f"{key} (capture {capture}{line})"
