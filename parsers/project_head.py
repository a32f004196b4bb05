"""The head of a project page: from its title to the evaluation line."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from parsers import issues
from parsers.contact import contact_of
from parsers.records import Project
from parsers.thai import DIGIT, parse_integer, parse_number, parse_percent, tidy_name, to_arabic_digits
from parsers.walk import Walk, label_key

TITLE = label_key("ความคืบหน้าโครงการ/กิจกรรม")
HEADLINE = re.compile(r"ความคืบหน้าโครงการ\s*ร้อยละ(?P<percent>.*)")
EVALUATION = re.compile(
    r"\*+\s*สยป\.?\s*ประเมินโครงการ\s*:\s*(?:ไตรมาสที่)?\s*(?P<quarter>[^\s:]*)\s*:?\s*(?P<score>.*)"
)
LINKS = frozenset(map(label_key, ("ดูโครงการแผนปีฯ : พิมพ์ข้อมูล", "ดูโครงการแผนปีฯ", "พิมพ์ข้อมูล")))
CONSTANTS = LINKS | {TITLE, *map(label_key, ("Back Home", "Back", "Home", "FusionCharts will render here"))}
CODE = rf"{DIGIT}{{8}}\s*-\s*{DIGIT}{{4}}"

_NAME = re.compile(rf"(?P<name>.*?)\s*:\s*(?P<code>{CODE})")
_AGENCY_YEAR = re.compile(r"(?P<agency>.*?)\s*:(?P<year>[^:]*)")
_YEAR = re.compile(rf"\(\s*({DIGIT}{{4}})\s*\)")
_FISCAL_YEARS = range(2500, 2700)
_NUMBER_ALONE = re.compile(rf"[{DIGIT[1:-1]}.,]+")

Places = dict[str, tuple[int, int]]
"""First and last line of each column's value."""


def read_head(walk: Walk, numbers: Sequence[int], project: Project, places: Places, *, reduced: bool) -> None:
    """Read the head into the project, `project_code` too where it is printed.

    The lines stand in a fixed order, and two of them say what they are only by it: the agency line follows
    the name line, the contact line follows the headline. Where those are gone, nothing is guessed.
    """
    rest = []
    for number in numbers:
        if walk.keys[number] in CONSTANTS:
            walk.known(number)
        else:
            rest.append(number)
    name_at = _first(walk, rest, _NAME.fullmatch)
    headline_at = _first(walk, rest, HEADLINE.fullmatch)
    evaluation_at = _first(walk, rest, EVALUATION.fullmatch)
    may_be_contact = range((name_at or 0) + 1, evaluation_at or len(walk.lines))
    walk.private(number for number in rest if number in may_be_contact)
    if not reduced:
        _read_name(walk, name_at, project, places)
        before_headline = [
            n for n in rest if n > (name_at or n) and n < (headline_at or evaluation_at or n + 1)
        ]
        _read_agency(walk, before_headline, project, places)
        _read_headline(walk, headline_at, before_headline[1:], project, places)
    else:
        _read_headline(walk, headline_at, (), project, places)
    if headline_at is not None:
        ends = [n for n in numbers if n > headline_at and (walk.keys[n] in LINKS or n == evaluation_at)]
        slot = [n for n in rest if ends and headline_at < n < ends[0]]
        _read_contact(walk, slot, project, places)
    _read_evaluation(walk, evaluation_at, project, places)


def _first(walk: Walk, numbers: Sequence[int], matches: Callable[[str], object]) -> int | None:
    return next((number for number in numbers if matches(walk.lines[number])), None)


def _read_name(walk: Walk, number: int | None, project: Project, places: Places) -> None:
    match = _NAME.fullmatch(walk.lines[number]) if number else None
    if match is None or number is None:
        walk.issue(issues.MISSING_LABEL, None, "projects.name", label="`NAME : CODE`")
        return
    walk.parsed(number)
    project.project_code = read_code(match["code"])
    project.name = match["name"] or None
    places["project_code"] = places["agency_code"] = places["name"] = (number, number)
    if project.name is None:
        walk.issue(issues.EMPTY_VALUE, number, "projects.name", label="the name")


