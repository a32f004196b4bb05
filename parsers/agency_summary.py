"""An agency's summary page, `ผลการปฏิบัติราชการประจำปี : ของหน่วยงาน : CODE`, full and reduced.

Each page shows one dimension: below its heading (`มิติที่ 1 ด้าน…`) stand the indicators, as
`parsers.agency_indicators` reads them. A reduced copy has no head. The year is in no line: only the page's
address may tell it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from parsers import issues
from parsers.agency_indicators import DIMENSION, LABELS, NUMBERED, read_agency_indicator
from parsers.page import Reading
from parsers.places import Places, field_lines
from parsers.quarter_reports import REPORT_HEADINGS, REPORT_KEYS
from parsers.quarters import FIRST_CELL
from parsers.records import AgencyIndicator, AgencyIndicatorQuarter
from parsers.sections import check_numbering, first_page
from parsers.text import Text
from parsers.thai import DIGIT, SARA_AM, parse_integer, to_arabic_digits
from parsers.walk import Walk, label_key

_TITLE = "ผลการปฏิบัติราชการประจำปี : ของหน่วยงาน"
_TITLE_KEY = label_key(_TITLE)
TITLE_LINE = re.compile(rf"ผลการปฏิบัติราชการประจ{SARA_AM}ปี\s*:\s*ของหน่วยงาน\s*:\s*(?P<code>{DIGIT}*)")
_AGENCY_CODE = re.compile(rf"{DIGIT}{{8}}")
_DIMENSION_HEADING = re.compile(rf"มิติที่\s*(?P<dimension>{DIGIT})\s+ด้าน.*")
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
        indicator = replace(page, position=position, line_first=block[0], line_last=block[-1])
        rows, of_rows = read_agency_indicator(walk, block, indicator, reduced=reduced, is_last=is_last)
        indicators.append(indicator)
        quarters += rows
        places += of_rows
    sequences = ((row.line_first, row.sequence) for row in indicators)
    check_numbering(walk, sequences, "agency_indicators.sequence")
    if reduced:
        walk.unassigned(numbers)
    ends = reduced or text.closed or not blocks or _has_last_heading(walk, blocks[-1])
    return Reading(
        code=printed_code,
        reduced=reduced,
        is_empty=not (indicators or any(_says_something(walk.lines[number]) for number in numbers)),
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


def _says_something(line: str) -> bool:
    """Whether a line is a unit, target or result, which no empty page gives."""
    match = LABELS.fullmatch(line)
    return match is not None and any(text and text.strip() for text in match.groups())


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
        if LABELS.fullmatch(line) or walk.keys[number] == FIRST_CELL:
            may_start = True
        elif may_start and (DIMENSION.fullmatch(line) or _is_numbered(walk, numbers, place, len(starts) + 1)):
            starts.append(place)
            may_start = False
    for start, end in pairwise([*starts, len(numbers)]):
        yield numbers[start:end]


def _is_numbered(walk: Walk, numbers: Sequence[int], place: int, expected: int) -> bool:
    """Whether a line is `(k) NAME`: the dimension follows it, or the name stands again below.

    Of a page that ends with the line, its number must tell that it begins the next indicator.
    """
    line = walk.lines[numbers[place]]
    match = NUMBERED.fullmatch(line) if line.startswith("(") else None
    below = [walk.lines[number] for number in numbers[place + 1 : place + 1 + _REPEATED_WITHIN]]
    if match is None:
        return False
    if not below:
        return parse_integer(match["sequence"]) == expected
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
