"""The quarter table of an indicator.

A header of six cells (`ไตรมาสที่`, `(1 - 4)`, `*ผลงาน*`, `(UNIT)`, `*ผลประเมินตัวชี้วัด*`, `(* 2.1 / 2.2 *)`), then
four cells a quarter: the quarter, the result, the score (may be an empty cell, a blank line), `a / b`.
Reduced copies have a line for each row, its cells joined by ` | `.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from parsers import issues
from parsers.records import AgencyIndicatorQuarter, IndicatorQuarter
from parsers.sections import check_numbering
from parsers.thai import NUMBER, parse_integer, parse_number, to_arabic_digits
from parsers.walk import Walk, label_key

FIRST_CELL = label_key("ไตรมาสที่")
_HEADER = tuple(map(label_key, ("ไตรมาสที่", "(1 - 4)", "*ผลงาน*", "*ผลประเมินตัวชี้วัด*", "(* 2.1 / 2.2 *)")))
_BEFORE_UNIT = label_key("*ผลงาน*")
_PAIR = re.compile(rf"(?P<criterion_2_1>{NUMBER})\s*/\s*(?P<criterion_2_2>{NUMBER})")
_JOINED_HEADER = re.compile(
    r"ไตรมาสที่\s*(?:\|\s*)?\(1 - 4\)\s*\|\s*\*ผลงาน\*\s*(?:\|\s*)?\((?P<unit>[^|]*)\)\s*\|"
    r"\s*\*ผลประเมินตัวชี้วัด\*\s*(?:\|\s*)?\(\* 2\.1 / 2\.2 \*\)\s*\|?"
)
_HEADER_CELLS = 6
_CELLS_BEFORE_PAIR = 3
_QUARTERS = range(1, 5)


_Row = TypeVar("_Row", IndicatorQuarter, AgencyIndicatorQuarter)


def read_quarters(
    walk: Walk, first: int, last: int, unit: str | None, table: str, make: Callable[[int, int, int], _Row]
) -> list[_Row]:
    """The rows between two lines, blank lines included: an empty cell proves which number is which.

    Prose below the fourth row is another indicator's. unit is the one on the target line, which the header
    repeats; table is the name for issues; make gives an empty row of a position, first and last line.
    """
    row_start, is_ordered = _read_header(walk, first, last, unit, table)
    rows: list[_Row] = []
    for number in range(row_start, last + 1):
        if len(rows) >= len(_QUARTERS) and walk.lines[number] and walk.is_prose(number):
            break
        if pair := _PAIR.fullmatch(walk.lines[number]):
            cells = _cells_before_pair(walk, row_start, number, table)
            row = make(len(rows) + 1, cells[0] if cells else number, number)
            known = cells if is_ordered else cells[:1]  # else nothing tells which number is which
            _read_cells(walk, [(cell, walk.lines[cell]) for cell in known], row, table)
            _read_pair(walk, number, pair, row, table)
            rows.append(row)
            row_start = number + 1
    _check_rows(walk, rows, first, table)
    return rows


def read_joined_quarters(
    walk: Walk, numbers: Sequence[int], unit: str | None, table: str, make: Callable[[int, int, int], _Row]
) -> list[_Row]:
    """The rows among these non-blank lines of a reduced copy; arguments otherwise as in `read_quarters`."""
    rows: list[_Row] = []
    for number in numbers:
        line = walk.lines[number]
        if header := _JOINED_HEADER.fullmatch(to_arabic_digits(line)):
            walk.known(number)
            _check_unit(walk, number, f"({line[slice(*header.span('unit'))]})", unit, table)
        elif len(rows) < len(_QUARTERS) and "|" in line:
            *cells, last = map(str.strip, line.strip("| ").split("|"))
            if pair := _PAIR.fullmatch(last):
                row = make(len(rows) + 1, number, number)
                if len(cells) == _CELLS_BEFORE_PAIR:
                    _read_cells(walk, [(number, cell) for cell in cells], row, table)
                else:
                    walk.issue(issues.QUARTER_CELLS, number, table, count=len(cells))
                _read_pair(walk, number, pair, row, table)
                rows.append(row)
    if rows:
        _check_rows(walk, rows, rows[0].line_first, table)
    return rows


def _check_rows(
    walk: Walk, rows: Sequence[IndicatorQuarter | AgencyIndicatorQuarter], first: int, table: str
) -> None:
    """Raise an issue where the rows are not those of the quarters 1 to 4, in this order."""
    check_numbering(walk, ((row.line_first, row.quarter) for row in rows), f"{table}.quarter")
    if len(rows) != len(_QUARTERS):
        walk.issue(issues.MISSING_LABEL, first, table, label="of one of the four quarters")


def _read_header(walk: Walk, first: int, last: int, unit: str | None, table: str) -> tuple[int, bool]:
    """Mark the header's cells; the number of the line behind them, and whether they stand in their order."""
    cells: list[int] = []
    places: list[int] = []
    for number in range(first, last + 1):
        line = walk.lines[number]
        is_unit = walk.keys[number - 1] == _BEFORE_UNIT and line.startswith("(")
        if is_unit:
            _check_unit(walk, number, line, unit, table)
        key = to_arabic_digits(walk.keys[number])
        if is_unit or key in _HEADER:
            cells.append(number)
            places += [] if is_unit else [_HEADER.index(key)]
        elif line:
            break
    walk.known(*cells)
    is_ordered = places == sorted(places)
    if len(cells) != _HEADER_CELLS or not is_ordered:
        walk.issue(issues.QUARTER_HEADER, first, table, count=len(cells))
    return cells[-1] + 1, is_ordered


