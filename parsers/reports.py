"""The progress entries of a project page, under `ผลการดำเนินงาน`.

Each entry, the newest first::

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
from functools import lru_cache

from parsers import issues
from parsers.records import ProgressReport
from parsers.sections import Labelled, blocks, check_numbering, labelled
from parsers.thai import DIGIT, comparison_form, parse_date, parse_integer, parse_percent
from parsers.walk import Walk

HEADING = re.compile(r"\((?P<sequence>[^()]*)\)\s*ความคืบหน้าโครงการฯ?(?P<rest>.*)")
_REST = re.compile(r"\s*ร้อยละ\s*+(?P<percent>[^()]*)\((?P<date>[^()]*)\)")
_LABELS = re.compile(
    rf"(?P<repeated>[{DIGIT[1:-1]}.,%]+)"
    rf"|(?P<narrative>{DIGIT}{{1,2}}\s*[/.-]\s*{DIGIT}{{1,2}}\s*[/.-]\s*{DIGIT}{{2,5}}\s*:.*)"
    r"|\*+\s*ปัญหาของโครงการ\s*:(?P<problems>.*)"
    r"|\*+\s*อุปสรรคของโครงการ\s*:(?P<obstacles>.*)"
    r"|(?P<rule>[-–—]+\s*(?:&|&amp;){3}\s*[-–—]+)"
    r"|(?P<damaged>(?:\*|.{0,4}(?:ปัญหา|อุปสรรค)ของโครงการ).*)"
)
_TEXTS = ("narrative", "problems", "obstacles")
NONE_STATED = frozenset({"ไม่มี", "", "ไม่มีปัญหา", "ไม่มีอุปสรรค", "ไม่มีปัญหาและอุปสรรค", "ไม่มีปัญหาอุปสรรค"})
"""What a page prints where no problem or obstacle is reported, in the form of `_plain`."""
_LONGEST_NONE = 60
_MANNERS = re.compile(r"(?:นะ)?(?:ครับ|ค่ะ|คะ)\Z")


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
    first = numbers[0]
    report = ProgressReport(project_code=code, position=position, line_first=first, line_last=numbers[-1])
    walk.parsed(first)
    field = "progress_reports.sequence"
    report.sequence = walk.value(parse_integer, heading["sequence"], first, field, "a whole number")
    _read_percent_and_date(walk, report, heading["rest"])
    found = labelled(walk, numbers[1:], _LABELS, running=_TEXTS, last="rule")
    if rule := found.get("rule"):
        walk.known(rule.line)
        report.line_last = rule.line
    else:
        walk.issue(issues.MISSING_SEPARATOR, report.line_last, "progress_reports")
    if repeated := found.get("repeated"):
        _check_percent(walk, report, repeated)
    _read_narrative(walk, report, found.get("narrative"))
    for column in ("problems", "obstacles"):
        if column in found:
            _read_statement(walk, report, column, found[column])
    return report


def _read_percent_and_date(walk: Walk, report: ProgressReport, printed: str) -> None:
    """What stands on an entry's first line behind its number."""
    line, field = report.line_first, "progress_reports.report_date"
    match = walk.value(_REST.fullmatch, printed, line, field, "`ร้อยละ N (date)`")
    if match:
        report.progress_percent = walk.percent(match["percent"], line, "progress_reports.progress_percent")
        report.report_date = walk.value(parse_date, match["date"], line, field, "a date")


def _check_percent(walk: Walk, report: ProgressReport, repeated: Labelled) -> None:
    """The bare number repeats the first line's percent; where they disagree neither is believed."""
    first, second = report.progress_percent, parse_percent(repeated.text)
    if first != second:
        field = "progress_reports.progress_percent"
        walk.issue(issues.VALUES_DISAGREE, repeated.line, field, first=first, second=repeated.text)
        report.progress_percent = None


def _read_narrative(walk: Walk, report: ProgressReport, narrative: Labelled | None) -> None:
    """The text behind the date that opens it."""
    field = "progress_reports.narrative"
    if narrative is None:
        walk.issue(issues.MISSING_LABEL, report.line_first, field, label="`d/m/BBBB : …`")
        return
    date, _, text = narrative.text.partition(":")
    line, field_of_date = narrative.line, "progress_reports.narrative_date"
    report.narrative_date = walk.value(parse_date, date.replace(" ", ""), line, field_of_date, "a date")
    report.narrative = walk.given(text.strip(), line, field)
    if report.narrative_date and report.report_date and report.narrative_date != report.report_date:
        dates = {"heading": report.report_date, "narrative": report.narrative_date}
        walk.issue(issues.DATES_DIFFER, line, field_of_date, **dates)


def _read_statement(walk: Walk, report: ProgressReport, column: str, said: Labelled) -> None:
    """A line on problems or obstacles: described, stated to be none, or left blank."""
    field = f"progress_reports.{column}"
    text = walk.given(said.text, said.line, field)
    if text and len(text) <= _LONGEST_NONE and _plain(text) in NONE_STATED:
        setattr(report, f"{column}_stated", False)
    elif text:
        setattr(report, f"{column}_stated", True)
        setattr(report, column, text)


@lru_cache(maxsize=4_096)
def _plain(text: str) -> str:
    """A text without blanks, marks that nobody sees, dots and dashes around, and polite words at its end."""
    return _MANNERS.sub("", "".join(comparison_form(text).split()).strip(".-–—"))
