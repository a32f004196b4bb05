"""Reading the built tables: the columns that checks need, as frames, of some pages at a time.

Days are datetimes at midnight; whole numbers that may be missing are floats; a true or false that may be
missing is an object with None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from audit.errors import AuditError
from audit.parts import Parts
from audit.stored import Range, StoredTable
from normaliser.schema import arrow_schema, layout

Made = TypeVar("Made")

PAGES_TOGETHER = 1_500
"""Pages whose rows are held at a time."""
_ROWS_TOGETHER = 10_000
_LOCAL = "Asia/Bangkok"
_REDUCED = ("reduced_text", "reduced_html")
_TEXT = pd.StringDtype("python", na_value=np.nan)
"""Texts as objects of Python: pandas looks them up several times faster than Arrow's."""
_LONG_TEXTS = {
    "rationale", "objectives", "goals", "narrative", "problems", "obstacles", "summary", "definition",
    "report", "description", "further_text", "method",
}  # fmt: skip
"""Columns that are read only where they are named: most of the bytes of all tables."""
_OF_CAPTURES = [
    "capture_id", "site", "page_kind", "page_code", "captured_at", "captured_at_source", "outcome",
    "copy_kind", "is_latest",
]  # fmt: skip
_PAGE = ["page_kind", "page_code"]


class Folder:
    """The tables in a folder, as ``bma build`` wrote them; checks see them in `parts` of so many pages.

    Of all pages only some columns of their captures are held, sorted by page.
    """

    spill: Path
    """A folder for what does not fit into memory."""
    _starts: list[int]
    _lines: Parts

    def __init__(self, path: Path) -> None:
        self.path = path
        self._made: dict[str, Any] = {}
        if not (path / "captures.parquet").exists():
            raise AuditError(f"no tables in {path}: build them with `bma build`")
        captures = StoredTable(path, "captures", _OF_CAPTURES).read()
        if not captures.num_rows:
            raise AuditError(f"the tables in {path} hold no page: import or fetch one, and `bma build`")
        order = [(name, "ascending") for name in (*_PAGE, "capture_id")]
        self.captures = captures.sort_by(order).combine_chunks()
        self.no_history = self._why_no_history()

    def divide(self, spill: Path, pages_together: int = PAGES_TOGETHER) -> None:
        """Make parts of so many pages; ``spill`` is an empty folder that lasts as long as they are used."""
        self.spill = spill
        self._starts = self._first_captures(pages_together)
        self._lines = self._lines_by_part()

    def parts(self) -> Iterator[Tables]:
        """The tables in parts, by kind and code of their pages."""
        ends = [*self._starts[1:], self.captures.num_rows]
        for number, (first, end) in enumerate(zip(self._starts, ends, strict=True)):
            yield Tables(self, self.captures.slice(first, end - first), number)

    def field_lines(self, part: int) -> pa.Table:
        """Where single values of the pages of a part stand."""
        batches = list(self._lines.read(part))
        return pa.Table.from_batches(batches) if batches else arrow_schema("field_lines").empty_table()

    def shown_projects(self) -> pa.Table:
        """The captures of the projects that the tables show, by code."""
        captures = self.captures
        return captures.filter(pc.and_(captures["is_latest"], pc.equal(captures["page_kind"], "project")))

    def _first_captures(self, pages: int) -> list[int]:
        """The first captures of the parts."""
        begins = np.ones(self.captures.num_rows, bool)
        same = [
            pc.fill_null(pc.equal(column.slice(1), column.slice(0, len(column) - 1)), True)
            for column in (self.captures[name] for name in _PAGE)
        ]
        begins[1:] = ~(same[0].to_numpy() & same[1].to_numpy())
        return [int(each) for each in np.flatnonzero(begins)[::pages]]

    def _lines_by_part(self) -> Parts:
        """``field_lines`` in parts: it is sorted by capture, so that a page's rows may be anywhere in it."""
        parts = Parts(self.spill, "lines")
        ids = self.captures["capture_id"].combine_chunks()
        for rows in StoredTable(self.path, "field_lines").batches(_ROWS_TOGETHER):
            places = pc.index_in(rows["capture_id"], value_set=ids).to_numpy(zero_copy_only=False)
            of_part = np.searchsorted(self._starts, places, side="right") - 1
            for part in np.unique(of_part):
                parts.add(int(part), pa.Table.from_batches([rows]).filter(pa.array(of_part == part)))
        return parts

    def _why_no_history(self) -> str | None:
        history = self.path / "history"
        if not (history / "changes.parquet").exists():
            return "no_history"
        of_history = StoredTable(history, "captures", ["capture_id"]).read()["capture_id"]
        ours = self.captures["capture_id"]
        same = len(ours) == len(of_history) and pc.all(pc.is_in(ours, value_set=of_history)).as_py()
        return None if same else "history_of_others"

    def once(self, name: str, make: Callable[[], Made]) -> Made:
        """What ``make`` makes, made when it is first asked for under this name, and kept for all parts."""
        if name not in self._made:
            self._made[name] = make()
        made: Made = self._made[name]
        return made