def _check_unit(walk: Walk, number: int, printed: str, unit: str | None, table: str) -> None:
    """The header repeats the unit of the target's line, which is None where that could not be read."""
    expected = f"({unit})"
    if unit is not None and printed != expected and label_key(printed) != label_key(expected):
        walk.issue(issues.VALUES_DISAGREE, number, f"{table}.unit", first=unit, second=printed)


def _cells_before_pair(walk: Walk, start: int, pair: int, table: str) -> list[int]:
    """The line numbers of quarter, result and score; where one is missing, of the first alone.

    Of too many cells those next to the pair are the row's: the others are of a row that has lost its pair.
    """
    while start < pair and not walk.lines[start]:
        start += 1
    cells = list(range(start, pair))
    if len(cells) != _CELLS_BEFORE_PAIR:
        walk.issue(issues.QUARTER_CELLS, pair, table, count=len(cells))
    return cells[:1] if len(cells) < _CELLS_BEFORE_PAIR else cells[-_CELLS_BEFORE_PAIR:]


def _read_cells(walk: Walk, cells: Sequence[tuple[int, str]], row: _Row, table: str) -> None:
    """Quarter, result and score, each with its line; behind one that cannot be read nothing is proven."""
    readers = (("quarter", parse_quarter), ("result_value", parse_number), ("score", parse_number))
    for (line, printed), (column, read) in zip(cells, readers, strict=False):
        if column == "score" and not printed:
            return  # as on all project pages known
        value = walk.value(read, printed, line, f"{table}.{column}", "a number")
        setattr(row, column, value)
        walk.parsed(line)
        if value is None:
            return


def _read_pair(walk: Walk, number: int, pair: re.Match[str], row: _Row, table: str) -> None:
    for column in ("criterion_2_1", "criterion_2_2"):
        setattr(row, column, walk.value(parse_number, pair[column], number, f"{table}.{column}", "a number"))
    walk.parsed(number)


def parse_quarter(text: str) -> int | None:
    """A quarter of the fiscal year, 1 to 4; else None."""
    quarter = parse_integer(text)
    return quarter if quarter in _QUARTERS else None
