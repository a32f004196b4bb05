"""What a report tells of each project, gathered from the tables in one pass over each.

Most tables stand sorted by the codes of their pages, so that the rows of the next project are always the next
rows. Those that stand otherwise are divided on disk into parts of some projects, each sorted in memory.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from audit.errors import AuditError
from audit.parts import Parts
from normaliser.schema import layout

Row = dict[str, Any]

_BATCH_ROWS = 2_000
_ONE_BATCH_AHEAD = {"batch_size": 10_000, "batch_readahead": 1, "fragment_readahead": 1}
_PROJECTS_TOGETHER = 1_000
"""Projects whose rows are sorted in memory together."""


@dataclass(slots=True, kw_only=True)
class Project:
    """A project with the rows that were read from its page; ``capture`` is that page's.

    ``check_results`` are those of checks that could not judge it.
    """

    row: Row
    capture: Row
    strategy_links: list[Row]
    progress_reports: list[Row]
    plan_steps: list[Row]
    indicators: list[Row]
    indicator_quarters: list[Row]
    parse_issues: list[Row]
    findings: list[Row]
    check_results: list[Row]

    @property
    def code(self) -> str:
        """The project's code."""
        code: str = self.row["project_code"]
        return code


class _Source(NamedTuple):
    """Where the rows of a project come from: a table, the column with its code, and how it must be sorted.

    of_all_kinds tells that pages of other kinds are in the table too; order is empty where it stands sorted;
    only are the rows that are told.
    """

    table: str
    code: str = "page_code"
    of_all_kinds: bool = False
    order: tuple[str, ...] = ()
    only: pc.Expression | None = None


_PROJECTS = _Source("projects", "project_code")
_CAPTURES = _Source("captures", of_all_kinds=True, order=("capture_id",))
_SOURCES = (
    _Source("strategy_links", of_all_kinds=True),
    _Source("progress_reports", "project_code"),
    _Source("plan_steps", "project_code"),
    _Source("indicators"),
    _Source("indicator_quarters"),
    _Source("parse_issues", of_all_kinds=True, order=("capture_id", "issue_number")),
    _Source("findings", of_all_kinds=True, order=("line_first", "check", "finding_id")),
    _Source("check_results", of_all_kinds=True, order=("check",), only=pc.field("status") == "not_checked"),
)
_OF_AUDIT = ("findings", "check_results")
_EVIDENCE = ["capture_id", "captured_at", "captured_at_source", "url", "body_sha256"]


def is_audited(folder: Path) -> bool:
    """Whether ``bma audit`` has put its tables beside the others."""
    return all((folder / f"{name}.parquet").exists() for name in _OF_AUDIT)


def projects(folder: Path, codes: Collection[str] = ()) -> Generator[Project, None, None]:
    """The projects of the tables in a folder, all or those of these codes, by code.

    Raises AuditError where a table is missing or cannot be read, or holds no project of one of the codes.
    """
    wanted = sorted(set(codes))
    _check_codes(folder, wanted)
    audited = is_audited(folder)
    with TemporaryDirectory(prefix="bma-report-") as spill:
        tables = _Tables(folder, wanted, Path(spill))
        streams = {
            source.table: _OfCode(
                iter(()) if source.table in _OF_AUDIT and not audited else tables.rows(source), source.code
            )
            for source in (_CAPTURES, *_SOURCES)
        }
        for row in tables.rows(_PROJECTS):
            code, capture_id = row["project_code"], row["capture_id"]
            rows = {name: stream.take(code) for name, stream in streams.items()}
            rows["parse_issues"] = [each for each in rows["parse_issues"] if each["capture_id"] == capture_id]
            (capture,) = (each for each in rows.pop("captures") if each["capture_id"] == capture_id)
            yield Project(row=row, capture=capture, **rows)


def _check_codes(folder: Path, wanted: list[str]) -> None:
    """Refuse a report of codes before any of it is written, where the tables lack one."""
    if not wanted:
        return
    of_codes = pc.field("project_code").isin(wanted)
    held = _read(folder, "projects", ["project_code"], of_codes)["project_code"].to_pylist()
    if missing := [code for code in wanted if code not in held]:
        raise AuditError(
            f"the tables in {folder} hold no project {', '.join(missing)}; "
            "`bma status` says what the archive holds, and `bma build` makes the tables of it"
        )


def findings_elsewhere(folder: Path) -> Iterator[Row]:
    """The findings on pages that are no project's, by page."""
    if is_audited(folder):
        order = ("page_kind", "page_code", "line_first", "check", "finding_id")
        others = pc.field("page_kind") != "project"
        yield from _sorted(folder, "findings", order, others)


