"""From the archive to the folder of tables: one pass over the captures, flat memory, whole files or none.

Every capture is read, becomes a row of ``captures`` and its issues rows of ``parse_issues``. The rows of the
capture that the main tables show of a page go into the other tables; on demand those of every sound capture
into tables of their own beside them (`normaliser.history`). The same archive gives the same bytes, whatever
the order in which its pages were imported, and however many processes do the work.

The work has two parts, each of pieces that can be done side by side: shares of the captures are read into
files of rows (`normaliser.shares`), then ranges of the sorted rows are rendered (`normaliser.rendering`).
Between and behind them, this process alone keeps the order and writes the files.
"""

from __future__ import annotations

import dataclasses
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, get_args

from normaliser import package, rows_file
from normaliser.agencies import write_agencies
from normaliser.directory import Directory
from normaliser.errors import BuildError
from normaliser.free_text import CountingFilter, TextFilter
from normaliser.history import FOLDER, HistoryReport, write_history
from normaliser.kept import kept, program
from normaliser.publish import folder_within, publish, remove_history
from normaliser.rendering import Rendering, counted, ranges
from normaliser.rows_file import Entry, RowsDamaged
from normaliser.running import Run, in_process
from normaliser.schema import Order, layout
from normaliser.shares import KEPT, Captures, Reader, Share, read_share, shares
from normaliser.writers import write_tables
from parsers.records import TABLES

__all__ = ["BuildError", "BuildReport", "build"]


