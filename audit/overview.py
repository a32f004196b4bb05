"""The data of the report's overview: a line for each project, the names in it, and the charts."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, TextIO

from audit.all_checks import CHECKS
from audit.curve import Progress, has_problem
from audit.facts import Project
from audit.words import Text

Spec = dict[str, Any]

_YEARS = ["#4c78a8", "#c26a00", "#3f8f6b", "#b0508f", "#7a6ac2", "#8a7a3a"]
_SEVERITY_COLOURS = {"error": "#c4372c", "warning": "#b07400", "info": "#4c78a8"}
_NO_TITLE = {"title": None}

CHARTS: dict[str, Spec] = {
    "agencies": {
        "mark": "bar",
        "encoding": {
            "y": {"field": "agency", "type": "nominal", "sort": None, "axis": _NO_TITLE},
            "x": {
                "field": "projects",
                "type": "quantitative",
                "axis": {**_NO_TITLE, "tickMinStep": 1, "format": "d"},
            },
            "color": {
                "field": "year",
                "type": "ordinal",
                "scale": {"range": _YEARS},
                "legend": {**_NO_TITLE, "orient": "top", "columns": 4},
            },
        },
        "height": {"step": 22},
    },
    "progress": {
        "mark": "bar",
        "encoding": {
            "x": {
                "field": "range",
                "type": "ordinal",
                "sort": None,
                "axis": {**_NO_TITLE, "labelAngle": -45},
            },
            "y": {
                "field": "projects",
                "type": "quantitative",
                "axis": {**_NO_TITLE, "tickMinStep": 1, "format": "d"},
            },
            "color": {"value": _YEARS[0]},
        },
        "height": 240,
    },
    "findings": {
        "mark": "bar",
        "encoding": {
            "y": {"field": "agency", "type": "nominal", "sort": None, "axis": _NO_TITLE},
            "x": {
                "field": "findings",
                "type": "quantitative",
                "axis": {**_NO_TITLE, "tickMinStep": 1, "format": "d"},
            },
            "color": {
                "field": "check",
                "type": "nominal",
                "scale": {"range": [*_YEARS, *_SEVERITY_COLOURS.values()]},
                "legend": {**_NO_TITLE, "orient": "top", "columns": 1, "labelLimit": 0},
            },
        },
        "height": {"step": 22},
    },
}
"""The Vega-Lite charts of the overview; the page gives each its rows, and its width."""


class CheckCount(NamedTuple):
    """A check and what it said of the pages: findings, and pages by how they were judged."""

    title: Text
    severity: str
    findings: int
    pages: dict[str, int]


class Data:
    """A context that writes ``data.js``: the rows of the overview's table as they come, the rest at the end.

    A row is code, name, agency's code, fiscal year, percent, day of the newest report, percent planned for
    that day, whether that report states a problem, and counts of findings by check. Texts of pages are
    strings in it, and cannot end the script.
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

    def add(self, project: Project, progress: Progress) -> None:
        """Add a project."""
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
    import pyarrow.parquet as pq

    columns = ["check", "status", "findings"]
    counted = pq.read_table(folder / "check_results.parquet", columns=columns)
    counted = counted.group_by(["check", "status"]).aggregate([("findings", "sum"), ("status", "count")])
    findings: Counter[str] = Counter()
    pages: dict[str, dict[str, int]] = {}
    for row in counted.to_pylist():
        findings[row["check"]] += row["findings_sum"]
        pages.setdefault(row["check"], {})[row["status"]] = row["status_count"]
    order = list(_SEVERITY_COLOURS)
    known = [name for name in pages if name in CHECKS]
    return [
        CheckCount(CHECKS[name].title, CHECKS[name].severity, findings[name], pages[name])
        for name in sorted(known, key=lambda name: (order.index(CHECKS[name].severity), name))
    ]
