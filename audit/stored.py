"""One table as ``bma build`` stored it: read whole, or as far as some pages may stand in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from audit.errors import AuditError
from normaliser.schema import arrow_schema, layout


class Range(NamedTuple):
    """The pages of a kind from one code to another, both of them included."""

    kind: str
    first: str
    last: str


class StoredTable:
    """Some columns of a table in a folder, all of them by default.

    Methods raise AuditError where the file is not there, cannot be read, or has other columns.
    """

    def __init__(self, folder: Path, name: str, columns: Sequence[str] | None = None) -> None:
        self._folder = folder
        self._name = name
        self._fields = [field for field in arrow_schema(name) if columns is None or field.name in columns]
        self._columns = [field.name for field in self._fields]

    def read(self, pages: Sequence[Range] | None = None) -> pa.Table:
        """All rows; or at least those of these pages: whole row groups, of which others are left out."""
        with self._opened() as file:
            if pages is None:
                return file.read(columns=self._columns, use_threads=False)
            return file.read_row_groups(self._groups(file, pages), columns=self._columns, use_threads=False)

    def batches(self, rows: int) -> Iterator[pa.RecordBatch]:
        """All rows, so many at a time at most."""
        with self._opened() as file:
            yield from file.iter_batches(batch_size=rows, columns=self._columns, use_threads=False)

    def _groups(self, file: pq.ParquetFile, pages: Sequence[Range]) -> list[int]:
        """The row groups that may hold rows of these pages, by what the file says of their columns."""
        code = next((name for name in layout(self._name).key if name.endswith("_code")), None)
        names = file.schema_arrow.names
        kind = names.index("page_kind") if "page_kind" in names else None
        if code is None:
            return list(range(file.num_row_groups))
        return [
            number
            for number in range(file.num_row_groups)
            for group in [file.metadata.row_group(number)]
            if any(
                _may_hold(group, names.index(code), each.first, each.last)
                and (kind is None or _may_hold(group, kind, each.kind, each.kind))
                for each in pages
            )
        ]

    @contextmanager
    def _opened(self) -> Iterator[pq.ParquetFile]:
        path = self._folder / f"{self._name}.parquet"
        try:
            with pq.ParquetFile(path) as file:
                held = file.schema_arrow
                for field in self._fields:
                    if field.name not in held.names or held.field(field.name).type != field.type:
                        raise AuditError(
                            f"{path}: no column {field.name} of type {field.type}; the tables were built by "
                            "another version: build them again with `bma build`"
                        )
                yield file
        except FileNotFoundError:
            raise AuditError(f"no {path.name} in {self._folder}: build the tables with `bma build`") from None
        except (OSError, pa.ArrowException) as error:
            raise AuditError(
                f"{path} cannot be read ({error}): build the tables again with `bma build`"
            ) from error


def _may_hold(group: Any, column: int, first: str, last: str) -> bool:
    """Whether a row group may hold a value of a column from first to last; where it is not said, it may."""
    statistics = group.column(column).statistics
    if statistics is None or not statistics.has_min_max:
        return True
    return bool(statistics.min <= last and first <= statistics.max)
