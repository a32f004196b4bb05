"""What an indicator is measured by: its target and result, their unit, its type and its level.

`ค่าเป้าหมาย UNIT : N`, `ผลงานที่ทำได้ UNIT : N`, `ประเภทตัวชี้วัด : TYPE`, and the level on a line of its own, in
parentheses or without. Project and indicator pages print these lines alike, city indicators the first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from parsers import issues
from parsers.records import CityIndicator, Indicator
from parsers.sections import Labelled
from parsers.thai import SARA_AM, parse_number
from parsers.walk import Walk

TARGET_LINE = r"ค่าเป้าหมาย(?P<target_text>.*:.*)"
RESULT_LINE = rf"ผลงานที่ท{SARA_AM}ได้(?P<result_text>.*:.*)"
TYPE_LINE = r"ประเภทตัวชี้วัด\s*:(?P<indicator_type>.*)"
MEASURE_LINES = (
    rf"{TARGET_LINE}|{RESULT_LINE}"
    rf"|{TYPE_LINE}"
    r"|\(?\s*(?P<result_level>ตัวชี้วัดระดับ[^()]*+(?:\([^()]*\)\s*)?)\)?"
)
"""Regex source for `parsers.sections.labelled`."""
MEASURES_SHOWN = {
    "target_text": "`ค่าเป้าหมาย`",
    "result_text": "`ผลงานที่ทำได้`",
    "indicator_type": "`ประเภทตัวชี้วัด :`",
    "result_level": "of the result level",
}
# The value follows the last ` : `, or else the last colon with one blank beside it, or else the last colon:
# `สัดส่วน : 1:5`, `ร้อยละ : 80: ขั้นต่ำ`, `ร้อยละ: 80`, `ร้อยละ:80`. At either end the blank is gone.
_UNIT_AND_VALUE = (
    re.compile(r"(?P<unit>.*\s|):(?P<value>\s.*|)"),
    re.compile(r"(?P<unit>.*)(?:\s:|:\s|:$)(?P<value>.*)"),
    re.compile(r"(?P<unit>.*):(?P<value>.*)"),
)
_WORDS = {
    "indicator_type": frozenset({"ตัวชี้วัดเชิงยุทธศาสตร์", "ตัวชี้วัดงานประจำ", ""}),
    "result_level": frozenset({"ตัวชี้วัดระดับผลผลิต (output)", "ตัวชี้วัดระดับผลลัพธ์ (outcome)"}),
}
"""The words known in a place; on some pages the type is blank."""


def read_measures(walk: Walk, indicator: Indicator, found: Mapping[str, Labelled]) -> None:
    """Read the lines that were found into the indicator."""
    units = []
    for column in ("target", "result"):
        if said := found.get(f"{column}_text"):
            units.append((read_measure(walk, indicator, "indicators", column, said), said.line))
    if units:
        indicator.unit = units[0][0] or None
        unit, line = units[-1]
        if unit != units[0][0]:  # both lines print the unit; where they differ, neither is believed
            walk.issue(issues.VALUES_DISAGREE, line, "indicators.unit", first=units[0][0], second=unit)
            indicator.unit = None
    for column, words in _WORDS.items():
        if said := found.get(column):
            setattr(indicator, column, said.text or None)
            if said.text not in words:
                walk.issue(issues.UNKNOWN_WORD, said.line, f"indicators.{column}", value=said.text)


def read_measure(
    walk: Walk, record: Indicator | CityIndicator, table: str, column: str, said: Labelled
) -> str:
    """Read `UNIT : VALUE` into ``<column>_text`` and ``<column>_value`` of a record; the unit, blank if none.

    The text is kept as printed; it is a value only where it is one number, and anything else is no fault.
    """
    match = next(filter(None, (pattern.fullmatch(said.text) for pattern in _UNIT_AND_VALUE)), None)
    unit, value = (match["unit"].strip(), match["value"].strip()) if match else ("", "")
    setattr(record, f"{column}_text", walk.given(value, said.line, f"{table}.{column}_text"))
    setattr(record, f"{column}_value", parse_number(value))
    return unit
