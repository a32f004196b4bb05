"""The indicators of a project page, under `สนับสนุนตัวชี้วัดตามแผนฯ`.

Per indicator: `รายละเอียดเกี่ยวกับตัวชี้วัด : CODE`, `ตัวชี้วัด : NAME`, `ค่าเป้าหมาย UNIT : N`, `ผลงานที่ทำได้ UNIT : N`,
`ประเภทตัวชี้วัด : TYPE` with the result level on the next line, and the quarter table.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from parsers import issues
from parsers.measures import MEASURE_LINES, MEASURES_SHOWN, read_measures
from parsers.quarters import FIRST_CELL, read_quarters
from parsers.records import Indicator, IndicatorQuarter
from parsers.sections import blocks, labelled, note_missing
from parsers.thai import DIGIT, to_arabic_digits
from parsers.walk import Walk

HEADING = re.compile(r"รายละเอียดเกี่ยวกับตัวชี้วัด\s*:(?P<code>.*)")
_LABELS = re.compile(rf"ตัวชี้วัด\s*:(?P<name>.*)|{MEASURE_LINES}")
_SHOWN = {"name": "`ตัวชี้วัด :`", **MEASURES_SHOWN}
_CODE = re.compile(rf"\s*({DIGIT}{{4}}-{DIGIT}{{3,4}})\s*")


def read_indicators(
    walk: Walk, numbers: Sequence[int], project_code: str
) -> tuple[list[Indicator], list[IndicatorQuarter]]:
    """The indicators on these non-blank lines of a project's page, and the rows of their quarter tables."""
    indicators: list[Indicator] = []
    quarters: list[IndicatorQuarter] = []
    for position, (heading, block) in enumerate(blocks(walk, numbers, HEADING), 1):
        table_at = next((n for n, number in enumerate(block) if walk.keys[number] == FIRST_CELL), len(block))
        indicator = _read_indicator(walk, heading["code"], block[:table_at], project_code, position)
        indicators.append(indicator)
        if table_at == len(block):
            walk.issue(issues.MISSING_LABEL, block[0], "indicator_quarters", label="`ไตรมาสที่`")
            continue
        quarters += read_indicator_quarters(walk, block[table_at], block[-1], indicator)
    return indicators, quarters


def read_indicator_quarters(
    walk: Walk, first: int, last: int, indicator: Indicator
) -> list[IndicatorQuarter]:
    """The rows of an indicator's quarter table, which stands between these lines."""

    def empty_row(position: int, line_first: int, line_last: int) -> IndicatorQuarter:
        return IndicatorQuarter(
            page_code=indicator.page_code,
            indicator_position=indicator.position,
            position=position,
            indicator_code=indicator.indicator_code,
            line_first=line_first,
            line_last=line_last,
        )

    return read_quarters(walk, first, last, indicator.unit, "indicator_quarters", empty_row)


def _read_indicator(
    walk: Walk, code: str, numbers: Sequence[int], project_code: str, position: int
) -> Indicator:
    """Read one indicator, given the code on its first line, without its quarter table."""
    first = numbers[0]
    indicator = Indicator(
        page_code=project_code,
        position=position,
        project_code=project_code,
        line_first=first,
        line_last=numbers[-1],
    )
    walk.parsed(first)
    _read_code(walk, indicator, code)
    found = labelled(walk, numbers[1:], _LABELS)
    if name := found.get("name"):
        indicator.name = walk.given(name.text, name.line, "indicators.name")
    read_measures(walk, indicator, found)
    note_missing(walk, found, _SHOWN, "indicators", first)
    return indicator


def _read_code(walk: Walk, indicator: Indicator, printed: str) -> None:
    line, field = indicator.line_first, "indicators.indicator_code"
    match = walk.value(_CODE.fullmatch, printed, line, field, "a code NNNN-NNNN")
    if match is None:
        return
    code = indicator.indicator_code = to_arabic_digits(match[1])
    project_code = indicator.project_code
    if project_code and project_code[:4] != code[:4]:
        walk.issue(issues.OTHER_AGENCY, line, field, indicator=code, agency=project_code[:8])
