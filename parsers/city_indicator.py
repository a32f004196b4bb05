"""The page of a city-development indicator, `โครงการจัดทำฐานข้อมูลตัวชี้วัดการพัฒนาเมือง`, full and reduced.

In page order: title, `NAME : N`, `ค่าเป้าหมาย UNIT : VALUE`, `ลักษณะข้อมูล : …`, three lines of strategy, then
numbered headings without a blank (`1.นิยาม …`) with a paragraph each; what stands from the fourth on is kept
as one further text. A reduced copy begins with the target; of its paragraphs nothing tells which is which.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from parsers import issues
from parsers.measures import TARGET_LINE, read_measure
from parsers.page import Reading, settle_code
from parsers.places import Places, field_lines, span
from parsers.records import CityIndicator
from parsers.sections import (
    Labelled,
    Section,
    check_numbering,
    divide,
    first_page,
    headed_text,
    heading_keys,
    labelled,
    note_missing,
    note_missing_headings,
)
from parsers.strategy import LINE as STRATEGY_LINE
from parsers.strategy import read_strategy
from parsers.text import Text
from parsers.thai import DIGIT, parse_integer, to_arabic_digits
from parsers.walk import Walk, label_key

TITLE = "โครงการจัดทำฐานข้อมูลตัวชี้วัดการพัฒนาเมือง"
TITLE_KEY = label_key(TITLE)
_HEADINGS = {
    "strategy": "สนับสนุนยุทธศาสตร์กรุงเทพมหานครฯ",
    "definition": "1.นิยาม หรือความหมายของตัวชี้วัด",
    "method": "2.วิธีการคำนวณ หรือ เกณฑ์การประเมิน",
    "data_source": "3.แหล่งข้อมูล/เจ้าของข้อมูล",
}
_TEXTS = ("definition", "method", "data_source")
HEADINGS = heading_keys(_HEADINGS)
"""Names of the sections by the `label_key` of their headings, in page order."""
_FURTHER_HEADING = re.compile(rf"(?P<number>[4-9๔-๙]|[1๑]{DIGIT})\.[^\s0-9๐-๙].*")
_NAME = re.compile(rf"(?P<name>.*\S|)\s*:\s*(?P<code>{DIGIT}{{1,6}})")
DATA_KIND = re.compile(r"ลักษณะข้อมูล\s*:(?P<data_kind>.*)")
_LABELS = re.compile(rf"{TARGET_LINE}|{DATA_KIND.pattern}")
_SHOWN = {"target_text": "`ค่าเป้าหมาย`", "data_kind": "`ลักษณะข้อมูล :`"}


def read_city_indicator(walk: Walk, text: Text, hinted_code: str | None) -> Reading:
    """Read a city indicator's page; hinted_code keys the rows where the page does not print its own."""
    numbers = first_page(
        walk, lambda number: is_title(walk, number), lambda n: _LABELS.fullmatch(walk.lines[n]) is not None
    )
    sections = divide(walk, numbers, HEADINGS)
    _split_further(walk, sections)
    has_title = is_title(walk, numbers[0])
    if has_title:
        walk.known(numbers[0])
    found = labelled(walk, sections[""].lines, _LABELS)
    name_at = _name_at(walk, sections[""], found)
    reduced = len(sections) == 1 and not has_title and name_at is None
    cut = None if reduced or text.closed or "data_source" in sections else "its third heading is not there"
    if not reduced:
        title = None if has_title else TITLE
        note_missing_headings(walk, sections, _HEADINGS, missing_title=title, is_cut=cut is not None)

    record = CityIndicator(city_indicator_code="", line_first=numbers[0], line_last=numbers[0])
    places: Places = {}
    printed_code = _read_name(walk, name_at, record, places)
    if not (printed_code or reduced):
        walk.issue(issues.MISSING_LABEL, None, "city_indicators.name", label="`NAME : N`")
    field = "city_indicators.city_indicator_code"
    code = settle_code(walk, printed_code, hinted_code, field, reduced=reduced)
    record.city_indicator_code = code
    note_missing(walk, found, _SHOWN, "city_indicators", numbers[0])
    if target := found.get("target_text"):
        record.unit = read_measure(walk, record, "city_indicators", "target", target) or None
        places["target_text"] = (target.line, target.last)
    if said := found.get("data_kind"):
        record.data_kind = walk.given(said.text, said.line, "city_indicators.data_kind")
        places["data_kind"] = (said.line, said.last)
    strategy = read_strategy(walk, _strategy_lines(walk, sections), "city_indicator", code, None)
    _read_texts(walk, sections, record, places)
    if reduced:
        walk.unassigned(numbers)
    span(record, places)
    further = (record.further_text or "").split("\n")
    has_further = any(line and not _FURTHER_HEADING.fullmatch(line) for line in further)
    said_texts = (record.definition, record.method, record.data_source, has_further)
    return Reading(
        code=printed_code,
        reduced=reduced,
        is_empty=not (reduced or record.name or record.target_text or any(said_texts)),
        cut=cut,
        records={
            "city_indicators": [record],
            "strategy_links": [*strategy],
            "field_lines": [*field_lines({("city_indicators", 1): places})],
        },
    )


