"""Pages and tables as pandas data frames: what `bma` offers to notebooks."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

import parsers
from bma.options import clean, raw
from normaliser import package
from normaliser.schema import arrow_schema, layout
from parsers.records import TABLES_OF_KIND
from scraper.archive import Archive
from scraper.sites import identify

Tables = dict[str, pd.DataFrame]
"""Data frames by the tables' names."""

_HISTORY = "history"
_NULLABLE: dict[pa.DataType, Any] = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}


@dataclass(frozen=True, slots=True)
class PageFrames:
    """What one page says.

    kind, code
        Which page it is; the kind is ``unknown`` and the code None where nothing tells.
    outcome
        ``ok``, or what it is instead (the data dictionary has them under `captures`).
    lines
        Its lines as ``bma text`` numbers them: line n is ``lines[n - 1]``. The contact line is among them,
        which may name a person.
    tables
        The rows by table, in page order, with the columns of the data dictionary but ``capture_id``; every
        table that the kind can fill is there.
    issues
        What could not be read, or reads oddly: one row each.
    """

    kind: str
    code: str | None
    outcome: str
    lines: list[str]
    tables: Tables
    issues: pd.DataFrame


def read_page(body: bytes, *, url: str | None = None) -> PageFrames:
    """See `bma.parse`."""
    hint = identify(url) if url else None
    page = parsers.parse(body, kind=hint and hint.kind, code=hint and hint.code)
    for number, issue in enumerate(page.issues, 1):
        issue.issue_number, issue.page_kind, issue.page_code = number, page.kind, page.code
    return PageFrames(
        page.kind,
        page.code,
        page.outcome,
        page.lines,
        {name: _frame(name, page.records.get(name, [])) for name in TABLES_OF_KIND.get(page.kind, ())},
        _frame("parse_issues", page.issues),
    )


def _frame(name: str, records: Sequence[object]) -> pd.DataFrame:
    """Records as a data frame with the columns of their table but ``capture_id``."""
    schema = arrow_schema(name)
    fields = [field for field in schema if field.name != "capture_id"]
    values = {field.name: [getattr(record, field.name) for record in records] for field in fields}
    return _to_pandas(pa.table(values, pa.schema(fields)))


def _to_pandas(table: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = table.to_pandas(types_mapper=_NULLABLE.get, date_as_object=False)
    return frame


def open_for_reading(data: str | os.PathLike[str]) -> Archive:
    """See `bma.open_archive`."""
    return Archive(raw(Path(data)))


def read(data: str | os.PathLike[str], names: Sequence[str], *, history: bool) -> Tables:
    """See `bma.read_tables`."""
    folder, held = _held(data, history=history)
    for name in names:
        layout(name)  # raises UnknownTable
        if name not in held:
            raise FileNotFoundError(f"there is no table {name} in {folder}")
    return {name: _to_pandas(pq.read_table(folder / f"{name}.parquet")) for name in names or held}


def read_rows_of(code: str, data: str | os.PathLike[str], *, history: bool) -> Tables:
    """See `bma.latest` and `bma.history`. Only the row groups that may hold the page are read."""
    folder, held = _held(data, history=history)
    captures = pq.read_table(folder / "captures.parquet", filters=[("page_code", "=", code)])
    own = captures["capture_id"].to_pylist()
    found: Tables = {}
    filters = {"page_code": ("page_code", "=", code), "capture_id": ("capture_id", "in", own)}
    for name in held if own else ():
        column = next((column for column in filters if column in layout(name).names), None)
        if column is None:  # `agencies` is of no page
            continue
        rows = pq.read_table(folder / f"{name}.parquet", filters=[filters[column]])
        if rows.num_rows:
            found[name] = _to_pandas(rows)
    return found


def _held(data: str | os.PathLike[str], *, history: bool) -> tuple[Path, list[str]]:
    """The folder of tables, and which it holds; FileNotFoundError where it holds none."""
    folder = clean(Path(data)) / (_HISTORY if history else "")
    held = [Path(file).stem for file in package.files(folder) if file.endswith(".parquet")]
    if not held:
        command = "bma build --history" if history else "bma build"
        raise FileNotFoundError(f"there are no tables in {folder}; {command} makes them")
    return folder, held
