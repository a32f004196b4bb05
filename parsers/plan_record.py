"""The planning system's view of a project, `รายละเอียดโครงการ/กิจกรรม: CODE`: its budget, dates and indicator.

Below the head a table of labels and values in a fixed order. In text copies a label is glued to its value
(`ปี2566`); where they are two cells, the value is the line directly below, and an empty one a blank line.
What is not set reads `(ไม่ได้ตั้ง)`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

from parsers import issues
from parsers.page import Reading, settle_code
from parsers.places import Places, field_lines, span
from parsers.project_head import CODE, FISCAL_YEARS, read_code
from parsers.records import PlanRecord
from parsers.sections import first_page, longest_rise
from parsers.text import Text
from parsers.thai import (
    DIGIT,
    parse_baht,
    parse_date,
    parse_integer,
    parse_percent,
    tidy_name,
    to_arabic_digits,
)
from parsers.walk import Walk, label_key

_TITLE = "รายละเอียดโครงการ/กิจกรรม"
TITLE_LINE = re.compile(rf"รายละเอียดโครงการ/กิจกรรม\s*:\s*(?P<code>{CODE}|)")
_TITLE_KEY = label_key(_TITLE)
PROGRESS_LINE = re.compile(r"คืบหน้าล่าสุด\s*:\s*ร้อยละ(?P<percent>.*)")
_LINK_KEYS = frozenset(map(label_key, ("ข้อมูลโครงการ/กิจกรรม พิมพ์ PDF", "ข้อมูลโครงการ/กิจกรรม", "พิมพ์ PDF")))
_NOT_SET = frozenset({"(ไม่ได้ตั้ง)", "(not set)"})
_CODE = re.compile(CODE)
_INDICATOR_CODE = re.compile(rf"{DIGIT}{{4}}-{DIGIT}{{3,4}}")


def _project_code(text: str) -> str | None:
    return read_code(text) if _CODE.fullmatch(text) else None


def _indicator_code(text: str) -> str | None:
    return to_arabic_digits(text) if _INDICATOR_CODE.fullmatch(text) else None


def _year(text: str) -> int | None:
    year = parse_integer(text)
    return year if year in FISCAL_YEARS else None


class _Field(NamedTuple):
    """A row of the page's table: its column, its label, how its value is read, whether it may be blank."""

    column: str
    label: re.Pattern[str]
    shown: str
    read: Callable[[str], object]
    expected: str = "a text"
    may_be_blank: bool = False


def _field(
    column: str,
    shown: str,
    read: Callable[[str], object],
    expected: str = "a text",
    ahead: str = "",
    **more: bool,
) -> _Field:
    label = r"\s*".join(map(re.escape, shown.split()))
    return _Field(column, re.compile(rf"{label}{ahead}\s*(?::\s*)?"), shown, read, expected, **more)


_FIELDS = (
    _field("project_code", "รหัสโครงการ", _project_code, "a code NNNNNNNN-NNNN"),
    _field("fiscal_year_be", "ปี", _year, "a year such as 2566", rf"(?=[\s:]*(?:{DIGIT}|\(|$))"),
    _field("name", "ชื่อโครงการ", str),
    _field("policy_id", "Policy ID", str, may_be_blank=True),
    _field("branch_id", "Branch ID", str, may_be_blank=True),
    _field("indicator_code", "Kpi ID", _indicator_code, "a code NNNN-NNNN"),
    _field("budget_received_thb", "งบฯ ที่ได้รับ (บาท)", parse_baht, "an amount in baht"),
    _field("budget_spent_thb", "งบฯ ที่ใช้ไป (บาท)", parse_baht, "an amount in baht"),
    _field("progress_percent", "คืบหน้าล่าสุด", parse_percent, "a percent"),
    _field("agency_name", "หน่วยงาน", tidy_name),
    _field("start_date", "Start Date", parse_date, "a date"),
    _field("finish_date", "Finish Date", parse_date, "a date"),
    _field("rationale", "หลักการและเหตุผล", str),
)
"""The rows in page order."""
OWN_LINES = tuple(
    re.compile(f"{field.label.pattern}.*") for field in _FIELDS if "ID" in field.shown or "งบฯ" in field.shown
)
"""Lines of the table that no other page has."""


class _Label(NamedTuple):
    """A line that begins with a label: its place among the lines, the label's in `_FIELDS`, what follows."""

    place: int
    rank: int
    behind: str


class _Cell(NamedTuple):
    """What is printed behind a label: the label's line, the value's line and text, and the lines below."""

    label_line: int
    line: int
    text: str
    below: Sequence[int]


