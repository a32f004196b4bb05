"""The page of an IT review: `ผลการพิจารณาโครงการ :DECISION`, then the rationale, under a heading or none.

It has no title, and prints no code.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from parsers import issues
from parsers.page import Reading
from parsers.places import Places, field_lines, span
from parsers.records import ItReview
from parsers.sections import divide, first_page
from parsers.text import Text
from parsers.walk import Walk, label_key

DECISION = re.compile(r"ผลการพิจารณาโครงการ\s*:.*")
"""The line that such a page begins with, and by which it is known."""
_HEADING = "หลักการและเหตุผล"
_HEADING_KEY = label_key(_HEADING)
_DAMAGED_LETTERS = 2


def read_it_review(walk: Walk, text: Text, hinted_code: str | None) -> Reading:
    """Read an IT review's page, whose code only its address tells.

    A text copy without an empty line is a reduced one: a full one has them between its blocks.
    """
    decision_at, *below = first_page(walk, lambda n: _is_decision(walk, n), lambda n: _is_decision(walk, n))
    review = ItReview(it_review_code=hinted_code or "", line_first=decision_at, line_last=decision_at)
    places: Places = {"decision": (decision_at, decision_at)}
    walk.parsed(decision_at)
    decision = walk.lines[decision_at].partition(":")[2].strip()
    review.decision = walk.given(decision, decision_at, "it_reviews.decision")
    lines = _rationale(walk, below)
    if sum(map(walk.is_prose, lines)) > 1:  # the later ones may be anything that the page ends with
        walk.issue(issues.OPEN_END, decision_at, "it_reviews.rationale", label=f"`{_HEADING}`")
    else:
        review.rationale = walk.given(walk.text(lines), decision_at, "it_reviews.rationale")
    if review.rationale:
        places["rationale"] = (lines[0], lines[-1])
    span(review, places)
    has_blanks = len(walk.filled) < len(walk.lines) - 1
    return Reading(
        code=None,
        reduced=not text.is_html and not has_blanks,
        is_empty=not (review.decision or lines),
        cut=None,
        records={"it_reviews": [review], "field_lines": [*field_lines({("it_reviews", 1): places})]},
    )


def _is_decision(walk: Walk, number: int) -> bool:
    return DECISION.fullmatch(walk.lines[number]) is not None


def _rationale(walk: Walk, numbers: Sequence[int]) -> Sequence[int]:
    """The lines below the heading; where there is none, all of them."""
    sections = divide(walk, numbers, {_HEADING_KEY: "rationale"})
    if "rationale" in sections:
        return sections["rationale"].lines
    if numbers and _is_damaged_heading(walk.keys[numbers[0]]):
        walk.issue(issues.MISSING_HEADING, numbers[0], label=f"`{_HEADING}`")
        return numbers[1:]
    return numbers


def _is_damaged_heading(key: str) -> bool:
    """Whether a line is the heading cut short, or but for two of its letters."""
    if _HEADING_KEY.startswith(key):
        return bool(key)
    if abs(len(key) - len(_HEADING_KEY)) > 1:
        return False
    return sum(one != other for one, other in zip(key, _HEADING_KEY, strict=False)) <= _DAMAGED_LETTERS
