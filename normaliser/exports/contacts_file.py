"""``--with-contacts``: the contact lines of project pages, as printed, into a file of their own.

They are personal data, which no table holds: the pages of the archive are read anew for them. The file can be
read by its owner only, and it does not stand among the tables, so that it is not passed on with them.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

from normaliser.csv_text import GUARDED
from normaliser.errors import ExportError
from normaliser.exports.source import Source
from normaliser.exports.target import written_whole
from parsers.page import Page
from parsers.records import FieldLines

COLUMNS = ("project_code", "capture_id", "line", "contact")

Read = Callable[[str, str], Page]
"""From a capture's id and a project's code to the page; raises where the archive does not have it."""


def check_place(target: Path, tables: Path) -> None:
    """Raise ExportError where ``target`` would stand among the tables."""
    if tables.resolve() in target.resolve().parents:
        raise ExportError(f"{target} stands among the tables; contacts are kept outside of them")


def write(source: Source, target: Path, read: Read) -> int:
    """Write the contact lines of the projects in a source; returns their number. Raises ExportError.

    CSV in UTF-8 with a byte order mark, guarded against formulas as the tables are.
    """
    count = 0
    with (
        written_whole(target, mode=0o600) as path,
        path.open("w", encoding="utf-8-sig", newline="") as file,
    ):
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        projects = source.needed("projects")
        code, capture = projects.names.index("project_code"), projects.names.index("capture_id")
        for row in source.rows(projects):
            for line, text in _contact(read(row[capture], row[code])):
                guard = "'" if text.startswith(GUARDED) else ""
                writer.writerow((row[code], row[capture], line, guard + text))
                count += 1
    return count


def _contact(page: Page) -> Iterator[tuple[int, str]]:
    """The numbered lines of a page's contact."""
    for place in page.records.get("field_lines", ()):
        assert isinstance(place, FieldLines)
        if (place.table_name, place.column) == ("projects", "contact_kind"):
            for line in range(place.line_first, place.line_last + 1):
                if page.lines[line - 1]:
                    yield line, page.lines[line - 1]
