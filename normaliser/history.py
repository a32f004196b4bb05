"""The history: every table for all sound captures, and `changes`, from one pass over what was spilled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter, itemgetter
from pathlib import Path

from normaliser import package
from normaliser.changes import PageChanges, changes_of_page
from normaliser.compared import reading
from normaliser.derived import CHANGE_KINDS, Change
from normaliser.free_text import CountingFilter, TextFilter
from normaliser.page_check import Columns
from normaliser.schema import layout
from normaliser.spill import Spill
from normaliser.writers import TableWriter
from parsers.records import TABLES, Capture

FOLDER = "history"
"""Name of the folder beside the main tables."""

NO_SITE, FILE_TIME = "no_site", "file_time"
"""Why a capture is not compared with others: nothing tells on which site, or when, the page said this."""

_IS_LATEST = layout("captures").names.index("is_latest")


@dataclass(slots=True)
class HistoryReport:
    """What a history holds.

    captures
        Sound captures whose rows it shows.
    not_compared
        Those of them that took no part in `changes`, by reason (`NO_SITE`, `FILE_TIME`).
    rows, changes
        Rows by table; changes by kind.
    rows_not_proven
        Rows that are missing on their page's last full capture beside lines which were not recognised, so
        that nothing tells whether they are gone.
    """

    captures: int = 0
    not_compared: Counter[str] = field(default_factory=Counter)
    rows: dict[str, int] = field(default_factory=dict)
    changes: Counter[str] = field(default_factory=Counter)
    rows_not_proven: int = 0

    def changes_by_kind(self) -> dict[str, int]:
        """The number of changes of each kind, every kind named."""
        return {kind: self.changes[kind] for kind in CHANGE_KINDS}


def why_not_compared(capture: Capture) -> str | None:
    """Why a capture takes no part in `changes`; None where it does."""
    if capture.site is None:
        return NO_SITE
    return FILE_TIME if capture.captured_at_source == "file_time" else None


def write_history(
    spill: Spill,
    folder: Path,
    report: HistoryReport,
    *,
    plain_csv: bool,
    text_filter: TextFilter | None = None,
) -> None:
    """Write a history's tables and their description into a folder, which is made.

    Captures are compared as they read; ``text_filter`` changes what is written.
    """
    marking = CountingFilter(text_filter)
    folder.mkdir()
    report.rows = _write_tables(spill, folder, plain_csv, marking)
    report.rows["changes"] = _write_changes(spill, folder, report, plain_csv, marking)
    package.write(folder, report.rows, plain_csv=plain_csv, history=True, marking=marking)


def _write_tables(spill: Spill, folder: Path, plain_csv: bool, marking: CountingFilter) -> dict[str, int]:
    with ExitStack() as stack:
        writers = {
            name: stack.enter_context(
                TableWriter(name, folder, plain_csv=plain_csv, history=True, text_filter=marking)
            )
            for name in TABLES
        }
        for spilled in spill.read_all():
            spilled.tables["captures"][_IS_LATEST] = (spilled.is_shown,)
            for name, columns in spilled.tables.items():
                writers[name].add(columns, spilled.page_bytes)
    return {name: writer.rows for name, writer in writers.items()}


def _write_changes(
    spill: Spill, folder: Path, report: HistoryReport, plain_csv: bool, marking: CountingFilter
) -> int:
    with TableWriter("changes", folder, plain_csv=plain_csv, history=True, text_filter=marking) as writer:
        for found, rows_not_proven in _changes(spill):
            report.rows_not_proven += rows_not_proven
            if not found:
                continue
            report.changes.update(change.kind for change in found)
            writer.add(
                _as_columns(found), sum(len(change.old or "") + len(change.new or "") for change in found)
            )
    return writer.rows


def _changes(spill: Spill) -> Iterator[PageChanges]:
    """The changes of each page, in the order of the pages."""
    for page, captures in groupby(spill.read_by_page(), key=itemgetter(0)):
        yield changes_of_page(page[0], page[1], (reading(tables) for _, tables in captures))


def _as_columns(records: Iterable[Change]) -> Columns:
    read = attrgetter(*layout("changes").names)
    return list(zip(*map(read, records), strict=True))
