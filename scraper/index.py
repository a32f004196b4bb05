"""The SQLite index beside the WARC files: what is held, and where.

It holds nothing that the WARC files do not, but for readings, which can be redone; so it may be deleted at
any time. It is written only under the archive's lock, and only after the WARC bytes are on the disk.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from scraper import exchange_table
from scraper.capture import FIELDS, STATED, ArchivedCapture
from scraper.errors import ArchiveError
from scraper.walk import Damage, FoundCapture

NAME = "index.sqlite"
_VERSION = 3
# page_kind, page_code, code_source and outcome are the present reading, claimed_* what the WARC file says;
# file, offset and length of an exchange are those of all its members, of a capture those of the one record
# that has its bytes, whose block has block_bytes; its metadata end at "end".
_SCHEMA = f"""
CREATE TABLE files (name TEXT PRIMARY KEY, seen INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE damage (file TEXT, offset INTEGER, length INTEGER, reason TEXT, PRIMARY KEY (file, offset));
CREATE TABLE captures (
  capture_id TEXT PRIMARY KEY, {", ".join(FIELDS)},
  claimed_kind TEXT, claimed_code TEXT, claimed_source TEXT, read_version TEXT, outcome TEXT,
  file TEXT NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL, block_bytes INTEGER NOT NULL,
  "end" INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX by_code ON captures (page_code, page_kind);
{exchange_table.SCHEMA}
PRAGMA user_version = {_VERSION};
"""
_READ = ", ".join(FIELDS)
_CLAIMED = (
    _READ.replace("page_kind", "claimed_kind")
    .replace("page_code", "claimed_code")
    .replace("code_source", "claimed_source")
)
_CLAIMED_ROW = f'capture_id, {_CLAIMED}, file, offset, length, block_bytes, "end"'
_PLACE = 'file, offset, length, "end", block_bytes, size_bytes, body_sha256, fetched_at IS NOT NULL, failure'
_PLACE_PARTS = len(_PLACE.split(", "))
_PAGE_ORDER = "page_kind IS NULL, page_kind, page_code IS NULL, page_code, capture_id"


class Place(NamedTuple):
    """Where a capture's bytes lie: the gzip member of their record, and what must come out of it.

    ``end`` is where their metadata end. ``fetched`` tells that the record's block is an HTTP answer,
    ``failure`` that it has no usable body.
    """

    file: str
    offset: int
    length: int
    end: int
    block_bytes: int
    size_bytes: int
    body_sha256: str
    fetched: bool
    failure: str | None


class HeldCapture(NamedTuple):
    """A capture, how it was read when it was stored or since (None: by nobody yet), and where it lies."""

    capture: ArchivedCapture
    outcome: str | None
    place: Place

    @classmethod
    def from_row(cls, row: HeldRow) -> HeldCapture:
        """The capture from its row in `Index.share`."""
        place, values = row[2 : 2 + _PLACE_PARTS], row[2 + _PLACE_PARTS :]
        return cls(ArchivedCapture.from_values(values), row[1], Place(*place))

    @staticmethod
    def file_of(row: HeldRow) -> str:
        """The file that its bytes lie in."""
        return str(row[2])


HeldRow = tuple[Any, ...]
"""A `HeldCapture` as the index has it: capture_id, outcome, place, values; small, and quickly compared."""


class Index:
    """The index of one archive folder; every fault of SQLite comes out as ArchiveError.

    What is changed is lost unless `commit` is called. A reader may have it open while another process
    writes to it (it is in WAL mode).
    """

    @classmethod
    def open(cls, folder: Path) -> Index | None:
        """The index as it is, or None: it is missing, of another version, or SQLite cannot read it."""
        mode = "mode=rw" if os.access(folder, os.W_OK) else "immutable=1"  # a read-only medium
        try:
            db = sqlite3.connect(f"{(folder / NAME).absolute().as_uri()}?{mode}", uri=True)
        except sqlite3.Error:
            return None
        try:
            if db.execute("PRAGMA user_version").fetchone() == (_VERSION,):
                db.execute("PRAGMA synchronous = NORMAL")  # a lost commit is made up for by `Archive`
                return cls(folder, db)
        except sqlite3.Error:
            pass
        db.close()
        return None

    @classmethod
    def create(cls, folder: Path) -> Index:
        """A new, empty index instead of what is there; only under the archive's lock.

        It is there for others with the first `commit`, with all that was added until then.
        """
        with ExitStack() as stack:
            try:
                for suffix in ("", "-wal", "-shm"):
                    (folder / (NAME + suffix)).unlink(missing_ok=True)
                db = stack.enter_context(closing(sqlite3.connect(folder / NAME)))
                db.execute("PRAGMA journal_mode = WAL")
                db.execute("PRAGMA synchronous = NORMAL")
                db.executescript(f"BEGIN; {_SCHEMA}")
            except (OSError, sqlite3.Error) as error:
                raise ArchiveError(f"cannot make the index {folder / NAME} ({error}); make room") from error
            stack.pop_all()
            return cls(folder, db)

    def __init__(self, folder: Path, db: sqlite3.Connection) -> None:
        self._path = folder / NAME
        self._db = db
        self.exchanges = exchange_table.ExchangeTable(db, self._faults)

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise ArchiveError(
                f"the index {self._path} failed: {error}; nothing that was stored is lost. "
                "Make room if the disk is full; else delete the index, and it is made anew"
            ) from error

    def close(self) -> None:
        """Close the file; what was not committed is dropped."""
        with self._faults():
            self._db.close()

    def commit(self) -> None:
        """Make all changes since the last commit durable, or none of them."""
        with self._faults():
            self._db.commit()

    def clear(self) -> None:
        """Forget everything."""
        with self._faults():
            for table in ("captures", "exchanges", "damage", "files"):
                self._db.execute(f"DELETE FROM {table}")

    def faults(self) -> list[str]:
        """What SQLite finds wrong with the file itself."""
        with self._faults():
            return [row[0] for row in self._db.execute("PRAGMA quick_check") if row[0] != "ok"]

    def differences(self, other: Path) -> Iterator[tuple[str, int, str]]:
        """Where this index and one in another folder do not say the same of the WARC files, and in what.

        Readings are left out: they are not in the WARC files.
        """
        with self._faults():
            self._db.execute("ATTACH ? AS other", (str(other / NAME),))
            try:
                for table, columns in (("captures", _CLAIMED_ROW), ("exchanges", "*")):
                    for here, there, word in (("main", "other", "more"), ("other", "main", "less")):
                        own = f"SELECT {columns} FROM {here}.{table}"
                        rows = f"{own} EXCEPT SELECT {columns} FROM {there}.{table}"
                        query = f"SELECT DISTINCT file, offset FROM ({rows}) ORDER BY file, offset"
                        for file, offset in self._db.execute(query):
                            yield file, offset, f"the index says {word} of the {table} here than the file"
            finally:
                self._db.execute("DETACH other")

    # Captures

    def count(self) -> int:
        """How many captures are held."""
        with self._faults():
            return int(self._db.execute("SELECT count(*) FROM captures").fetchone()[0])

    def count_pages(self) -> int:
        """How many pages of known kind and code they are of."""
        pages = "SELECT DISTINCT page_kind, page_code FROM captures WHERE page_code IS NOT NULL"
        with self._faults():
            return int(self._db.execute(f"SELECT count(*) FROM ({pages})").fetchone()[0])

    def captures(self, where: str = "TRUE", values: tuple[str, ...] = ()) -> Iterator[ArchivedCapture]:
        """The captures by kind, code and capture_id, unknown ones last; texts are compared bytewise."""
        with self._faults():
            query = f"SELECT {_READ} FROM captures WHERE {where} ORDER BY {_PAGE_ORDER}"
            for row in self._db.execute(query, values):
                yield ArchivedCapture.from_values(row)

    def share(self, prefix: str) -> list[HeldRow]:
        """The captures whose id, hex digits, begins so, by capture_id."""
        with self._faults():
            query = f"""
                SELECT capture_id, outcome, {_PLACE}, {_READ} FROM captures
                WHERE capture_id >= ? AND capture_id < ? ORDER BY capture_id"""
            return self._db.execute(query, (prefix, prefix + "g")).fetchall()

    def outcome(self, capture_id: str) -> str | None:
        """How a capture reads at present; None where that is not known."""
        with self._faults():
            query = "SELECT outcome FROM captures WHERE capture_id = ?"
            row = self._db.execute(query, (capture_id,)).fetchone()
        return None if row is None else row[0]

    def place(self, capture_id: str) -> Place | None:
        """Where a capture's bytes lie; None where it is not held."""
        with self._faults():
            query = f"SELECT {_PLACE} FROM captures WHERE capture_id = ?"
            row = self._db.execute(query, (capture_id,)).fetchone()
        return None if row is None else Place(*row)

    def add(self, file: str, stored: FoundCapture) -> bool:
        """Enter a capture whose bytes lie there; False where it is held already."""
        capture = stored.capture
        claims = (capture.page_kind, capture.page_code, capture.code_source)
        place = (file, stored.offset, stored.length, stored.block_bytes, stored.end)
        row = (capture.capture_id, *capture.as_values(), *claims, None, stored.outcome, *place)
        with self._faults():
            marks = ", ".join("?" * len(row))
            return self._db.execute(f"INSERT OR IGNORE INTO captures VALUES ({marks})", row).rowcount == 1

    def forget(self, capture_id: str) -> None:
        """Strike a capture from the index."""
        with self._faults():
            self._db.execute("DELETE FROM captures WHERE capture_id = ?", (capture_id,))

    # Files

    def seen(self) -> dict[str, int]:
        """How many bytes of each WARC file the index knows, from its start."""
        with self._faults():
            return dict(self._db.execute("SELECT name, seen FROM files"))

    def mark_seen(self, file: str, start: int, end: int) -> None:
        """Note that ``start`` to ``end`` of a file are known, where all before ``start`` is.

        Bytes behind a gap stay unseen, so that whatever happened, they are read when the archive is opened.
        """
        with self._faults():
            self._db.execute("INSERT OR IGNORE INTO files VALUES (?, 0)", (file,))
            self._db.execute("UPDATE files SET seen = ? WHERE name = ? AND seen = ?", (end, file, start))

    def damage(self) -> list[Damage]:
        """What was found damaged, by file and offset."""
        with self._faults():
            rows = self._db.execute("SELECT file, offset, length, reason FROM damage ORDER BY file, offset")
            return [Damage(*row) for row in rows]

    def add_damage(self, damage: Damage) -> None:
        """Note damage, so that it is known without reading the file again."""
        with self._faults():
            self._db.execute("INSERT OR REPLACE INTO damage VALUES (?, ?, ?, ?)", damage)

    def forget_behind(self, file: str, end: int) -> None:
        """Forget what was noted of a file behind ``end``, where it has been cut."""
        with self._faults():
            for table in ("captures", "exchanges", "damage"):
                self._db.execute(f"DELETE FROM {table} WHERE file = ? AND offset >= ?", (file, end))
            self._db.execute("UPDATE files SET seen = min(seen, ?) WHERE name = ?", (end, file))
            self._db.execute("DELETE FROM files WHERE name = ? AND seen = 0", (file,))

    # Readings

    def latest_good(self, page_kind: str, page_code: str) -> str | None:
        """When the newest capture of a page was made that read as the page and has a time to rely on."""
        query = """
            SELECT max(captured_at) FROM captures
            WHERE page_kind = ? AND page_code = ? AND outcome = 'ok' AND captured_at_source != 'file_time'"""
        with self._faults():
            newest: str | None = self._db.execute(query, (page_kind, page_code)).fetchone()[0]
        return newest

    def earliest_same(self, capture: ArchivedCapture) -> str | None:
        """The first capture that was fetched of the same page with the same body."""
        query = """
            SELECT capture_id FROM captures
            WHERE page_kind = ? AND page_code = ? AND body_sha256 = ? AND source = ? AND failure IS NULL
              AND fetched_at IS NOT NULL
            ORDER BY captured_at, capture_id LIMIT 1"""
        values = (capture.page_kind, capture.page_code, capture.body_sha256, capture.source)
        with self._faults():
            row = self._db.execute(query, values).fetchone()
        return None if row is None else str(row[0])

    def set_outcome(self, capture_id: str, outcome: str) -> bool:
        """Note how a capture reads; True where that differs from before."""
        query = "UPDATE captures SET outcome = ? WHERE capture_id = ? AND outcome IS NOT ?"
        with self._faults():
            return self._db.execute(query, (outcome, capture_id, outcome)).rowcount == 1

    def unread(self, version: str, after: str, limit: int) -> list[ArchivedCapture]:
        """Captures, as claimed, whose code nobody stated and which this version has not read.

        They come by capture_id, from behind ``after``; at most ``limit``.
        """
        stated = ", ".join(f"'{source}'" for source in sorted(STATED))
        query = f"""
            SELECT {_CLAIMED} FROM captures
            WHERE capture_id > ? AND read_version IS NOT ?
              AND (claimed_source IS NULL OR claimed_source NOT IN ({stated}))
            ORDER BY capture_id LIMIT ?"""
        with self._faults():
            rows = self._db.execute(query, (after, version, limit)).fetchall()
        return [ArchivedCapture.from_values(row) for row in rows]

    def set_reading(self, capture: ArchivedCapture, version: str) -> bool:
        """Note a capture's reading by a version; True where it differs from the one before."""
        reading = (capture.page_kind, capture.page_code, capture.code_source)
        with self._faults():
            query = "SELECT page_kind, page_code, code_source FROM captures WHERE capture_id = ?"
            before = self._db.execute(query, (capture.capture_id,)).fetchone()
            self._db.execute(
                "UPDATE captures SET page_kind = ?, page_code = ?, code_source = ?, read_version = ? "
                "WHERE capture_id = ?",
                (*reading, version, capture.capture_id),
            )
        return bool(reading != before)
