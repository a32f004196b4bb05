"""The indicator page, `รายละเอียดตัวชี้วัด`, full and reduced.

In page order: title, `NAME : CODE`, target, result, type and level, a bare `0`, a link, the evaluation line,
the quarter table, a report on each quarter, a summary and a definition. What may follow is unknown. A reduced
copy begins with the target, and of its paragraphs nothing tells which is which.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from parsers import issues
from parsers.evaluation import INDICATOR_EVALUATION, read_evaluation
from parsers.indicators import read_indicator_quarters
from parsers.measures import MEASURE_LINES, MEASURES_SHOWN, read_measures
from parsers.page import Reading
from parsers.places import Places, field_lines, span
from parsers.quarter_reports import REPORT_HEADINGS, REPORT_KEYS, read_quarter_reports
from parsers.quarters import FIRST_CELL
from parsers.records import Indicator, IndicatorQuarter
from parsers.sections import (
    Labelled,
    Section,
    divide,
    first_page,
    labelled,
    note_missing,
    note_missing_headings,
    paragraph,
)
from parsers.text import Text
from parsers.thai import DIGIT, to_arabic_digits
from parsers.walk import Walk, label_key

TITLE = "รายละเอียดตัวชี้วัด"
TITLE_KEY = label_key(TITLE)
_HEADINGS = {
    "quarters": "ผลงานเทียบกับเป้าหมายรายไตรมาส",
    **REPORT_HEADINGS,
    "summary": "** สรุปผลการดำเนินงาน **",
    "definition": "นิยาม หรือความหมายของตัวชี้วัด",
}
HEADINGS = {
    label_key(_HEADINGS["quarters"]): "quarters",
    **REPORT_KEYS,
    **{label_key(_HEADINGS[name]): name for name in ("summary", "definition")},
}
"""Names of the sections by the `label_key` of their headings, in page order."""
LINK_KEYS = frozenset(map(label_key, ("รายละเอียดตัวชี้วัดฯ : พิมพ์ข้อมูล", "รายละเอียดตัวชี้วัดฯ", "พิมพ์ข้อมูล")))

_CONSTANTS = LINK_KEYS | {TITLE_KEY}
_CODE = rf"{DIGIT}{{4}}\s*-\s*{DIGIT}{{3,4}}"
_NAME = re.compile(rf"(?P<name>.*\S|)\s*:\s*(?P<code>{_CODE})")
_LABELS = re.compile(rf"(?P<titled>.*:\s*{_CODE})|{MEASURE_LINES}|(?P<zero>[0๐])")
_SHOWN = {"name": "`NAME : CODE`", **MEASURES_SHOWN}


def read_indicator_page(walk: Walk, text: Text, hinted_code: str | None) -> Reading:
    """Read an indicator page; hinted_code keys the rows where the page does not print its own."""
    numbers = first_page(walk, lambda number: walk.keys[number] == TITLE_KEY, lambda n: _is_target(walk, n))
    sections = divide(walk, numbers, HEADINGS)
    has_title = any(walk.keys[number] == TITLE_KEY for number in numbers)
    table_at = _table_at(walk, sections)
    found = labelled(walk, [n for n in sections[""].lines if not table_at or n < table_at], _LABELS)
    reduced = len(sections) == 1 and not has_title and "titled" not in found
    cut = None if reduced or text.closed or "definition" in sections else "its last heading is not there"
    if not reduced:
        title = None if has_title else TITLE
        note_missing_headings(walk, sections, _HEADINGS, missing_title=title, is_cut=cut is not None)

    indicator = Indicator(page_code="", position=1, line_first=numbers[0], line_last=numbers[0])
    places: Places = {}
    printed_code = _read_head(walk, numbers, found, indicator, places, hinted_code, reduced=reduced)
    quarters = _read_quarter_table(walk, table_at, sections, indicator)
    if not quarters and not reduced:
        walk.issue(issues.MISSING_LABEL, None, "indicator_quarters", label="`ไตรมาสที่`")
    last_ends = "summary" in sections
    report_places = read_quarter_reports(walk, sections, quarters, "indicator_quarters", last_ends=last_ends)
    for column in ("summary", "definition"):
        ends = column == "summary" and "definition" in sections
        _read_text(walk, sections.get(column), column, indicator, places, ends=ends)
    if reduced:  # what no rule has read has lost its label
        for number in walk.unread(numbers):
            walk.unassigned(number)
    span(indicator, places)
    said = (
        indicator.name,
        indicator.target_text,
        indicator.result_text,
        indicator.summary,
        indicator.definition,
    )
    reports = [row.report for row in quarters]
    rows = {("indicator_quarters", n): of_row for n, of_row in enumerate(report_places, 1)}
    return Reading(
        code=printed_code,
        reduced=reduced,
        is_empty=not (reduced or any(said) or any(reports)),
        cut=cut,
        records={
            "indicators": [indicator],
            "indicator_quarters": [*quarters],
            "field_lines": [*field_lines({("indicators", 1): places, **rows})],
        },
    )


def _is_target(walk: Walk, number: int) -> bool:
    return walk.lines[number].startswith("ค่าเป้าหมาย")


def _table_at(walk: Walk, sections: dict[str, Section]) -> int | None:
    """The line of the quarter table's first cell, also where the heading above it is lost."""
    lines = sections["quarters" if "quarters" in sections else ""].lines
    return next((number for number in lines if walk.keys[number] == FIRST_CELL), None)


