"""``--excel``: one workbook, a sheet a table, behind a sheet that says what it is and one on all columns.

A heading holds the Thai title and, below it, the column's name; it is frozen, with filters. Dates are dates,
numbers are numbers, codes are text; no text of a page becomes a formula, a link or a number. What a sheet or
a cell cannot hold is cut, marked where it was, and counted. Nothing depends on the clock.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Any

import xlsxwriter

from normaliser.errors import ExportError
from normaliser.exports.source import ExportColumn, ExportTable, Source
from normaliser.exports.target import ExportReport, written_whole

SHEET_ROWS = 1_048_576
CELL_LETTERS = 32_767
"""What a sheet and a cell hold at most; letters outside the basic plane count as two."""
_NAME_LETTERS = 31
_EXACT = 10**15  # whole numbers from here on lose digits in a spreadsheet: they are text
_FIRST_DAY = dt.date(1900, 3, 1)  # before it, spreadsheets disagree on the calendar
_ABOUT_COLUMNS = {
    "ตาราง\ntable": 24,
    "คอลัมน์\ncolumn": 24,
    "ชื่อ\ntitle_th": 28,
    "title": 28,
    "type": 10,
    "unit": 14,
    "คำอธิบาย\ndescription_th": 90,
    "description": 90,
}
"""Headings of the sheet on all columns, and their widths."""
_WIDTHS = {"string": 28, "date": 12, "datetime": 20}
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
_CUT = " […ตัด {:,} อักษร / {:,} characters cut]"

_Write = Callable[[int, int, Any], object]


def write(source: Source, target: Path) -> ExportReport:
    """Write all tables of a source; raises ExportError."""
    with written_whole(target) as path:
        try:
            with _closing(xlsxwriter.Workbook(str(path), {**_OPTIONS, "tmpdir": str(path.parent)})) as book:
                report = _Book(book, source).write()
                book.close()
        except xlsxwriter.exceptions.XlsxWriterException as error:
            raise ExportError(f"{target} cannot be written: {error}") from error
    report.redacted = source.filter.counts
    return report


@contextmanager
def _closing(book: Any) -> Iterator[Any]:
    """The workbook; where it was not completed, the files of rows that its sheets still hold are closed."""
    try:
        yield book
    finally:
        for sheet in book.worksheets():
            with suppress(OSError):  # of a full disk, which was told already
                sheet.row_data_fh.close()


class _Book:
    """A workbook in the making."""

    def __init__(self, book: Any, source: Source) -> None:
        self.book, self.source, self.report = book, source, ExportReport()
        self.cut = 0
        book.set_properties({"title": source.package["title"], "created": dt.datetime(2000, 1, 1)})
        self.heading = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#DDE7F0"}
        )
        self.formats = {
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            "datetime": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        }

    def write(self) -> ExportReport:
        """Write every sheet; the first is filled last, when all is counted."""
        first = self.book.add_worksheet("อ่านก่อน README")
        about = self.book.add_worksheet("คอลัมน์ columns")
        names = sheet_names(self.source.tables)
        sheets = {name: self.book.add_worksheet(names[name]) for name in self.source.tables}
        for name, table in self.source.tables.items():
            self._table(sheets[name], table)
        self._columns(about)
        self._first(first, names)
        return self.report

    def _table(self, sheet: Any, table: ExportTable) -> None:
        rows = min(table.rows, SHEET_ROWS - 1)
        if rows < table.rows:
            self.report.complete = False
            self.report.notes.append(
                f"{table.name}: a sheet holds {SHEET_ROWS:,} rows; {table.rows - rows:,} of {table.rows:,} "
                "are left out (the CSV, Parquet and database files have all)"
            )
        self.report.rows[table.name] = rows
        for place, column in enumerate(table.columns):
            sheet.set_column(place, place, _WIDTHS.get(column.type, 11))
        sheet.set_row(0, 45)
        for place, column in enumerate(table.columns):
            sheet.write_string(0, place, f"{column.title_th}\n{column.name}", self.heading)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, rows, len(table.columns) - 1)
        writers = [self._writer(sheet, column) for column in table.columns]
        for number, row in enumerate(islice(self.source.rows(table), rows), 1):
            for place, (value, write_cell) in enumerate(zip(row, writers, strict=True)):
                if value is not None:
                    write_cell(number, place, value)

    def _writer(self, sheet: Any, column: ExportColumn) -> _Write:
        """How a value of a column is put into a cell."""

        def text(row: int, place: int, value: Any) -> None:
            sheet.write_string(row, place, self._fitting(str(value)))

        def number(row: int, place: int, value: Any) -> None:
            exact = math.isfinite(value) and (column.type == "number" or abs(value) < _EXACT)
            (sheet.write_number if exact else text)(row, place, value)

        def date(row: int, place: int, value: Any) -> None:
            day = value.date() if isinstance(value, dt.datetime) else value
            if day < _FIRST_DAY:
                text(row, place, value.isoformat())
            else:
                plain = value.replace(tzinfo=None) if isinstance(value, dt.datetime) else value
                sheet.write_datetime(row, place, plain, self.formats[column.type])

        kinds: dict[str, _Write] = {
            "string": text,
            "integer": number,
            "number": number,
            "boolean": sheet.write_boolean,
            "date": date,
            "datetime": date,
        }
        return kinds[column.type]

    def _fitting(self, text: str) -> str:
        kept = fitting(text)
        self.cut += kept is not text
        return kept

    def _columns(self, sheet: Any) -> None:
        """The sheet on all columns: what each means."""
        for place, (heading, width) in enumerate(_ABOUT_COLUMNS.items()):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, heading, self.heading)
        sheet.freeze_panes(1, 0)
        columns = [(table, column) for table in self.source.tables.values() for column in table.columns]
        sheet.autofilter(0, 0, len(columns), len(_ABOUT_COLUMNS) - 1)
        for row, (table, column) in enumerate(columns, 1):
            titles = (table.name, column.name, column.title_th, column.title, column.type, column.unit)
            for place, text in enumerate((*titles, column.description_th, column.description)):
                sheet.write_string(row, place, text)

    def _first(self, sheet: Any, names: dict[str, str]) -> None:
        """The sheet that says what the workbook is: facts, notes, the tables and their rows."""
        if self.cut:
            self.report.notes.append(
                f"{self.cut:,} texts are longer than a cell holds ({CELL_LETTERS:,} characters): cut and "
                "marked"
            )
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 3, 60)
        lines: list[tuple[str | int, ...]] = [*self.source.facts()]
        lines += [("note", note) for note in self.report.notes]
        lines += [("times", "เวลาทั้งหมดเป็น UTC วันที่เป็นปี ค.ศ. ปีงบประมาณเป็น พ.ศ. / all times are UTC"), ("",)]
        headings = len(lines)
        lines.append(
            ("แผ่นงาน\nsheet", "ตาราง\ntable", "คำอธิบาย\ndescription_th", "description", "จำนวนแถว\nrows")
        )
        for table in self.source.tables.values():
            about = (f"{table.title_th} – {table.title}", table.description_th, table.description)
            lines.append((names[table.name], *about, self.report.rows[table.name]))
        for row, line in enumerate(lines):
            for place, value in enumerate(line):
                if isinstance(value, int):
                    sheet.write_number(row, place, value)
                else:
                    sheet.write_string(row, place, value, self.heading if row == headings else None)


def fitting(text: str) -> str:
    """A text as a cell can hold it: what is too long is cut, and says so."""
    letters = len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2
    if letters <= CELL_LETTERS:
        return text
    kept = text.encode("utf-16-le")[: 2 * (CELL_LETTERS - 80)].decode("utf-16-le", "ignore")
    return kept + _CUT.format(len(text) - len(kept), len(text) - len(kept))


def sheet_names(tables: Iterable[str]) -> dict[str, str]:
    """A sheet name for each table: its own, or what fits of it with a number where two would be the same."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for name in tables:
        sheet, number = name[:_NAME_LETTERS], 1
        while sheet.lower() in taken:
            number += 1
            sheet = f"{name[: _NAME_LETTERS - 1 - len(str(number))]}~{number}"
        names[name] = sheet
        taken.add(sheet.lower())
    return names
