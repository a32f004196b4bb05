"""Reading the built tables: the columns that checks need, as frames, each table once.

Days are datetimes at midnight; whole numbers that may be missing are floats; a true or false that may be
missing is an object with None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from audit.errors import AuditError
from normaliser.schema import arrow_schema, layout

Made = TypeVar("Made")

_ROWS_TOGETHER = 2_000
_LOCAL = "Asia/Bangkok"
_REDUCED = ("reduced_text", "reduced_html")
_LONG_TEXTS = {
    "rationale", "objectives", "goals", "narrative", "problems", "obstacles", "summary", "definition",
    "report", "description", "further_text", "method",
}  # fmt: skip
"""Columns that are read only where they are named: most of the bytes of all tables."""


class Tables:
    """The tables in a folder, as ``bma build`` wrote them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._frames: dict[str, pd.DataFrame] = {}
        self._made: dict[str, Any] = {}
        if not (folder / "captures.parquet").exists():
            raise AuditError(f"no tables in {folder}: build them with `bma build`")
        self.captures = self.read("captures")
        if self.captures.empty:
            raise AuditError(f"the tables in {folder} hold no page: import or fetch one, and `bma build`")
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
            rows = self.read(name, names)
            about = self.pages.drop(columns="site")
            kept = rows.drop(columns=[each for each in ("page_kind", "page_code") if each in rows])
            self._frames[key] = kept.merge(about, on="capture_id")
        return self._frames[key].copy(deep=False)

    def changes(self) -> tuple[pd.DataFrame, str | None]:
        """What changed between captures; none, and the reason, where there is no history of these tables."""
        history = self.folder / "history"
        if not (history / "changes.parquet").exists():
            return _empty("changes"), "no_history"
        of_history = arrow_table(history, "captures", ["capture_id"]).to_pandas()["capture_id"]
        if set(of_history) != set(self.captures["capture_id"]):
            return _empty("changes"), "history_of_others"
        if "changes" not in self._frames:
            changes = arrow_table(history, "changes").to_pandas(date_as_object=False)
            self._frames["changes"] = changes
        return self._frames["changes"].copy(deep=False), None

    def once(self, name: str, make: Callable[[], Made]) -> Made:
        """What ``make`` makes, made when it is first asked for under this name, and kept for other checks."""
        if name not in self._made:
            self._made[name] = make()
        made: Made = self._made[name]
        return made

    def read(self, name: str, columns: list[str] | None = None) -> pd.DataFrame:
        """Columns of a table, as they are (all of them by default); raises AuditError."""
        frame: pd.DataFrame = arrow_table(self.folder, name, columns).to_pandas(date_as_object=False)
        return frame


def _empty(name: str) -> pd.DataFrame:
    frame: pd.DataFrame = arrow_schema(name).empty_table().to_pandas()
    return frame


def arrow_table(folder: Path, name: str, columns: list[str] | None = None) -> pa.Table:
    """Columns of a table, all of them by default; raises AuditError where the file does not have them."""
    with _opened(folder, name, columns) as (file, names):
        return file.read(columns=names)


def batches(folder: Path, name: str, columns: list[str]) -> Iterator[dict[str, list[Any]]]:
    """Columns of a table as lists, some rows at a time; raises AuditError as `arrow_table` does."""
    with _opened(folder, name, columns) as (file, names):
        for batch in file.iter_batches(batch_size=_ROWS_TOGETHER, columns=names):
            yield batch.to_pydict()


@contextmanager
def _opened(folder: Path, name: str, columns: list[str] | None) -> Iterator[tuple[pq.ParquetFile, list[str]]]:
    path = folder / f"{name}.parquet"
    wanted = [field for field in arrow_schema(name) if columns is None or field.name in columns]
    try:
        with pq.ParquetFile(path) as file:
            held = file.schema_arrow
            for field in wanted:
                if field.name not in held.names or held.field(field.name).type != field.type:
                    raise AuditError(
                        f"{path}: no column {field.name} of type {field.type}; the tables were built by "
                        "another version: build them again with `bma build`"
                    )
            yield file, [field.name for field in wanted]
    except FileNotFoundError:
        raise AuditError(f"no {path.name} in {folder}: build the tables with `bma build`") from None
    except (OSError, pa.ArrowException) as error:
        raise AuditError(
            f"{path} cannot be read ({error}): build the tables again with `bma build`"
        ) from error
