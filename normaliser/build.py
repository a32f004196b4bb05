"""From the archive to the folder of tables: one pass over the captures, flat memory, whole files or none.

Every capture is read, becomes a row of ``captures`` and its issues rows of ``parse_issues``. The rows of the
capture that the main tables show of a page go into the other tables; on demand those of every sound capture
into tables of their own beside them (`normaliser.history`). The same archive gives the same bytes, whatever
the order in which its pages were imported.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Protocol, get_args

from normaliser import package, selection
from normaliser.agencies import write_agencies
from normaliser.errors import BuildError
from normaliser.free_text import CountingFilter, TextFilter
from normaliser.history import FOLDER, HistoryReport, why_not_compared, write_history
from normaliser.page_check import record_columns
from normaliser.publish import folder_within, publish, remove_history
from normaliser.rows import PageRows, failed_page, page_rows, reason_of
from normaliser.schema import Order, layout
from normaliser.spill import Spill
from normaliser.writers import TableWriter
from parsers import issues
from parsers.outcomes import with_status
from parsers.page import Page
from parsers.records import TABLES
from scraper.capture import ArchivedCapture
from scraper.errors import ArchiveDamaged
from scraper.exchange import FAILURES, is_redirect, outcome_of

__all__ = ["BuildError", "BuildReport", "build"]

_READ_TOGETHER = 16
"""Pages that are read before their rows are kept: reading and SQLite, taken in turns for each page, cost a
tenth more, since each pushes the other out of the processor's caches."""
_IS_LATEST = layout("captures").names.index("is_latest")


class Reader(Protocol):
    """`parsers.parse`: from the bytes of a page, and what is known of it, to what it says."""

    def __call__(self, body: bytes, *, kind: str | None = None, code: str | None = None) -> Page:
        """Read one page."""


class Captures(Protocol):
    """What a build needs of `scraper.archive.Archive`."""

    def captures(self) -> Iterable[ArchivedCapture]:
        """All captures, each once."""

    def body(self, capture_id: str) -> bytes:
        """The bytes of one; raises ArchiveDamaged."""

    def outcome(self, capture_id: str) -> str | None:
        """How one was read when it was stored, or since; None where nobody has looked yet."""

    def count(self) -> int:
        """How many there are."""


@dataclass(slots=True)
class BuildReport:
    """What was read and written.

    pages_read, with_issues, failed
        Captures in all, those with an issue of any severity, and those whose outcome is not ``ok``.
    outcomes, severities
        Captures by outcome, issues by severity.
    rows
        Rows by table, every table named.
    unknown_agencies
        Agency codes of projects that the reference data do not have, sorted.
    history
        What the history holds, where one was asked for.
    history_removed
        Whether the history of an earlier build was removed, since it was not built anew.
    redacted
        The marks set in the free texts of the main tables, by kind; None where none were to be set.
    """

    pages_read: int = 0
    with_issues: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    severities: Counter[str] = field(default_factory=Counter)
    rows: dict[str, int] = field(default_factory=dict)
    unknown_agencies: list[str] = field(default_factory=list)
    history: HistoryReport | None = None
    history_removed: bool = False
    redacted: Counter[str] | None = None

    @property
    def failed(self) -> int:
        """Captures whose outcome is not ``ok``."""
        return self.pages_read - self.outcomes["ok"]