def read_plan_record(walk: Walk, text: Text, hinted_code: str | None) -> Reading:
    """Read a plan record; hinted_code keys its row where the page does not print its own."""
    numbers = first_page(
        walk,
        lambda number: walk.keys[number].startswith(_TITLE_KEY),
        lambda number: PROGRESS_LINE.fullmatch(walk.lines[number]) is not None,
    )
    links = [number for number in numbers if walk.keys[number] in _LINK_KEYS]
    walk.known(*links)
    has_title = walk.keys[numbers[0]].startswith(_TITLE_KEY)
    reduced = not (has_title or links)
    record = PlanRecord(project_code="", line_first=numbers[0], line_last=numbers[0])
    places: Places = {}
    cells = _cells(walk, numbers)
    cut = None if reduced or text.closed or "rationale" in cells else "its last label is not there"

    title_code = None if reduced else _read_title(walk, numbers[0])
    progress = _read_progress_line(walk, numbers)
    for field in _FIELDS:
        if field.column in cells:
            _read_field(walk, field, cells[field.column], record, places)
        elif cells or not reduced:
            label = f"`{field.shown}`"
            walk.issue(issues.MISSING_LABEL, None, f"plan_records.{field.column}", label=label)
    _settle_progress(walk, progress, record, places)
    printed_code = _printed_code(walk, title_code, record, places)
    field_name = "plan_records.project_code"
    record.project_code = settle_code(walk, printed_code, hinted_code, field_name, reduced=reduced)
    span(record, places)
    said = [getattr(record, field.column) for field in _FIELDS[1:] if field.column != "progress_percent"]
    said.append(record.progress_percent or None)  # the system's own 0 says nothing
    return Reading(
        code=printed_code,
        reduced=reduced,
        is_empty=not reduced and all(value is None for value in said),
        cut=cut,
        records={
            "plan_records": [record],
            "field_lines": [*field_lines({("plan_records", 1): places})],
        },
    )


def _cells(walk: Walk, numbers: Sequence[int]) -> dict[str, _Cell]:
    """The table's cells by column.

    A value may begin as a label does (a name `Policy ID 5`): where a label also stands alone, that is the
    label, and of those left the ones that stand in order count. Where one has its value behind it, all have,
    and one that stands alone has none; else the value is the line directly below.
    """
    labels = [label for place, number in enumerate(numbers) if (label := _label(walk, place, number))]
    alone = {label.rank for label in labels if not label.behind}
    labels = [label for label in labels if not label.behind or label.rank not in alone]
    chosen = [labels[index] for index in longest_rise([label.rank for label in labels])]
    apart = not any(label.behind for label in chosen)
    cells = {}
    spans = pairwise([*(label.place for label in chosen), len(numbers)])
    for (_, rank, text), (place, end) in zip(chosen, spans, strict=True):
        label_line, below = numbers[place], numbers[place + 1 : end]
        line = label_line
        if apart and below and below[0] == label_line + 1:
            line, below = below[0], below[1:]
            text = walk.lines[line]
            walk.known(label_line)
        else:
            walk.parsed(label_line)
        cells[_FIELDS[rank].column] = _Cell(label_line, line, text, below)
    return cells


def _label(walk: Walk, place: int, number: int) -> _Label | None:
    """The label that a line begins with, if it does."""
    line = walk.lines[number]
    if PROGRESS_LINE.fullmatch(line):  # above the table
        return None
    found = ((rank, field.label.match(line)) for rank, field in enumerate(_FIELDS))
    return next((_Label(place, rank, line[match.end() :]) for rank, match in found if match), None)


def _read_field(walk: Walk, field: _Field, cell: _Cell, record: PlanRecord, places: Places) -> None:
    """Read one cell; lines below it that are no label's stay unread, and make the last text doubtful."""
    name = f"plan_records.{field.column}"
    if field.column == "rationale" and cell.below:
        walk.issue(issues.OPEN_END, cell.label_line, name, label=f"`{field.shown}`")
        return
    if cell.line != cell.label_line:
        walk.parsed(cell.line)
    if cell.text in _NOT_SET or (field.may_be_blank and not cell.text):
        return
    if not walk.given(cell.text, cell.line, name):
        return
    value = walk.value(field.read, cell.text, cell.line, name, field.expected)
    setattr(record, field.column, value)
    if value is not None:
        places[field.column] = (cell.line, cell.line)


def _read_title(walk: Walk, number: int) -> str | None:
    """The code that the title prints, if the line is one."""
    match = TITLE_LINE.fullmatch(walk.lines[number])
    if match is None:
        walk.issue(issues.MISSING_HEADING, label=f"`{_TITLE}: CODE`")
        return None
    walk.parsed(number)
    return read_code(match["code"]) or None


def _read_progress_line(walk: Walk, numbers: Sequence[int]) -> tuple[int, float | None] | None:
    """The line above the table that gives the latest progress, and the percent."""
    field = "plan_records.progress_percent"
    for number in numbers:
        if match := PROGRESS_LINE.fullmatch(walk.lines[number]):
            walk.parsed(number)
            return number, walk.percent(match["percent"], number, field)
    walk.issue(issues.MISSING_LABEL, None, field, label="`คืบหน้าล่าสุด : ร้อยละ`")
    return None


def _settle_progress(
    walk: Walk, above: tuple[int, float | None] | None, record: PlanRecord, places: Places
) -> None:
    """The percent stands above the table and within; where the two differ, neither is believed."""
    if above is None:
        return
    line, percent = above
    within = record.progress_percent
    if within is not None and percent is not None and within != percent:
        field = "plan_records.progress_percent"
        walk.issue(issues.VALUES_DISAGREE, line, field, first=percent, second=within)
        record.progress_percent = None
        del places["progress_percent"]
    elif within is None and percent is not None:
        record.progress_percent = percent
        places["progress_percent"] = (line, line)


def _printed_code(walk: Walk, title_code: str | None, record: PlanRecord, places: Places) -> str | None:
    """The code stands in the title and in the table; where the two differ, the title's counts."""
    if title_code and record.project_code and title_code != record.project_code:
        line, field = places["project_code"][0], "plan_records.project_code"
        walk.issue(issues.CODE_MISMATCH, line, field, printed=record.project_code, expected=title_code)
    return title_code or record.project_code or None