class Tables:
    """The rows of some pages, of all their captures; ``captures`` are those, sorted by page.

    number is that of the part of `folder` which these pages are.
    """

    def __init__(self, folder: Folder, captures: pa.Table, number: int) -> None:
        self.folder = folder
        self.number = number
        self.captures = _frame(captures)
        self._ids = captures["capture_id"].combine_chunks()
        self._ranges = _ranges(self.captures)
        self._frames: dict[str, pd.DataFrame] = {}
        self._made: dict[str, Any] = {}
        self.pages = self._pages()

    def _pages(self) -> pd.DataFrame:
        """The pages that the tables show, with their capture.

        captured_on is the local day of the capture; null where it is the file's own time, which proves
        nothing. is_reduced tells that the copy has lost sections of the page.
        """
        shown = self.captures[self.captures["is_latest"]]
        local = shown["captured_at"].dt.tz_convert(_LOCAL).dt.tz_localize(None).dt.normalize()
        return pd.DataFrame(
            {
                "page_kind": shown["page_kind"],
                "page_code": shown["page_code"],
                "capture_id": shown["capture_id"],
                "site": shown["site"],
                "captured_on": local.where(shown["captured_at_source"] != "file_time"),
                "is_reduced": shown["copy_kind"].isin(_REDUCED),
            }
        ).reset_index(drop=True)

    def kinds(self, *kinds: str) -> pd.DataFrame:
        """The shown pages of these kinds."""
        return self.pages[self.pages["page_kind"].isin(kinds)]

    def frame(self, name: str, *texts: str) -> pd.DataFrame:
        """A table of pages, each row with `page_kind`, `page_code`, `captured_on` and `is_reduced`.

        Its long texts are left out, but those named.
        """
        key = " ".join((name, *texts))
        if key not in self._frames:
            names = [each for each in layout(name).names if each not in _LONG_TEXTS or each in texts]
            rows = _frame(self.read(name, names))
            about = self.pages.drop(columns="site")
            kept = rows.drop(columns=[each for each in _PAGE if each in rows])
            self._frames[key] = kept.merge(about, on="capture_id")
        return self._frames[key].copy(deep=False)

    def changes(self) -> tuple[pd.DataFrame, str | None]:
        """What changed between captures; none, and the reason, where there is no history of these tables."""
        if self.folder.no_history is not None:
            return arrow_schema("changes").empty_table().to_pandas(), self.folder.no_history
        stored = StoredTable(self.folder.path / "history", "changes")
        changes = self.once("changes", lambda: _frame(self._own(stored, "new_capture_id")))
        return changes.copy(deep=False), None

    def field_lines(self) -> pd.DataFrame:
        """Where single values stand."""
        return _frame(self.folder.field_lines(self.number))

    def once(self, name: str, make: Callable[[], Made]) -> Made:
        """What ``make`` makes, made when it is first asked for under this name, and kept for other checks."""
        if name not in self._made:
            self._made[name] = make()
        made: Made = self._made[name]
        return made

    def read(self, name: str, columns: list[str] | None = None) -> pa.Table:
        """Columns of a table's rows (all of them by default), in its order; raises AuditError."""
        return self._own(StoredTable(self.folder.path, name, columns), "capture_id")

    def _own(self, stored: StoredTable, capture: str) -> pa.Table:
        rows = stored.read(self._ranges)
        return rows.filter(pc.is_in(rows[capture], value_set=self._ids))


def _ranges(captures: pd.DataFrame) -> list[Range]:
    """The first and the last code of each kind of page among these captures, which are sorted."""
    known = captures.dropna(subset=["page_code"])
    codes = known.groupby("page_kind")["page_code"].agg(["first", "last"])
    return [Range(str(kind), first, last) for kind, first, last in codes.itertuples()]


def _frame(rows: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = rows.to_pandas(date_as_object=False, types_mapper={pa.string(): _TEXT}.get)
    return frame
