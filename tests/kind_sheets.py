"""What pages of the kinds beside projects say: sheets that know their URL, and texts over several lines."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tests import render
from tests.render import Columns, Line, Read, Sheet


@dataclass
class KindSheet(Sheet):
    """A page as printed, with what its URL says: ``kind`` and ``code``."""

    kind: str

    @property
    def url(self) -> str:
        first, *rest = self.code.split("-")
        if self.kind == "agency_summary":
            page = f"mobile/index10{rest[0]}.php?selDEP={first}" + "".join(f"&selYear={y}" for y in rest[1:])
        elif self.kind == "plan_record":
            page = f"dp/frontend/web/index.php?project_id={self.code}&r=tbl-project-main%2Fview"
        else:
            page = f"mobile/{_SCRIPTS[self.kind]}?pid={self.code}"
        return f"http://bma-progress.example/{page}"


_SCRIPTS = {
    "project": "myproject.php",
    "indicator": "mykpi.php",
    "city_indicator": "mykpi2563.php",
    "it_review": "myprojectit.php",
}


def truth(lines: Iterable[Line]) -> dict[str, list[Columns]]:
    """As `tests.render.truth`, with texts that go on over several lines in one column."""
    return joined(render.truth(lines))


def joined(tables: dict[str, list[Columns]]) -> dict[str, list[Columns]]:
    """The same rows; values read by `line_of`, a column each till now, become one with line feeds."""
    return {table: [_joined(row) for row in rows] for table, rows in tables.items()}


def _joined(row: Columns) -> Columns:
    found: Columns = {}
    for name, value in row.items():
        column, several, _ = name.partition("#")
        found[column] = f"{found[column]}\n{value}" if several and column in found else value
    return found


def line_of(column: str, place: int) -> Read:
    """One of the lines of a text: all that are left of them, in page order, are the value."""
    return lambda printed: {f"{column}#{place}": printed.strip() or None}


def rows_of(records: dict[str, list[Any]]) -> dict[str, list[Columns]]:
    """Parsed records in the form of `truth`: without lines, positions, page and nulls; no `field_lines`."""
    skipped = {"line_first", "line_last", "page_kind", "page_code", "position"}
    return {
        table: [
            {
                name: value
                for name in row.__dataclass_fields__
                if name not in skipped and (value := getattr(row, name)) is not None
            }
            for row in rows
        ]
        for table, rows in records.items()
        if rows and table != "field_lines"
    }