def build(
    archive: Captures,
    out: Path,
    *,
    parse: Reader,
    plain_csv: bool = False,
    history: bool = False,
    text_filter: TextFilter | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> BuildReport:
    """Build all tables from an archive into the folder ``out``, which is made where needed.

    ``parse`` reads a page (`parsers.parse`); what it raises becomes an issue of that capture. ``plain_csv``
    writes CSV without BOM and guard. ``history`` writes the tables of all sound captures, and `changes`, into
    the folder ``history`` within ``out``; without it the tables of an earlier build there are removed, since
    they would not be those of the same captures. ``text_filter`` (as
    `parsers.redaction.redact`) changes free texts before they are written, and the packages count what it
    did. ``progress`` is called after every page with the pages read and their number in all. Files appear in
    their folders when all are complete; then those of an earlier build that are no tables any more are
    removed, and other files are left alone.

    Raises BuildError where two pages have rows of the same key, another build is writing into ``out``, the
    history's folder holds another data package, or the tables cannot be written (as on a full disk); then
    the files of an earlier build are untouched.
    """
    out = Path(out)
    if history and package.is_another(out / FOLDER):
        raise BuildError(f"{out / FOLDER} holds another data package: give another folder with --out")
    report = BuildReport(history=HistoryReport() if history else None)
    marking = CountingFilter(text_filter)
    try:
        with folder_within(out) as folder:
            with Spill(folder / "rows.sqlite") as spill:
                _read(archive, parse, spill, report, progress)
                rows: dict[str, int] = {}
                for order in get_args(Order):
                    rows |= _write(order, spill, folder, plain_csv, marking)
                report.rows = {name: rows[name] for name in TABLES}
                report.rows["agencies"], report.unknown_agencies = write_agencies(folder, plain_csv=plain_csv)
                if report.history is not None:
                    write_history(
                        spill, folder / FOLDER, report.history, plain_csv=plain_csv, text_filter=text_filter
                    )
            package.write(folder, report.rows, plain_csv=plain_csv, marking=marking)
            report.redacted = None if text_filter is None else marking.counts
            if report.history is None:
                report.history_removed = remove_history(out / FOLDER)  # before it is that of other tables
            else:
                publish(folder / FOLDER, out / FOLDER)
            publish(folder, out)
    except (OSError, sqlite3.Error) as error:
        raise BuildError(f"the tables cannot be written into {out}: {error}") from error
    return report


def _read(
    archive: Captures,
    parse: Reader,
    spill: Spill,
    report: BuildReport,
    progress: Callable[[int, int], None] | None,
) -> None:
    """Read every capture once, and keep its rows."""
    total = archive.count()
    captures = iter(archive.captures())
    while batch := list(islice(captures, _READ_TOGETHER)):
        for found in [_rows_of(archive, capture, parse) for capture in batch]:
            _keep(found, spill, report.history)
            report.pages_read += 1
            report.with_issues += bool(found.issues)
            report.outcomes[found.capture.outcome] += 1
            report.severities.update(issue.severity for issue in found.issues)
            if progress is not None:
                progress(report.pages_read, total)


def _rows_of(archive: Captures, capture: ArchivedCapture, parse: Reader) -> PageRows:
    """What a capture adds; one that cannot be read is a row and an issue too, and the rest goes on."""
    if capture.failure is not None:
        issue = issues.issue(issues.NOT_FETCHED, reason=FAILURES[capture.failure])
        return page_rows(capture, failed_page(capture, issue, outcome_of(capture.failure)))
    try:
        body = archive.body(capture.capture_id)
    except ArchiveDamaged as error:
        issue = issues.issue(issues.ARCHIVE_DAMAGED, reason=_without_path(error))
        return page_rows(capture, failed_page(capture, issue))
    try:
        page = parse(body, kind=capture.page_kind, code=capture.page_code)
        page.outcome = with_status(page.outcome, capture.http_status)
        if is_redirect(capture.http_status):  # where it led, its head says, which only the archive has
            page.outcome = archive.outcome(capture.capture_id) or page.outcome
        return page_rows(capture, page)
    except Exception as error:
        issue = issues.issue(issues.READER_FAILED, reason=reason_of(error))
        return page_rows(capture, failed_page(capture, issue))


def _without_path(error: ArchiveDamaged) -> str:
    """The error's text, with the file's name where the system's error gives its path on this machine."""
    cause = error.__cause__
    path = cause.filename if isinstance(cause, OSError) else None
    return str(error) if path is None else str(error).replace(str(path), error.file)


def _keep(found: PageRows, spill: Spill, history: HistoryReport | None) -> None:
    """Spill what a capture adds: its own row and issues, and its page's rows where they may be shown."""
    capture = found.capture
    tables = {"captures": record_columns("captures", [capture], capture.capture_id)}
    if found.issues:
        tables["parse_issues"] = record_columns("parse_issues", found.issues, capture.capture_id)
    spill.add(capture.capture_id, capture.size_bytes, tables)
    if found.sound and capture.page_code is not None and selection.may_be_shown(capture):
        rank = selection.rank(capture)
        spill.show(capture.page_kind, capture.page_code, rank, capture.size_bytes, found.tables)
        if history is not None:
            history.captures += 1
            left_out = why_not_compared(capture)
            if left_out is not None:
                history.not_compared[left_out] += 1
            site = capture.site if left_out is None else None
            page = (capture.page_kind, capture.page_code)
            spill.keep(capture.capture_id, page, site, capture.captured_at, found.tables)


def _write(
    order: Order, spill: Spill, folder: Path, plain_csv: bool, marking: CountingFilter
) -> dict[str, int]:
    """Write the tables that are sorted in one order of the pages; returns their numbers of rows."""
    names = [name for name in TABLES if layout(name).order == order]
    with ExitStack() as stack:
        writers = {
            name: stack.enter_context(TableWriter(name, folder, plain_csv=plain_csv, text_filter=marking))
            for name in names
        }
        for spilled in spill.read(order):
            if "captures" in spilled.tables:
                spilled.tables["captures"][_IS_LATEST] = (spilled.is_shown,)
            for name, columns in spilled.tables.items():
                writers[name].add(columns, spilled.page_bytes)
    return {name: writer.rows for name, writer in writers.items()}
