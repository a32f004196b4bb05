"""The head of a project page: from its title to the evaluation line.

In page order, beside links and constants::

    NAME : CODE
    AGENCY : (2563)                                or AGENCY, or ** SUBAGENCY AGENCY : (2563)
    45.00                                          the percent of the headline
    ความคืบหน้าโครงการ ร้อยละ 45.00
    contact
    *** สยป. ประเมินโครงการ : ไตรมาสที่ 1 : 100.0000     the score, and the colon before it, may be missing
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from parsers import issues
from parsers.contact import contact_of
from parsers.evaluation import PROJECT_EVALUATION, read_evaluation
from parsers.places import Places
from parsers.records import Project
from parsers.sections import NAVIGATION_KEYS
from parsers.thai import DIGIT, parse_integer, parse_percent, tidy_name, to_arabic_digits
from parsers.walk import Walk, label_key

TITLE = "ความคืบหน้าโครงการ/กิจกรรม"
TITLE_KEY = label_key(TITLE)
# No letter behind the percent: where the contact runs on in the same line, it must not be quoted as a number.
HEADLINE = re.compile(r"ความคืบหน้าโครงการ\s*ร้อยละ(?P<percent>[^ก-ฮ]*)")
LINKS = frozenset(map(label_key, ("ดูโครงการแผนปีฯ : พิมพ์ข้อมูล", "ดูโครงการแผนปีฯ", "พิมพ์ข้อมูล")))
CODE = rf"{DIGIT}{{8}}\s*-\s*{DIGIT}{{4}}"

_CONSTANTS = LINKS | NAVIGATION_KEYS | {TITLE_KEY}
NAME = re.compile(rf"(?P<name>.*\S|)\s*:\s*(?P<code>{CODE})")
_AGENCY = re.compile(
    r"(?P<stars>\*\*)?\s*(?:(?P<agency>[^*:]*[^*:\s])\s*:\s*(?P<year>\(.*)?|(?P<agency_alone>[^*:()0-9๐-๙]+))"
)
_AGENCY_BEGINS = "สำนัก"
_YEAR = re.compile(rf"\(\s*({DIGIT}{{4}})\s*\)")
FISCAL_YEARS = range(2500, 2700)
_HEADLINE_KEY = label_key("ความคืบหน้าโครงการ ร้อยละ")
_CONTACT_LINES = 2
_NUMBER_ALONE = re.compile(rf"[{DIGIT[1:-1]}.,]+")


def read_head(walk: Walk, numbers: Sequence[int], project: Project, places: Places, *, reduced: bool) -> None:
    """Read the head into the project, `project_code` too where it is printed.

    Two lines say what they are only by where they stand: the agency line follows the name line, the contact
    line follows the headline. Where those are gone, nothing is guessed. Whatever may be the contact is
    quoted by no issue.
    """
    rest = []
    for number in numbers:
        if walk.keys[number] in _CONSTANTS:
            walk.known(number)
        else:
            rest.append(number)
    headline_at = _first(walk, rest, HEADLINE)
    evaluation_at = _first(walk, rest, PROJECT_EVALUATION)
    end = headline_at or evaluation_at or len(walk.lines)
    # Links to other projects may stand above it: `โครงการก่อนหน้า : 21000000-0001`.
    name_at = _first(walk, reversed([number for number in rest if number < end]), NAME)
    walk.private(n for n in rest if n not in (name_at, headline_at, evaluation_at))

    above_headline: list[int] = []
    if not reduced:
        _read_name(walk, name_at, project, places)
        above_headline = [n for n in rest if name_at and name_at < n < end]
        _read_agency(walk, above_headline, headline_at, project, places)
    _read_headline(walk, headline_at, above_headline[1:], project, places)
    if headline_at is not None:
        links = (n for n in numbers if n > headline_at and walk.keys[n] in LINKS)
        contact_end = next(links, evaluation_at)
        _read_contact(walk, [n for n in rest if headline_at < n < (contact_end or 0)], project, places)
    read_evaluation(walk, evaluation_at, project, "projects", places)


def contact_lines(walk: Walk) -> Iterator[int]:
    """Lines that may be a contact, wherever damage has put the head: those below a headline, above a link.

    For lines that nothing reads; `read_head` keeps back more of a head in its place.
    """
    for place, number in enumerate(walk.filled):
        if walk.keys[number].startswith(_HEADLINE_KEY):
            yield from walk.filled[place + 1 : place + 1 + _CONTACT_LINES]
        elif walk.keys[number] in LINKS or PROJECT_EVALUATION.match(walk.lines[number]):
            yield from walk.filled[max(0, place - _CONTACT_LINES) : place]


def _first(walk: Walk, numbers: Iterable[int], pattern: re.Pattern[str]) -> int | None:
    return next((number for number in numbers if pattern.fullmatch(walk.lines[number])), None)


def _read_name(walk: Walk, number: int | None, project: Project, places: Places) -> None:
    match = NAME.fullmatch(walk.lines[number]) if number else None
    if match is None or number is None:
        walk.issue(issues.MISSING_LABEL, None, "projects.name", label="`NAME : CODE`")
        return
    walk.parsed(number)
    project.project_code = read_code(match["code"])
    project.name = walk.given(match["name"], number, "projects.name")
    places["project_code"] = places["agency_code"] = places["name"] = (number, number)


def read_code(printed: str) -> str:
    """A project code in Arabic digits without blanks."""
    return to_arabic_digits("".join(printed.split()))


def _read_agency(
    walk: Walk, above_headline: Sequence[int], headline_at: int | None, project: Project, places: Places
) -> None:
    """The first line below the name, unless that is the number which should follow it.

    On a damaged page the contact may stand there: of a line without a year the agency must begin as the
    names of all agencies do, and the number or the headline must follow it. That beginning also tells where
    behind stars the agency's name stands.
    """
    number, *below = above_headline or (None,)
    if number is None or _NUMBER_ALONE.fullmatch(walk.lines[number]):
        walk.issue(issues.MISSING_LABEL, None, "projects.agency_name", label="of the agency")
        return
    match = walk.value(_AGENCY.fullmatch, walk.lines[number], number, "projects.agency_name", "an agency")
    if match is None:
        return
    if match["agency"]:  # a colon announces the year
        year, field = match["year"] or "", "projects.fiscal_year_be"
        project.fiscal_year_be = walk.value(_fiscal_year, year, number, field, "a year `(2563)`")
        places["fiscal_year_be"] = (number, number)
    subagency, agency = "", tidy_name(match["agency"] or match["agency_alone"])
    if match["stars"]:
        subagency, begins, rest = agency.rpartition(f" {_AGENCY_BEGINS}")
        agency, proven = begins.strip() + rest, bool(subagency)
    else:
        followed = _NUMBER_ALONE.fullmatch(walk.lines[below[0]]) if below else headline_at
        proven = bool(project.fiscal_year_be or (followed and agency.startswith(_AGENCY_BEGINS)))
    if not proven:
        field = "projects.agency_name"
        walk.issue(issues.UNREADABLE_VALUE, number, field, expected="an agency", value=match[0])
        return
    walk.parsed(number)
    if subagency:
        project.subagency_name = subagency
        places["subagency_name"] = (number, number)
    project.agency_name = agency
    places["agency_name"] = (number, number)


def _fiscal_year(text: str) -> int | None:
    match = _YEAR.fullmatch(text.strip())
    year = parse_integer(match[1]) if match else None
    return year if year in FISCAL_YEARS else None


def _read_headline(
    walk: Walk, number: int | None, above: Sequence[int], project: Project, places: Places
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
    bare = _first(walk, above, _NUMBER_ALONE)
    if bare is None:
        return
    walk.parsed(bare)
    if not match["percent"].strip():
        project.progress_percent = walk.percent(walk.lines[bare], bare, field)
    elif parse_percent(walk.lines[bare]) != project.progress_percent:
        walk.issue(
            issues.VALUES_DISAGREE, number, field, first=walk.lines[bare], second=match["percent"].strip()
        )
        project.progress_percent = None


def _read_contact(walk: Walk, slot: Sequence[int], project: Project, places: Places) -> None:
    """The line between the headline and the links; a number or a headline that strayed there is none."""
    contact = [
        n for n in slot if not _NUMBER_ALONE.fullmatch(walk.lines[n]) and not HEADLINE.match(walk.lines[n])
    ]
    if not contact:
        return
    walk.parsed(*contact)
    if len(contact) > 1:
        walk.issue(issues.SEVERAL_CONTACT_LINES, contact[0], "projects.contact_kind", count=len(contact))
    project.contact_kind, project.contact_unit = contact_of(walk.lines[contact[0]])
    places["contact_kind"] = (contact[0], contact[-1])
    if project.contact_unit:
        places["contact_unit"] = (contact[0], contact[0])
