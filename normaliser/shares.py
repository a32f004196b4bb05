"""From a share of the captures to a file of their rows: the work that many processes can do side by side.

The captures are shared out by the first digits of their ids, which are hashes, so that shares are of about
one size, whatever pages there are, and a new capture changes one of them. The file of a share is named by
all that its rows come from, so that one which is there already need not be made again.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import NamedTuple, Protocol

from normaliser import rows_file, selection
from normaliser.page_check import record_columns
from normaliser.rows import PageRows, failed_page, page_rows, reason_of
from normaliser.rows_file import Entry, RowsWriter, Tables
from parsers import issues
from parsers.outcomes import with_status
from parsers.page import Page
from scraper.errors import ArchiveDamaged
from scraper.exchange import FAILURES, is_redirect, outcome_of
from scraper.index import HeldCapture, HeldRow, Place

KEPT, ONCE = ".rows", ".once"
"""How the names of files of rows end: of those that serve every build, and of one alone."""
_SHARE = 512
"""Captures of a share at most, about: half a second's work, so little that all processes end together."""
_FAULTS = frozenset({issues.ARCHIVE_DAMAGED.code, issues.READER_FAILED.code})
"""Issues of faults that another reading of the same capture may not meet."""


class Reader(Protocol):
    """`parsers.parse`: from the bytes of a page, and what is known of it, to what it says."""

    def __call__(self, body: bytes, *, kind: str | None = None, code: str | None = None) -> Page:
        """Read one page."""


class Bodies(Protocol):
    """`scraper.bodies.Bodies`; it goes to other processes where those do the work."""

    def read(self, capture_id: str, place: Place) -> bytes:
        """The bytes of a capture; raises ArchiveDamaged."""

    def close(self) -> None:
        """Close what was opened."""


class Captures(Protocol):
    """What a build needs of `scraper.archive.Archive`."""

    @property
    def bodies(self) -> Bodies:
        """The bytes of the captures."""

    def count(self) -> int:
        """How many captures there are."""

    def share(self, prefix: str) -> list[HeldRow]:
        """The captures whose id begins so, by capture_id."""

    def file_marks(self) -> dict[str, tuple[int, int]]:
        """Size and time of change of each file that bytes lie in."""


class Share(NamedTuple):
    """Captures that one process reads, and the file for their rows."""

    captures: list[HeldRow]
    path: Path


def shares(archive: Captures, folder: Path, made_by: str) -> Iterator[Share]:
    """All captures, shared out; their files lie in ``folder``, named by what they are made of and by.

    ``made_by`` stands for the program that reads them.
    """
    digits, share = 1, 16 * _SHARE
    while archive.count() > share:
        digits, share = digits + 1, 16 * share
    marks = archive.file_marks()
    for prefix in map("".join, product("0123456789abcdef", repeat=digits)):
        if captures := archive.share(prefix):
            yield Share(captures, folder / f"{prefix}-{_name(captures, marks, made_by)}{KEPT}")


def _name(captures: list[HeldRow], marks: Mapping[str, tuple[int, int]], made_by: str) -> str:
    files = sorted({HeldCapture.file_of(row) for row in captures})
    made_of = repr((made_by, captures, [(file, marks.get(file)) for file in files]))
    return hashlib.sha256(made_of.encode()).hexdigest()[:24]


def read_share(bodies: Bodies, parse: Reader, share: Share) -> Path:
    """Read the captures of a share, and write and return the file of their rows.

    It has another name, which ends with `ONCE`, where a fault was met that may be gone next time.
    """
    is_good = True
    try:
        with rows_file.writing(share.path) as writer:
            for held in map(HeldCapture.from_row, share.captures):
                found = _rows_of(bodies, held, parse)
                _write(writer, found)
                is_good = is_good and not any(issue.code in _FAULTS for issue in found.issues)
            if not is_good:
                writer.path = share.path.with_suffix(ONCE)
    finally:
        bodies.close()
    return writer.path


def _rows_of(bodies: Bodies, held: HeldCapture, parse: Reader) -> PageRows:
    """What a capture adds; one that cannot be read is a row and an issue too, and the rest goes on."""
    capture = held.capture
    if capture.failure is not None:
        issue = issues.issue(issues.NOT_FETCHED, reason=FAILURES[capture.failure])
        return page_rows(capture, failed_page(capture, issue, outcome_of(capture.failure)))
    try:
        body = bodies.read(capture.capture_id, held.place)
    except ArchiveDamaged as error:
        issue = issues.issue(issues.ARCHIVE_DAMAGED, reason=_without_path(error))
        return page_rows(capture, failed_page(capture, issue))
    try:
        page = parse(body, kind=capture.page_kind, code=capture.page_code)
        page.outcome = with_status(page.outcome, capture.http_status)
        if is_redirect(capture.http_status):  # where it led, its head says, which only the archive has
            page.outcome = held.outcome or page.outcome
        return page_rows(capture, page)
    except Exception as error:
        issue = issues.issue(issues.READER_FAILED, reason=reason_of(error))
        return page_rows(capture, failed_page(capture, issue))


def _without_path(error: ArchiveDamaged) -> str:
    """The error's text, with the file's name where the system's error gives its path on this machine."""
    cause = error.__cause__
    path = cause.filename if isinstance(cause, OSError) else None
    return str(error) if path is None else str(error).replace(str(path), error.file)


def _write(writer: RowsWriter, found: PageRows) -> None:
    """Write what a capture adds: its own row and issues, and its page's rows where they may be shown."""
    capture = found.capture
    own = {"captures": record_columns("captures", [capture], capture.capture_id)}
    if found.issues:
        own["parse_issues"] = record_columns("parse_issues", found.issues, capture.capture_id)
    severities = dict(Counter(issue.severity for issue in found.issues))
    entry = Entry(
        capture_id=capture.capture_id,
        page_bytes=capture.size_bytes,
        page=None,
        rank=None,
        site=None,
        captured_at=None,
        left_out=None,
        outcome=capture.outcome,
        severities=severities,
        offset=0,
        lengths=(0, 0, 0, 0),
    )
    rows: Tables = {}
    if found.sound and capture.page_code is not None and selection.may_be_shown(capture):
        left_out = selection.why_not_compared(capture)
        entry = entry._replace(
            page=(capture.page_kind, capture.page_code),
            rank=selection.rank(capture),
            site=capture.site if left_out is None else None,
            captured_at=None if capture.captured_at is None else capture.captured_at.timestamp(),
            left_out=left_out,
        )
        rows = found.tables
    writer.add(entry, own, rows)
