"""The weighted plan of a project page, under `แผนการดำเนินงานฯ`.

Five lines a step; dates are Gregorian, steps may overlap and need not stand in order of date::

    ขั้นตอน k
    :description
    :N%
    เริ่มต้น :dd/mm/yyyy
    สิ้นสุด :dd/mm/yyyy
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from parsers import issues
from parsers.records import PlanStep
from parsers.sections import blocks, check_numbering
from parsers.thai import DIGIT, parse_date, parse_integer
from parsers.walk import Walk

HEADING = re.compile(rf"ขั้นตอน(?:ที่)?\s*(?P<step>{DIGIT}+)")
_WEIGHT = re.compile(rf":\s*(?P<weight>-?[{DIGIT[1:-1]}.,]*)\s*%")
_NUMBER_LIKE = re.compile(rf"[:{DIGIT[1:-1]}.,%\s]+")
_DATES = {
    "start_date": re.compile(r"เริ่มต้น\s*:(?P<date>.*)"),
    "end_date": re.compile(r"สิ้นสุด\s*:(?P<date>.*)"),
}
_LABELS = {
    "description": "`:description`",
    "weight_percent": "`:N%`",
    "start_date": "`เริ่มต้น :`",
    "end_date": "`สิ้นสุด :`",
}


def read_plan(walk: Walk, numbers: Sequence[int], code: str) -> list[PlanStep]:
    """The steps on these non-blank lines of a project's page, in page order."""
    steps = [
        _read_step(walk, heading, lines, code, position)
        for position, (heading, lines) in enumerate(blocks(walk, numbers, HEADING), 1)
    ]
    check_numbering(walk, ((step.line_first, step.step) for step in steps), "plan_steps.step")
    return steps


def _read_step(
    walk: Walk, heading: re.Match[str], numbers: Sequence[int], code: str, position: int
) -> PlanStep:
    first = numbers[0]
    step = PlanStep(project_code=code, position=position, line_first=first, line_last=first)
    walk.parsed(first)
    step.step = walk.value(parse_integer, heading["step"], first, "plan_steps.step", "a whole number")
    found: set[str] = set()
    for number in numbers[1:]:
        column = _read_line(walk, step, number, found)
        if column:
            found.add(column)
            walk.parsed(number)
            step.line_last = number
    for column, label in _LABELS.items():
        if column not in found:
            walk.issue(issues.MISSING_LABEL, first, f"plan_steps.{column}", label=label)
    return step


def _read_line(walk: Walk, step: PlanStep, number: int, found: set[str]) -> str | None:
    """Read one line into the step; the column that it fills, or None where it fits nothing here."""
    line = walk.lines[number]
    for column, pattern in _DATES.items():
        if column not in found and (match := pattern.fullmatch(line)):
            setattr(
                step, column, walk.value(parse_date, match["date"], number, f"plan_steps.{column}", "a date")
            )
            return column
    if found & {"weight_percent", *_DATES}:
        return None
    if match := _WEIGHT.fullmatch(line):
        step.weight_percent = walk.percent(match["weight"], number, "plan_steps.weight_percent")
        return "weight_percent"
    if line.startswith(":") and "description" not in found:
        step.description = line[1:].strip() or None
        if step.description is None:
            walk.issue(issues.EMPTY_VALUE, number, "plan_steps.description", label="the description")
        return "description"
    if "description" in found and not _NUMBER_LIKE.fullmatch(line):
        step.description = f"{step.description or ''}\n{line}".strip()
        return "description"
    return None