def read_code(printed: str) -> str:
    """A project code in Arabic digits without blanks."""
    return to_arabic_digits("".join(printed.split()))


def _read_agency(walk: Walk, slot: Sequence[int], project: Project, places: Places) -> None:
    """`AGENCY : (2563)`, `AGENCY` alone, or `** SUBAGENCY AGENCY : (2564)`: there the last blank divides."""
    number = slot[0] if slot else None
    if number is None or _NUMBER_ALONE.fullmatch(walk.lines[number]):
        walk.issue(issues.MISSING_LABEL, None, "projects.agency_name", label="of the agency")
        return
    walk.parsed(number)
    agency = walk.lines[number]
    if match := _AGENCY_YEAR.fullmatch(agency):
        agency = match["agency"]
        project.fiscal_year_be = walk.value(
            _fiscal_year, match["year"], number, "projects.fiscal_year_be", "a year `(2563)`"
        )
        places["fiscal_year_be"] = (number, number)
    agency = tidy_name(agency)
    if agency.startswith("**"):
        subagency, _, agency = agency.lstrip("* ").rpartition(" ")
        project.subagency_name = subagency or None
        places["subagency_name"] = (number, number)
    project.agency_name = agency or None
    places["agency_name"] = (number, number)
    if project.agency_name is None:
        walk.issue(issues.EMPTY_VALUE, number, "projects.agency_name", label="the agency")


def _fiscal_year(text: str) -> int | None:
    match = _YEAR.fullmatch(text.strip())
    year = parse_integer(match[1]) if match else None
    return year if year in _FISCAL_YEARS else None


def _read_headline(
    walk: Walk, number: int | None, before: Sequence[int], project: Project, places: Places
) -> None:
    """The percent, and the bare number that repeats it on a full page; where they differ, neither stands."""
    match = HEADLINE.fullmatch(walk.lines[number]) if number else None
    if match is None or number is None:
        walk.issue(issues.MISSING_LABEL, None, "projects.progress_percent", label="`ความคืบหน้าโครงการ ร้อยละ`")
        return
    walk.parsed(number)
    field = "projects.progress_percent"
    project.progress_percent = walk.percent(match["percent"], number, field)
    places["progress_percent"] = (number, number)
    bare = _first(walk, before, _NUMBER_ALONE.fullmatch)
    if bare is None:
        return
    walk.parsed(bare)
    if parse_percent(walk.lines[bare]) != project.progress_percent:
        walk.issue(
            issues.VALUES_DISAGREE, number, field, first=walk.lines[bare], second=match["percent"].strip()
        )
        project.progress_percent = None


def _read_contact(walk: Walk, slot: Sequence[int], project: Project, places: Places) -> None:
    if not slot:
        return
    walk.parsed(*slot)
    if len(slot) > 1:
        walk.issue(issues.SEVERAL_CONTACT_LINES, slot[0], "projects.contact_kind", count=len(slot))
    project.contact_kind, project.contact_unit = contact_of(walk.lines[slot[0]])
    places["contact_kind"] = (slot[0], slot[-1])
    if project.contact_unit:
        places["contact_unit"] = (slot[0], slot[0])


def _read_evaluation(walk: Walk, number: int | None, project: Project, places: Places) -> None:
    match = EVALUATION.fullmatch(walk.lines[number]) if number else None
    if match is None or number is None:
        walk.issue(
            issues.MISSING_LABEL, None, "projects.evaluation_quarter", label="`*** สยป. ประเมินโครงการ :`"
        )
        return
    walk.parsed(number)
    field = "projects.evaluation_quarter"
    project.evaluation_quarter = walk.value(_quarter, match["quarter"], number, field, "a quarter, 1 to 4")
    places["evaluation_quarter"] = (number, number)
    if match["score"].strip():
        field = "projects.evaluation_score"
        project.evaluation_score = walk.value(parse_number, match["score"], number, field, "a number")
        places["evaluation_score"] = (number, number)


def _quarter(text: str) -> int | None:
    quarter = parse_integer(text)
    return quarter if quarter in range(1, 5) else None
