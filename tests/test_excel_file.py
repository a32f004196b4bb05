"""`bma export --excel`: what openpyxl reads back is what the tables hold, typed, and nothing in it runs."""

import datetime as dt
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.escape import unescape
from openpyxl.workbook import Workbook

from normaliser import in_thai
from normaliser.exports import excel_file
from normaliser.exports.source import Source
from normaliser.schema import layout
from parsers.redaction import Redacted, redact
from tests.exported import (
    FORMULA,
    HOSTILE,
    LONG,
    NAMED,
    NARRATIVE_MARKED,
    make_many,
    make_tables,
    rows_of,
    tables_in,
    types_of,
)

CUT = re.compile(r" \[…ตัด [\d,]+ อักษร / ([\d,]+) characters cut\]$")


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tables(tmp_path_factory.mktemp("excel"))


@pytest.fixture(scope="module")
def file(clean: Path) -> Path:
    target = clean.parent / "tables.xlsx"
    with Source(clean, redact) as source:
        excel_file.write(source, target)
    return target


@pytest.fixture(scope="module")
def book(file: Path) -> Iterator[Workbook]:
    found = openpyxl.load_workbook(file)
    yield found
    found.close()


def as_stored(value: Any) -> Any:
    """A value as a cell has it: a day is a time at midnight, UTC has no zone, a long text is cut."""
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, dt.date):
        return dt.datetime.combine(value, dt.time())
    return value


def rows_in(book: Workbook, name: str) -> list[tuple[Any, ...]]:
    return list(book[name].iter_rows(min_row=2, values_only=True))


def test_every_value_of_every_table_comes_back(clean: Path, book: Workbook) -> None:
    assert {"findings", "check_results"} < set(tables_in(clean))
    cut = 0
    for name in tables_in(clean):
        found, expected = rows_in(book, name), rows_of(clean, name)
        assert len(found) == len(expected) > 0
        for there, here in zip(found, expected, strict=True):
            for value, stored in zip(map(as_stored, here), there, strict=True):
                if isinstance(value, str) and len(value) > excel_file.CELL_LETTERS:
                    cut += 1
                    (left_out,) = CUT.findall(stored)
                    kept = CUT.sub("", stored)
                    assert value.startswith(kept)
                    assert len(value) - len(kept) == int(left_out.replace(",", ""))
                    assert len(stored) <= excel_file.CELL_LETTERS
                elif isinstance(value, float):
                    assert stored == pytest.approx(value, rel=1e-15)
                else:
                    assert stored == value
    assert cut == 1


def test_every_cell_has_the_type_of_its_column(clean: Path, book: Workbook) -> None:
    """A code is text though it looks like a number; a date is a date with a format, a truth is a truth."""
    kinds = {"string": "s", "integer": "n", "number": "n", "boolean": "b", "date": "d", "datetime": "d"}
    formats = {"date": "yyyy-mm-dd", "datetime": "yyyy-mm-dd hh:mm:ss"}
    for name in tables_in(clean):
        for cells, kind in zip(book[name].iter_cols(min_row=2), types_of(name).values(), strict=True):
            filled = [cell for cell in cells if cell.value is not None]
            assert {cell.data_type for cell in filled} <= {kinds[kind]}
            if kind in formats:
                assert {cell.number_format for cell in filled} <= {formats[kind]}
    texts = [row[layout("projects").names.index("agency_code")] for row in rows_in(book, "projects")]
    assert "09000000" in texts


def test_nothing_in_the_file_runs_or_leads_anywhere(file: Path, book: Workbook) -> None:
    with zipfile.ZipFile(file) as parts:
        sheets = [name for name in parts.namelist() if name.startswith("xl/worksheets/sheet")]
        assert len(sheets) == len(book.sheetnames)
        for name in parts.namelist():
            assert "externalLink" not in name and "vba" not in name.lower()
        for name in sheets:
            text = parts.read(name).decode()
            assert "<f>" not in text and "<f " not in text and "<hyperlink" not in text
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}.isdisjoint({"f"})


def test_texts_that_look_like_formulas_are_the_texts_they_are(book: Workbook) -> None:
    names = layout("projects").names
    (project,) = (
        dict(zip(names, row, strict=True)) for row in rows_in(book, "projects") if row[0] == HOSTILE
    )
    assert project["rationale"] == FORMULA
    assert project["objectives"] == "@SUM(A1:A9)"
    assert project["goals"] == "+66 | cmd"
    names = layout("progress_reports").names
    reports = {row[0]: dict(zip(names, row, strict=True)) for row in rows_in(book, "progress_reports")}
    assert reports[HOSTILE]["problems"] == "-2+3 เป็นปัญหา"
    assert reports[HOSTILE]["obstacles"] == "{=1+1}"
    assert reports[HOSTILE]["narrative"].startswith("http://example.org/ก")
    assert len(reports[HOSTILE]["narrative"]) < len(LONG)
    assert reports[NAMED]["narrative"] == NARRATIVE_MARKED


