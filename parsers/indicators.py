"""The indicators of a project page, under `สนับสนุนตัวชี้วัดตามแผนฯ`.

Per indicator: `รายละเอียดเกี่ยวกับตัวชี้วัด : CODE`, `ตัวชี้วัด : NAME`, `ค่าเป้าหมาย UNIT : N`, `ผลงานที่ทำได้ UNIT : N`,
`ประเภทตัวชี้วัด : TYPE` with the result level on the next line, and the quarter table.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

from parsers import issues
from parsers.quarters import FIRST_CELL, read_quarters
from parsers.records import Indicator, IndicatorQuarter
from parsers.sections import blocks
from parsers.thai import DIGIT, parse_number, to_arabic_digits
from parsers.walk import Walk

_CODE = re.compile(rf"{DIGIT}{{4}}-{DIGIT}{{3,4}}")
_AM = "(?:ำา?|\u0e4dา)"  # SARA AM in the forms that pages print
HEADING = re.compile(r"รายละเอียดเกี่ยวกับตัวชี้วัด\s*:(?P<code>.*)")
_PATTERNS = {
    "indicator_code": HEADING,
    "name": re.compile(r"ตัวชี้วัด\s*:(?P<name>.*)"),
    # The value follows the last colon; a unit may hold one of its own.
    "target_text": re.compile(r"ค่าเป้าหมาย(?P<unit>.*):(?P<value>.*)"),
    "result_text": re.compile(rf"ผลงานที่ท{_AM}ได้(?P<unit>.*):(?P<value>.*)"),
    "indicator_type": re.compile(r"ประเภทตัวชี้วัด\s*:(?P<type>.*)"),
    "result_level": re.compile(r"\(?\s*(?P<level>ตัวชี้วัดระดับ[^()]*(?:\([^()]*\))?)\s*\)?"),
}
_LABELS = {
    "name": "`ตัวชี้วัด :`",
    "target_text": "`ค่าเป้าหมาย`",
    "result_text": "`ผลงานที่ทำได้`",
    "indicator_type": "`ประเภทตัวชี้วัด :`",
    "result_level": "of the result level",
}
TYPES = frozenset({"ตัวชี้วัดเชิงยุทธศาสตร์", "ตัวชี้วัดงานประจำ"})
LEVELS = frozenset({"ตัวชี้วัดระดับผลผลิต (output)", "ตัวชี้วัดระดับผลลัพธ์ (outcome)"})


def read_indicators(
    walk: Walk, numbers: Sequence[int], project_code: str
) -> tuple[list[Indicator], list[IndicatorQuarter]]:
    """The indicators on these non-blank lines of a project's page, and the rows of their quarter tables."""
    indicators: list[Indicator] = []
    quarters: list[IndicatorQuarter] = []
    for position, (_, block) in enumerate(blocks(walk, numbers, HEADING), 1):
        table_at = next((n for n, number in enumerate(block) if walk.keys[number] == FIRST_CELL), len(block))
        indicator = _read_indicator(walk, block[:table_at], project_code, position)
        indicators.append(indicator)
        if table_at == len(block):
            walk.issue(issues.MISSING_LABEL, block[0], "indicator_quarters", label="`ไตรมาสที่`")
            continue
        quarters += read_quarters(
            walk,
            block[table_at],
            block[-1],
            indicator.unit,
            "indicator_quarters",
            partial(_empty_row, indicator),
        )
    return indicators, quarters


def _empty_row(indicator: Indicator, position: int, line_first: int, line_last: int) -> IndicatorQuarter:
    return IndicatorQuarter(
        page_code=indicator.page_code,
        indicator_position=indicator.position,
        position=position,
        indicator_code=indicator.indicator_code,
        line_first=line_first,
        line_last=line_last,
    )


def _read_indicator(walk: Walk, numbers: Sequence[int], project_code: str, position: int) -> Indicator:
    indicator = Indicator(
        page_code=project_code,
        position=position,
        project_code=project_code,
        line_first=numbers[0],
        line_last=numbers[-1],
    )
    found: set[str] = set()
    for number in numbers:
        column = _read_line(walk, indicator, number, found)
        if column:
            found.add(column)
            walk.parsed(number)
    for column, label in _LABELS.items():
        if column not in found:
            walk.issue(issues.MISSING_LABEL, numbers[0], f"indicators.{column}", label=label)
    return indicator


def _read_line(walk: Walk, indicator: Indicator, number: int, found: set[str]) -> str | None:
    """Read one line into the indicator; the column that it fills, or None where it fits nothing here."""
    line = walk.lines[number]
    for column, pattern in _PATTERNS.items():
        if column not in found and (match := pattern.fullmatch(line)):
            _READERS[column](walk, indicator, match, number)
            return column
    return None


def _read_code(walk: Walk, indicator: Indicator, match: re.Match[str], number: int) -> None:
    indicator.indicator_code = walk.value(
        _code, match["code"], number, "indicators.indicator_code", "a code NNNN-NNNN"
    )


def _code(text: str) -> str | None:
    return to_arabic_digits(text.strip()) if _CODE.fullmatch(text.strip()) else None


def _read_name(walk: Walk, indicator: Indicator, match: re.Match[str], number: int) -> None:
    indicator.name = _text(walk, match["name"], number, "indicators.name")


def _read_target(walk: Walk, indicator: Indicator, match: re.Match[str], number: int) -> None:
    indicator.unit = match["unit"].strip() or None
    indicator.target_text = _text(walk, match["value"], number, "indicators.target_text")
    indicator.target_value = parse_number(match["value"])


def _read_result(walk: Walk, indicator: Indicator, match: re.Match[str], number: int) -> None:
    unit = match["unit"].strip() or None
    if unit != indicator.unit:
        walk.issue(issues.VALUES_DISAGREE, number, "indicators.unit", first=indicator.unit, second=unit)
        indicator.unit = None
    indicator.result_text = _text(walk, match["value"], number, "indicators.result_text")
    indicator.result_value = parse_number(match["value"])


def _read_type(walk: Walk, indicator: Indicator, match: re.Match[str], number: int) -> None:
    indicator.indicator_type = match["type"].strip() or None
    _known_word(walk, indicator.indicator_type, TYPES, number, "indicators.indicator_type")


def _read_level(walk: Walk, indicator: Indicator, match: re.Match[str], number: int) -> None:
    indicator.result_level = match["level"].strip()
    _known_word(walk, indicator.result_level, LEVELS, number, "indicators.result_level")


def _text(walk: Walk, printed: str, number: int, field: str) -> str | None:
    text = printed.strip() or None
    if text is None:
        walk.issue(issues.EMPTY_VALUE, number, field, label=field)
    return text


def _known_word(walk: Walk, word: str | None, words: frozenset[str], number: int, field: str) -> None:
    if word is not None and word not in words:
        walk.issue(issues.UNKNOWN_WORD, number, field, value=word)


_READERS = {
    "indicator_code": _read_code,
    "name": _read_name,
    "target_text": _read_target,
    "result_text": _read_result,
    "indicator_type": _read_type,
    "result_level": _read_level,
}
