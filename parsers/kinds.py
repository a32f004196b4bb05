"""What kind of page it is, told by its text and, where that cannot tell, by its URL."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from parsers import (
    agency_indicators,
    agency_summary,
    city_indicator,
    indicator_page,
    it_review,
    plan_record,
    reports,
)
from parsers.evaluation import INDICATOR_EVALUATION, PROJECT_EVALUATION
from parsers.measures import RESULT_LINE, TARGET_LINE, TYPE_LINE
from parsers.page import Reading
from parsers.project import HEADINGS as PROJECT_HEADINGS
from parsers.project import read_project
from parsers.project_head import HEADLINE, LINKS
from parsers.project_head import TITLE_KEY as PROJECT_TITLE_KEY
from parsers.quarter_reports import REPORT_KEYS
from parsers.sections import NAVIGATION_KEYS
from parsers.text import Text
from parsers.walk import LONGEST_ERROR, PHP_ERROR, Walk, label_key


class Kind(NamedTuple):
    """A kind of page: how it is known, and who reads it.

    proofs
        Lines that only such a page has: one is enough.
    openings
        Lines that are enough where the page begins with one.
    own
        Lines and `label_key` of labels that only such a page has, some menu perhaps: one is enough where the
        URL says that it is this kind, else there must be another, own or shared.
    shared
        Lines and keys that other kinds, or prose, have too.
    shared_enough
        So many of them make it this kind where the URL says so; 0: never.
    """

    name: str
    read: Callable[[Walk, Text, str | None], Reading]
    proofs: tuple[re.Pattern[str], ...] = ()
    openings: tuple[re.Pattern[str], ...] = ()
    own: Iterable[str | re.Pattern[str]] = ()
    shared: Iterable[str | re.Pattern[str]] = ()
    shared_enough: int = 0


# Of a project's headings, some stand in many a project's description, the strategy's on city indicator pages.
_OWN_PROJECT_HEADINGS = [
    key for key, name in PROJECT_HEADINGS.items() if name in ("plan", "indicators", "closing")
]
_OWN_INDICATOR_HEADINGS = [key for key in indicator_page.HEADINGS if key not in REPORT_KEYS]
_OWN_CITY_HEADINGS = [key for key in city_indicator.HEADINGS if key not in PROJECT_HEADINGS]

KINDS = (
    Kind(
        "project",
        read_project,
        proofs=(HEADLINE, PROJECT_EVALUATION, reports.HEADING),
        own=(PROJECT_TITLE_KEY, *LINKS, *_OWN_PROJECT_HEADINGS),
        shared=PROJECT_HEADINGS,
    ),
    Kind(
        "indicator",
        indicator_page.read_indicator_page,
        proofs=(INDICATOR_EVALUATION,),
        own=(indicator_page.TITLE_KEY, *indicator_page.LINK_KEYS, *_OWN_INDICATOR_HEADINGS),
        shared=(re.compile(TARGET_LINE), re.compile(RESULT_LINE), re.compile(TYPE_LINE), *REPORT_KEYS),
        shared_enough=3,
    ),
    Kind(
        "city_indicator",
        city_indicator.read_city_indicator,
        own=(re.compile(f"{city_indicator.TITLE}.*"), city_indicator.DATA_KIND, *_OWN_CITY_HEADINGS),
        shared=(re.compile(TARGET_LINE), label_key("สนับสนุนยุทธศาสตร์กรุงเทพมหานครฯ")),
    ),
    Kind(
        "agency_summary",
        agency_summary.read_agency_summary,
        own=(
            agency_summary.TITLE_LINE,
            agency_indicators.DIMENSION,
            agency_indicators.UNIT,
            agency_indicators.ROUTINE_KEY,
            label_key("Home Home SED"),
        ),
        shared=REPORT_KEYS,
    ),
    Kind(
        "plan_record",
        plan_record.read_plan_record,
        proofs=(plan_record.TITLE_LINE,),
        own=(plan_record.PROGRESS_LINE, *plan_record.OWN_LINES),
    ),
    Kind("it_review", it_review.read_it_review, openings=(it_review.DECISION,), own=(it_review.DECISION,)),
)
"""The kinds that are read."""


class _Mark(NamedTuple):
    """What a line is a mark of, how much it proves (see `Kind`), and which of the kind's marks it is."""

    kind: Kind
    proves: str
    name: str