def test_headings_are_thai_frozen_and_have_filters(clean: Path, book: Workbook) -> None:
    for name in tables_in(clean):
        sheet, columns = book[name], layout(name).columns
        headings = [cell.value for cell in sheet[1]]
        assert headings == [f"{column.about.title_th}\n{column.name}" for column in columns]
        assert sheet.freeze_panes == "A2"
        last = sheet.cell(len(rows_of(clean, name)) + 1, len(columns)).coordinate
        assert sheet.auto_filter.ref == f"A1:{last}"


def test_the_first_sheets_say_what_the_book_and_its_columns_are(clean: Path, book: Workbook) -> None:
    assert book.sheetnames[:2] == ["อ่านก่อน README", "คอลัมน์ columns"]
    lines = [tuple(cell for cell in row if cell is not None) for row in book.worksheets[0].values]
    told = {line[0]: line[-1] for line in lines if line and line[0] in tables_in(clean)}
    assert told == {name: len(rows_of(clean, name)) for name in tables_in(clean)}
    assert any(line[:1] == ("personal data",) and "marked in free text" in line[1] for line in lines)
    assert any("1 texts are longer than a cell holds" in str(line[-1]) for line in lines if line)
    rows = {row[:2]: row for row in book.worksheets[1].iter_rows(min_row=2, values_only=True)}
    assert set(rows) == {(name, column) for name in tables_in(clean) for column in layout(name).names}
    for (name, column), row in rows.items():
        assert in_thai.of_column(str(name), str(column)) in row


def test_rows_beyond_what_a_sheet_holds_are_left_out_and_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert excel_file.SHEET_ROWS == 1_048_576
    monkeypatch.setattr(excel_file, "SHEET_ROWS", 26)
    with Source(make_many(tmp_path / "many", 4), redact) as source:
        report = excel_file.write(source, tmp_path / "tables.xlsx")
    assert (report.complete, report.rows["progress_reports"], report.rows["projects"]) == (False, 25, 4)
    note = "progress_reports: a sheet holds 26 rows; 15 of 40 are left out"
    assert [each for each in report.notes if each.startswith(note)]
    book = openpyxl.load_workbook(tmp_path / "tables.xlsx")
    assert book["progress_reports"].max_row == 26
    assert any(note in str(value) for row in book.worksheets[0].values for value in row)
    book.close()


@pytest.mark.parametrize("emoji", ["ก", "🙂"])
def test_a_text_of_just_the_length_stays_whole(emoji: str) -> None:
    """Letters outside the basic plane count as two, and none is cut in half."""
    size = 1 if emoji == "ก" else 2
    holds = excel_file.CELL_LETTERS // size
    assert excel_file.fitting(emoji * holds) == emoji * holds
    cut = excel_file.fitting(emoji * (holds + 1))
    assert set(CUT.sub("", cut)) == {emoji}
    assert len(cut.encode("utf-16-le")) // 2 <= excel_file.CELL_LETTERS


def test_long_names_of_tables_become_sheet_names_of_their_own() -> None:
    names = ["x" * 31, "x" * 32, "x" * 33, "Projects", "projects"]
    sheets = excel_file.sheet_names(names)
    assert list(sheets) == names
    assert len({sheet.lower() for sheet in sheets.values()}) == len(names)
    assert all(len(sheet) <= 31 for sheet in sheets.values())


def test_what_looks_like_an_escape_of_the_format_stays_as_written(tmp_path: Path) -> None:
    text = "_x0041_ \x0b &amp; <b> \t\n ก"
    with Source(make_many(tmp_path / "many", 1, 1), lambda _: Redacted(text, Counter())) as source:
        excel_file.write(source, tmp_path / "tables.xlsx")
    book = openpyxl.load_workbook(tmp_path / "tables.xlsx")
    assert unescape(str(book["projects"].cell(2, 2).value)) == text
    book.close()


def test_the_same_tables_give_the_same_bytes(clean: Path, file: Path, tmp_path: Path) -> None:
    with Source(clean, redact) as source:
        excel_file.write(source, tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == file.read_bytes()
