"""An agency's summary page, `ผลการปฏิบัติราชการประจำปี : ของหน่วยงาน : CODE`, full and reduced.

Each page shows one dimension. Below the dimension's heading (`มิติที่ 1 ด้าน…`), for each indicator::

    (k) NAME
    [มิติที่ N : …]
    ด้านที่ … เป้าหมายที่ …                           or **** ภารกิจงานประจำของหน่วยงาน ****, twice
    NAME                                        again
    หน่วยนับ :U
    เป้าหมาย :N.NN
    ผลงาน :N.NN
    the quarter table, whose scores are empty
    รายงานผลฯ ไตรมาสที่ k                         and a paragraph, four times

A reduced copy has no heads, its tables have a line for each row, and the lines that number indicators and
reports may be gone. The year is in no line: only the page's address may tell it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from parsers import issues
from parsers.page import Reading
from parsers.places import Places, field_lines
from parsers.quarter_reports import REPORT_HEADINGS, REPORT_KEYS, read_quarter_reports
from parsers.quarters import FIRST_CELL, read_joined_quarters, read_quarters
from parsers.records import AgencyIndicator, AgencyIndicatorQuarter
from parsers.sections import (
    Labelled,
    divide,
    first_page,
    labelled,
    note_missing,
    note_missing_headings,
)
from parsers.strategy import LINE as STRATEGY_LINE
from parsers.text import Text
from parsers.thai import DIGIT, SARA_AM, parse_integer, parse_number, to_arabic_digits
from parsers.walk import Walk, label_key

_TITLE = "ผลการปฏิบัติราชการประจำปี : ของหน่วยงาน"
_TITLE_KEY = label_key(_TITLE)
TITLE_LINE = re.compile(rf"ผลการปฏิบัติราชการประจ{SARA_AM}ปี\s*:\s*ของหน่วยงาน\s*:\s*(?P<code>{DIGIT}*)")
_AGENCY_CODE = re.compile(rf"{DIGIT}{{8}}")
_DIMENSION_HEADING = re.compile(rf"มิติที่\s*(?P<dimension>{DIGIT})\s+ด้าน.*")
DIMENSION = re.compile(rf"\[\s*มิติที่\s*(?P<dimension>{DIGIT})\s*:(?P<name>.*)\]")
_NUMBERED = re.compile(rf"\(\s*(?P<sequence>{DIGIT}+)\s*\)\s*(?P<name>.*)")
ROUTINE_KEY = label_key("**** ภารกิจงานประจำของหน่วยงาน ****")
UNIT = re.compile(r"หน่วยนับ\s*:(?P<unit>.*)")
_LABELS = re.compile(rf"{UNIT.pattern}|เป้าหมาย\s*:(?P<target_value>.*)|ผลงาน\s*:(?P<result_value>.*)")
_SHOWN = {"unit": "`หน่วยนับ :`", "target_value": "`เป้าหมาย :`", "result_value": "`ผลงาน :`"}
_NEGOTIATED = re.compile(r"\S*เจรจา\S*")
_HINT = re.compile(r"(?P<agency>[0-9]{8})-(?P<dimension>[1-3])(?:-(?P<year>[0-9]{4}))?")
_REPEATED_WITHIN = 4
"""The name stands again so many lines below the line that numbers it, or fewer."""


def read_agency_summary(walk: Walk, text: Text, hinted_code: str | None) -> Reading:
    """Read an agency's summary; hinted_code, `AAAAAAAA-D` or `AAAAAAAA-D-YYYY`, tells what lines do not."""
    numbers = first_page(
        walk, lambda number: is_title(walk, number), lambda n: DIMENSION.fullmatch(walk.lines[n]) is not None
    )
    blocks = list(_blocks(walk, numbers))
    head = numbers[: numbers.index(blocks[0][0])] if blocks else numbers
    reduced = bool(blocks) and not _is_full(walk, numbers, head)
    page = AgencyIndicator(page_code="", position=0, line_first=1, line_last=1)  # what all rows share
    printed_code = _read_head(walk, head, page, hinted_code, reduced=reduced)
    indicators: list[AgencyIndicator] = []
    quarters: list[AgencyIndicatorQuarter] = []
    places: list[Places] = []
    for position, block in enumerate(blocks, 1):
        is_last = position == len(blocks)
        indicator, rows, of_rows = _read_block(walk, block, page, position, reduced=reduced, is_last=is_last)
        indicators.append(indicator)
        quarters += rows
        places += of_rows
    if reduced:  # what no rule has read has lost its label
        for number in walk.unread(numbers):
            walk.unassigned(number)
    ends = reduced or text.closed or not blocks or _has_last_heading(walk, blocks[-1])
    return Reading(
        code=printed_code,
        reduced=reduced,
        is_empty=not indicators,
        cut=None if ends else "the heading of its last report is not there",
        records={
            "agency_indicators": [*indicators],
            "agency_indicator_quarters": [*quarters],
            "field_lines": [
                *field_lines({("agency_indicator_quarters", n): of_row for n, of_row in enumerate(places, 1)})
            ],
        },
    )


