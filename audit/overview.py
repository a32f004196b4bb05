"""The data of the report's overview: a line for each project, the names in it, and the charts."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, TextIO

import pyarrow as pa

from audit.all_checks import CHECKS
from audit.curve import Progress, has_problem
from audit.facts import Project
from audit.stored import StoredTable
from audit.words import Text

Spec = dict[str, Any]

_COLOURS = [
    "#4c78a8", "#c26a00", "#3f8f6b", "#b0508f", "#7a6ac2",
    "#8a7a3a", "#2a8f9e", "#a0522d", "#6b8e23", "#8c8c8c",
]  # fmt: skip
"""Each stands out from a white and from a black ground; the last is for the rest."""
SEVERITIES = ("error", "warning", "info")
"""The severities of checks, the gravest first."""
_ROWS_TOGETHER = 10_000


def _bars(field: str, count: str, part: str) -> Spec:
    """Lying bars, in the order of their rows, divided by another field."""
    return {
        "mark": {"type": "bar", "cursor": "pointer"},
        "encoding": {
            "y": {"field": field, "type": "nominal", "sort": None, "axis": {"title": None}},
            "x": {"field": count, "type": "quantitative", "axis": {"title": None, "format": "d"}},
            "color": {
                "field": part,
                "type": "nominal",
                "sort": None,
                "scale": {"range": _COLOURS},
                "legend": {"title": None, "orient": "top"},
            },
            "order": {"field": "place", "type": "quantitative"},
        },
    }


CHARTS: dict[str, Spec] = {
    "agencies": _bars("agency", "projects", "year"),
    "progress": {
        "mark": {"type": "bar", "color": _COLOURS[0]},
        "encoding": {
            "x": {
                "field": "range",
                "type": "ordinal",
                "sort": None,
                "axis": {"title": None, "labelAngle": -45},
            },
            "y": {"field": "projects", "type": "quantitative", "axis": {"title": None, "format": "d"}},
        },
    },
    "findings": _bars("check", "findings", "agency"),
}
"""The Vega-Lite charts of the overview; the page gives each its rows and its size."""


class CheckCount(NamedTuple):
    """A check and what it said of the pages: findings, and pages by how they were judged."""

    title: Text
    severity: str
    findings: int
    pages: dict[str, int]


class Data:
    """A context that writes ``data.js``: the rows of the overview's table as they come, the rest at the end.

    A row is code, name, agency's code, fiscal year, percent, day of the newest report, percent planned for
    that day, whether that report states a problem, counts of findings by check, whether it has a page.
    Texts of pages are strings in it, and cannot end the script.
    """

    def __init__(self, path: Path) -> None:
        self._file: TextIO = path.open("w", encoding="utf-8", newline="\n")
        self._agencies: dict[str, str] = {}
        self._checks: set[str] = set()
        self._file.write('"use strict";\nwindow.bmaReport = {"projects": [')
        self._separator = "\n"

    def __enter__(self) -> Data:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._file:
            if kind is None:
                rest = {
                    "agencies": dict(sorted(self._agencies.items())),
                    "checks": {name: _title(name)._asdict() for name in sorted(self._checks)},
                    "charts": CHARTS,
                }
                self._file.write(f'\n], "names": {_script(rest)}}};\n')

    def add(self, project: Project, progress: Progress, has_page: bool) -> None:
        """Add a project, and whether it has a page."""
        row = project.row
        newest = project.progress_reports[0] if project.progress_reports else None
        agency = row["agency_code"] or project.code[:8]
        if row["agency_name"]:
            self._agencies.setdefault(agency, row["agency_name"])
        counts = Counter(finding["check"] for finding in project.findings)
        self._checks.update(counts)
        date = newest["report_date"] if newest else None
        planned = progress.planned.get(newest["position"]) if newest else None
        line = (
            project.code,
            row["name"],
            agency,
            row["fiscal_year_be"],
            row["progress_percent"],
            date.isoformat() if date else None,
            None if planned is None else round(planned, 2),
            int(has_problem(newest)) if newest else None,
            dict(sorted(counts.items())),
            int(has_page),
        )
        self._file.write(self._separator + _script(line))
        self._separator = ",\n"


def _script(value: Any) -> str:
    """A value as JSON that is also JavaScript, and holds nothing that ends a script or begins markup."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text


def _title(name: str) -> Text:
    return CHECKS[name].title if name in CHECKS else Text(name, name)


def check_counts(folder: Path) -> list[CheckCount]:
    """What each check said, the gravest first."""
    findings: Counter[str] = Counter()
    pages: dict[str, Counter[str]] = defaultdict(Counter)
    stored = StoredTable(folder, "check_results", ["check", "status", "findings"])
    for batch in stored.batches(_ROWS_TOGETHER):
        rows = pa.Table.from_batches([batch])
        counted = rows.group_by(["check", "status"]).aggregate([("findings", "sum"), ("status", "count")])
        for row in counted.to_pylist():
            findings[row["check"]] += row["findings_sum"]
            pages[row["check"]][row["status"]] += row["status_count"]
    known = [name for name in pages if name in CHECKS]
    return [
        CheckCount(CHECKS[name].title, CHECKS[name].severity, findings[name], pages[name])
        for name in sorted(known, key=lambda name: (SEVERITIES.index(CHECKS[name].severity), name))
    ]
