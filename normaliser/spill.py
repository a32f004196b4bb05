"""Rows kept on disk between reading the pages and writing the tables.

Pages come in the archive's order; tables are sorted by capture, by kind and code, or by code alone; and the
main tables show one capture of each page. So the rows of every capture go into a temporary SQLite file (those
of a page only while no better capture of it has come) and are read back once in each order. Memory stays
flat, and the order in which pages come makes no difference. For a history the rows of every sound capture are
kept too, packed, and read back by capture, and by page and time.
"""

from __future__ import annotations

import datetime as dt
import pickle
import sqlite3
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from normaliser.page_check import Columns
from normaliser.schema import Order, layout
from normaliser.selection import Rank

Tables = dict[str, Columns]
"""Rows of several tables."""


class Spilled(NamedTuple):
    """Rows as they are read back: of which capture, the size of its page, whether the main tables show it."""

    capture_id: str
    page_bytes: int
    is_shown: bool
    tables: Tables


_CREATE = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA locking_mode = EXCLUSIVE;
CREATE TABLE captures (capture_id TEXT, page_bytes INTEGER, by_capture BLOB);
CREATE TABLE shown (
    page_kind TEXT, page_code TEXT, is_frozen INTEGER, is_reduced INTEGER, age REAL, capture_id TEXT,
    page_bytes INTEGER, by_kind BLOB, by_capture BLOB, by_code BLOB
);
CREATE UNIQUE INDEX shown_by_kind ON shown (page_kind, page_code);
CREATE TABLE sound (
    capture_id TEXT, page_kind TEXT, page_code TEXT, site TEXT, captured_at REAL, packed BLOB
);
BEGIN;
"""
_RANK = "is_frozen, is_reduced, age, capture_id"
_SHOW = f"""
INSERT INTO shown VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (page_kind, page_code) DO UPDATE
SET ({_RANK}, page_bytes, by_kind, by_capture, by_code)
  = ({", ".join(f"excluded.{column}" for column in _RANK.split(", "))},
     excluded.page_bytes, excluded.by_kind, excluded.by_capture, excluded.by_code)
WHERE ({", ".join(f"excluded.{column}" for column in _RANK.split(", "))})
    < ({", ".join(f"shown.{column}" for column in _RANK.split(", "))})
"""
_INDEX = """
CREATE INDEX IF NOT EXISTS captures_by_capture ON captures (capture_id);
CREATE INDEX IF NOT EXISTS shown_by_capture ON shown (capture_id);
CREATE INDEX IF NOT EXISTS shown_by_code ON shown (page_code, page_kind);
"""
_INDEX_SOUND = """
CREATE INDEX IF NOT EXISTS sound_by_capture ON sound (capture_id);
CREATE INDEX IF NOT EXISTS sound_by_page ON sound (page_kind, page_code, captured_at, site, capture_id);
"""
_READ_ALL = """
SELECT c.capture_id, c.page_bytes, s.capture_id IS NOT NULL, c.by_capture, a.packed
FROM captures c INDEXED BY captures_by_capture
LEFT JOIN shown s INDEXED BY shown_by_capture ON s.capture_id = c.capture_id
LEFT JOIN sound a INDEXED BY sound_by_capture ON a.capture_id = c.capture_id
ORDER BY c.capture_id
"""
_READ_BY_PAGE = """
SELECT a.page_kind, a.page_code, c.by_capture, a.packed
FROM sound a INDEXED BY sound_by_page
JOIN captures c INDEXED BY captures_by_capture ON c.capture_id = a.capture_id
WHERE a.site IS NOT NULL
ORDER BY a.page_kind, a.page_code, a.captured_at, a.site, a.capture_id
"""
_PACKING = 1
"""zlib's fastest: rows of a page become a third, in less time than a disk takes for the rest."""
_READ: dict[Order, str] = {
    "capture": """
        SELECT c.capture_id, c.page_bytes, s.capture_id IS NOT NULL, c.by_capture, s.by_capture
        FROM captures c INDEXED BY captures_by_capture
        LEFT JOIN shown s INDEXED BY shown_by_capture ON s.capture_id = c.capture_id
        ORDER BY c.capture_id
    """,
    "kind": """
        SELECT capture_id, page_bytes, TRUE, by_kind FROM shown INDEXED BY shown_by_kind
        ORDER BY page_kind, page_code
    """,
    "code": """
        SELECT capture_id, page_bytes, TRUE, by_code FROM shown INDEXED BY shown_by_code
        ORDER BY page_code, page_kind
    """,
}


