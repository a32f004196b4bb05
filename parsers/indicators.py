"""The indicators of a project page, under `สนับสนุนตัวชี้วัดตามแผนฯ`.

Per indicator: `รายละเอียดเกี่ยวกับตัวชี้วัด : CODE`, `ตัวชี้วัด : NAME`, `ค่าเป้าหมาย UNIT : N`, `ผลงานที่ทำได้ UNIT : N`,
`ประเภทตัวชี้วัด : TYPE` with the result level on the next line, and the quarter table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial

from parsers import issues
from parsers.quarters import FIRST_CELL, read_quarters
from parsers.records import Indicator, IndicatorQuarter
from parsers.sections import Labelled, blocks, labelled, note_missing
from parsers.thai import DIGIT, parse_number, to_arabic_digits
from parsers.walk import Walk

HEADING = re.compile(r"รายละเอียดเกี่ยวกับตัวชี้วัด\s*:(?P<code>.*)")
_AM = "(?:ำา?|\u0e4dา)"  # SARA AM in the forms that pages print
_LABELS = re.compile(
    r"ตัวชี้วัด\s*:(?P<name>.*)"
    r"|ค่าเป้าหมาย(?P<target_text>.*:.*)"
    rf"|ผลงานที่ท{_AM}ได้(?P<result_text>.*:.*)"
    r"|ประเภทตัวชี้วัด\s*:(?P<indicator_type>.*)"
    r"|\(?\s*(?P<result_level>ตัวชี้วัดระดับ[^()]*+(?:\([^()]*\)\s*)?)\)?"
)
_SHOWN = {
    "name": "`ตัวชี้วัด :`",
    "target_text": "`ค่าเป้าหมาย`",
    "result_text": "`ผลงานที่ทำได้`",
    "indicator_type": "`ประเภทตัวชี้วัด :`",
    "result_level": "of the result level",
}
# The value follows the last colon with a blank beside it, or else the last one: `สัดส่วน : 1:5`, `ร้อยละ:80`.
_UNIT_AND_VALUE = (
    re.compile(r"(?P<unit>.*)(?:\s:|:\s|:$)(?P<value>.*)"),
    re.compile(r"(?P<unit>.*):(?P<value>.*)"),
)
_CODE = re.compile(rf"\s*({DIGIT}{{4}}-{DIGIT}{{3,4}})\s*")
_WORDS = {
    "indicator_type": frozenset({"ตัวชี้วัดเชิงยุทธศาสตร์", "ตัวชี้วัดงานประจำ", ""}),
    "result_level": frozenset({"ตัวชี้วัดระดับผลผลิต (output)", "ตัวชี้วัดระดับผลลัพธ์ (outcome)"}),
}
"""The words known in a place; on some pages the type is blank."""


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
    _read_target_and_result(walk, indicator, found)
    for column, words in _WORDS.items():
        if said := found.get(column):
            setattr(indicator, column, said.text or None)
            if said.text not in words:
                walk.issue(issues.UNKNOWN_WORD, said.line, f"indicators.{column}", value=said.text)
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


def _read_target_and_result(walk: Walk, indicator: Indicator, found: Mapping[str, Labelled]) -> None:
    """Target and result, and the unit that both lines print; where they differ, neither is believed."""
    units = []
    for column in ("target", "result"):
        if said := found.get(f"{column}_text"):
            spaced, any_colon = _UNIT_AND_VALUE
            match = spaced.fullmatch(said.text) or any_colon.fullmatch(said.text)
            unit, value = (match["unit"].strip(), match["value"].strip()) if match else ("", "")
            field = f"indicators.{column}_text"
            setattr(indicator, f"{column}_text", walk.given(value, said.line, field))
            setattr(indicator, f"{column}_value", parse_number(value))
            units.append((unit, said.line))
    if units:
        indicator.unit = units[0][0] or None
        unit, line = units[-1]
        if unit != units[0][0]:
            walk.issue(issues.VALUES_DISAGREE, line, "indicators.unit", first=units[0][0], second=unit)
            indicator.unit = None