def _has_last_heading(walk: Walk, block: Sequence[int]) -> bool:
    return any(REPORT_KEYS.get(walk.keys[number]) == [*REPORT_HEADINGS][-1] for number in block)


def is_title(walk: Walk, number: int) -> bool:
    """Whether a line is the title, behind which the agency's code stands."""
    return walk.keys[number].startswith(_TITLE_KEY)


def _is_full(walk: Walk, numbers: Sequence[int], head: Sequence[int]) -> bool:
    """Whether one of the things is there that a reduced copy has lost: the head, tables of cells."""
    return any(is_title(walk, n) or _DIMENSION_HEADING.fullmatch(walk.lines[n]) for n in head) or any(
        walk.keys[number] == FIRST_CELL for number in numbers
    )


def _blocks(walk: Walk, numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    """The lines of each indicator: from its numbered line on, or from its dimension where that is lost.

    None begins before the one above it has come to its unit, so that a line that stands twice begins one.
    """
    starts: list[int] = []
    may_start = True
    for place, number in enumerate(numbers):
        line = walk.lines[number]
        if _LABELS.fullmatch(line) or walk.keys[number] == FIRST_CELL:
            may_start = True
        elif may_start and (DIMENSION.fullmatch(line) or _is_numbered(walk, numbers, place)):
            starts.append(place)
            may_start = False
    for start, end in pairwise([*starts, len(numbers)]):
        yield numbers[start:end]


def _is_numbered(walk: Walk, numbers: Sequence[int], place: int) -> bool:
    """Whether a line is `(k) NAME`: the dimension follows it, or the name stands again below."""
    line = walk.lines[numbers[place]]
    match = _NUMBERED.fullmatch(line) if line.startswith("(") else None
    below = [walk.lines[number] for number in numbers[place + 1 : place + 1 + _REPEATED_WITHIN]]
    if match is None or not below:
        return False
    return DIMENSION.fullmatch(below[0]) is not None or match["name"] in below


def _read_head(
    walk: Walk, numbers: Sequence[int], page: AgencyIndicator, hinted_code: str | None, *, reduced: bool
) -> str | None:
    """Read what all indicators share into ``page``; the code that the page prints, if it does."""
    agency = dimension = None
    for number in numbers:
        if agency is None and (match := TITLE_LINE.fullmatch(walk.lines[number])):
            walk.parsed(number)
            field, expected = "agency_indicators.agency_code", "eight digits"
            agency = walk.value(_agency_code, match["code"], number, field, expected)
        elif dimension is None and (match := _DIMENSION_HEADING.fullmatch(walk.lines[number])):
            walk.parsed(number)
            dimension = parse_integer(match["dimension"])
    for value, label in ((agency, f"`{_TITLE} : CODE`"), (dimension, "`มิติที่ N ด้าน…`")):
        if value is None and not reduced:
            walk.issue(issues.MISSING_HEADING, label=label)
    hint = _HINT.fullmatch(hinted_code or "")
    page.agency_code = agency or (hint["agency"] if hint else None)
    page.dimension = dimension or (int(hint["dimension"]) if hint else None)
    page.fiscal_year_be = int(hint["year"]) if hint and hint["year"] else None
    printed = f"{agency}-{dimension}" if agency and dimension else None
    page.page_code = hinted_code or printed or ""
    return printed


def _agency_code(text: str) -> str | None:
    return to_arabic_digits(text) if _AGENCY_CODE.fullmatch(text) else None


def _read_block(
    walk: Walk, block: Sequence[int], page: AgencyIndicator, position: int, *, reduced: bool, is_last: bool
) -> tuple[AgencyIndicator, list[AgencyIndicatorQuarter], list[Places]]:
    """Read one indicator: its row, its quarters' rows, and where each of those has its report."""
    indicator = replace(page, position=position, line_first=block[0], line_last=block[-1])
    table_at = next((at for at, n in enumerate(block) if _begins_table(walk, n, reduced=reduced)), None)
    top, below = block[:table_at], block[table_at:] if table_at is not None else []
    _read_numbers(walk, indicator, labelled(walk, top, _LABELS))
    _read_top(walk, top, indicator, reduced=reduced)
    sections = divide(walk, below, REPORT_KEYS)
    if not reduced:
        note_missing_headings(walk, sections, REPORT_HEADINGS)
    rows = _read_quarters(walk, sections[""].lines, indicator, reduced=reduced)
    last_ends = not is_last  # the next indicator shows where the last report ends
    table = "agency_indicator_quarters"
    return indicator, rows, read_quarter_reports(walk, sections, rows, table, last_ends=last_ends)


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
    numbered = _NUMBERED.fullmatch(walk.lines[numbers[0]])
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
    negotiated = _NEGOTIATED.search(indicator.dimension_name or "")
    indicator.negotiated = negotiated[0] if negotiated else None
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