class Spill:
    """A context with a temporary file of rows; raises sqlite3.Error where the disk fails."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, isolation_level=None)
        try:
            self._database.executescript(_CREATE)
        except BaseException:
            self._database.close()
            raise

    def __enter__(self) -> Spill:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()

    def add(self, capture_id: str, page_bytes: int, tables: Tables) -> None:
        """Keep what every capture adds, shown or not."""
        row = (capture_id, page_bytes, pickle.dumps(tables, pickle.HIGHEST_PROTOCOL))
        self._database.execute("INSERT INTO captures VALUES (?, ?, ?)", row)

    def show(self, page_kind: str, page_code: str, rank: Rank, page_bytes: int, tables: Tables) -> None:
        """Keep the rows of a page, unless those of a capture of it with a smaller rank are kept."""
        parts: dict[Order, Tables] = {"kind": {}, "capture": {}, "code": {}}
        for name, columns in tables.items():
            parts[layout(name).order][name] = columns
        rows = (pickle.dumps(part, pickle.HIGHEST_PROTOCOL) for part in parts.values())
        self._database.execute(_SHOW, (page_kind, page_code, *rank, page_bytes, *rows))

    def keep(
        self,
        capture_id: str,
        page: tuple[str, str],
        site: str | None,
        captured_at: dt.datetime | None,
        tables: Tables,
    ) -> None:
        """Keep the rows of a capture for a history; one without ``site`` is not compared with others."""
        packed = zlib.compress(pickle.dumps(tables, pickle.HIGHEST_PROTOCOL), _PACKING)
        time = None if captured_at is None else captured_at.timestamp()
        row = (capture_id, *page, site, time, packed)
        self._database.execute("INSERT INTO sound VALUES (?, ?, ?, ?, ?, ?)", row)

    def read_all(self) -> Iterator[Spilled]:
        """All rows of all captures, by capture_id: of those that were not kept only what `add` was given."""
        self._database.executescript(_INDEX + _INDEX_SOUND)
        for capture_id, page_bytes, is_shown, own, packed in self._database.execute(_READ_ALL):
            yield Spilled(capture_id, page_bytes, bool(is_shown), _unpacked(own, packed))

    def read_by_page(self) -> Iterator[tuple[tuple[str, str], Tables]]:
        """Kind, code and rows of the captures to compare, by page, and of a page by time."""
        self._database.executescript(_INDEX + _INDEX_SOUND)
        for page_kind, page_code, own, packed in self._database.execute(_READ_BY_PAGE):
            yield (page_kind, page_code), _unpacked(own, packed)

    def read(self, order: Order) -> Iterator[Spilled]:
        """The rows of the tables of an order, by page in that order; keep nothing more afterwards."""
        self._database.executescript(_INDEX)
        for capture_id, page_bytes, is_shown, *blobs in self._database.execute(_READ[order]):
            tables: Tables = {}
            for blob in blobs:
                if blob is not None:
                    tables.update(pickle.loads(blob))
            yield Spilled(capture_id, page_bytes, bool(is_shown), tables)


def _unpacked(own: bytes, packed: bytes | None) -> Tables:
    """What a capture was added with and, where it was kept, the rows of its page."""
    tables: Tables = pickle.loads(own)
    if packed is not None:
        tables.update(pickle.loads(zlib.decompress(packed)))
    return tables
