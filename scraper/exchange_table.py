"""The part of the index that knows exchanges: what was asked, of whom, and what came of it."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import NamedTuple

from scraper.exchange_record import FIELDS, ArchivedExchange, host_of
from scraper.sites import identify

SCHEMA = f"""
CREATE TABLE exchanges (
  file TEXT NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL, host TEXT, {", ".join(FIELDS)},
  PRIMARY KEY (file, offset)
) WITHOUT ROWID;
CREATE INDEX exchanges_by_code ON exchanges (page_code, page_kind);
CREATE INDEX exchanges_by_capture ON exchanges (capture_id);
CREATE INDEX exchanges_by_url ON exchanges (url, ended_at);
"""
_READ = ", ".join(FIELDS)


class HeldExchange(NamedTuple):
    """An exchange, and where the members of its records lie."""

    exchange: ArchivedExchange
    file: str
    offset: int
    length: int


class LastOutcome(NamedTuple):
    """How the newest capture of a page from one site reads, and when it was made."""

    outcome: str
    time: dt.datetime


class Tally(NamedTuple):
    """How many captures or exchanges share something, and the newest time and an example among them."""

    host: str | None
    what: str | None
    number: int
    newest: str
    example: str | None


class ExchangeTable:
    """The exchanges of an `Index`; ``faults`` turns errors of SQLite into those of the archive."""

    def __init__(self, db: sqlite3.Connection, faults: Callable[[], AbstractContextManager[None]]) -> None:
        self._db = db
        self._faults = faults

    def add(self, exchange: ArchivedExchange, file: str, offset: int, length: int) -> None:
        """Enter an exchange whose records lie there."""
        row = (file, offset, length, host_of(exchange.url), *exchange.as_values())
        with self._faults():
            marks = ", ".join("?" * len(row))
            self._db.execute(f"INSERT OR REPLACE INTO exchanges VALUES ({marks})", row)

    def find(self, where: str = "TRUE", values: tuple[str, ...] = ()) -> Iterator[HeldExchange]:
        """Exchanges in the order in which they were stored."""
        with self._faults():
            query = f"SELECT {_READ}, file, offset, length FROM exchanges WHERE {where} ORDER BY file, offset"
            for *values_, file, offset, length in self._db.execute(query, values):
                yield HeldExchange(ArchivedExchange.from_values(values_), file, offset, length)

    def answers(self, url: str, since: str, until: str) -> Iterator[HeldExchange]:
        """Whole answers for a URL that ended between two times, the newest first."""
        where = "url = ? AND failure IS NULL AND ended_at BETWEEN ? AND ?"
        query = f"SELECT {_READ}, file, offset, length FROM exchanges WHERE {where} ORDER BY ended_at DESC"
        with self._faults():
            for *values, file, offset, length in self._db.execute(query, (url, since, until)):
                yield HeldExchange(ArchivedExchange.from_values(values), file, offset, length)

    def below(self, prefix: str) -> Iterator[HeldExchange]:
        """Whole answers for URLs that begin so, in the order of the URLs."""
        where = "url >= ? AND url < ? AND failure IS NULL"
        query = f"SELECT {_READ}, file, offset, length FROM exchanges WHERE {where} ORDER BY url, ended_at"
        with self._faults():
            for *values, file, offset, length in self._db.execute(query, (prefix, prefix + "\U0010ffff")):
                yield HeldExchange(ArchivedExchange.from_values(values), file, offset, length)

    def count(self) -> int:
        """How many exchanges are held."""
        with self._faults():
            return int(self._db.execute("SELECT count(*) FROM exchanges").fetchone()[0])

    def last_outcomes(self, page_kind: str, page_code: str) -> dict[str, LastOutcome]:
        """How the newest capture of a page reads, by the site (``host/application``) that was asked.

        Where a site redirected to others, the outcome counts for the first and the last of them.
        """
        query = """
            SELECT exchanges.url, via, captures.outcome, captured_at FROM exchanges
            LEFT JOIN captures USING (capture_id)
            WHERE exchanges.page_kind = ? AND exchanges.page_code = ?
            ORDER BY ended_at, exchanges.file, exchanges.offset"""
        found: dict[str, LastOutcome] = {}
        asked: dict[str, str] = {}  # what was asked for at first, by the URL that it led to
        with self._faults():
            for url, via, outcome, time in self._db.execute(query, (page_kind, page_code)):
                asked[url] = url if via is None else asked.get(via, via)
                for site in {identify(url).site, identify(asked[url]).site} if outcome else ():
                    if site is not None:
                        found[site] = LastOutcome(outcome, dt.datetime.fromisoformat(time))
        return found

    def last_asked(self) -> dt.datetime | None:
        """When the exchange ended that was stored last; None where there is none."""
        query = "SELECT ended_at FROM exchanges ORDER BY file DESC, offset DESC LIMIT 1"
        with self._faults():
            row = self._db.execute(query).fetchone()
        return None if row is None else dt.datetime.fromisoformat(row[0])

    def failures(self) -> list[Tally]:
        """Exchanges that failed, by host and failure, with the newest detail of each."""
        query = """
            SELECT host, failure, count(*), max(ended_at), detail FROM exchanges
            WHERE failure IS NOT NULL GROUP BY host, failure ORDER BY host, failure"""
        with self._faults():
            return [Tally(*row) for row in self._db.execute(query)]

    def outcomes(self) -> list[Tally]:
        """Captures by host and present outcome; those without a URL have no host, unread ones no outcome."""
        query = """
            SELECT CASE instr(site, '/') WHEN 0 THEN site ELSE substr(site, 1, instr(site, '/') - 1) END
              AS host, outcome, count(*), max(captured_at), NULL FROM captures
            GROUP BY host, outcome ORDER BY host IS NULL, host, outcome IS NULL, outcome"""
        with self._faults():
            return [Tally(*row) for row in self._db.execute(query)]
