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

from parsers.records import PlanStep
from parsers.sections import blocks, check_numbering, labelled, note_missing
from parsers.thai import DIGIT, parse_date, parse_integer
from parsers.walk import Walk

HEADING = re.compile(rf"ขั้นตอน(?:ที่)?\s*(?P<step>{DIGIT}+)")
_LABELS = re.compile(
    rf":\s*+(?P<weight_percent>-?[{DIGIT[1:-1]}.,]*)\s*%"
    r"|:(?P<description>.*)"
    r"|เริ่มต้น\s*:(?P<start_date>.*)"
    r"|สิ้นสุด\s*:(?P<end_date>.*)"
)
_SHOWN = {
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
    found = labelled(walk, numbers[1:], _LABELS, running=("description",))
    for column, said in found.items():
        line, text, field = said.line, said.text, f"plan_steps.{column}"
        if column == "description":
            step.description = walk.given(text, line, field)
        elif column == "weight_percent":
            step.weight_percent = walk.percent(text, line, field)
        else:
            setattr(step, column, walk.value(parse_date, text, line, field, "a date"))
        step.line_last = max(step.line_last, said.last)
    note_missing(walk, found, _SHOWN, "plan_steps", first)
    return step
