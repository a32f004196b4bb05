"""The history: every table for all sound captures, and `changes`, from one pass over what was spilled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from normaliser import package
from normaliser.derived import CHANGE_KINDS
from normaliser.directory import Directory
from normaliser.free_text import CountingFilter
from normaliser.rendering import (
    Rendered,
    RenderedChanges,
    Rendering,
    counted,
    ranges,
    ranges_of_pages,
)
from normaliser.running import Run
from normaliser.writers import write_tables
from parsers.records import TABLES

FOLDER = "history"
"""Name of the folder beside the main tables."""


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


def write_history(
    directory: Directory, run: Run, rendering: Rendering, folder: Path, report: HistoryReport
) -> None:
    """Write a history's tables and their description into a folder, which is made.

    Captures are compared as they read; the filter of ``rendering`` changes what is written.
    """
    marking = CountingFilter(rendering.text_filter)

    def changes(parts: Iterable[RenderedChanges]) -> Iterator[Rendered]:
        for rendered, kinds, rows_not_proven in parts:
            report.changes += kinds
            report.rows_not_proven += rows_not_proven
            yield rendered

    folder.mkdir()
    plain_csv = rendering.plain_csv
    tables = run(rendering.all_tables, ranges(directory.read("capture")))
    report.rows = write_tables(TABLES, folder, counted(tables, marking), plain_csv=plain_csv, history=True)
    changed = counted(changes(run(rendering.changes, ranges_of_pages(directory.read_by_page()))), marking)
    report.rows |= write_tables(["changes"], folder, changed, plain_csv=plain_csv, history=True)
    package.write(folder, report.rows, plain_csv=plain_csv, history=True, marking=marking)
