"""Reading the built tables: the columns that checks need, as frames, each table once.

Days are datetimes at midnight; whole numbers that may be missing are floats; a true or false that may be
missing is an object with None.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from audit.errors import AuditError
from normaliser.schema import arrow_schema, layout

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
        if not (folder / "captures.parquet").exists():
            raise AuditError(f"no tables in {folder}: build them with `bma build`")
        self.captures = self.read("captures")
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

    def read(self, name: str, columns: list[str] | None = None) -> pd.DataFrame:
        """Columns of a table, as they are (all of them by default); raises AuditError."""
        frame: pd.DataFrame = arrow_table(self.folder, name, columns).to_pandas(date_as_object=False)
        return frame


def arrow_table(folder: Path, name: str, columns: list[str] | None = None) -> pa.Table:
    """Columns of a table of the folder (all of them by default); raises AuditError where it does not fit."""
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
            return file.read(columns=[field.name for field in wanted])
    except FileNotFoundError:
        raise AuditError(f"no {path.name} in {folder}: build the tables with `bma build`") from None
    except (OSError, pa.ArrowException) as error:
        raise AuditError(
            f"{path} cannot be read ({error}): build the tables again with `bma build`"
        ) from error