def _marks() -> tuple[dict[str, list[_Mark]], list[list[_Mark]], re.Pattern[str]]:
    """The marks by key, and those by pattern with one pattern that tells which; its groups are numbered."""
    by_key: dict[str, list[_Mark]] = {}
    by_pattern: dict[str, list[_Mark]] = {}
    for kind in KINDS:
        for proves in ("proofs", "openings", "own", "shared"):
            for mark in getattr(kind, proves):
                if isinstance(mark, str):
                    by_key.setdefault(mark, []).append(_Mark(kind, proves, mark))
                else:
                    by_pattern.setdefault(mark.pattern, []).append(_Mark(kind, proves, mark.pattern))
    nameless = (re.sub(r"\?P<\w+>", "?:", pattern) for pattern in by_pattern)
    alternatives = "|".join(f"(?P<mark{number}>{pattern})" for number, pattern in enumerate(nameless))
    return by_key, list(by_pattern.values()), re.compile(alternatives)


_BY_KEY, _BY_PATTERN, _ANY_PATTERN = _marks()


def recognise(walk: Walk, hinted_kind: str | None) -> Kind | None:
    """The kind whose marks are the first to be enough, from the top down; None where none's are.

    hinted_kind is what the URL says, and only makes it easier for that kind.
    """
    own: dict[str, set[str]] = {kind.name: set() for kind in KINDS}
    shared: dict[str, set[str]] = {kind.name: set() for kind in KINDS}
    at_top = True
    for number in walk.filled:
        match = _ANY_PATTERN.fullmatch(walk.lines[number])
        marks = list(_BY_KEY.get(walk.keys[number], ()))
        if match and match.lastgroup:
            marks += _BY_PATTERN[int(match.lastgroup.removeprefix("mark"))]
        for kind, proves, name in marks:
            if proves == "proofs" or (proves == "openings" and at_top):
                return kind
            if proves != "openings":
                (own if proves == "own" else shared)[kind.name].add(name)
            enough = 1 if hinted_kind == kind.name else 2
            if own[kind.name] and len(own[kind.name] | shared[kind.name]) >= enough:
                return kind
            if enough == 1 and kind.shared_enough and len(shared[kind.name]) >= kind.shared_enough:
                return kind
        at_top = at_top and walk.keys[number] in NAVIGATION_KEYS
    return None


class Stranger(NamedTuple):
    """A page that is not read: what it looks like, and its outcome (one of `parsers.columns.OUTCOMES`)."""

    looks_like: str
    outcome: str


_PHP_ERROR_PAGE = Stranger("a PHP error", "php_error")
_UNKNOWN = Stranger("a page of another site, or of a form not known here", "unknown_kind")

# How a line begins on pages that are not read, and what such a page is.
_STRANGERS = [
    (label_key(beginning), Stranger(looks_like, outcome))
    for beginning, looks_like, outcome in (
        ("ความคืบหน้าโครงการ/กิจกรรม", "a project page", "unknown_kind"),
        ("รายละเอียดตัวชี้วัด", "an indicator page", "unknown_kind"),
        ("โครงการจัดทำฐานข้อมูลตัวชี้วัดการพัฒนาเมือง", "a city indicator page", "unknown_kind"),
        ("ผลการปฏิบัติราชการประจำปี", "an agency summary page", "unknown_kind"),
        ("ผลการพิจารณาโครงการ", "an IT review page", "unknown_kind"),
        ("รายละเอียดโครงการ/กิจกรรม:", "a plan record page", "unknown_kind"),
        ("ระบบติดตาม", "a portal of the system", "unknown_kind"),
        ("404 Not Found", "an error page: not found", "not_found"),
        ("Not Found", "an error page: not found", "not_found"),
        ("Object not found", "an error page: not found", "not_found"),
        ("404 - File or directory not found", "an error page: not found", "not_found"),
        ("HTTP Error 404", "an error page: not found", "not_found"),
        ("ไม่พบ (#404)", "an error page: not found", "not_found"),
        ("403 Forbidden", "an error page: forbidden", "blocked"),
        ("Forbidden", "an error page: forbidden", "blocked"),
        ("Access Denied", "an error page: access denied", "blocked"),
        ("Service Unavailable", "an error page: service unavailable", "unknown_kind"),
        ("Internal Server Error", "an error page: internal server error", "unknown_kind"),
        ("เข้าสู่ระบบ", "a login page", "login_redirect"),
        ("Login", "a login page", "login_redirect"),
        ("Sign in", "a login page", "login_redirect"),
    )
]


def stranger(walk: Walk) -> Stranger:
    """What a page that is not read seems to be: the first line that tells decides.

    A login page is one only where no line says anything else: many menus have that word.
    """
    login = None
    for number in walk.filled:
        if PHP_ERROR.search(walk.lines[number][:LONGEST_ERROR]):
            return _PHP_ERROR_PAGE
        for beginning, found in _STRANGERS:
            if walk.keys[number].startswith(beginning):
                if found.outcome != "login_redirect":
                    return found
                login = login or found
    return login or _UNKNOWN
