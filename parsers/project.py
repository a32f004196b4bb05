"""The project page, `ความคืบหน้าโครงการ/กิจกรรม`, full and reduced."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import compress, pairwise, repeat

from parsers import issues
from parsers.evaluation import PROJECT_EVALUATION
from parsers.indicators import HEADING as INDICATOR_HEADING
from parsers.indicators import read_indicators
from parsers.page import Reading
from parsers.places import Places, field_lines, span
from parsers.plan import HEADING as STEP_HEADING
from parsers.plan import read_plan
from parsers.project_head import CODE, HEADLINE, NAME, TITLE, TITLE_KEY, read_code, read_head
from parsers.records import Project
from parsers.reports import HEADING as REPORT_HEADING
from parsers.reports import read_reports
from parsers.sections import Section, divide, note_missing_headings
from parsers.strategy import BEGINNING as STRATEGY_BEGINNING
from parsers.strategy import read_strategy
from parsers.text import Text
from parsers.thai import DIGIT, to_arabic_digits
from parsers.walk import Walk, label_key

_HEADINGS = {
    "rationale": "หลักการและเหตุผล",
    "objectives": "วัตถุประสงค์ของโครงการ",
    "goals": "เป้าหมายของโครงการ",
    "strategy": "สนับสนุนยุทธศาสตร์กรุงเทพมหานครฯ",
    "reports": "ผลการดำเนินงาน",
    "plan": "แผนการดำเนินงานฯ",
    "indicators": "สนับสนุนตัวชี้วัดตามแผนฯ",
    "closing": "** ผลการประเมินโครงการ (รายไตรมาส) **",
}
HEADINGS = {label_key(heading): name for name, heading in _HEADINGS.items()}
# Sections whose first line tells what it is even where the heading is lost, in page order.
_SELF_EVIDENT_IN_FULL = {"reports": REPORT_HEADING, "plan": STEP_HEADING, "indicators": INDICATOR_HEADING}
# `ด้านที่ 1 - …` may also be a line of the goals, so only a reduced copy's strategy is found like this.
_SELF_EVIDENT = {"strategy": STRATEGY_BEGINNING, **_SELF_EVIDENT_IN_FULL}
_ORG_CODES = re.compile(rf"{DIGIT}*\s*/\s*{DIGIT}*")
_ORG_CODE = re.compile(rf"{DIGIT}{{8}}")
_SHORTEST_ORG_CODES = 9
_CODE_LINK = re.compile(rf"\((?:ทดสอบ|คลิก)\)\s*\S{{0,40}}?ขั้นตอน\S{{0,40}}?โครงการ\s*:\s*(?P<code>{CODE})")
_START = label_key("ความคืบหน้าโครงการ")  # of title and headline
_UNLABELLED = "unlabelled"
_SECTION_ORDER = ("rationale", "objectives", "goals", _UNLABELLED, *_SELF_EVIDENT)
_NO_SECTION = Section(None, [])
_NOTHING = frozenset({"-", "–"})
_MOST_HEADINGS_OF_REDUCED = 1


def read_project(walk: Walk, text: Text, hinted_code: str | None) -> Reading:
    """Read a project page; hinted_code keys the rows where the page does not print its own.

    A full page is whole if its HTML was sent to its end, or if the heading that closes every page is there;
    a reduced copy has no end to look for.
    """
    numbers = _first_page(walk)
    sections = divide(walk, numbers, HEADINGS)
    has_title = any(walk.keys[number] == TITLE_KEY for number in numbers)
    is_headless = not has_title and not any(
        NAME.fullmatch(walk.lines[number]) for number in sections[""].lines
    )
    reduced = is_headless and len(sections) <= 1 + _MOST_HEADINGS_OF_REDUCED
    if reduced:
        sections = _divide_reduced(walk, numbers)
    cut = None if reduced or text.closed or "closing" in sections else "its closing heading is not there"
    if not reduced:
        title = None if has_title else TITLE
        note_missing_headings(walk, sections, _HEADINGS, missing_title=title, is_cut=cut is not None)
    _split_self_evident(walk, sections, _SELF_EVIDENT if reduced else _SELF_EVIDENT_IN_FULL)

    project = Project(project_code="", line_first=numbers[0], line_last=numbers[0])
    places: Places = {}
    read_head(walk, sections[""].lines, project, places, reduced=reduced)
    _read_texts(walk, sections, project, places)
    printed_code = _settle_code(walk, numbers, project, hinted_code, reduced=reduced)
    code = project.project_code

    def lines(section: str) -> Sequence[int]:
        return sections[section].lines if section in sections else []

    strategy = read_strategy(walk, lines("strategy"), "project", code, code)
    reports = read_reports(walk, lines("reports"), code)
    steps = read_plan(walk, lines("plan"), code)
    indicators, quarters = read_indicators(walk, lines("indicators"), code)
    if reduced:
        walk.unassigned(numbers)
    span(project, places)
    said = (project.name, project.agency_name, project.rationale, project.objectives, project.goals)
    return Reading(
        code=printed_code,
        reduced=reduced,
        is_empty=not (any(said) or reports or steps or indicators or reduced),
        cut=cut,
        records={
            "projects": [project],
            "strategy_links": [*strategy],
            "progress_reports": [*reports],
            "plan_steps": [*steps],
            "indicators": [*indicators],
            "indicator_quarters": [*quarters],
            "field_lines": [*field_lines({("projects", 1): places})],
        },
    )


def _first_page(walk: Walk) -> Sequence[int]:
    """The non-blank lines of the first page, where two were saved into one file.

    A full page begins with its title, a reduced one with its headline; either stands once, near the top.
    """
    headline_at: int | None = None
    beginnings = compress(range(len(walk.keys)), map(str.startswith, walk.keys, repeat(_START)))
    for number in beginnings:
        is_headline = HEADLINE.fullmatch(walk.lines[number]) is not None
        if not is_headline and walk.keys[number] != TITLE_KEY:
            continue
        place = bisect_left(walk.filled, number)
        if headline_at is not None and place > headline_at + 1:
            walk.issue(issues.SECOND_PAGE, number)
            walk.private(walk.filled[place:])
            return walk.filled[:place]
        if is_headline:
            headline_at = place
    return walk.filled


def _divide_reduced(walk: Walk, numbers: Sequence[int]) -> dict[str, Section]:
    """Sections of a reduced copy: the rationale stands between the evaluation and the organisation codes.

    Without both lines nothing proves where it begins and ends.
    """
    evaluation_at = next((n for n in numbers if PROJECT_EVALUATION.fullmatch(walk.lines[n])), None)
    if evaluation_at is None:
        return {"": Section(None, list(numbers))}
    head = [number for number in numbers if number <= evaluation_at]
    rest = [number for number in numbers if number > evaluation_at]
    org_codes_at = next((n for n in rest if _is_org_codes(walk.lines[n])), None)
    if org_codes_at is None:
        return {"": Section(None, head), _UNLABELLED: Section(None, rest)}
    return {
        "": Section(None, head),
        "rationale": Section(evaluation_at, [number for number in rest if number <= org_codes_at]),
        _UNLABELLED: Section(None, [number for number in rest if number > org_codes_at]),
    }


def _split_self_evident(
    walk: Walk, sections: dict[str, Section], patterns: Mapping[str, re.Pattern[str]]
) -> None:
    """Give a section that has lost its heading the lines from its first unmistakable one on."""
    holder = ""
    for name in _SECTION_ORDER:
        if name not in sections and name in patterns:
            lines = sections[holder].lines
            matches = patterns[name].fullmatch
            start = next((place for place, number in enumerate(lines) if matches(walk.lines[number])), None)
            if start is not None:
                sections[holder] = Section(sections[holder].heading, lines[:start])
                sections[name] = Section(None, lines[start:])
        if name in sections:
            holder = name


def _read_texts(walk: Walk, sections: Mapping[str, Section], project: Project, places: Places) -> None:
    """Rationale, organisation codes, objectives and goals."""
    for name, next_name in pairwise(("rationale", "objectives", "goals", "strategy")):
        heading, lines = sections.get(name, _NO_SECTION)
        if heading is None:
            continue
        field = f"projects.{name}"
        ends = next_name in sections
        if name == "rationale":
            lines, has_codes = _read_org_codes(walk, lines, project, places)
            ends = ends or has_codes
        if (len(lines) > 1 and not ends) or (name == "goals" and _holds_strategy(walk, lines, sections)):
            walk.issue(issues.OPEN_END, heading, field, label=walk.lines[heading])
            continue
        printed = walk.text(lines)
        text = walk.given("" if printed in _NOTHING else printed, heading, field)
        setattr(project, name, text)
        if text:
            places[name] = (lines[0], lines[-1])


def _holds_strategy(walk: Walk, goals: Sequence[int], sections: Mapping[str, Section]) -> bool:
    """Whether the strategy may stand among the goals: it begins there, and its heading has nothing below."""
    if sections.get("strategy", _NO_SECTION).lines:
        return False
    return any(STRATEGY_BEGINNING.fullmatch(walk.lines[number]) for number in goals)


def _is_org_codes(line: str) -> bool:
    """Whether a line is `NNNNNNNN/NNNNNNNN`, what damage left of it, or the `/` of an empty record.

    `5/6` is a line of prose.
    """
    return line == "/" or (_ORG_CODES.fullmatch(line) is not None and len(line) >= _SHORTEST_ORG_CODES)


def _read_org_codes(
    walk: Walk, lines: Sequence[int], project: Project, places: Places
) -> tuple[Sequence[int], bool]:
    """Read the organisation codes below the rationale; the rationale's lines, and whether codes end it.

    Where damage has left no such line, a last line of mere figures is what it left of the codes.
    """
    place = next((place for place, number in enumerate(lines) if _is_org_codes(walk.lines[number])), None)
    if place is None and lines and not walk.is_prose(lines[-1]):
        place = len(lines) - 1
    if place is None:
        return lines, False
    number = lines[place]
    walk.parsed(number)
    first, _, second = walk.lines[number].partition("/")
    for column, text in (("org_code_first", first), ("org_code_second", second)):
        code = walk.value(_org_code, text.strip(), number, f"projects.{column}", "eight digits")
        setattr(project, column, code)
        places[column] = (number, number)
    return lines[:place], True


def _org_code(text: str) -> str | None:
    return to_arabic_digits(text) if _ORG_CODE.fullmatch(text) else None


def _settle_code(
    walk: Walk, numbers: Sequence[int], project: Project, hinted_code: str | None, *, reduced: bool
) -> str | None:
    """Set the project's code, and give the one that the page prints, if it does.

    The name line prints it, and two links below the plan repeat it.
    """
    in_brackets = map(str.startswith, map(walk.lines.__getitem__, numbers), repeat("("))
    links = {
        number: read_code(match["code"])
        for number in compress(numbers, in_brackets)
        if (match := _CODE_LINK.fullmatch(walk.lines[number]))
    }
    walk.known(*links)
    printed = project.project_code or next(iter(links.values()), None)
    code = printed or hinted_code or ""
    if code and not reduced and not project.project_code:
        walk.issue(issues.CODE_UNREADABLE, None, "projects.project_code", code=code)
    for number, linked in links.items():
        if linked != code:
            walk.issue(issues.CODE_MISMATCH, number, "projects.project_code", printed=linked, expected=code)
    project.project_code = code
    project.agency_code = code[:8] or None
    return printed
