"""What the indexes of web archives answer, read line by line; nothing here asks anybody.

A page is known by the original URL alone. The key that an index sorts by has case, scheme, ``www.`` and the
order of parameters folded away, so that different pages may share one.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from scraper.capture import storable
from scraper.codes import Wanted
from scraper.memento import Location, Memento
from scraper.sites import identify

WAYBACK_FIELDS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
"""What is asked of the Wayback Machine's index; without ``urlkey`` it leaves years out."""

_COMMON_CRAWL_FIELDS = ("url", "timestamp", "filename", "offset", "length")
_TIMESTAMP = re.compile(r"[0-9]{14}")
_DATA_FILE = re.compile(r"(?:[0-9A-Za-z_-][0-9A-Za-z._-]*/)*[0-9A-Za-z_-][0-9A-Za-z._-]*")
_CRAWL = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]*")
_LARGEST_MEMBER = 32 * 1024 * 1024


class NoIndexAnswer(ValueError):  # noqa: N818 (says what is the case)
    """An answer is none of an index; its text says what it is instead."""


@dataclass
class IndexPage:
    """One answer of an index.

    ``lines`` is how many captures it told of: those of our pages (``mementos``), others, and malformed ones
    (``faults`` says which, and what is wrong). ``more`` is the key to the next answer, None at the end;
    ``is_end`` tells that the answer is without captures because it lies behind the last one that has some.
    """

    lines: int = 0
    mementos: list[Memento] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    more: str | None = None
    is_end: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether it says that there is nothing."""
        return not self.lines and not self.is_end


def read_wayback(status: int, content: bytes) -> IndexPage:
    """An answer of the Wayback Machine: a header, rows, and behind an empty row the key to go on with."""
    if status != 200:
        raise NoIndexAnswer(f"status {status}")
    page = IndexPage()
    rows = _json(content) if content.strip() else []
    if not isinstance(rows, list):
        raise NoIndexAnswer("no array of rows")
    if rows[-2:-1] == [[]]:
        page.more = _resume_key(rows[-1])
        del rows[-2:]
    if not rows:
        return page
    header, *rows = rows
    if header != list(WAYBACK_FIELDS):
        raise NoIndexAnswer(f"other columns than were asked for: {str(header)[:200]}")
    page.lines = len(rows)
    for number, row in enumerate(rows, 2):
        if isinstance(row, list) and len(row) == len(header) and all(isinstance(cell, str) for cell in row):
            _add(page, number, "wayback", dict(zip(header, row, strict=True)), "original", "statuscode")
        else:
            page.faults.append(f"row {number}: not {len(header)} texts")
    return page


def _resume_key(row: Any) -> str:
    match row:
        case [str(key)] if key:
            return key
    raise NoIndexAnswer("an empty row without a key to go on with behind it")


def read_common_crawl(status: int, content: bytes) -> IndexPage:
    """An answer of Common Crawl: one JSON object a line; 404 where it has none, 400 behind the last page."""
    page = IndexPage()
    if status in (400, 404):
        return page
    if status != 200:
        raise NoIndexAnswer(f"status {status}")
    for number, line in enumerate(content.split(b"\n"), 1):
        if not line.strip():
            continue
        page.lines += 1
        try:
            row = _json(line)
            if not isinstance(row, dict):
                raise NoIndexAnswer("no object")
            if missing := [name for name in _COMMON_CRAWL_FIELDS if not isinstance(row.get(name), str)]:
                raise NoIndexAnswer(f"it lacks {', '.join(missing)}")
        except NoIndexAnswer as error:
            page.faults.append(f"line {number}: {error}")
            continue
        _add(page, number, "commoncrawl", row, "url", "status")
    if page.lines and page.lines == len(page.faults):
        raise NoIndexAnswer(f"not a line of it is one of an index ({page.faults[0]})")
    return page


def read_crawls(status: int, content: bytes) -> list[str]:
    """The names of Common Crawl's indexes, newest first as it lists them."""
    if status != 200:
        raise NoIndexAnswer(f"status {status}")
    listed = _json(content)
    if not isinstance(listed, list):
        raise NoIndexAnswer("no list of crawls")
    names = [entry.get("id") if isinstance(entry, dict) else None for entry in listed]
    good = [name for name in names if isinstance(name, str) and _CRAWL.fullmatch(name)]
    if not good or len(good) < len(names):
        raise NoIndexAnswer(
            "a list of crawls of which one has no name" if names else "an empty list of crawls"
        )
    return good


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise NoIndexAnswer(f"not JSON: {content[:100]!r} ({error})") from None


def _add(
    page: IndexPage, number: int, source: str, row: Mapping[str, Any], url_name: str, status_name: str
) -> None:
    """Enter a row that is of a page of ours; one that is malformed is a fault."""
    url = row[url_name]
    _, kind, code = identify(url)
    if kind is None or code is None:
        return
    try:
        if not storable(url):
            raise ValueError("a URL that is too long")
        memento = Memento(
            source,
            Wanted(kind, code),
            url,
            read_timestamp(row["timestamp"]),
            _status(row.get(status_name)),
            _digest(row.get("digest")),
            _location(row) if source == "commoncrawl" else None,
        )
    except ValueError as error:
        page.faults.append(f"line {number}: {error}")
    else:
        page.mementos.append(memento)


def read_timestamp(text: str) -> dt.datetime:
    """A time of 14 digits, in UTC; ValueError where it is none."""
    if not _TIMESTAMP.fullmatch(text):
        raise ValueError(f"no time of 14 digits: {text[:40]!r}")
    try:
        return dt.datetime.strptime(f"{text}+0000", "%Y%m%d%H%M%S%z").astimezone(dt.UTC)
    except ValueError:
        raise ValueError(f"no time: {text!r}") from None


def timestamp(time: dt.datetime) -> str:
    """A UTC time as the archives write it."""
    return time.strftime("%Y%m%d%H%M%S")


def _status(text: object) -> int | None:
    """An HTTP status; None where the index has none, as for a page that was there again unchanged."""
    return int(text) if isinstance(text, str) and re.fullmatch(r"[1-9][0-9]{2}", text) else None


def _digest(text: object) -> str | None:
    return text if isinstance(text, str) and 0 < len(text) <= 200 and storable(text) else None


def _location(row: Mapping[str, Any]) -> Location:
    """Where a record lies; ValueError where that cannot be, or would be asked for elsewhere."""
    file, *numbers = row["filename"], row["offset"], row["length"]
    if not _DATA_FILE.fullmatch(file) or len(file) > 1_000:
        raise ValueError(f"no name of a data file: {file[:100]!r}")
    if not all(re.fullmatch(r"[0-9]{1,15}", number) for number in numbers):
        raise ValueError(f"no place in a file: {numbers[0][:40]!r}, {numbers[1][:40]!r}")
    offset, length = map(int, numbers)
    if not 0 < length <= _LARGEST_MEMBER:
        raise ValueError(f"a record of {length:,} bytes, which no page has")
    return Location(file, offset, length)


def select(
    mementos: Iterable[Memento], since: dt.datetime | None = None, until: dt.datetime | None = None
) -> list[Memento]:
    """Those of a span of time (both ends included), each URL and time once, page by page, oldest first."""
    chosen = {
        (memento.source, memento.url, memento.captured_at): memento
        for memento in mementos
        if (since is None or memento.captured_at >= since) and (until is None or memento.captured_at <= until)
    }
    return sorted(chosen.values(), key=lambda one: (one.page, one.captured_at, one.url))
