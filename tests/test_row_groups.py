"""Who wants one agency reads the row groups that hold it: pandas, DuckDB and Polars, as they read files."""

import datetime as dt
import io
import os
import random
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest
from fsspec import AbstractFileSystem

from normaliser import writers
from normaliser.schema import layout
from normaliser.writers import TableWriter

AGENCIES, PROJECTS, GROUP = 10, 150, 100
WANTED = "50040000"
Ranges = list[tuple[int, int]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tables of ten agencies with 150 projects each, in groups of a hundred rows."""
    folder, noise = tmp_path_factory.mktemp("tables"), random.Random(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writers, "BATCH_ROWS", GROUP // 2)
        patch.setattr(writers, "GROUP_ROWS", GROUP)
        for table in ("projects", "progress_reports"):
            with TableWriter(table, folder) as writer:
                for agency in range(AGENCIES):
                    for number in range(PROJECTS):
                        row = {
                            "project_code": f"50{agency:02}0000-{number:04}",
                            "agency_code": f"50{agency:02}0000",
                            "position": 1,
                            "narrative": noise.randbytes(400).hex(),
                            "rationale": noise.randbytes(400).hex(),
                            "capture_id": f"{agency:08}{number:08}",
                            "line_first": 1,
                            "line_last": 2,
                        }
                        writer.add([(row.get(name),) for name in layout(table).names])
    return folder


def groups_of(path: Path, ranges: Ranges) -> set[int]:
    """The row groups that ranges of a file (first byte, length) touch, but for reads of the file's end.

    There the groups are described, and readers take more than that at once.
    """
    size = path.stat().st_size
    ranges = [(first, length) for first, length in ranges if first + length < size]
    metadata = pq.ParquetFile(path).metadata
    touched = set()
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        columns = [group.column(place) for place in range(group.num_columns)]
        start = min(column.dictionary_page_offset or column.data_page_offset for column in columns)
        end = start + sum(column.total_compressed_size for column in columns)
        if any(first < end and first + length > start for first, length in ranges):
            touched.add(number)
    return touched


def groups_that_hold(path: Path, column: str, value: str) -> set[int]:
    file = pq.ParquetFile(path)
    return {
        number
        for number in range(file.num_row_groups)
        if any(text.startswith(value) for text in file.read_row_group(number)[column].to_pylist())
    }


class Recorded(io.BytesIO):
    """A file that notes what is read of it."""

    def __init__(self, data: bytes, ranges: Ranges) -> None:
        super().__init__(data)
        self.ranges = ranges

    def read(self, size: int | None = -1, /) -> bytes:
        first = self.tell()
        data = super().read(size)
        self.ranges.append((first, len(data)))
        return data


def by_pandas(path: Path, column: str, first: str, behind: str) -> tuple[int, set[int]]:
    ranges: Ranges = []
    with Recorded(path.read_bytes(), ranges) as file:
        filters = [(column, ">=", first), (column, "<", behind)]
        found = pd.read_parquet(file, filters=filters)  # type: ignore[arg-type]  # the stubs know lists of lists
    return len(found), groups_of(path, ranges)


def by_duckdb(path: Path, column: str, first: str, behind: str) -> tuple[int, set[int]]:
    ranges: Ranges = []

    class Recording(AbstractFileSystem):  # type: ignore[misc]  # fsspec has no types
        """The one file, whatever is asked for."""

        protocol = "recording"

        def _open(self, path: str, *_: Any, **__: Any) -> Recorded:
            return Recorded(data, ranges)

        def info(self, path: str, **_: Any) -> dict[str, Any]:
            return {"name": path, "size": len(data), "type": "file"}

        def glob(self, path: str, *_: Any, **__: Any) -> list[str]:
            return [path]

        def modified(self, path: str) -> dt.datetime:
            return dt.datetime(2020, 1, 1, tzinfo=dt.UTC)

    data = path.read_bytes()
    with duckdb.connect() as connection:
        connection.register_filesystem(Recording())
        query = f"SELECT * FROM 'recording://{path.name}' WHERE {column} >= ? AND {column} < ?"
        found = connection.execute(query, [first, behind]).fetchall()
    return len(found), groups_of(path, ranges)


def by_polars(path: Path, column: str, first: str, behind: str) -> tuple[int, int]:
    """How many row groups Polars reads is what it says itself."""
    program = f"""
import polars as pl
column = pl.col({column!r})
found = pl.scan_parquet({str(path)!r}).filter(column >= {first!r}, column < {behind!r}).collect()
print(len(found))
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"POLARS_VERBOSE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    match = re.search(r"reading (\d+) / (\d+) row groups", done.stderr)
    assert match, done.stderr
    return int(done.stdout), int(match[1])


@pytest.mark.parametrize(
    ("table", "column"), [("projects", "agency_code"), ("progress_reports", "project_code")]
)
def test_one_agency_is_read_from_the_groups_that_hold_it(folder: Path, table: str, column: str) -> None:
    path = folder / f"{table}.parquet"
    holding = groups_that_hold(path, column, WANTED)
    assert 2 <= len(holding) <= 3 < pq.ParquetFile(path).num_row_groups == 15
    wanted = (path, column, WANTED, "50050000")
    assert by_pandas(*wanted) == (PROJECTS, holding)
    assert by_duckdb(*wanted) == (PROJECTS, holding)
    assert by_polars(*wanted) == (PROJECTS, len(holding))


def test_without_a_filter_all_groups_are_read(folder: Path) -> None:
    """So that the counts above count something."""
    path = folder / "projects.parquet"
    everything = (path, "agency_code", "0", "9")
    assert by_pandas(*everything) == (AGENCIES * PROJECTS, set(range(15)))
    assert by_duckdb(*everything) == (AGENCIES * PROJECTS, set(range(15)))
    assert by_polars(*everything) == (AGENCIES * PROJECTS, 15)
