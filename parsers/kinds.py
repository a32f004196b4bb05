"""What kind of page it is, told by its text and, where that cannot tell, by its URL."""

from __future__ import annotations

import re

from parsers import reports
from parsers.project import HEADINGS
from parsers.project_head import EVALUATION, HEADLINE, LINKS, TITLE_KEY
from parsers.walk import Walk, label_key

# Lines that only a project page prints, and labels that only this system prints, on some menu perhaps. The
# other headings stand in many a project's description, the one of the strategy on city indicator pages too.
_LINES = (HEADLINE, EVALUATION, reports.HEADING)
_OWN_HEADINGS = ("plan", "indicators", "closing")
_OWN_LABELS = {TITLE_KEY, *LINKS, *(key for key, name in HEADINGS.items() if name in _OWN_HEADINGS)}
_LABELS = {*_OWN_LABELS, *HEADINGS}

# How a line begins on pages that are none of a project's, and what such a page looks like.
_OTHERS = [
    (label_key(beginning), description)
    for beginning, description in (
        ("รายละเอียดตัวชี้วัด", "an indicator page"),
        ("โครงการจัดทำฐานข้อมูลตัวชี้วัดการพัฒนาเมือง", "a city indicator page"),
        ("ผลการปฏิบัติราชการประจำปี", "an agency summary page"),
        ("ผลการพิจารณาโครงการ", "an IT review page"),
        ("รายละเอียดโครงการ/กิจกรรม:", "a plan record page"),
        ("404 Not Found", "an error page: not found"),
        ("Not Found", "an error page: not found"),
        ("Object not found", "an error page: not found"),
        ("403 Forbidden", "an error page: forbidden"),
        ("Forbidden", "an error page: forbidden"),
        ("Service Unavailable", "an error page: service unavailable"),
        ("Internal Server Error", "an error page: internal server error"),
        ("Access Denied", "an error page: access denied"),
        ("เข้าสู่ระบบ", "a login page"),
        ("Login", "a login page"),
        ("Sign in", "a login page"),
    )
]
_PHP_ERROR = re.compile(
    r"(?:PHP )?(?:Fatal error|Parse error|Warning|Notice)\s*:.* on line [0-9]+", re.IGNORECASE
)
_LONGEST_ERROR = 1_000
"""Characters of a line that are searched for an error message."""


def is_project(walk: Walk, hinted_kind: str | None) -> bool:
    """Whether it is a project page: by a line that only those have, or by a label of this system and another.

    A label of this system alone does where the URL names a project page.
    """
    if any(pattern.fullmatch(walk.lines[number]) for number in walk.filled for pattern in _LINES):
        return True
    enough = 1 if hinted_kind == "project" else 2
    return not _OWN_LABELS.isdisjoint(walk.keys) and len(_LABELS.intersection(walk.keys)) >= enough


def looks_like(walk: Walk) -> str:
    """What a page that is not read seems to be, for the issue that says so."""
    for number in walk.filled:
        if _PHP_ERROR.search(walk.lines[number][:_LONGEST_ERROR]):
            return "a PHP error"
        for beginning, description in _OTHERS:
            if walk.keys[number].startswith(beginning):
                return description
    return "a page of another site, or of a form not known here"