def is_title(walk: Walk, number: int) -> bool:
    """Whether a line is the title, behind which the page prints the years: `… (2562-2563)`."""
    return walk.keys[number].startswith(TITLE_KEY)


def _strategy_lines(walk: Walk, sections: Mapping[str, Section]) -> list[int]:
    """The strategy's lines, also where the heading above them is lost."""
    lines = sections["strategy" if "strategy" in sections else ""].lines
    return [number for number in lines if STRATEGY_LINE.fullmatch(walk.lines[number])]


def _without_strategy(walk: Walk, section: Section | None) -> Section | None:
    """A section without lines of the strategy (`:มิติที่ ๑.๒ …`), which have strayed there and stay unread."""
    if section is None:
        return None
    lines = (number for number in section.lines if walk.lines[number][0] == ":")
    strayed = {number for number in lines if STRATEGY_LINE.fullmatch(walk.lines[number])}
    return Section(section.heading, [number for number in section.lines if number not in strayed])


def _split_further(walk: Walk, sections: dict[str, Section]) -> None:
    """Divide the last section where the first heading stands that is none of those known, as `4.หมายเหตุ`.

    In a section above, such a heading is out of order.
    """
    *above, last = sections
    for name in above:
        heading, lines = sections[name]
        strayed = {number for number in lines if heading and _FURTHER_HEADING.fullmatch(walk.lines[number])}
        for number in sorted(strayed):
            walk.known(number)
            walk.issue(issues.MISPLACED_HEADING, number, label=walk.lines[number])
        sections[name] = Section(heading, [number for number in lines if number not in strayed])
    heading, lines = sections[last]
    start = next(
        (at for at, number in enumerate(lines) if _FURTHER_HEADING.fullmatch(walk.lines[number])), None
    )
    if heading is not None and start is not None:
        sections[last] = Section(heading, lines[:start])
        sections["further_text"] = Section(lines[start], lines[start:])


def _name_at(walk: Walk, head: Section, found: Mapping[str, Labelled]) -> int | None:
    """The line `NAME : N`: the last of its form above the target (`ค่าเป้าหมาย แห่ง : 48` has it too)."""
    end = found["target_text"].line if "target_text" in found else len(walk.lines)
    above = [number for number in walk.unread(head.lines) if number < end]
    return next((number for number in reversed(above) if _NAME.fullmatch(walk.lines[number])), None)


def _read_name(walk: Walk, number: int | None, record: CityIndicator, places: Places) -> str | None:
    """Read `NAME : N`; the code."""
    match = _NAME.fullmatch(walk.lines[number]) if number else None
    if number is None or match is None:
        return None
    walk.parsed(number)
    record.name = walk.given(match["name"], number, "city_indicators.name")
    places["name"] = places["city_indicator_code"] = (number, number)
    return to_arabic_digits(match["code"])


def _read_texts(walk: Walk, sections: Mapping[str, Section], record: CityIndicator, places: Places) -> None:
    """The paragraph under each numbered heading, and all that stands from the fourth heading on."""
    for column, follower in zip(_TEXTS, (*_TEXTS[1:], "further_text"), strict=True):
        section, field = _without_strategy(walk, sections.get(column)), f"city_indicators.{column}"
        setattr(record, column, headed_text(walk, section, field, places, ends=follower in sections))
    if further := sections.get("further_text"):
        record.further_text = walk.text(further.lines)
        places["further_text"] = (further.lines[0], further.lines[-1])
        _check_further(walk, further.lines)


def _check_further(walk: Walk, numbers: Sequence[int]) -> None:
    """Each further heading has the next number and one paragraph below it; what else there is, is told."""
    field = "city_indicators.further_text"
    headings = [(n, match) for n in numbers if (match := _FURTHER_HEADING.fullmatch(walk.lines[n]))]
    printed = ((number, parse_integer(match["number"])) for number, match in headings)
    check_numbering(walk, printed, field, first=len(_TEXTS) + 1)
    for (number, _), follower in zip(headings, [*(n for n, _ in headings[1:]), numbers[-1] + 1], strict=True):
        count = sum(number < below < follower for below in numbers)
        if not count:
            walk.issue(issues.EMPTY_VALUE, number, field)
        elif count > 1:
            walk.issue(issues.SEVERAL_PARAGRAPHS, number, field, count=count, label=walk.lines[number])
