"""Reading what an archive holds: captures, exchanges, and the bytes behind them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from scraper.bodies import Bodies
from scraper.capture import ArchivedCapture, iso_time
from scraper.codes import Wanted
from scraper.errors import ArchiveError
from scraper.exchange_record import precise_time
from scraper.exchange_table import HeldExchange, LastOutcome, Tally
from scraper.index import HeldRow, Index, Place
from scraper.recovery import warc_files


class ArchiveReader:
    """The half of `scraper.archive.Archive` that reads, by its index."""

    folder: Path
    bodies: Bodies
    _index: Index

    def count(self) -> int:
        """How many captures are held."""
        return self._index.count()

    def count_pages(self) -> int:
        """How many pages of known kind and code these are captures of."""
        return self._index.count_pages()

    def count_exchanges(self) -> int:
        """How many exchanges are held."""
        return self._index.exchanges.count()

    def captures(self) -> Iterator[ArchivedCapture]:
        """All captures, by page_kind, page_code and capture_id, unknown ones last; memory is flat."""
        return self._index.captures()

    def find(self, page_code: str, page_kind: str | None = None) -> Iterator[ArchivedCapture]:
        """The captures of the pages with this code, of one kind or of all, in the order of `captures`."""
        if page_kind is None:
            return self._index.captures("page_code = ?", (page_code,))
        return self._index.captures("page_code = ? AND page_kind = ?", (page_code, page_kind))

    def get(self, capture_id: str) -> ArchivedCapture | None:
        """One capture; None where it is not held."""
        return next(self._index.captures("capture_id = ?", (capture_id,)), None)

    def holds(self, source: str, page: Wanted, url: str, captured_at: dt.datetime) -> bool:
        """Whether the capture of a page that a source made of this URL at this time is held."""
        where = "page_code = ? AND page_kind = ? AND source = ? AND url = ? AND captured_at = ?"
        values = (page.code, page.kind, source, url, iso_time(captured_at))
        return any(True for _ in self._index.captures(where, values))

    def exchanges(self, page_code: str | None = None) -> Iterator[HeldExchange]:
        """All exchanges, or those for the pages with this code, in the order in which they were stored."""
        if page_code is None:
            return self._index.exchanges.find()
        return self._index.exchanges.find("page_code = ?", (page_code,))

    def answers(self, url: str, since: dt.datetime, until: dt.datetime) -> Iterator[HeldExchange]:
        """Whole answers for a URL, of whatever status, that ended between two times, the newest first."""
        return self._index.exchanges.answers(url, precise_time(since), precise_time(until))

    def exchanges_below(self, url_prefix: str) -> Iterator[HeldExchange]:
        """Whole answers for URLs that begin so, in the order of the URLs."""
        return self._index.exchanges.below(url_prefix)

    def exchange_of(self, capture_id: str) -> HeldExchange | None:
        """The exchange that a capture is; None for a saved page."""
        return next(self._index.exchanges.find("capture_id = ?", (capture_id,)), None)

    def latest_good(self, page_kind: str, page_code: str) -> dt.datetime | None:
        """When the newest good capture of a page was made; None where there is none.

        A capture whose time is only that of a file does not count.
        """
        time = self._index.latest_good(page_kind, page_code)
        return None if time is None else dt.datetime.fromisoformat(time)

    def last_outcomes(self, page_kind: str, page_code: str) -> dict[str, LastOutcome]:
        """How the newest capture of a page reads, and its time, by the site that was asked."""
        return self._index.exchanges.last_outcomes(page_kind, page_code)

    def last_asked(self) -> dt.datetime | None:
        """When the exchange ended that was stored last; None where there is none."""
        return self._index.exchanges.last_asked()

    def outcome(self, capture_id: str) -> str | None:
        """How a capture reads; None where nobody has looked yet, or it is not held."""
        return self._index.outcome(capture_id)

    def tallies(self) -> tuple[list[Tally], list[Tally]]:
        """Captures by host and outcome, and failed exchanges by host and failure."""
        return self._index.exchanges.outcomes(), self._index.exchanges.failures()

    def place(self, capture_id: str) -> Place:
        """Where the bytes of a capture lie; ArchiveError where it is not held."""
        place = self._index.place(capture_id)
        if place is None:
            raise ArchiveError(f"there is no capture {capture_id} in {self.folder}")
        return place

    def body(self, capture_id: str) -> bytes:
        """The bytes of a capture, as they were stored and proven so by their SHA-256.

        Those of a fetched page come with their content coding undone; a page that could not be fetched has
        none. Raises ArchiveDamaged where they are not what was stored, ArchiveError where none were.
        """
        return self.bodies.read(capture_id, self.place(capture_id))

    def share(self, prefix: str) -> list[HeldRow]:
        """The captures whose id begins so, by capture_id."""
        return self._index.share(prefix)

    def file_marks(self) -> dict[str, tuple[int, int]]:
        """Size and time of change (ns) of each WARC file: while they stay, so do its bytes."""
        found = ((path.name, path.stat()) for path in warc_files(self.folder))
        return {name: (stat.st_size, stat.st_mtime_ns) for name, stat in found}

    def member(self, file: str, offset: int, length: int) -> bytes:
        """Packed bytes of a WARC file as they lie there; ArchiveDamaged where they cannot be read."""
        return self.bodies.member(file, offset, length)

    # For `scraper.verify`

    def seen(self) -> dict[str, int]:
        """How many bytes of each WARC file the index knows."""
        return self._index.seen()

    def index_faults(self) -> list[str]:
        """What is wrong with the index file itself."""
        return self._index.faults()

    def index_differences(self, other: Path) -> Iterator[tuple[str, int, str]]:
        """File, offset and kind of what the index in another folder says otherwise."""
        return self._index.differences(other)