def captures_of_findings(folder: Path, codes: Collection[str] = ()) -> dict[str, Row]:
    """The captures that findings quote, by id; of the projects of these codes, where any is named."""
    if not is_audited(folder):
        return {}
    quoted = ["capture_id", "capture_id_before"]
    of_codes = pc.field("project_code").isin(sorted(codes)) if codes else None
    findings = _read(folder, "findings", quoted, of_codes)
    ids = {each for column in quoted for each in pc.unique(findings[column]).to_pylist()}
    ids.discard(None)
    is_quoted = pc.field("capture_id").isin(pa.array(sorted(ids), pa.string()))
    captures = _read(folder, "captures", _EVIDENCE, is_quoted)
    found = {row["capture_id"]: row for row in captures.to_pylist()}
    if ids - found.keys():
        raise AuditError(f"the findings in {folder} are of other tables: run `bma audit` again")
    return found


class _OfCode:
    """Rows sorted by a code, handed out code by code."""

    def __init__(self, rows: Iterator[Row], column: str) -> None:
        self._rows = rows
        self._column = column
        self._next = next(rows, None)

    def take(self, code: str) -> list[Row]:
        """The rows of a code; it must not be smaller than the one before."""
        taken = []
        while self._next is not None and (self._next[self._column] or "") <= code:
            if self._next[self._column] == code:
                taken.append(self._next)
            self._next = next(self._rows, None)
        return taken


class _Tables:
    """The rows of pages of projects, of all or of those that are wanted by their codes."""

    def __init__(self, folder: Path, wanted: list[str], spill: Path) -> None:
        self._folder = folder
        self._wanted = wanted
        self._spill = spill
        codes = (
            [] if wanted else _read(folder, "projects", ["project_code"], None)["project_code"].to_pylist()
        )
        self._begins = np.array(codes[::_PROJECTS_TOGETHER][1:], object)

    def rows(self, source: _Source) -> Iterator[Row]:
        """The rows of a table, sorted by code."""
        condition = pc.field("page_kind") == "project" if source.of_all_kinds else None
        named = pc.field(source.code).isin(self._wanted) if self._wanted else None
        for further in (named, source.only):
            if further is not None:
                condition = further if condition is None else condition & further
        if self._wanted:
            return _sorted(self._folder, source.table, (source.code, *source.order), condition)
        if source.order:
            return self._divided(source, condition)
        return (row for rows in _streamed(self._folder, source.table, condition) for row in rows.to_pylist())

    def _divided(self, source: _Source, condition: pc.Expression | None) -> Iterator[Row]:
        """Rows that stand in another order: in parts of some projects, of which one is in memory."""
        parts = Parts(self._spill, source.table)
        for rows in _streamed(self._folder, source.table, condition):
            codes = pc.fill_null(rows[source.code], "").to_numpy()
            of_part = np.searchsorted(self._begins, codes, side="right")
            for part in np.unique(of_part).tolist():
                parts.add(part, rows.filter(pa.array(of_part == part)))
        for part in range(len(self._begins) + 1):
            if batches := list(parts.read(part)):
                yield from _in_order(pa.Table.from_batches(batches), (source.code, *source.order))


def _sorted(
    folder: Path, table: str, order: tuple[str, ...], condition: pc.Expression | None
) -> Iterator[Row]:
    return _in_order(_read(folder, table, None, condition), order)


def _in_order(rows: pa.Table, order: tuple[str, ...]) -> Iterator[Row]:
    position = [("position", "ascending")] if "position" in rows.column_names else []
    rows = rows.sort_by([*((column, "ascending") for column in order), *position])
    for batch in rows.to_batches(_BATCH_ROWS):
        yield from batch.to_pylist()


def _read(folder: Path, table: str, columns: list[str] | None, condition: pc.Expression | None) -> pa.Table:
    path = _path(folder, table)
    try:
        rows = ds.dataset(path).scanner(columns, condition, use_threads=False, **_ONE_BATCH_AHEAD)
        return pa.Table.from_batches(rows.to_batches(), rows.projected_schema)
    except (OSError, pa.ArrowException) as error:
        raise _unreadable(path, error) from error


def _streamed(folder: Path, table: str, condition: pc.Expression | None) -> Iterator[pa.Table]:
    """A table in its own order, some rows at a time."""
    path = _path(folder, table)
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(_BATCH_ROWS, use_threads=False):
                rows = pa.Table.from_batches([batch])
                yield rows if condition is None else rows.filter(condition)
    except (OSError, pa.ArrowException) as error:
        raise _unreadable(path, error) from error


def _path(folder: Path, table: str) -> Path:
    path = folder / f"{table}.parquet"
    if not path.exists():
        raise AuditError(f"{folder} holds no {path.name}: `bma build` makes the tables from the archive")
    try:
        held = pq.read_schema(path).names
    except (OSError, pa.ArrowException) as error:
        raise _unreadable(path, error) from error
    if missing := set(layout(table).names).difference(held):
        raise AuditError(
            f"{path} has no column {min(missing)}: it was made by another version; make it again "
            f"with `bma {'audit' if table in _OF_AUDIT else 'build'}`"
        )
    return path


def _unreadable(path: Path, error: Exception) -> AuditError:
    return AuditError(f"{path} cannot be read ({error}); `bma build` makes it anew")