@dataclass(slots=True)
class BuildReport:
    """What was read and written.

    pages_read, with_issues, failed
        Captures in all, those with an issue of any severity, and those whose outcome is not ``ok``.
    pages_kept
        Captures whose rows an earlier build had kept, so that they were not read again.
    unchanged
        Whether nothing has changed since the tables were built, so that nothing was read or written.
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
    pages_kept: int = 0
    unchanged: bool = False
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

    def include(self, entries: Iterable[Entry]) -> None:
        """Count captures."""
        for entry in entries:
            self.pages_read += 1
            self.with_issues += bool(entry.severities)
            self.outcomes[entry.outcome] += 1
            self.severities.update(entry.severities)
            if self.history is not None and entry.page is not None:
                self.history.captures += 1
                if entry.left_out is not None:
                    self.history.not_compared[entry.left_out] += 1

    def as_json(self) -> dict[str, Any]:
        """The report as JSON keeps it."""
        history = None if self.history is None else _fields(self.history)
        return _fields(self) | {"history": history}

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> BuildReport:
        """The report that `as_json` gave, of tables that did not change since."""
        report = cls(**told)
        report.outcomes, report.severities = Counter(report.outcomes), Counter(report.severities)
        report.redacted = None if report.redacted is None else Counter(report.redacted)
        if told["history"] is not None:
            history = HistoryReport(**told["history"])
            history.not_compared, history.changes = Counter(history.not_compared), Counter(history.changes)
            report.history = history
        report.unchanged, report.history_removed = True, False
        report.pages_kept = report.pages_read
        return report


def build(
    archive: Captures,
    out: Path,
    *,
    parse: Reader,
    plain_csv: bool = False,
    history: bool = False,
    text_filter: TextFilter | None = None,
    progress: Callable[[int, int], None] | None = None,
    run: Run = in_process,
    keep_in: Path | None = None,
    fresh: bool = False,
) -> BuildReport:
    """Build all tables from an archive into the folder ``out``, which is made where needed.

    ``parse`` reads a page (`parsers.parse`); what it raises becomes an issue of that capture. ``plain_csv``
    writes CSV without BOM and guard. ``history`` writes the tables of all sound captures, and `changes`, into
    the folder ``history`` within ``out``; without it the tables of an earlier build there are removed, since
    they would not be those of the same captures. ``text_filter`` (as
    `parsers.redaction.redact`) changes free texts before they are written, and the packages count what it
    did. ``progress`` is called with the pages read and their number in all, now and then and at the end.
    ``run`` says where the work is done (`normaliser.running`). Files appear in
    their folders when all are complete; then those of an earlier build that are no tables any more are
    removed, and other files are left alone.

    In the folder ``keep_in`` rows are kept for the next build, which then reads only captures that are new or
    have changed, and does nothing where nothing has; ``parse`` must be this program's own then. ``fresh``
    makes all anew.

    Raises BuildError where two pages have rows of the same key, another build is writing into ``out``, the
    history's folder holds another data package, or the tables cannot be written (as on a full disk); then
    the files of an earlier build are untouched.
    """
    out = Path(out)
    if history and package.is_another(out / FOLDER):
        raise BuildError(f"{out / FOLDER} holds another data package: give another folder with --out")
    wanted = _Wanted(plain_csv, history, text_filter)
    try:
        with kept(keep_in) as earlier:
            if earlier is None:
                return _build(archive, out, wanted, parse, run, progress)[0]
            if fresh:
                earlier.clear()
            made_of = {
                "program": program(),
                "files": archive.file_marks(),
                "captures": archive.count(),
                "wanted": wanted.as_json(),
            }
            folders = [out, out / FOLDER] if history else [out]
            if all(map(package.is_whole, folders)) and (told := earlier.unchanged(out, made_of)):
                return BuildReport.from_json(told)
            report, used = _build(archive, out, wanted, parse, run, progress, earlier.folder)
            earlier.sweep(used)
            if all(name.endswith(KEPT) for name in used):
                earlier.remember(out, made_of, _table_files(out, history), report.as_json())
            return report
    except RowsDamaged as error:
        raise BuildError(
            f"rows that an earlier build kept in {keep_in} are damaged ({error}): build again with --fresh"
        ) from error
    except (OSError, sqlite3.Error) as error:
        raise BuildError(f"the tables cannot be written into {out}: {error}") from error


def _fields(record: BuildReport | HistoryReport) -> dict[str, Any]:
    return {each.name: getattr(record, each.name) for each in dataclasses.fields(record)}


class _Wanted(NamedTuple):
    """What decides, beside the captures, which tables there will be, and their bytes."""

    plain_csv: bool
    history: bool
    text_filter: TextFilter | None

    def as_json(self) -> list[Any]:
        name = None if self.text_filter is None else getattr(self.text_filter, "__qualname__", "")
        return [self.plain_csv, self.history, name]


def _build(
    archive: Captures,
    out: Path,
    wanted: _Wanted,
    parse: Reader,
    run: Run,
    progress: Callable[[int, int], None] | None,
    rows: Path | None = None,
) -> tuple[BuildReport, set[str]]:
    """Build the tables; returns also which files in ``rows`` were used."""
    report = BuildReport(history=HistoryReport() if wanted.history else None)
    with folder_within(out) as folder:
        if rows is None:
            rows = folder / "rows"
            rows.mkdir()
        with Directory(folder / "directory.sqlite") as directory:
            used = _read(archive, parse, run, rows, directory, report, progress)
            rendering = Rendering(rows.absolute(), wanted.plain_csv, wanted.text_filter)
            _write(directory, run, rendering, folder, report)
        if report.history is None:
            report.history_removed = remove_history(out / FOLDER)  # before it is that of other tables
        else:
            publish(folder / FOLDER, out / FOLDER)
        publish(folder, out)
    return report, used


def _read(
    archive: Captures,
    parse: Reader,
    run: Run,
    rows: Path,
    directory: Directory,
    report: BuildReport,
    progress: Callable[[int, int], None] | None,
) -> set[str]:
    """Have every capture read whose rows are not in ``rows``; returns the files that hold those of all."""
    total = archive.count()
    used: set[str] = set()

    def take(path: Path, entries: list[Entry]) -> None:
        used.add(path.name)
        directory.add(path.name, entries)
        report.include(entries)
        if progress is not None:
            progress(report.pages_read, total)

    def unread() -> Iterator[Share]:
        for share in shares(archive, rows.absolute(), program()):
            try:
                entries = rows_file.entries(share.path)
            except (FileNotFoundError, RowsDamaged):
                yield share
            else:
                report.pages_kept += len(entries)
                take(share.path, entries)

    for path in run(partial(read_share, archive.bodies, parse), unread()):
        take(path, rows_file.entries(path))
    return used


def _write(directory: Directory, run: Run, rendering: Rendering, folder: Path, report: BuildReport) -> None:
    """Write all tables and their descriptions into a folder."""
    marking = CountingFilter(rendering.text_filter)
    rows: dict[str, int] = {}
    for order in get_args(Order):
        names = [name for name in TABLES if layout(name).order == order]
        parts = run(partial(rendering.main_tables, order), ranges(directory.read(order)))
        rows |= write_tables(names, folder, counted(parts, marking), plain_csv=rendering.plain_csv)
    report.rows = {name: rows[name] for name in TABLES}
    agencies, report.unknown_agencies = write_agencies(folder, plain_csv=rendering.plain_csv)
    report.rows["agencies"] = agencies
    if report.history is not None:
        write_history(directory, run, rendering, folder / FOLDER, report.history)
    package.write(folder, report.rows, plain_csv=rendering.plain_csv, marking=marking)
    report.redacted = None if rendering.text_filter is None else marking.counts


def _table_files(out: Path, history: bool) -> list[str]:
    """The tables' files in ``out``, and in its history."""
    own, of_history = package.table_files(out), package.table_files(out / FOLDER)
    return own + [f"{FOLDER}/{name}" for name in of_history if history]
