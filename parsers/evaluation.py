"""The line on which the strategy office (สยป.) scores a project or an indicator.

`*** สยป. ประเมินโครงการ : ไตรมาสที่ 1 : 100.0000`, `*** สยป. ตรวจประเมินตัวชี้วัด : ไตรมาสที่ 1: 85`; the score,
and the colon before it, may be missing. The quarter is the site's own at the time of capture.
"""

from __future__ import annotations

import re

from parsers import issues
from parsers.places import Places
from parsers.quarters import parse_quarter
from parsers.records import Indicator, Project
from parsers.thai import parse_number
from parsers.walk import Walk


def evaluation_line(words: str) -> re.Pattern[str]:
    """The line that evaluates what ``words`` say, with the groups ``quarter`` and ``score``."""
    return re.compile(rf"\*+\s*สยป\.?\s*{words}\s*:\s*ไตรมาสที่\s*(?P<quarter>[^\s:]*)\s*:?\s*(?P<score>.*)")


PROJECT_EVALUATION = evaluation_line("ประเมินโครงการ")
INDICATOR_EVALUATION = evaluation_line("ตรวจประเมินตัวชี้วัด")


def read_evaluation(
    walk: Walk, number: int | None, record: Project | Indicator, table: str, places: Places
) -> None:
    """Read quarter and score off a page's evaluation line (None: it is not there) into its record."""
    pattern, shown = {
        "projects": (PROJECT_EVALUATION, "`*** สยป. ประเมินโครงการ :`"),
        "indicators": (INDICATOR_EVALUATION, "`*** สยป. ตรวจประเมินตัวชี้วัด :`"),
    }[table]
    quarter, score = f"{table}.evaluation_quarter", f"{table}.evaluation_score"
    match = pattern.fullmatch(walk.lines[number]) if number else None
    if match is None or number is None:
        walk.issue(issues.MISSING_LABEL, None, quarter, label=shown)
        return
    walk.parsed(number)
    record.evaluation_quarter = walk.value(
        parse_quarter, match["quarter"], number, quarter, "a quarter, 1 to 4"
    )
    places["evaluation_quarter"] = (number, number)
    if match["score"].strip():
        record.evaluation_score = walk.value(parse_number, match["score"], number, score, "a number")
        places["evaluation_score"] = (number, number)
