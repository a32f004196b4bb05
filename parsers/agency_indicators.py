"""The indicators of an agency's summary page, one at a time.

For each::

    (k) NAME
    [มิติที่ N : …]
    ด้านที่ … เป้าหมายที่ …                           or **** ภารกิจงานประจำของหน่วยงาน ****, twice
    NAME                                        again
    หน่วยนับ :U
    เป้าหมาย :N.NN
    ผลงาน :N.NN
    the quarter table, whose scores are empty
    รายงานผลฯ ไตรมาสที่ k                         and a paragraph, four times

A reduced copy has a line for each row of the table, and may lack the lines that number indicator and reports.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from parsers import issues
from parsers.places import Places
from parsers.quarter_reports import REPORT_HEADINGS, REPORT_KEYS, read_quarter_reports
from parsers.quarters import FIRST_CELL, read_joined_quarters, read_quarters
from parsers.records import AgencyIndicator, AgencyIndicatorQuarter
from parsers.sections import Labelled, divide, labelled, note_missing, note_missing_headings
from parsers.strategy import LINE as STRATEGY_LINE
from parsers.thai import DIGIT, parse_integer, parse_number
from parsers.walk import Walk, label_key

DIMENSION = re.compile(rf"\[\s*มิติที่\s*(?P<dimension>{DIGIT})\s*:(?P<name>.*)\]")
NUMBERED = re.compile(rf"\(\s*(?P<sequence>{DIGIT}+)\s*\)\s*(?P<name>.*)")
ROUTINE_KEY = label_key("**** ภารกิจงานประจำของหน่วยงาน ****")
UNIT = re.compile(r"หน่วยนับ\s*:(?P<unit>.*)")
LABELS = re.compile(rf"{UNIT.pattern}|เป้าหมาย\s*:(?P<target_value>.*)|ผลงาน\s*:(?P<result_value>.*)")
_SHOWN = {"unit": "`หน่วยนับ :`", "target_value": "`เป้าหมาย :`", "result_value": "`ผลงาน :`"}
_NEGOTIATED = "เจรจา"


def read_agency_indicator(
    walk: Walk, block: Sequence[int], indicator: AgencyIndicator, *, reduced: bool, is_last: bool
) -> tuple[list[AgencyIndicatorQuarter], list[Places]]:
    """Read one indicator from its lines; its quarters' rows, and where each of those has its report."""
    table_at = next((at for at, n in enumerate(block) if _begins_table(walk, n, reduced=reduced)), None)
    top, below = block[:table_at], block[table_at:] if table_at is not None else []
    _read_numbers(walk, indicator, labelled(walk, top, LABELS))
    _read_top(walk, top, indicator, reduced=reduced)
    sections = divide(walk, below, REPORT_KEYS)
    if not reduced:
        note_missing_headings(walk, sections, REPORT_HEADINGS)
    rows = _read_quarters(walk, sections[""].lines, indicator, reduced=reduced)
    last_ends = not is_last  # the next indicator shows where the last report ends
    table = "agency_indicator_quarters"
    return rows, read_quarter_reports(walk, sections, rows, table, last_ends=last_ends)


def _begins_table(walk: Walk, number: int, *, reduced: bool) -> bool:
    return "|" in walk.lines[number] if reduced else walk.keys[number] == FIRST_CELL


def _read_numbers(walk: Walk, indicator: AgencyIndicator, found: Mapping[str, Labelled]) -> None:
    """Unit, target and result."""
    if unit := found.get("unit"):
        indicator.unit = walk.given(unit.text, unit.line, "agency_indicators.unit")
    for column in ("target_value", "result_value"):
        if said := found.get(column):
            value = walk.value(parse_number, said.text, said.line, f"agency_indicators.{column}", "a number")
            setattr(indicator, column, value)
    note_missing(walk, found, _SHOWN, "agency_indicators", indicator.line_first)


def _read_top(walk: Walk, numbers: Sequence[int], indicator: AgencyIndicator, *, reduced: bool) -> None:
    """Number, name, dimension and strategy; a line that is none of them stays unread.

    Where the line with the number is gone, nothing tells name and strategy apart.
    """
    numbered = NUMBERED.fullmatch(walk.lines[numbers[0]])
    if numbered:
        walk.parsed(numbers[0])
        field = "agency_indicators.sequence"
        indicator.sequence = walk.value(
            parse_integer, numbered["sequence"], numbers[0], field, "a whole number"
        )
        indicator.name = walk.given(numbered["name"].strip(), numbers[0], "agency_indicators.name")
    elif not reduced:
        walk.issue(issues.MISSING_LABEL, numbers[0], "agency_indicators.name", label="`(k) NAME`")
    strategies, routines = [], []
    for number in walk.unread(numbers):
        line, key = walk.lines[number], walk.keys[number]
        match = DIMENSION.fullmatch(line)
        if match and indicator.dimension_name is None:
            _read_dimension(walk, number, match, indicator)
        elif key in (ROUTINE_KEY, ROUTINE_KEY * 2):
            routines.append(number)
        elif numbered and line == indicator.name:
            walk.parsed(number)
        elif STRATEGY_LINE.fullmatch(line):
            strategies.append(number)
    walk.known(*routines)
    if numbered or not reduced:
        _read_strategy(walk, strategies, routines, indicator)


def _read_dimension(walk: Walk, number: int, match: re.Match[str], indicator: AgencyIndicator) -> None:
    """`[มิติที่ 1 : ตัวชี้วัดเจรจาตกลง]`: the dimension's name, and the word that speaks of the negotiation."""
    walk.parsed(number)
    indicator.dimension_name = walk.given(match["name"].strip(), number, "agency_indicators.dimension_name")
    words = (indicator.dimension_name or "").split()
    indicator.negotiated = next((word for word in words if _NEGOTIATED in word), None)
    printed, expected = parse_integer(match["dimension"]), indicator.dimension
    if expected is not None and printed != expected:
        field = "agency_indicators.dimension"
        walk.issue(issues.VALUES_DISAGREE, number, field, first=expected, second=printed)


def _read_strategy(
    walk: Walk, strategies: Sequence[int], routines: Sequence[int], indicator: AgencyIndicator
) -> None:
    """The line of strategy and goal; an indicator of routine work has none, and says so instead."""
    field = "agency_indicators.strategy_text"
    if len(strategies) + bool(routines) == 1:
        walk.parsed(*strategies)
        indicator.strategy_text = walk.lines[strategies[0]] if strategies else None
    elif not strategies:
        walk.issue(issues.MISSING_LABEL, indicator.line_first, field, label="of strategy and goal")


def _read_quarters(
    walk: Walk, numbers: Sequence[int], indicator: AgencyIndicator, *, reduced: bool
) -> list[AgencyIndicatorQuarter]:
    """The rows of the quarter table on these lines."""
    table = "agency_indicator_quarters"
    if not numbers:
        walk.issue(issues.MISSING_LABEL, indicator.line_first, table, label="`ไตรมาสที่`")
        return []

    def empty_row(position: int, line_first: int, line_last: int) -> AgencyIndicatorQuarter:
        return AgencyIndicatorQuarter(
            page_code=indicator.page_code,
            indicator_position=indicator.position,
            position=position,
            line_first=line_first,
            line_last=line_last,
        )

    if reduced:
        return read_joined_quarters(walk, numbers, indicator.unit, table, empty_row)
    return read_quarters(walk, numbers[0], numbers[-1], indicator.unit, table, empty_row)
