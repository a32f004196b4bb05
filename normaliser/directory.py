"""Which rows lie where, and the orders in which tables want them.

Pages come in the order of their captures' ids; tables are sorted by capture, by kind and code, or by code
alone; and the main tables show one capture of each page. So a temporary SQLite file holds a line for every
capture, with the place of its rows, and gives them back in each order. Memory stays flat, and the order in
which captures come makes no difference.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

from normaliser.rows_file import Entry
from normaliser.schema import Order

_CREATE = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA locking_mode = EXCLUSIVE;
CREATE TABLE files (number INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE captures (
    capture_id TEXT PRIMARY KEY, page_bytes INTEGER, file INTEGER, offset INTEGER,
    own INTEGER, by_capture INTEGER, by_kind INTEGER, by_code INTEGER,
    page_kind TEXT, page_code TEXT, site TEXT, captured_at REAL
) WITHOUT ROWID;
CREATE TABLE shown (
    page_kind TEXT, page_code TEXT, is_frozen INTEGER, is_reduced INTEGER, age REAL, capture_id TEXT,
    PRIMARY KEY (page_kind, page_code)
) WITHOUT ROWID;
BEGIN;
"""
_RANK = ("is_frozen", "is_reduced", "age", "capture_id")
_SHOW = f"""
INSERT INTO shown VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (page_kind, page_code) DO UPDATE
SET {", ".join(f"{column} = excluded.{column}" for column in _RANK)}
WHERE ({", ".join(f"excluded.{column}" for column in _RANK)}) < ({", ".join(_RANK)})
"""
_INDEX = """
CREATE INDEX IF NOT EXISTS shown_by_capture ON shown (capture_id);
CREATE INDEX IF NOT EXISTS shown_by_code ON shown (page_code, page_kind);
"""
_INDEX_PAGES = """
CREATE INDEX IF NOT EXISTS captures_by_page
ON captures (page_kind, page_code, captured_at, site, capture_id) WHERE site IS NOT NULL;
"""
_PLACE = "f.name, c.offset, c.own, c.by_capture, c.by_kind, c.by_code"
_READ_CAPTURES = f"""
SELECT c.page_bytes, s.capture_id IS NOT NULL, {_PLACE}
FROM captures c JOIN files f ON f.number = c.file
LEFT JOIN shown s INDEXED BY shown_by_capture ON s.capture_id = c.capture_id
ORDER BY c.capture_id
"""
_READ_SHOWN = f"""
SELECT c.page_bytes, TRUE, {_PLACE}
FROM shown s {{index}}
JOIN captures c ON c.capture_id = s.capture_id JOIN files f ON f.number = c.file
ORDER BY {{order}}
"""
_READ: dict[Order, str] = {
    "capture": _READ_CAPTURES,
    "kind": _READ_SHOWN.format(index="", order="s.page_kind, s.page_code"),
    "code": _READ_SHOWN.format(index="INDEXED BY shown_by_code", order="s.page_code, s.page_kind"),
}
_READ_BY_PAGE = f"""
SELECT c.page_kind, c.page_code, c.page_bytes, TRUE, {_PLACE}
FROM captures c INDEXED BY captures_by_page JOIN files f ON f.number = c.file
WHERE c.site IS NOT NULL
ORDER BY c.page_kind, c.page_code, c.captured_at, c.site, c.capture_id
"""


class Placed(NamedTuple):
    """Where a capture's rows lie: their file and the lengths of their parts (see `rows_file.PARTS`)."""

    page_bytes: int
    is_shown: bool
    file: str
    offset: int
    lengths: tuple[int, ...]


class Directory:
    """A context with a temporary file; raises sqlite3.Error where the disk fails."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, isolation_level=None)
        self._files = 0
        try:
            self._database.executescript(_CREATE)
        except BaseException:
            self._database.close()
            raise

    def __enter__(self) -> Directory:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()

    def add(self, file: str, entries: Iterable[Entry]) -> None:
        """Note the captures of a file of rows; of a page the one with the smallest rank is shown."""
        self._files += 1
        self._database.execute("INSERT INTO files VALUES (?, ?)", (self._files, file))
        for entry in entries:
            place = (self._files, entry.offset, *entry.lengths)
            kind, code = entry.page or (None, None)
            row = (entry.capture_id, entry.page_bytes, *place, kind, code, entry.site, entry.captured_at)
            self._database.execute("INSERT INTO captures VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", row)
            if entry.rank is not None:
                self._database.execute(_SHOW, (kind, code, *entry.rank))

    def read(self, order: Order) -> Iterator[Placed]:
        """Of all captures (order ``capture``), or of those shown, where their rows lie, in that order."""
        self._database.executescript(_INDEX)
        return map(_placed, self._database.execute(_READ[order]))

    def read_by_page(self) -> Iterator[tuple[tuple[str, str], Placed]]:
        """Kind, code and place of the captures to compare, by page, and of a page by time."""
        self._database.executescript(_INDEX_PAGES)
        for page_kind, page_code, *place in self._database.execute(_READ_BY_PAGE):
            yield (page_kind, page_code), _placed(place)


def _placed(values: Sequence[Any]) -> Placed:
    page_bytes, is_shown, file, offset, *lengths = values
    return Placed(page_bytes, bool(is_shown), file, offset, tuple(lengths))