def _read_quarter_table(
    walk: Walk, table_at: int | None, sections: dict[str, Section], indicator: Indicator
) -> list[IndicatorQuarter]:
    if table_at is None:
        return []
    lines = sections["quarters" if "quarters" in sections else ""].lines
    return read_indicator_quarters(walk, table_at, lines[-1], indicator)


def _read_head(
    walk: Walk,
    numbers: Sequence[int],
    found: dict[str, Labelled],
    indicator: Indicator,
    places: Places,
    hinted_code: str | None,
    *,
    reduced: bool,
) -> str | None:
    """Read what stands above the quarter table; the code that the page prints, if it does."""
    walk.known(*(number for number in numbers if walk.keys[number] in _CONSTANTS))
    if zero := found.get("zero"):
        walk.known(zero.line)
    titled = found.get("titled")
    match = _NAME.fullmatch(titled.text) if titled else None
    printed = to_arabic_digits("".join(match["code"].split())) if match else None
    code = printed or hinted_code or ""
    indicator.page_code, indicator.indicator_code = code, code or None
    if titled and match:
        indicator.name = walk.given(match["name"], titled.line, "indicators.name")
        places["name"] = places["indicator_code"] = (titled.line, titled.line)
    elif code and not reduced:
        walk.issue(issues.CODE_UNREADABLE, None, "indicators.indicator_code", code=code)
    read_measures(walk, indicator, found)
    for column, place in found.items():
        if column in MEASURES_SHOWN:
            places[column] = (place.line, place.last)
    shown = MEASURES_SHOWN if reduced else _SHOWN
    note_missing(walk, {*found, *(["name"] if titled else [])}, shown, "indicators", numbers[0])
    evaluation_at = next((n for n in numbers if INDICATOR_EVALUATION.fullmatch(walk.lines[n])), None)
    read_evaluation(walk, evaluation_at, indicator, "indicators", places)
    return printed


def _read_text(
    walk: Walk, section: Section | None, column: str, indicator: Indicator, places: Places, *, ends: bool
) -> None:
    """Summary or definition; an issue where its heading stands above nothing."""
    field = f"indicators.{column}"
    setattr(indicator, column, paragraph(walk, section, field, places, ends=ends))
    if section and section.heading and not section.lines:
        walk.issue(issues.EMPTY_VALUE, section.heading, field)
