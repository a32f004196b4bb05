"""The indicator page, `รายละเอียดตัวชี้วัด`, full and reduced.

In page order: title, `NAME : CODE`, target, result, type and level, a bare `0`, a link, the evaluation line,
the quarter table, a report on each quarter, a summary and a definition. What may follow is unknown. A reduced
copy begins with the target, and of its paragraphs nothing tells which is which.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from parsers import issues
from parsers.evaluation import INDICATOR_EVALUATION, read_evaluation
from parsers.indicators import read_indicator_quarters
from parsers.measures import MEASURE_LINES, MEASURES_SHOWN, read_measures
from parsers.page import Reading, settle_code
from parsers.places import Places, field_lines, span
from parsers.quarter_reports import REPORT_HEADINGS, read_quarter_reports
from parsers.quarters import FIRST_CELL
from parsers.records import Indicator
from parsers.sections import (
    Labelled,
    Section,
    divide,
    first_page,
    headed_text,
    heading_keys,
    labelled,
    note_missing,
    note_missing_headings,
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
HEADINGS = heading_keys(_HEADINGS)
"""Names of the sections by the `label_key` of their headings, in page order."""
LINK_KEYS = frozenset(map(label_key, ("รายละเอียดตัวชี้วัดฯ : พิมพ์ข้อมูล", "รายละเอียดตัวชี้วัดฯ", "พิมพ์ข้อมูล")))

_CONSTANTS = LINK_KEYS | {TITLE_KEY}
_BEGINNING = "ค่าเป้าหมาย"
_CODE = rf"{DIGIT}{{4}}\s*-\s*{DIGIT}{{3,4}}"
_NAME = re.compile(rf"(?P<name>.*\S|)\s*:\s*(?P<code>{_CODE})")
_LABELS = re.compile(rf"(?P<name>.*:\s*{_CODE})|{MEASURE_LINES}|(?P<zero>[0๐])")
_SHOWN = {"name": "`NAME : CODE`", **MEASURES_SHOWN}
_SAID = ("name", "summary", "definition")


def read_indicator_page(walk: Walk, text: Text, hinted_code: str | None) -> Reading:
    """Read an indicator page; hinted_code keys the rows where the page does not print its own."""
    numbers = first_page(
        walk, lambda n: walk.keys[n] == TITLE_KEY, lambda n: walk.lines[n].startswith(_BEGINNING)
    )
    sections = divide(walk, numbers, HEADINGS)
    table_at, table_end = _table(walk, sections)
    head = [number for number in sections[""].lines if not table_at or number < table_at]
    found = labelled(walk, head, _LABELS)
    has_title = walk.keys[numbers[0]] == TITLE_KEY
    reduced = len(sections) == 1 and not has_title and "name" not in found
    cut = None if reduced or text.closed or "definition" in sections else "its last heading is not there"
    if not reduced:
        title = None if has_title else TITLE
        note_missing_headings(walk, sections, _HEADINGS, missing_title=title, is_cut=cut is not None)

    indicator = Indicator(page_code="", position=1, line_first=numbers[0], line_last=numbers[0])
    places: Places = {}
    walk.known(*(number for number in numbers if walk.keys[number] in _CONSTANTS))
    if zero := found.get("zero"):
        walk.known(zero.line)
    printed_code = _read_name(walk, found.get("name"), indicator, places)
    code = settle_code(walk, printed_code, hinted_code, "indicators.indicator_code", reduced=reduced)
    indicator.page_code, indicator.indicator_code = code, code or None
    read_measures(walk, indicator, found)
    places |= {column: (said.line, said.last) for column, said in found.items() if column in MEASURES_SHOWN}
    note_missing(walk, found, MEASURES_SHOWN if reduced else _SHOWN, "indicators", numbers[0])
    evaluation_at = next((n for n in numbers if INDICATOR_EVALUATION.fullmatch(walk.lines[n])), None)
    read_evaluation(walk, evaluation_at, indicator, "indicators", places)

    quarters = read_indicator_quarters(walk, table_at, table_end, indicator) if table_at else []
    if not quarters and not reduced:
        walk.issue(issues.MISSING_LABEL, None, "indicator_quarters", label="`ไตรมาสที่`")
    last_ends = "summary" in sections
    report_places = read_quarter_reports(walk, sections, quarters, "indicator_quarters", last_ends=last_ends)
    for column, ends in (("summary", "definition" in sections), ("definition", False)):
        text_below = headed_text(walk, sections.get(column), f"indicators.{column}", places, ends=ends)
        setattr(indicator, column, text_below)
    if reduced:
        walk.unassigned(numbers)
    span(indicator, places)
    values = [getattr(indicator, column) for column in _SAID] + [row.report for row in quarters]
    for column in ("target", "result"):  # the system's own 0 says nothing
        said, value = getattr(indicator, f"{column}_text"), getattr(indicator, f"{column}_value")
        values.append(said if value is None else value or None)
    rows = {("indicator_quarters", n): of_row for n, of_row in enumerate(report_places, 1)}
    return Reading(
        code=printed_code,
        reduced=reduced,
        is_empty=not (reduced or any(values)),
        cut=cut,
        records={
            "indicators": [indicator],
            "indicator_quarters": [*quarters],
            "field_lines": [*field_lines({("indicators", 1): places, **rows})],
        },
    )


def _table(walk: Walk, sections: Mapping[str, Section]) -> tuple[int, int]:
    """The lines of the quarter table's first cell and of its section's end; 0 where there is none.

    It is looked for also where the heading above it is lost.
    """
    lines = sections["quarters" if "quarters" in sections else ""].lines
    first = next((number for number in lines if walk.keys[number] == FIRST_CELL), 0)
    return first, lines[-1] if first else 0


def _read_name(walk: Walk, said: Labelled | None, indicator: Indicator, places: Places) -> str | None:
    """Read `NAME : CODE`; the code."""
    match = _NAME.fullmatch(said.text) if said else None
    if said is None or match is None:
        return None
    indicator.name = walk.given(match["name"], said.line, "indicators.name")
    places["name"] = places["indicator_code"] = (said.line, said.line)
    return to_arabic_digits("".join(match["code"].split()))
