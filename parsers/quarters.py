"""The quarter table of an indicator.

A header of six cells (`ไตรมาสที่`, `(1 - 4)`, `*ผลงาน*`, `(UNIT)`, `*ผลประเมินตัวชี้วัด*`, `(* 2.1 / 2.2 *)`), then
four cells a quarter: the quarter, the result, the score (may be an empty cell, a blank line), `a / b`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from parsers import issues
from parsers.records import AgencyIndicatorQuarter, IndicatorQuarter
from parsers.sections import check_numbering
from parsers.thai import NUMBER, parse_integer, parse_number
from parsers.walk import Walk, label_key

FIRST_CELL = label_key("ไตรมาสที่")
_HEADER = {
    label_key(cell) for cell in ("ไตรมาสที่", "(1 - 4)", "*ผลงาน*", "*ผลประเมินตัวชี้วัด*", "(* 2.1 / 2.2 *)")
}
_BEFORE_UNIT = label_key("*ผลงาน*")
_PAIR = re.compile(rf"(?P<first>{NUMBER})\s*/\s*(?P<second>{NUMBER})")
_CELLS_BEFORE_PAIR = 3
_QUARTERS = 4


_Row = TypeVar("_Row", IndicatorQuarter, AgencyIndicatorQuarter)


def read_quarters(
    walk: Walk, first: int, last: int, unit: str | None, table: str, make: Callable[[int, int, int], _Row]
) -> list[_Row]:
    """The rows between two lines, blank lines included: an empty cell proves which number is which.

    unit is the one on the target line, which the header repeats; table is the name for issues; make gives
    an empty row of a position, first and last line.
    """
    row_start = _read_header(walk, first, last, unit, table)
    rows: list[_Row] = []
    for number in range(row_start, last + 1):
        if pair := _PAIR.fullmatch(walk.lines[number]):
            cells = list(range(row_start, number))
            while cells and not walk.lines[cells[0]]:
                cells.pop(0)
            row = make(len(rows) + 1, cells[0] if cells else number, number)
            row.criterion_2_1, row.criterion_2_2 = parse_number(pair["first"]), parse_number(pair["second"])
            walk.parsed(number)
            _read_cells(walk, cells, row, table)
            rows.append(row)
            row_start = number + 1
    check_numbering(walk, ((row.line_first, row.quarter) for row in rows), f"{table}.quarter")
    if len(rows) != _QUARTERS:
        walk.issue(issues.MISSING_LABEL, first, table, label="of one of the four quarters")
    return rows


def _read_header(walk: Walk, first: int, last: int, unit: str | None, table: str) -> int:
    """Mark the header's cells; the number of the line behind them."""
    end = first
    for number in range(first, last + 1):
        line = walk.lines[number]
        is_unit = walk.keys[number - 1] == _BEFORE_UNIT and line.startswith("(")
        if is_unit and unit is not None and label_key(line) != label_key(f"({unit})"):
            walk.issue(issues.VALUES_DISAGREE, number, f"{table}.unit", first=unit, second=line)
        if is_unit or walk.keys[number] in _HEADER:
            walk.known(number)
            end = number + 1
        elif line:
            break
    return end


def _read_cells(walk: Walk, cells: list[int], row: _Row, table: str) -> None:
    """Quarter, result and score; only the quarter where the number of cells leaves the others unproved."""
    if len(cells) != _CELLS_BEFORE_PAIR:
        walk.issue(issues.QUARTER_CELLS, row.line_last, table, count=len(cells))
        cells = cells[:1]
    readers = (("quarter", _quarter), ("result_value", parse_number), ("score", parse_number))
    for cell, (column, read) in zip(cells, readers, strict=False):
        walk.parsed(cell)
        if walk.lines[cell]:
            value = walk.value(read, walk.lines[cell], cell, f"{table}.{column}", "a number")
            setattr(row, column, value)


def _quarter(text: str) -> int | None:
    quarter = parse_integer(text)
    return quarter if quarter is not None and 1 <= quarter <= 4 else None
