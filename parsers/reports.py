"""The progress entries of a project page, under `ผลการดำเนินงาน`.

Each entry (../pages: newest first)::

    (k) ความคืบหน้าโครงการฯ ร้อยละ N.NN (YYYY-MM-DD)     Gregorian
    N.NN                                                the same percent
    d/m/BBBB : narrative                                Buddhist era
    ** ปัญหาของโครงการ :text                             may be missing
    ** อุปสรรคของโครงการ :text                            may be missing
    ------------------&&&--------------------
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from parsers import issues
from parsers.records import ProgressReport
from parsers.sections import blocks, check_numbering
from parsers.thai import DIGIT, parse_date, parse_integer, parse_percent
from parsers.walk import Walk

HEADING = re.compile(r"\((?P<sequence>[^()]*)\)\s*ความคืบหน้าโครงการฯ?(?P<rest>.*)")
_REST = re.compile(r"\s*ร้อยละ\s*(?P<percent>[^()]*?)\s*\((?P<date>[^()]*)\)")
_PERCENT_ALONE = re.compile(rf"[{DIGIT[1:-1]}.,%\s]+")
_DATED = re.compile(
    rf"(?P<date>{DIGIT}{{1,2}}\s*[/.-]\s*{DIGIT}{{1,2}}\s*[/.-]\s*{DIGIT}{{2,5}})\s*:(?P<text>.*)"
)
_STATED = {
    "problems": re.compile(r"\*+\s*ปัญหาของโครงการ\s*:(?P<text>.*)"),
    "obstacles": re.compile(r"\*+\s*อุปสรรคของโครงการ\s*:(?P<text>.*)"),
}
_DAMAGED_STATEMENT = re.compile(r"\*|.{0,4}(?:ปัญหา|อุปสรรค)ของโครงการ")
_RULE = re.compile(r"[-–—]{3,}\s*(?:&|&amp;){3}\s*[-–—]{3,}")
_DAMAGED_RULE = re.compile(r"[-–—&\s]{6,}")
NONE_STATED = frozenset({"ไม่มี", "-", "–", "ไม่มีปัญหา", "ไม่มีอุปสรรค", "ไม่มีปัญหาและอุปสรรค", "ไม่มีปัญหาอุปสรรค"})
"""What a page prints where no problem or obstacle is reported."""


def read_reports(walk: Walk, numbers: Sequence[int], code: str) -> list[ProgressReport]:
    """The entries on these non-blank lines of a project's page, in page order."""
    reports = [
        _read_entry(walk, heading, entry, code, position)
        for position, (heading, entry) in enumerate(blocks(walk, numbers, HEADING), 1)
    ]
    printed = ((report.line_first, report.sequence) for report in reports)
    check_numbering(walk, printed, "progress_reports.sequence")
    return reports


def _read_entry(
    walk: Walk, heading: re.Match[str], numbers: Sequence[int], code: str, position: int
) -> ProgressReport:
    report = ProgressReport(
        project_code=code, position=position, line_first=numbers[0], line_last=numbers[-1]
    )
    _read_heading(walk, report, heading)
    body = _until_rule(walk, numbers[1:], report)
    if body and _PERCENT_ALONE.fullmatch(walk.lines[body[0]]):
        _check_percent(walk, report, body.pop(0))
    statements = [
        (place, column, match)
        for place, number in enumerate(body)
        for column, pattern in _STATED.items()
        if (match := pattern.fullmatch(walk.lines[number]))
    ]
    ends = [*(place for place, _, _ in statements), len(body)]
    _read_narrative(walk, report, body[: ends[0]])
    for (place, column, match), end in zip(statements, ends[1:], strict=True):
        _read_statement(walk, report, column, match["text"], body[place:end])
    return report


def _read_heading(walk: Walk, report: ProgressReport, heading: re.Match[str]) -> None:
    line = report.line_first
    walk.parsed(line)
    report.sequence = walk.value(
        parse_integer, heading["sequence"], line, "progress_reports.sequence", "a whole number"
    )
    rest = _REST.fullmatch(heading["rest"])
    if rest is None:
        walk.issue(
            issues.UNREADABLE_VALUE,
            line,
            "progress_reports.report_date",
            expected="`ร้อยละ N (date)`",
            value=heading["rest"].strip(),
        )
        return
    report.progress_percent = walk.percent(rest["percent"], line, "progress_reports.progress_percent")
    report.report_date = walk.value(parse_date, rest["date"], line, "progress_reports.report_date", "a date")


def _until_rule(walk: Walk, numbers: Sequence[int], report: ProgressReport) -> list[int]:
    """The lines before the `&&&` rule that ends the entry; what stands behind it stays unread."""
    for place, number in enumerate(numbers):
        if _RULE.fullmatch(walk.lines[number]):
            walk.known(number)
            report.line_last = number
            return list(numbers[:place])
    walk.issue(issues.MISSING_SEPARATOR, report.line_last, "progress_reports")
    return [number for number in numbers if not _DAMAGED_RULE.fullmatch(walk.lines[number])]


def _check_percent(walk: Walk, report: ProgressReport, number: int) -> None:
    """The bare number repeats the heading's percent; where they disagree neither is believed."""
    walk.parsed(number)
    repeated = parse_percent(walk.lines[number])
    if repeated != report.progress_percent:
        walk.issue(
            issues.VALUES_DISAGREE,
            number,
            "progress_reports.progress_percent",
            first=report.progress_percent,
            second=walk.lines[number],
        )
        report.progress_percent = None


def _read_narrative(walk: Walk, report: ProgressReport, numbers: Sequence[int]) -> None:
    """The line that opens with a date, and those below it; lines above it stay unread."""
    dated = next(blocks(walk, numbers, _DATED), None)
    if dated is None:
        walk.issue(
            issues.MISSING_LABEL, report.line_first, "progress_reports.narrative", label="`d/m/BBBB : …`"
        )
        return
    match, (number, *_) = dated
    report.narrative_date = walk.value(
        parse_date, match["date"].replace(" ", ""), number, "progress_reports.narrative_date", "a date"
    )
    report.narrative = _statement(walk, match["text"], numbers[numbers.index(number) :])
    if report.narrative is None:
        walk.issue(issues.EMPTY_VALUE, number, "progress_reports.narrative", label="the narrative")
    if report.narrative_date and report.report_date and report.narrative_date != report.report_date:
        walk.issue(
            issues.DATES_DIFFER,
            number,
            "progress_reports.narrative_date",
            heading=report.report_date,
            narrative=report.narrative_date,
        )


def _read_statement(
    walk: Walk, report: ProgressReport, column: str, first: str, numbers: Sequence[int]
) -> None:
    """A line on problems or obstacles: described, stated to be none, or left blank."""
    if getattr(report, f"{column}_stated") is not None:
        return  # a second line of the same label stays unread
    text = _statement(walk, first, numbers)
    if text is None:
        walk.issue(
            issues.EMPTY_VALUE, numbers[0], f"progress_reports.{column}", label=f"the line on {column}"
        )
    elif text in NONE_STATED:
        setattr(report, f"{column}_stated", False)
    else:
        setattr(report, f"{column}_stated", True)
        setattr(report, column, text)


def _statement(walk: Walk, first: str, numbers: Sequence[int]) -> str | None:
    """The text behind a label and on the lines below it, down to one that looks like a damaged label."""
    walk.parsed(numbers[0])
    texts = [first.strip()]
    for number in numbers[1:]:
        if _DAMAGED_STATEMENT.match(walk.lines[number]):
            break
        walk.parsed(number)
        texts.append(walk.lines[number])
    return "\n".join(text for text in texts if text) or None
